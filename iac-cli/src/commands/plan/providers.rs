//! The providers that predict changes: built-in knowledge, provider binaries, or both.

use std::collections::BTreeMap;

use iac_aws_rules::versions::Choice;
use iac_core::address::ResourceMode;
use iac_core::diagnostic::Diagnostic;
use iac_lang::config::Module;
use iac_plan::plan::{KnowledgeRecord, Plan, Predictor, Provider, ProviderEntry};
use iac_plan::state::State;
use iac_provider::{Binary, ClientError, Found, Hybrid, Locations, Preference, cache_directory, find};

use super::Planner;
use super::input::Input;
use super::knowledge::{self, TABLE_SOURCES};
use super::options::OptionArgs;
use crate::command_error::CommandError;
use crate::terminal::Terminal;

/// The address of the provider that is part of Terraform.
const BUILT_IN: &str = "terraform.io/builtin/terraform";

/// The providers of a plan.
pub(super) struct Providers<'a> {
    /// The version of the built-in knowledge that answers, if it does.
    pub(super) choice: Option<Choice>,
    answering: Vec<Answering<'a>>,
    /// Problems of finding a binary.
    problems: Vec<Diagnostic>,
}

/// A provider and the addresses it answers for.
struct Answering<'a> {
    sources: Vec<String>,
    by: By<'a>,
}

enum By<'a> {
    Table(Box<dyn Provider>),
    Hybrid(Box<Hybrid<'a>>, Found),
}

/// Where the binaries are searched, and how they are run.
#[derive(Clone, Copy)]
struct Search<'a> {
    input: &'a Input,
    args: &'a OptionArgs,
    terminal: &'a Terminal,
    /// True if the configuration has a single provider, so that `--provider-binary` is that one.
    is_only: bool,
}

/// The use of a provider in a configuration and its state.
#[derive(Debug, Default)]
struct Use {
    /// True if resources are of this provider. Otherwise, it may only be there for its functions.
    has_resources: bool,
    /// The version constraints of all modules.
    constraints: Vec<String>,
}

impl<'a> Providers<'a> {
    /// Selects the providers of a stack.
    pub(super) fn new(
        planner: Planner,
        input: &'a Input,
        module: &Module,
        state: &State<'_>,
        args: &'a OptionArgs,
        terminal: &'a Terminal,
    ) -> Result<Self, CommandError> {
        if matches!(planner, Planner::Table | Planner::Terraform) {
            let choice = knowledge::choose(&input.terraform_directory, module, Some(state), None)?;
            let answering = vec![Answering::of_table(&choice)];
            return Ok(Self { choice: Some(choice), answering, problems: Vec::new() });
        }
        let mut uses = BTreeMap::new();
        collect(module, &mut uses);
        for resource in &state.resources {
            let source = resource.provider.split_once("[\"").and_then(|(_, rest)| rest.split_once("\"]"));
            if let Some((source, _)) = source {
                uses.entry(source.to_owned()).or_insert_with(Use::default).has_resources = true;
            }
        }
        uses.remove(BUILT_IN);
        let is_only = uses.values().filter(|of| of.has_resources).count() <= 1;
        let search = Search { input, args, terminal, is_only };
        let mut providers = Self { choice: None, answering: Vec::new(), problems: Vec::new() };
        for (source, of) in uses {
            let found = search.find(&source, &of);
            if planner == Planner::Provider {
                match found {
                    Ok(found) if of.has_resources => {
                        let binary = search.open(&found).map_err(provider_error)?;
                        let table = table(&source, &found, input, module, state)?;
                        let table = table.map(|(_, table)| table);
                        providers.push(source, Hybrid::with_binary(binary, table, args.live), found);
                    }
                    Ok(found) => {
                        providers.push(source, search.lazy(Preference::Binary, None, &found), found);
                    }
                    Err(error) if of.has_resources => return Err(provider_error(error)),
                    Err(_) => {}
                }
                continue;
            }
            match found {
                Ok(found) => {
                    let known = table(&source, &found, input, module, state)?;
                    let (preference, table) = match known {
                        Some((choice, table)) => {
                            let preference = preference(&choice, &found);
                            providers.choice = Some(choice);
                            (preference, Some(table))
                        }
                        None => (Preference::CommonTypes, None),
                    };
                    providers.push(source, search.lazy(preference, table, &found), found);
                }
                Err(error) if args.provider_binary.is_some() => return Err(provider_error(error)),
                Err(ClientError::NotFound { .. }) => {}
                Err(error) => providers.problems.push(unusable(&source, &error.to_string())),
            }
        }
        if providers.choice.is_none() && planner == Planner::Auto {
            let choice = knowledge::choose(&input.terraform_directory, module, Some(state), None)?;
            providers.answering.push(Answering::of_table(&choice));
            providers.choice = Some(choice);
        }
        Ok(providers)
    }

    fn push(&mut self, source: String, hybrid: Hybrid<'a>, found: Found) {
        self.answering.push(Answering { sources: vec![source], by: By::Hybrid(Box::new(hybrid), found) });
    }

