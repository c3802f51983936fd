//! The source of `iac` itself, as dependencies of a new project name it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The source of `iac`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum IacSource {
    Path(PathBuf),
    Git { url: String, rev: Option<String> },
    Version(String),
}

/// Returns true if a directory is a checkout of the repository.
pub(super) fn is_checkout(directory: &Path) -> bool {
    ["iac-core", "iac-aws"].iter().all(|name| directory.join(name).join("Cargo.toml").is_file())
}

impl IacSource {
    /// Returns the source of a program that was not installed, or was moved since: its checkout if that still exists,
    /// the commit if Cargo made the checkout, and otherwise the version.
    pub(super) fn of_this_build(package: &Path) -> Self {
        let version = Self::Version(env!("CARGO_PKG_VERSION").to_owned());
        let Some(root) = package.parent().filter(|root| is_checkout(root)) else { return version };
        // ~/.cargo/git/checkouts/iac-0123456789abcdef/<commit>
        let names: Vec<_> = root.iter().rev().take(4).map(|name| name.to_string_lossy()).collect();
        match names.as_slice() {
            [commit, _, checkouts, git] if checkouts == "checkouts" && git == "git" => {
                Self::Git { url: env!("CARGO_PKG_REPOSITORY").to_owned(), rev: Some(commit.to_string()) }
            }
            _ => Self::Path(root.to_owned()),
        }
    }

    /// Returns the keys of a dependency on one of the crates for `Cargo.toml`.
    pub(in crate::commands) fn to_toml(&self, crate_name: &str) -> String {
        match self {
            Self::Path(root) => format!("path = {}", quoted(&root.join(crate_name).to_string_lossy())),
            Self::Git { url, rev: None } => format!("git = {}", quoted(url)),
            Self::Git { url, rev: Some(rev) } => format!("git = {}, rev = {}", quoted(url), quoted(rev)),
            Self::Version(version) => format!("version = {}", quoted(version)),
        }
    }
}

/// Returns a TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn programs_that_were_not_installed_use_the_checkout_they_were_built_in() {
        let directory = tempfile::tempdir().unwrap();
        let make = |root: &str| {
            let root = directory.path().join(root);
            for name in ["iac-core", "iac-aws", "iac-cli"] {
                fs::create_dir_all(root.join(name)).unwrap();
                fs::write(root.join(name).join("Cargo.toml"), "").unwrap();
            }
            root
        };
        let checkout = make("code/iac");
        assert_eq!(IacSource::of_this_build(&checkout.join("iac-cli")), IacSource::Path(checkout));
        let of_cargo = make("git/checkouts/iac-0123/abcdef0");
        let url = env!("CARGO_PKG_REPOSITORY").to_owned();
        let rev = Some("abcdef0".to_owned());
        assert_eq!(IacSource::of_this_build(&of_cargo.join("iac-cli")), IacSource::Git { url, rev });
        let registry = directory.path().join("registry/src/iac-cli-0.1.0");
        assert_eq!(
            IacSource::of_this_build(&registry),
            IacSource::Version(env!("CARGO_PKG_VERSION").to_owned())
        );
    }

    #[test]
    fn sources_are_written_as_toml() {
        let check = |source: IacSource, expected: &str| assert_eq!(source.to_toml("iac-core"), expected);
        check(IacSource::Path(r#"/a "b"\c"#.into()), r#"path = "/a \"b\"\\c/iac-core""#);
        check(
            IacSource::Git { url: "https://x".into(), rev: Some("v1".into()) },
            r#"git = "https://x", rev = "v1""#,
        );
        check(IacSource::Git { url: "https://x".into(), rev: None }, r#"git = "https://x""#);
        check(IacSource::Version("0.1.0".into()), r#"version = "0.1.0""#);
    }
}
