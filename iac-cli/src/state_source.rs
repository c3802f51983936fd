//! Where a state is read from: a file, stdin, Terraform itself, or a place on the network.
//!
//! What `--state` names, [`StateSource::named`] says; without it, [`StateSource::of_stack`] finds the stack's own.

pub(crate) mod backend;
pub(crate) mod pull;
#[cfg(feature = "remote-state")]
mod remote;
#[cfg(test)]
mod tests;

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::command_error::CommandError;
use crate::output::STDOUT;

/// The largest state that is read. Its text is held in memory.
const LIMIT: u64 = 2 << 30;

/// Where a state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StateSource {
    /// A file.
    File(PathBuf),
    /// The file of a stack that keeps its state beside itself. It is not there before the first apply.
    Local(PathBuf),
    /// Stdin.
    Stdin,
    /// The backend of the stack in this directory, which Terraform reads.
    Pull(PathBuf),
    /// A place on the network.
    Remote(Remote),
}

/// A place on the network.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    /// `s3://bucket/key`, `gs://bucket/object`, `az://container/blob`, `https://…`.
    pub(crate) url: String,
    /// What is known beside it: the settings of the backend, by Terraform's names. Secrets may be among them.
    pub(crate) settings: Vec<(String, String)>,
    /// Whether nothing there is an empty state: a backend has none before the first apply.
    pub(crate) may_be_missing: bool,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("url", &public(&self.url)).finish_non_exhaustive()
    }
}

/// A URL without what may be secret in it: user, password and query.
fn public(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

impl fmt::Display for StateSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Local(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("stdin"),
            Self::Pull(directory) => write!(f, "the backend of `{}`", directory.display()),
            Self::Remote(remote) => f.write_str(&public(&remote.url)),
        }
    }
}

impl StateSource {
    /// What `--state` names: `-` is stdin, a URL a place on the network, everything else a file.
    pub(crate) fn named(name: &Path) -> Self {
        if name == Path::new(STDOUT) {
            return Self::Stdin;
        }
        let is_url = |name: &&str| {
            ["s3://", "gs://", "az://", "http://", "https://"].iter().any(|scheme| name.starts_with(scheme))
        };
        match name.to_str().filter(is_url) {
            Some(url) => {
                Self::Remote(Remote { url: url.to_owned(), settings: Vec::new(), may_be_missing: false })
            }
            None => Self::File(name.to_owned()),
        }
    }

    /// The state's text. Nothing at all is an empty state.
    pub(crate) fn read(&self) -> Result<Vec<u8>, CommandError> {
        let file = |path: &Path| {
            File::open(path).and_then(|file| {
                let size = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
                read_all(file, size)
            })
        };
        match self {
            Self::File(path) => file(path).map_err(|error| CommandError::file("cannot read", path, error)),
            Self::Local(path) => match file(path) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                text => text.map_err(|error| CommandError::file("cannot read", path, error)),
            },
            Self::Stdin => {
                let text = read_all(io::stdin().lock(), 0);
                text.map_err(|error| CommandError::because("cannot read the state from stdin", error))
            }
            Self::Pull(directory) => pull::read(directory, &std::env::var_os("PATH").unwrap_or_default()),
            #[cfg(feature = "remote-state")]
            Self::Remote(remote) => remote::read(remote),
            #[cfg(not(feature = "remote-state"))]
            Self::Remote(_) => {
                Err(CommandError::new(format!("cannot read `{self}`: this `iac` was built without it"))
                    .hint("run `cargo install iac-cli --features remote-state`")
                    .hint("or let Terraform read it: `terraform state pull | iac plan --state -`"))
            }
        }
    }
}

/// Where Terraform keeps what `init` makes, for the stack in a directory.
pub(crate) fn data_directory(directory: &Path) -> PathBuf {
    let chosen = env::var_os("TF_DATA_DIR").filter(|path| !path.is_empty());
    directory.join(chosen.as_deref().unwrap_or_else(|| OsStr::new(".terraform")))
}

/// The workspace that Terraform would use for the stack in a directory.
pub(crate) fn workspace(directory: &Path) -> String {
    let chosen = || fs::read_to_string(data_directory(directory).join("environment")).ok();
    let name = env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty()).or_else(chosen);
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "default".to_owned())
}

/// Reads to the end, but no more than a state may hold.
fn read_all(reader: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let too_large =
        || io::Error::new(ErrorKind::FileTooLarge, "it is larger than 2 GiB, which is more than is read");
    if size > LIMIT {
        return Err(too_large());
    }
    let mut text = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    reader.take(LIMIT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LIMIT { Err(too_large()) } else { Ok(text) }
}
