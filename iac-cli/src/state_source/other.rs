//! States of other configurations, for `terraform_remote_state`.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use iac_lang::Value;
use iac_lang::config::Module;
use iac_plan::plan::{Plan, RemoteStates};
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
}

/// The outputs that planned stacks will have once their plans are applied.
#[derive(Debug, Default)]
pub(crate) struct PlannedOutputs(HashMap<Place, Vec<Output>>);

impl PlannedOutputs {
    /// Adds the outputs of the stack in a directory.
    pub(crate) fn add(&mut self, directory: &Path, module: &Module, plan: &Plan) -> Result<(), CommandError> {
        let Some(place) = Place::of_stack(directory, module)? else { return Ok(()) };
        let outputs = plan.outputs.iter().filter(|output| !output.after.is_null());
        let output = |output: &iac_plan::plan::OutputChange| Output {
            name: output.name.clone(),
            value: output.after.clone(),
            // The value has its type.
            ty: String::new(),
            sensitive: output.after_sensitive,
        };
        self.0.insert(place, outputs.map(output).collect());
        Ok(())
    }
}

impl RemoteStates for OtherStates<'_> {
    fn outputs(&self, backend: &str, config: &Value, workspace: &str) -> Result<Option<Vec<Output>>, String> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let backend = Backend::of_value(backend, config);
        let place = Place::of_backend(&self.directory, &backend, workspace);
        if let Some(outputs) = self.planned.0.get(&place) {
            return Ok(Some(outputs.clone()));
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
