//! Sources of states: files, stdin, Terraform, object stores and HTTP.
//!
//! [`StateSource::named`] is the source given by `--state`; [`StateSource::of_stack`] is the stack's own. Reading
//! returns what was [`Found`]: a state, or the certainty that none exists yet. If the location of a state is unknown,
//! that is an error.

mod agreement;
mod backend;
mod hash;
pub(crate) mod other;
mod place;
pub(crate) mod pull;
#[cfg(feature = "remote-state")]
mod remote;
mod settings;
#[cfg(test)]
mod tests;

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iac_core::Text;
use iac_plan::plan::{StateContents, StateRecord};
use iac_plan::state::State;

pub(crate) use self::pull::Pull;
use crate::command_error::CommandError;
use crate::data_directory::is_missing;
use crate::output::STDOUT;

/// The maximum size of a state, which is held in memory: 2 GiB.
const LIMIT: u64 = 2 << 30;

/// The location of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StateSource {
    /// A file.
    File(PathBuf),
    /// The state file of a stack. It does not exist before the first apply.
    Local(Local),
    /// Stdin.
    Stdin,
    /// The backend of a stack, read by Terraform.
    Pull(Pull),
    /// An object store or HTTP server.
    Remote(Remote),
    /// No state (`--no-state`).
    Nothing,
}

/// The state file of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    path: PathBuf,
    /// The backend or workspace that determines the path; `None` for the default path.
    by: Option<String>,
    /// A state that `terraform init` would move to this location.
    leftover: Option<PathBuf>,
}

/// An object store or HTTP server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    /// `s3://bucket/key`, `gs://bucket/object`, `az://container/blob`, `https://…`.
    pub(crate) url: String,
    /// The settings of the backend, by Terraform's names. They may contain secrets.
    pub(crate) settings: Vec<(String, String)>,
    /// The workspace if this is the backend of a stack: before the first apply, it has no state.
    pub(crate) workspace: Option<String>,
    /// A state that `terraform init` would move to this location.
    pub(crate) leftover: Option<PathBuf>,
}

/// The result of reading a source: a state, or none, with the reason why that is certain.
#[derive(Debug)]
pub(crate) struct Found {
    /// The contents of the state; empty if there is none.
    pub(crate) text: Vec<u8>,
    /// The modification time, if the source reports it.
    modified: Option<SystemTime>,
    /// The reason why no state exists.
    absent: Option<String>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("url", &public(&self.url)).finish_non_exhaustive()
    }
}

/// Returns a URL without user, password, query and fragment, which may contain secrets.
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
            Self::File(path) | Self::Local(Local { path, .. }) => path.display().fmt(f),
            Self::Stdin => f.write_str("stdin"),
            Self::Pull(pull) => write!(f, "backend `{}` of `{}`", pull.backend, pull.directory.display()),
            Self::Remote(remote) => f.write_str(&public(&remote.url)),
            Self::Nothing => f.write_str("--no-state"),
        }
    }
}

impl Found {
    fn text(text: Vec<u8>) -> Self {
        Self { text, modified: None, absent: None }
    }

    fn absent(reason: impl Into<String>) -> Self {
        Self { text: Vec::new(), modified: None, absent: Some(reason.into()) }
    }

    /// Returns the record of the state for reports. The serial and lineage are given if the format of the state has
    /// them.
    pub(crate) fn record(
        &self,
        source: &StateSource,
        serial: Option<u64>,
        lineage: Option<&str>,
    ) -> StateRecord {
        let contents = match &self.absent {
            Some(reason) => StateContents::Absent { reason: reason.as_str().into() },
            None => StateContents::Present {
                serial,
                lineage: lineage.map(Text::from),
                modified: self.modified.and_then(rfc3339),
            },
        };
        StateRecord { source: source.to_string().into(), contents }
    }

    /// Decodes the state and returns it with its record. Errors name the source.
    pub(crate) fn decode(&self, source: &StateSource) -> Result<(State<'_>, StateRecord), CommandError> {
        let state = State::decode(&self.text).map_err(|error| {
            let hint = error.hint();
            CommandError::because(format!("cannot parse the state in `{source}`"), error).maybe_hint(hint)
        })?;
        // `terraform show -json` prints neither serial nor lineage.
        let has_header = !state.lineage.is_empty();
        let lineage = has_header.then_some(&*state.lineage);
        let record = self.record(source, has_header.then_some(state.serial), lineage);
        Ok((state, record))
    }
}