    /// Returns the providers for the planner.
    pub(super) fn entries(&self) -> Vec<ProviderEntry<'_>> {
        let entries = self.answering.iter().flat_map(|answering| {
            let provider: &dyn Provider = match &answering.by {
                By::Table(table) => &**table,
                By::Hybrid(hybrid, _) => &**hybrid,
            };
            answering.sources.iter().map(move |source| ProviderEntry { source, provider })
        });
        entries.collect()
    }

    /// Adds to a plan who predicted it, and what went wrong.
    pub(super) fn record(self, plan: &mut Plan) {
        plan.knowledge =
            self.choice.iter().filter(|_| knowledge::is_used(plan)).map(Choice::record).collect();
        plan.warnings.extend(self.problems);
        for answering in self.answering {
            let By::Hybrid(hybrid, found) = answering.by else { continue };
            let is_predicted = plan.changes.iter().any(|change| {
                change.predicted_by == Some(Predictor::Provider) && *change.provider_name == *found.source
            });
            if is_predicted {
                plan.knowledge.push(KnowledgeRecord {
                    provider: found.source.as_str().into(),
                    version: found.version.as_str().into(),
                    predictor: Predictor::Provider,
                    remark: None,
                });
            }
            if let Some(failure) = hybrid.failure() {
                plan.warnings.push(unusable(&found.source, &failure));
            }
        }
    }
}

impl Answering<'_> {
    fn of_table(choice: &Choice) -> Self {
        let table = Box::new(choice.table());
        Self { sources: TABLE_SOURCES.map(str::to_owned).to_vec(), by: By::Table(table) }
    }
}

impl<'a> Search<'a> {
    fn find(&self, source: &str, of: &Use) -> Result<Found, ClientError> {
        let mut places = Locations::of(&self.input.terraform_directory);
        places.constraints.clone_from(&of.constraints);
        places.binary = self.args.provider_binary.clone().filter(|path| {
            let name = source.rsplit('/').next().unwrap_or_default();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            self.is_only || file.starts_with(&format!("terraform-provider-{name}"))
        });
        find(source, None, &places)
    }

    /// Opens a binary, and says so.
    fn open(&self, found: &Found) -> Result<Binary, ClientError> {
        let Found { source, version, path } = found;
        self.terminal.status("Starting", format_args!("provider {source} {version}"));
        self.terminal.detail("Running", path.display());
        let cache = if self.args.no_cache { None } else { cache_directory() };
        let options =
            iac_provider::Options { live: self.args.live, cache, ..iac_provider::Options::default() };
        Binary::open(found.clone(), options)
    }

    /// Returns a provider whose binary is opened on the first question.
    fn lazy(
        self,
        preference: Preference,
        table: Option<Box<dyn Provider + Send>>,
        found: &Found,
    ) -> Hybrid<'a> {
        let opened = found.clone();
        Hybrid::new(preference, table, self.args.live, move || self.open(&opened))
    }
}

/// Built-in knowledge, and its version.
type Known = (Choice, Box<dyn Provider + Send>);

/// Returns the built-in knowledge of a provider, if there is any.
fn table(
    source: &str,
    found: &Found,
    input: &Input,
    module: &Module,
    state: &State<'_>,
) -> Result<Option<Known>, CommandError> {
    if !TABLE_SOURCES.contains(&source) {
        return Ok(None);
    }
    let installed = Some(found.version.as_str()).filter(|version| !version.is_empty());
    let choice = knowledge::choose(&input.terraform_directory, module, Some(state), installed)?;
    let table = Box::new(choice.table());
    Ok(Some((choice, table)))
}

/// Returns how built-in knowledge and a binary answer together. A binary without a version in its name may be another
/// build of it.
fn preference(choice: &Choice, found: &Found) -> Preference {
    let file = found.path.file_name().unwrap_or_default().to_string_lossy();
    let file = file.strip_suffix(".exe").unwrap_or(&file);
    let named = file.split_once("_v").map(|(_, rest)| rest.split('_').next().unwrap_or_default());
    let is_known = !choice.is_other && choice.version == found.version && named == Some(choice.version);
    if is_known { Preference::Knowledge } else { Preference::CommonTypes }
}

/// Collects the providers of a module and its child modules.
fn collect(module: &Module, uses: &mut BTreeMap<String, Use>) {
    let source = |name: &str| {
        let required = module.required_providers.iter().find(|required| required.name == name);
        match required {
            Some(required) => required.source.to_string(),
            None if name == "terraform" => BUILT_IN.to_owned(),
            None => format!("registry.terraform.io/hashicorp/{name}"),
        }
    };
    for required in &module.required_providers {
        let of = uses.entry(required.source.to_string()).or_default();
        of.constraints.extend(required.version.as_ref().map(ToString::to_string));
    }
    for resource in module.resources.iter().filter(|resource| resource.mode != ResourceMode::Ephemeral) {
        let named = resource.meta.provider.as_ref().map(|(name, _)| name.as_str());
        let by_type = resource.type_name.split('_').next().unwrap_or_default();
        uses.entry(source(named.unwrap_or(by_type))).or_default().has_resources = true;
    }
    for module in module.calls.iter().filter_map(|call| call.module.as_deref()) {
        collect(module, uses);
    }
}

/// Returns the warning about a binary that did not answer.
fn unusable(source: &str, reason: &str) -> Diagnostic {
    let name = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    Diagnostic::warning("provider-not-asked", format!("the binary of provider `{name}` did not answer"))
        .detail(reason)
        .hint("its changes are predicted from built-in knowledge, if there is any, and undecided otherwise")
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
