//! Installs `iac` in a pipeline, in the version that generated it.

use super::location::Repository;
use super::shell;
use crate::command_error::CommandError;
use crate::commands::new::iac_source::IacSource;

/// The arguments of `cargo install` for the pinned version. The registry's index has checksums of the sources, and
/// `--locked` those of the dependencies.
pub(super) fn arguments(source: &IacSource, repository: &Repository) -> Result<String, CommandError> {
    let from = match source {
        IacSource::Version(version) => format!("iac-cli --version {}", shell(&format!("={version}"))),
        IacSource::Git { url, rev } => {
            let rev = rev.as_deref().filter(|rev| is_commit(rev)).ok_or_else(|| {
                CommandError::new(format!("`{url}` is not pinned to a commit"))
                    .hint("name the commit with `--iac-rev`: branches and tags can move")
            })?;
            format!("iac-cli --git {} --rev {rev}", shell(url))
        }
        IacSource::Path(root) => {
            let path = repository.relative(&root.join("iac-cli")).map_err(|_| {
                let message = format!("the pipeline cannot install `iac` from `{}`", root.display());
                CommandError::new(message)
                    .hint("this `iac` was built from a directory outside of the Git repository")
                    .hint("choose a source with `--iac-version`, or with `--iac-git` and `--iac-rev`")
            })?;
            format!("--path {}", shell(&path))
        }
    };
    Ok(format!("{from} --locked"))
}

/// The arguments as part of a cache key.
pub(super) fn cache_key(arguments: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    let plain: String = arguments.chars().map(|each| if is_plain(each) { each } else { '-' }).collect();
    plain.trim_matches('-').to_owned()
}

/// Returns true for a full or abbreviated commit hash.
fn is_commit(rev: &str) -> bool {
    (7..=64).contains(&rev.len()) && rev.bytes().all(|byte| byte.is_ascii_hexdigit())
}
