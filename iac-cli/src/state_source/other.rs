//! States of other configurations, for `terraform_remote_state`.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use iac_lang::Value;
use iac_lang::config::Module;
use iac_lang::value::Unknown;
use iac_plan::plan::{OutputChange, Plan, RemoteStates};
use iac_plan::state::Output;

use super::StateSource;
use super::place::Place;
use super::settings::Backend;
use crate::command_error::CommandError;

/// Reads states as the backends of stacks are read, without Terraform; those of planned stacks are not read, because
/// their plans show which outputs they will have.
#[derive(Debug)]
pub(crate) struct OtherStates<'a> {
    /// The directory that paths are relative to.
    pub(crate) directory: PathBuf,
    pub(crate) planned: &'a PlannedOutputs,
    /// Whether what is unknown in plans is undecided: Terraform will know it when it plans this stack.
    pub(crate) in_doubt: bool,
}

/// The outputs that planned stacks will have once their plans are applied.
#[derive(Debug, Default)]
pub(crate) struct PlannedOutputs(HashMap<Place, Planned>);

#[derive(Debug)]
struct Planned {
    outputs: Vec<Output>,
    /// Why unknown values are undecided for other stacks.
    doubt: Unknown,
}

impl PlannedOutputs {
    /// Adds the outputs of a stack in a directory.
    pub(crate) fn add(
        &mut self,
        stack: &str,
        directory: &Path,
        module: &Module,
        plan: &Plan,
    ) -> Result<(), CommandError> {
        let Some(place) = Place::of_stack(directory, module)? else { return Ok(()) };
        let doubt = Unknown::undecided(format!("the value is known after stack `{stack}` is applied"));
        let output = |output: &OutputChange| Output {
            name: output.name.clone(),
            // An unknown value may turn out to be the one from before, so that nothing changes.
            value: output.after.clone().doubted((!output.before.is_null()).then_some(&doubt)),
            // The value has its type.
            ty: String::new(),
            sensitive: output.after_sensitive,
        };
        let outputs = plan.outputs.iter().filter(|output| !output.after.is_null()).map(output).collect();
        self.0.insert(place, Planned { outputs, doubt });
        Ok(())
    }

    /// Returns `true` if any output is unknown.
    pub(crate) fn has_unknown(&self) -> bool {
        let mut outputs = self.0.values().flat_map(|planned| &planned.outputs);
        outputs.any(|output| !output.value.is_wholly_known())
    }
}

impl RemoteStates for OtherStates<'_> {
    fn outputs(&self, backend: &str, config: &Value, workspace: &str) -> Result<Option<Vec<Output>>, String> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let backend = Backend::of_value(backend, config);
        let place = Place::of_backend(&self.directory, &backend, workspace);
        if let Some(Planned { outputs, doubt }) = self.planned.0.get(&place) {
            let mut outputs = outputs.clone();
            for output in outputs.iter_mut().filter(|_| self.in_doubt) {
                output.value = std::mem::replace(&mut output.value, Value::Null).doubted(Some(doubt));
            }
            return Ok(Some(outputs));
        }
        let read = || {
            let Some(source) = StateSource::of_backend(&self.directory, backend, workspace, &variable)?
            else {
                return Ok(Ok(None));
            };
            let found = source.read()?;
            if let Some(reason) = &found.absent {
                return Ok(Err(format!("there is no state: {reason}")));
            }
            let (state, _) = found.decode(&source)?;
            Ok(Ok(Some(state.outputs)))
        };
        read().unwrap_or_else(|error: CommandError| Err(error.kind.to_string()))
    }
}
