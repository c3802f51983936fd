//! The source that `cargo install` recorded for this program: it knows the exact repository and commit, which the program
//! itself does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::iac_source::IacSource;
use crate::command_error::CommandError;

/// The record of `cargo install`, beside the directory of programs.
const RECORD: &str = ".crates2.json";

#[derive(Deserialize)]
struct Record {
    installs: BTreeMap<String, Install>,
}

#[derive(Deserialize)]
struct Install {
    bins: Vec<String>,
}

/// Returns the source of an installed program; none if `cargo install` has not recorded one.
pub(super) fn source(program: &Path) -> Result<Option<IacSource>, CommandError> {
    let Some(package) = package(program) else { return Ok(None) };
    let unsupported = || {
        CommandError::new(format!("`iac` was installed from an unsupported source, `{package}`"))
            .hint("choose a source with `--iac-version`, or with `--iac-git` and `--iac-rev`")
    };
    parse(&package).map(Some).ok_or_else(unsupported)
}

/// Finds the package that a program belongs to: `iac-cli 0.1.0 (git+https://example.org/iac?rev=v1#0123…)`.
fn package(program: &Path) -> Option<String> {
    let name = program.file_stem()?.to_str()?;
    let record = fs::read(program.parent()?.parent()?.join(RECORD)).ok()?;
    let Record { installs } = serde_json::from_slice(&record).ok()?;
    let is_this = |package: &String, install: &Install| {
        package.starts_with("iac-cli ")
            && install.bins.iter().any(|bin| Path::new(bin).file_stem().is_some_and(|stem| stem == name))
    };
    installs.into_iter().find(|(package, install)| is_this(package, install)).map(|(package, _)| package)
}

fn parse(package: &str) -> Option<IacSource> {
    let (_, package) = package.split_once(' ')?;
    let (version, source) = package.split_once(" (")?;
    let (kind, url) = source.strip_suffix(')')?.split_once('+')?;
    match kind {
        "registry" if url == "https://github.com/rust-lang/crates.io-index" => {
            Some(IacSource::Version(version.to_owned()))
        }
        "sparse" if url == "https://index.crates.io/" => Some(IacSource::Version(version.to_owned())),
        "git" => {
            let (url, commit) = url.split_once('#')?;
            let url = url.split('?').next()?;
            Some(IacSource::Git { url: url.to_owned(), rev: Some(commit.to_owned()) })
        }
        "path" => {
            let package = PathBuf::from(url.strip_prefix("file://")?);
            Some(IacSource::Path(package.parent()?.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_name_the_version_commit_or_path() {
        let crates_io = "iac-cli 0.2.0 (registry+https://github.com/rust-lang/crates.io-index)";
        assert_eq!(parse(crates_io), Some(IacSource::Version("0.2.0".to_owned())));
        let url = "https://example.org/fork/iac".to_owned();
        let git = IacSource::Git { url, rev: Some("0123456789abcdef".to_owned()) };
        for query in ["", "?rev=v1", "?branch=main"] {
            let package = format!("iac-cli 0.2.0 (git+https://example.org/fork/iac{query}#0123456789abcdef)");
            assert_eq!(parse(&package).as_ref(), Some(&git));
        }
        assert_eq!(
            parse("iac-cli 0.2.0 (path+file:///src/iac/iac-cli)"),
            Some(IacSource::Path("/src/iac".into()))
        );
        // In another registry, the name could belong to another project.
        assert_eq!(parse("iac-cli 0.2.0 (sparse+https://registry.example.org/)"), None);
    }

    #[test]
    fn programs_are_found_in_the_record_beside_them() {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("bin/iac");
        assert_eq!(source(&program).unwrap(), None);
        let record = |source: &str| {
            let other =
                r#""other 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)": {"bins": ["iac"]}"#;
            let installs = format!(
                r#"{{"installs": {{{other}, "iac-cli 0.2.0 ({source})": {{"bins": ["cargo-iac", "iac"]}}}}}}"#
            );
            fs::write(root.path().join(RECORD), installs).unwrap();
        };
        record("registry+https://github.com/rust-lang/crates.io-index");
        assert_eq!(source(&program).unwrap(), Some(IacSource::Version("0.2.0".to_owned())));
        assert_eq!(source(&root.path().join("bin/another")).unwrap(), None);
        record("registry+https://registry.example.org/index");
        assert!(source(&program).is_err());
    }
}
