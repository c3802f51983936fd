//! Where results go.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::command_error::CommandError;

/// What stands for stdout.
pub(crate) const STDOUT: &str = "-";

/// Writes a result. A file is replaced as a whole or not at all; `-` is stdout; a device or pipe is written directly.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), CommandError> {
    if path == Path::new(STDOUT) {
        return match anstream::stdout().write_all(contents).and_then(|()| anstream::stdout().flush()) {
            // Who closes a pipe has read enough.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(CommandError::because("cannot write to stdout", error))
            }
            _ => Ok(()),
        };
    }
    let written = match fs::metadata(path) {
        Ok(existing) if !existing.is_file() && !existing.is_dir() => fs::write(path, contents),
        // What a link leads to is replaced, not the link.
        Ok(_) => fs::canonicalize(path).and_then(|path| replace(&path, contents)),
        Err(_) => replace(path, contents),
    };
    written.map_err(|error| CommandError::file("cannot write", path, error))
}

fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Err(ErrorKind::IsADirectory.into()) };
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let replaced = fs::write(&temporary, contents).and_then(|()| fs::rename(&temporary, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    replaced
}
