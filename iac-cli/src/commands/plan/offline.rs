//! The offline planner, with built-in provider knowledge or with provider binaries.

use std::sync::OnceLock;
use std::thread;

use iac_lang::config::{Loaded, Module, VariableSources, VariableValues, variables};
use iac_plan::plan::{Options, Request, StateRecord, plan as make_plan, plan_readable};
use iac_plan::state::State;

use super::input::Input;
use super::options::{OptionArgs, ParsedOptions};
use super::providers::Providers;
use super::{PlannedStack, Planner};
use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::state_source::other::{OtherStates, PlannedOutputs};
use crate::state_source::{Found, StateSource};
use crate::terminal::Terminal;

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

    let providers = Providers::new(planner, &input, &loaded.module, &state, args, terminal)?;
    let spinner = (planner == Planner::Provider).then(|| terminal.spinner());
    let entries = providers.entries();
    let others =
        |in_doubt| OtherStates { directory: input.terraform_directory.clone(), planned: upstream, in_doubt };
    let (certain, doubtful) = (others(false), others(true));
    let options = options.options(refreshed.as_ref(), &input.terraform_directory, &certain)?;
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
        if !upstream.has_unknown() {
            return Err(errors);
        }
        let options = Options { remote_states: Some(&doubtful), ..options.clone() };
        make_plan(&Request { options: &options, ..request })
    };
    let mut plan = make_plan(&request).or_else(retry).map_err(|errors| {
        let error = CommandError::diagnosed(errors);
        match providers.choice.as_ref().and_then(|choice| choice.remark.clone()) {
            Some(remark) => error.hint(remark),
            None => error,
        }
    })?;
    drop(spinner);
    plan.state = Some(record);
    providers.record(&mut plan);
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