/// Formats a time in UTC.
fn rfc3339(time: SystemTime) -> Option<Text> {
    // Times before 1970 and after 9999 are not plausible, and have no RFC 3339 form.
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds < 253_402_300_800).then(|| {
        humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string().into()
    })
}

impl StateSource {
    /// Returns the source given by `--state`: `-` is stdin, URLs are remote, anything else is a file.
    pub(crate) fn named(name: &Path) -> Self {
        if name == Path::new(STDOUT) {
            return Self::Stdin;
        }
        let is_url = |name: &&str| {
            ["s3://", "gs://", "az://", "http://", "https://"].iter().any(|scheme| name.starts_with(scheme))
        };
        match name.to_str().filter(is_url) {
            Some(url) => Self::Remote(Remote {
                url: url.to_owned(),
                settings: Vec::new(),
                workspace: None,
                leftover: None,
            }),
            None => Self::File(name.to_owned()),
        }
    }

    /// Returns `true` if only Terraform can read it.
    pub(crate) const fn is_pulled(&self) -> bool {
        matches!(self, Self::Pull(_))
    }

    /// Reads the state.
    pub(crate) fn read(&self) -> Result<Found, CommandError> {
        match self {
            Self::File(path) => match file(path) {
                Ok(found) if is_blank(&found.text) => Err(empty(format_args!("`{}`", path.display()))),
                found => found.map_err(|error| CommandError::file("cannot read", path, error)),
            },
            Self::Local(local) => local.read(),
            Self::Stdin => {
                let text = read_all(io::stdin().lock(), 0);
                let text =
                    text.map_err(|error| CommandError::because("cannot read the state from stdin", error))?;
                if is_blank(&text) {
                    return Err(empty("stdin")
                        .hint("`terraform state pull` prints nothing if it fails: see its error on stderr"));
                }
                Ok(Found::text(text))
            }
            Self::Pull(pull) => pull.read(&env::var_os("PATH").unwrap_or_default()),
            #[cfg(feature = "remote-state")]
            Self::Remote(remote) => remote.read(),
            #[cfg(not(feature = "remote-state"))]
            Self::Remote(_) => Err(CommandError::new(format!(
                "cannot read `{self}`: this `iac` was built without remote states"
            ))
            .hint("install it with `cargo install iac-cli --features remote-state`")
            .hint("or read it with Terraform: `terraform state pull | iac plan --state -`")),
            Self::Nothing => Ok(Found::absent("`--no-state` was given")),
        }
    }
}

impl Local {
    fn read(&self) -> Result<Found, CommandError> {
        let Self { path, by, leftover } = self;
        let absent = |what| {
            let path = path.display();
            Found::absent(match by {
                Some(by) => format!("{by} keeps it in `{path}`, which {what}"),
                None => format!("no backend is configured, and `{path}` {what}"),
            })
        };
        match file(path) {
            Err(error) if is_missing(&error) => {
                check_leftover(leftover.as_deref())?;
                Ok(absent("does not exist"))
            }
            // Terraform treats an empty file as no state, too.
            Ok(found) if found.text.is_empty() => Ok(absent("is empty")),
            Ok(found) if is_blank(&found.text) => Err(empty(format_args!("`{}`", path.display()))),
            found => found.map_err(|error| CommandError::file("cannot read", path, error)),
        }
    }
}

/// Fails if an uninitialized backend has no state, but the stack has one that `terraform init` would move there.
fn check_leftover(leftover: Option<&Path>) -> Result<(), CommandError> {
    match leftover {
        Some(file) if file.metadata().is_ok_and(|metadata| metadata.len() > 0) => Err(CommandError::new(
            format!("the backend has no state, but `{}` has one that was not moved there", file.display()),
        )
        .hint("run `terraform init` to move it")
        .hint("or choose with `--state FILE` or `--no-state`")),
        _ => Ok(()),
    }
}

fn empty(what: impl fmt::Display) -> CommandError {
    CommandError::new(format!("expected a state, but {what} is empty"))
        .hint("use `--no-state` to plan as if nothing existed")
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_whitespace)
}

/// Reads a file and its modification time.
fn file(path: &Path) -> io::Result<Found> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let modified = metadata.modified().ok().filter(|_| metadata.is_file());
    Ok(Found { text: read_all(file, metadata.len())?, modified, absent: None })
}

/// Reads to the end. Fails if the contents exceed the maximum size of a state.
fn read_all(reader: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(ErrorKind::FileTooLarge, "the state exceeds the limit of 2 GiB");
    if size > LIMIT {
        return Err(too_large());
    }
    let mut text = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    reader.take(LIMIT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LIMIT { Err(too_large()) } else { Ok(text) }
}
