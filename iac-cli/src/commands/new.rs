//! `iac new`

mod files;
pub(crate) mod iac_source;
mod installed;

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;

use self::files::Project;
use self::iac_source::IacSourceArgs;
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::terminal::Terminal;

/// Start a project
///
/// Writes a small network on AWS as a Rust program, with a test. It compiles, and nothing in it costs money. Existing
/// files are never changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewArgs {
    /// Directory to create; one that is there has to be empty
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// Name of the package, if not that of the directory
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    source: IacSourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac new infra                        Start a project in ./infra
  iac new . --name infra               Start it in the current, empty directory
  iac new infra --iac-path ../iac      Build on a checkout of iac";

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
        .map_err(|error| CommandError::because("cannot tell the current directory", error))?;
    let name = if let Some(name) = &args.name {
        check_name(name)?
    } else {
        let name = directory.components().next_back().and_then(|last| last.as_os_str().to_str());
        check_name(name.unwrap_or_default())
            .map_err(|error| error.hint("`--name` gives the package another name"))?
    };
    let source = args.source.source()?;
    Project { name, source: &source }.write(&directory)?;

    terminal.status("Created", format_args!("`{name}` in {}", args.path.display()));
    if let Some(workspace) = workspace_around(&directory) {
        terminal.hint(format_args!("add the package to `members` in {}", workspace.display()));
    }
    let is_here = env::current_dir().is_ok_and(|here| here == directory);
    let enter = if is_here { String::new() } else { format!("cd {} && ", args.path.display()) };
    terminal.hint(format_args!("`{enter}iac synth` writes the Terraform configuration"));
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
    let error = CommandError::new(format!("`{name}` cannot be the name of a package"));
    Err(error.hint(if is_reserved {
        "Rust, Cargo or a dependency has that name already"
    } else {
        "a name begins with a letter, and has letters, digits, `-` and `_`"
    }))
}

/// Returns the `Cargo.toml` of the workspace that contains a directory.
fn workspace_around(directory: &Path) -> Option<PathBuf> {
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
