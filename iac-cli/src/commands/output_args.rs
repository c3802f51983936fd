//! Options for the format and the destination of results.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::output::STDOUT;

/// An output format of a command. Every command with formats has JSON.
pub(crate) trait OutputFormat: Copy + Send + Sync + ValueEnum + 'static {
    /// The name of the default format.
    const DEFAULT: &'static str;
    const JSON: Self;
}

/// `--format`, `--json` and `--out`.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs<F: OutputFormat> {
    // `default_value_t` would keep the default in a static, which all formats would share.
    /// Print in this format
    #[arg(short, long, value_enum, default_value = F::DEFAULT)]
    format: F,

    /// Shorthand for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to this file; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = STDOUT)]
    pub(crate) out: PathBuf,
}

impl<F: OutputFormat> OutputArgs<F> {
    pub(crate) fn format(&self) -> F {
        if self.json { F::JSON } else { self.format }
    }
}
