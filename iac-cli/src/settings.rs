//! `[package.metadata.iac]`: settings in the Cargo.toml of a program.

use std::path::PathBuf;

use serde::Deserialize;

/// Settings of a program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The binary that defines the infrastructure.
    pub(crate) bin: Option<String>,
    /// The example that defines the infrastructure.
    pub(crate) example: Option<String>,
    /// The output directory of `iac synth`, relative to the package.
    pub(crate) out: Option<PathBuf>,
}
