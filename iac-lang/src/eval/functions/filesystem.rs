//! Filesystem functions; they only read.

mod glob;

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::argument::{Arguments, Parameter, string};
use super::function::{Function, Outcome};
use super::string::text;
use super::{Context, FunctionError};
use crate::files::join;
use crate::value::Value;

const PATH: &[Parameter] = &[string("path")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::contextual("abspath", PATH, |arguments, context| {
        let directory = context.directory.unwrap_or_default();
        let path = join(directory, arguments.text(0));
        let unknown = || FunctionError::Failed("the working directory is unknown".to_owned());
        path.starts_with('/').then(|| text(path)).ok_or_else(unknown)
    }),
    Function::total("basename", PATH, |arguments| {
        let path = arguments.text(0);
        let parts = path.trim_end_matches('/');
        text(match parts.rsplit_once('/') {
            Some((_, name)) => name,
            None if !parts.is_empty() => parts,
            None if path.is_empty() => ".",
            None => "/",
        })
    }),
    Function::total("dirname", PATH, |arguments| {
        let path = arguments.text(0);
        text(path.rfind('/').map_or_else(|| ".".to_owned(), |end| join("", &path[..=end])))
    }),
    Function::contextual("file", PATH, |arguments, context| read_text(arguments, context).map(text)),
    Function::contextual("filebase64", PATH, |arguments, context| {
        read(arguments, context).map(|content| text(STANDARD.encode(content)))
    }),
    Function::contextual("fileexists", PATH, exists),
    Function::contextual("fileset", &[string("path"), string("pattern")], |arguments, context| {
        let files = glob::find(context.files, &path(arguments, context)?, arguments.text(1));
        let files = files.map_err(|message| arguments.error(1, message))?;
        Ok(Value::set(files.into_iter().map(text).collect()))
    }),
    Function::contextual("pathexpand", PATH, |arguments, context| path(arguments, context).map(text)),
];

/// Returns the path in the first argument, with `~` expanded to the home directory.
fn path(arguments: &Arguments, context: &Context<'_>) -> Result<String, FunctionError> {
    let path = arguments.text(0);
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_string()) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err(arguments.error(0, "home directories of other users are not supported"));
    }
    let home = context.home.ok_or_else(|| arguments.error(0, "the home directory is unknown"))?;
    Ok(if rest.is_empty() { home.to_owned() } else { join(home, rest.trim_start_matches('/')) })
}

/// Reads the file named by the first argument.
pub(super) fn read(arguments: &Arguments, context: &Context<'_>) -> Result<Vec<u8>, FunctionError> {
    let path = path(arguments, context)?;
    context.files.read(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => arguments.error(0, format!("no file exists at {path:?}")),
        _ => arguments.error(0, format!("cannot read {path:?}: {error}")),
    })
}

/// Reads the file named by the first argument as UTF-8.
pub(super) fn read_text(arguments: &Arguments, context: &Context<'_>) -> Result<String, FunctionError> {
    let not_text = |_| arguments.error(0, "the file is not valid UTF-8; use `filebase64` for binary files");
    String::from_utf8(read(arguments, context)?).map_err(not_text)
}

fn exists(arguments: &mut Arguments, context: &Context<'_>) -> Outcome {
    let path = join("", &path(arguments, context)?);
    let (directory, name) = match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some(parts) => parts,
        None => (".", &*path),
    };
    let entries = match context.files.list(directory) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Vec::new()
        }
        Err(error) => return Err(arguments.error(0, format!("cannot read {directory:?}: {error}"))),
    };
    match entries.iter().find(|entry| entry.name == name) {
        Some(entry) if entry.is_directory => Err(arguments.error(0, format!("{path:?} is a directory"))),
        entry => Ok(Value::Bool(entry.is_some())),
    }
}
