//! `iac new`

mod files;
pub(crate) mod iac_source;
mod installed;
pub(crate) mod source_args;

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;

pub(super) use self::files::Created;
use self::files::Project;
use self::source_args::IacSourceArgs;
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::terminal::Terminal;

/// Create a project
///
/// Writes a Rust program that defines a small AWS network, with a test. AWS does not charge for these resources. Existing
/// files are never changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewArgs {
    /// Directory to create; an existing one must be empty
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// Set the package name; the default is the name of the directory
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    source: IacSourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac new infra                        Create a project in ./infra
  iac new . --name infra               Create it in the current, empty directory
  iac new infra --iac-path ../iac      Depend on a checkout of iac";

/// Package names that Cargo rejects, or that a dependency has.
const RESERVED: &[&str] = &[
    "alloc",
    "build",
    "core",
    "deps",
    "examples",
    "iac-aws",
    "iac-core",
    "incremental",
    "insta",
    "proc-macro",
    "std",
    "test",
];

pub(crate) fn run(args: &NewArgs, terminal: &Terminal) -> CommandResult {
    let directory = std::path::absolute(&args.path)
        .map_err(|error| CommandError::because("cannot determine the current directory", error))?;
    let name = if let Some(name) = &args.name {
        check_name(name)?
    } else {
        let name = directory.components().next_back().and_then(|last| last.as_os_str().to_str());
        check_name(name.unwrap_or_default()).map_err(|error| error.hint("set another name with `--name`"))?
    };
    let source = args.source.source()?;
    Project { name, source: &source }.write(&directory)?;

    terminal.status("Created", format_args!("`{name}` in {}", args.path.display()));
    if let Some(workspace) = workspace_around(&directory) {
        terminal.hint(format_args!("add the package to `members` in {}", workspace.display()));
    }
    let is_here = env::current_dir().is_ok_and(|here| here == directory);
    let enter = if is_here { String::new() } else { format!("cd {} && ", args.path.display()) };
    terminal.hint(format_args!("run `{enter}iac synth` to write the Terraform configuration"));
    Ok(Outcome::Success)
}

/// Rejects package names that Cargo would reject.
fn check_name(name: &str) -> Result<&str, CommandError> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_word);
    let identifier = iac_codegen::names::identifier(name);
    let is_reserved = identifier.ends_with('_') && !name.ends_with('_')
        || RESERVED.contains(&name.replace('_', "-").as_str());
    if is_name && !is_reserved {
        return Ok(name);
    }
    let error = CommandError::new(format!("invalid package name `{name}`"));
    Err(error.hint(if is_reserved {
        "the name is reserved by Rust or Cargo, or is that of a dependency"
    } else {
        "start with a letter, and use only letters, digits, `-` and `_`"
    }))
}

/// Returns the `Cargo.toml` of the workspace that contains a directory.
pub(super) fn workspace_around(directory: &Path) -> Option<PathBuf> {
    let mut manifests = directory.ancestors().skip(1).map(|above| above.join("Cargo.toml"));
    let is_workspace = |manifest: &PathBuf| {
        std::fs::read_to_string(manifest)
            .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[workspace")))
    };
    manifests.find(is_workspace)
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn package_names_follow_cargo() {
        for name in ["infra", "my-infra_2", "Infra"] {
            assert_eq!(check_name(name).ok(), Some(name));
        }
        for name in ["", "2fast", "my infra", "größe", "fn", "test", "iac_core", "a/b"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
