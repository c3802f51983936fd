//! Command-line arguments of a program. Parsed by hand, so that programs do not compile an argument parser for four
//! options.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use crate::synth::Syntax;

pub(super) const HELP: &str = "\
Write the Terraform configuration of every stack, and a manifest

Usage: program [OPTIONS]

Options:
      --out <DIR>          Write to this directory [default: iac.out]
      --check              Write nothing; exit with code 5 if the files on disk differ
      --syntax <SYNTAX>    Write HCL or Terraform JSON [default: hcl] [possible values: hcl, json]
  -q, --quiet              Print only warnings and errors
  -h, --help               Print help
";

/// The action requested by the arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    Synthesize(Arguments),
}

/// Options of a synthesis.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    pub(super) out: PathBuf,
    pub(super) check: bool,
    pub(super) quiet: bool,
    pub(super) syntax: Syntax,
}

/// Error returned for invalid command-line arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UsageError {
    Unexpected(String),
    MissingValue(String),
    UnknownSyntax(String),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected(argument) => write!(f, "unexpected argument `{argument}`"),
            Self::MissingValue(argument) => write!(f, "`{argument}` needs a value"),
            Self::UnknownSyntax(syntax) => write!(f, "unknown syntax `{syntax}`: expected `hcl` or `json`"),
        }
    }
}

impl Arguments {
    pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Request, UsageError> {
        let mut parsed =
            Self { out: PathBuf::from("iac.out"), check: false, quiet: false, syntax: Syntax::default() };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            let (name, inline) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text.as_str(), None),
            };
            let mut value = || {
                inline.clone().or_else(|| arguments.next()).ok_or(UsageError::MissingValue(name.to_owned()))
            };
            match name {
                "--out" => parsed.out = value()?.into(),
                "--syntax" => parsed.syntax = syntax(&value()?)?,
                "--check" => parsed.check = true,
                "-q" | "--quiet" => parsed.quiet = true,
                "-h" | "--help" => return Ok(Request::Help),
                _ => return Err(UsageError::Unexpected(text)),
            }
        }
        Ok(Request::Synthesize(parsed))
    }
}

fn syntax(value: &OsStr) -> Result<Syntax, UsageError> {
    match value.to_str() {
        Some("hcl") => Ok(Syntax::Hcl),
        Some("json") => Ok(Syntax::Json),
        _ => Err(UsageError::UnknownSyntax(value.to_string_lossy().into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Request, UsageError> {
        Arguments::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn values_are_separate_or_joined_by_an_equals_sign() {
        let expected = || Arguments { out: "out".into(), check: true, quiet: false, syntax: Syntax::Json };
        for arguments in [
            ["--out", "out", "--check", "--syntax=json"].as_slice(),
            &["--check", "--out=out", "--syntax", "json"],
        ] {
            assert_eq!(parse(arguments), Ok(Request::Synthesize(expected())));
        }
    }

    #[test]
    fn invalid_arguments_are_rejected() {
        for (arguments, message) in [
            (["--chek"].as_slice(), "unexpected argument `--chek`"),
            (&["--out"], "`--out` needs a value"),
            (&["--syntax", "yaml"], "unknown syntax `yaml`: expected `hcl` or `json`"),
        ] {
            assert_eq!(parse(arguments).unwrap_err().to_string(), message);
        }
    }
}
