//! States of other configurations, for `terraform_remote_state`.

use std::env;
use std::path::PathBuf;

use iac_lang::Value;
use iac_plan::plan::RemoteStates;
use iac_plan::state::Output;

use super::StateSource;
use super::settings::Backend;

/// Reads states as the backends of stacks are read, without Terraform.
#[derive(Debug)]
pub(crate) struct OtherStates {
    /// The directory that paths are relative to.
    pub(crate) directory: PathBuf,
}

impl RemoteStates for OtherStates {
    fn outputs(&self, backend: &str, config: &Value, workspace: &str) -> Result<Option<Vec<Output>>, String> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let backend = Backend::of_value(backend, config);
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
        read().unwrap_or_else(|error: crate::command_error::CommandError| Err(error.kind.to_string()))
    }
}
