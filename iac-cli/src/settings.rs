//! `[package.metadata.iac]`: what a package says of its own program.

use std::path::PathBuf;

use serde::Deserialize;

/// What a package says of its own program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The binary that describes the infrastructure.
    pub(crate) bin: Option<String>,
    /// The example that does.
    pub(crate) example: Option<String>,
    /// Where `iac synth` writes, relative to the package.
    pub(crate) out: Option<PathBuf>,
}
