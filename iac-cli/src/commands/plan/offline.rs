//! The offline planner, with built-in provider knowledge or with provider binaries.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::thread;

use iac_aws_rules::versions::Choice;
use iac_core::address::ResourceMode;
use iac_lang::config::{Loaded, Module, VariableSources, VariableValues, variables};
use iac_plan::plan::{Provider, ProviderEntry, Request, StateRecord, plan as make_plan, plan_readable};
use iac_plan::state::State;
use iac_provider::{Binary, ClientError, Locations, cache_directory, find};

use super::input::Input;
use super::knowledge::{self, TABLE_SOURCES};
use super::options::{OptionArgs, ParsedOptions};
use super::{PlannedStack, Planner};
use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::state_source::other::{OtherStates, PlannedOutputs};
use crate::state_source::{Found, StateSource};
use crate::terminal::Terminal;

/// The address of the provider that is part of Terraform.
const BUILT_IN: &str = "terraform.io/builtin/terraform";

/// What errors of the configuration mean for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Nothing is planned.
    None,
    /// Everything else is planned. The errors are among the warnings of the plan.
    Readable,
}

/// Plans a stack. `upstream` has the outputs of the stacks that were planned before.
pub(super) fn plan(
    input: Input,
    upstream: &PlannedOutputs,
    args: &OptionArgs,
    options: &ParsedOptions,
    planner: Planner,
    tolerance: Tolerance,
    terminal: &Terminal,
) -> Result<PlannedStack, CommandError> {
    let found = OnceLock::new();
    let PlanInputs { loaded, state, record } = read(&input, args, tolerance, &found)?;
    let refreshed = options.refreshed()?;
    let variables = root_variables(&loaded.module, args)?;
    let mut warnings = loaded.warnings;
    warnings.extend(variables.warnings);
    let make_plan = match tolerance {
        Tolerance::None => make_plan,
        Tolerance::Readable => plan_readable,
    };

    let choice = match planner {
        Planner::Provider => None,
        Planner::Table | Planner::Terraform => {
            Some(knowledge::choose(&input.terraform_directory, &loaded.module, Some(&state))?)
        }
    };
    let providers = match planner {
        Planner::Provider => start_providers(&input, &loaded.module, &state, args, terminal)?,
        Planner::Table | Planner::Terraform => {
            let table = choice.as_ref().map_or_else(iac_aws_rules::table, Choice::table);
            let table: Box<dyn Provider> = Box::new(table);
            vec![(TABLE_SOURCES.map(str::to_owned).to_vec(), table)]
        }
    };
    let _spinner = (planner == Planner::Provider).then(|| terminal.spinner());
    let entries: Vec<ProviderEntry<'_>> = providers
        .iter()
        .flat_map(|(sources, provider)| {
            sources.iter().map(|source| ProviderEntry { source, provider: &**provider })
        })
        .collect();
    let others =
        |in_doubt| OtherStates { directory: input.terraform_directory.clone(), planned: upstream, in_doubt };
    let (others, doubtful) = (others(false), others(true));
    let parsed = options;
    let options = |others| parsed.options(refreshed.as_ref(), &input.terraform_directory, others);
    let (options, doubtful) = (options(&others)?, options(&doubtful)?);
    let request = Request {
        module: &loaded.module,
        state: Some(&state),
        providers: &entries,
        variables: &variables.values,
        files: &Disk,
        options: &options,
    };
    // Terraform plans this stack after the others are applied, and then knows a `count` that depends on them.
    let retry = |errors| {
        if upstream.has_unknown() {
            make_plan(&Request { options: &doubtful, ..request })
        } else {
            Err(errors)
        }
    };
    let mut plan = make_plan(&request).or_else(retry).map_err(|errors| {
        let error = CommandError::diagnosed(errors);
        match choice.as_ref().and_then(|choice| choice.remark.clone()) {
            Some(remark) => error.hint(remark),
            None => error,
        }
    })?;
    plan.state = Some(record);
    plan.knowledge = choice.iter().filter(|_| knowledge::is_used(&plan)).map(Choice::record).collect();
    Ok(PlannedStack { plan, module: loaded.module, warnings, input })
}

/// The inputs of a plan.
struct PlanInputs<'t> {
    loaded: Loaded,
    state: State<'t>,
    record: StateRecord,
}

