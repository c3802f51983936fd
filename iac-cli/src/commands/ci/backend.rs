//! Stacks without a remote backend are refused: their state would be lost with the machine that the job ran on.

use std::path::Path;

use iac_lang::config::load;

use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::manifest::Stack;

/// Backends that keep the state on the machine that runs Terraform.
const LOCAL: &[&str] = &["local", "inmem"];

/// Fails if one of the stacks keeps its state on the machine that runs Terraform.
pub(super) fn require_remote(stacks: &[Stack], directory: &Path) -> Result<(), CommandError> {
    let mut without = Vec::new();
    for stack in stacks {
        let directory = directory.join(&stack.path);
        let path = directory.to_str().ok_or_else(|| {
            CommandError::new(format!("the path `{}` is not valid UTF-8", directory.display()))
        })?;
        let loaded = load(path, &Disk).map_err(CommandError::diagnosed)?;
        let is_remote = match &loaded.module.backend {
            // A `cloud` block has no label.
            Some((label, _)) => label.as_ref().is_none_or(|label| !LOCAL.contains(&label.as_str())),
            None => false,
        };
        if !is_remote {
            without.push(format!("`{}`", stack.name));
        }
    }
    if without.is_empty() {
        return Ok(());
    }
    let noun = if without.len() == 1 { "stack" } else { "stacks" };
    Err(CommandError::new(format!("no remote backend for {noun} {}", without.join(", ")))
        .hint("a pipeline loses a local state with the machine that it ran on")
        .hint("add a `Backend` or `Cloud` block to each stack"))
}