/// Reads the inputs of a plan; concurrently if the location of the state does not depend on the configuration. The
/// state borrows from `found`.
fn read<'t>(
    input: &Input,
    args: &OptionArgs,
    tolerance: Tolerance,
    found: &'t OnceLock<Found>,
) -> Result<PlanInputs<'t>, CommandError> {
    let state = |source: &StateSource| {
        let read = source.read()?;
        found.get_or_init(|| read).decode(source)
    };
    if let Some(source) = args.state.named() {
        let (loaded, state) = thread::scope(|scope| {
            let state = scope.spawn(|| state(&source));
            let loaded = input.load(tolerance);
            (loaded, state.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let (loaded, (state, record)) = (loaded?, state?);
        return Ok(PlanInputs { loaded, state, record });
    }
    let loaded = input.load(tolerance)?;
    let (state, record) = state(&StateSource::of_stack(&input.terraform_directory, &loaded.module)?)?;
    Ok(PlanInputs { loaded, state, record })
}

/// Returns the values of the root module's variables.
pub(super) fn root_variables(module: &Module, args: &OptionArgs) -> Result<VariableValues, CommandError> {
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("TF_VAR_"))
        .collect();
    let sources = VariableSources { environment: &environment, options: &args.variables.0 };
    variables(module, &Disk, &sources).map_err(CommandError::diagnosed)
}

/// A provider and the addresses it answers for.
type StartedProvider = (Vec<String>, Box<dyn Provider>);

/// Starts the binaries of all providers that the configuration and the state refer to.
fn start_providers(
    input: &Input,
    module: &Module,
    state: &State<'_>,
    args: &OptionArgs,
    terminal: &Terminal,
) -> Result<Vec<StartedProvider>, CommandError> {
    let mut sources = BTreeSet::new();
    collect_providers(module, &mut sources);
    sources.extend(state.resources.iter().filter_map(|resource| {
        let (_, rest) = resource.provider.split_once("[\"")?;
        rest.split_once("\"]").map(|(source, _)| source.to_owned())
    }));
    sources.remove(BUILT_IN);
    let is_only = sources.len() == 1;
    let open = |source: String| {
        let mut places = Locations::of(&input.terraform_directory);
        places.binary = args.provider_binary.clone().filter(|path| {
            let name = source.rsplit('/').next().unwrap_or_default();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            is_only || file.starts_with(&format!("terraform-provider-{name}"))
        });
        let found = find(&source, None, &places).map_err(provider_error)?;
        let (version, path) = (&found.version, found.path.display());
        terminal.status("Starting", format_args!("provider {source} {version}"));
        terminal.detail("Running", path);
        let _spinner = terminal.spinner();
        let cache = if args.no_cache { None } else { cache_directory() };
        let options = iac_provider::Options { live: args.live, cache, ..iac_provider::Options::default() };
        let binary: Box<dyn Provider> = Box::new(Binary::open(found, options).map_err(provider_error)?);
        Ok((vec![source], binary))
    };
    sources.into_iter().map(open).collect()
}

/// Collects the addresses of the providers of a module and its child modules.
fn collect_providers(module: &Module, sources: &mut BTreeSet<String>) {
    let source = |name: &str| {
        let required = module.required_providers.iter().find(|required| required.name == name);
        match required {
            Some(required) => required.source.to_string(),
            None if name == "terraform" => BUILT_IN.to_owned(),
            None => format!("registry.terraform.io/hashicorp/{name}"),
        }
    };
    for resource in module.resources.iter().filter(|resource| resource.mode != ResourceMode::Ephemeral) {
        let named = resource.meta.provider.as_ref().map(|(name, _)| name.as_str());
        let by_type = resource.type_name.split('_').next().unwrap_or_default();
        sources.insert(source(named.unwrap_or(by_type)));
    }
    for module in module.calls.iter().filter_map(|call| call.module.as_deref()) {
        collect_providers(module, sources);
    }
}

fn provider_error(error: ClientError) -> CommandError {
    let looked_in = match &error {
        ClientError::NotFound { looked_in, .. } => looked_in.clone(),
        _ => Vec::new(),
    };
    let is_missing = matches!(error, ClientError::NotFound { .. });
    let mut error = CommandError::because("cannot use the provider binary", error);
    for place in looked_in {
        error = error.hint(format!("not found in {place}"));
    }
    if is_missing {
        error.hint("run `terraform init`, or set the path with `--provider-binary FILE`")
    } else {
        error.hint("`--with table` works without the binary")
    }
}
