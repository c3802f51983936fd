//! Where results go.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command_error::CommandError;
use crate::terminal::Terminal;

/// What stands for stdout.
pub(crate) const STDOUT: &str = "-";

/// Writes a result. A file is replaced as a whole or not at all; `-` is stdout; a device or pipe is written directly.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), CommandError> {
    if path == Path::new(STDOUT) {
        // It is coloured; where that is not wanted, the stream takes the colours away.
        let mut out = anstream::stdout().lock();
        return said(out.write_all(contents).and_then(|()| out.flush()));
    }
    write_with(path, |out| out.write_all(contents))
}

/// Writes a result that is made while it is written, piece by piece, and coloured only where that is wanted.
pub(crate) fn write_with(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    if path == Path::new(STDOUT) {
        // A terminal that does not understand colours is told what they mean.
        let written = if Terminal::colors_results() {
            let mut out = anstream::stdout().lock();
            write(&mut out).and_then(|()| out.flush())
        } else {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        };
        return said(written);
    }
    let written = match fs::metadata(path) {
        Ok(existing) if !existing.is_file() && !existing.is_dir() => {
            fs::OpenOptions::new().write(true).open(path).and_then(|mut file| write(&mut file))
        }
        // What a link leads to is replaced, not the link.
        Ok(_) => fs::canonicalize(path).and_then(|path| replace(&path, write)),
        Err(_) => replace(path, write),
    };
    written.map_err(|error| CommandError::file("cannot write", path, error))
}

fn said(written: io::Result<()>) -> Result<(), CommandError> {
    match written {
        // Who closes a pipe has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::because("cannot write to stdout", error))
        }
        _ => Ok(()),
    }
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Err(ErrorKind::IsADirectory.into()) };
    // The name cannot be foreseen, and nothing may be at it: what is, might lead somewhere else.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}-{now}", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let mut file = fs::File::create_new(&temporary)?;
    let written = write(&mut file);
    drop(file);
    let replaced = written.and_then(|()| fs::rename(&temporary, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_replaced_as_a_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan.json");
        super::write(&path, b"old").unwrap();
        super::write(&path, b"new").unwrap();
        let failed = write_with(&path, |out| out.write_all(b"half").and(Err(ErrorKind::StorageFull.into())));
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn link_at_the_name_of_an_earlier_version_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan.json");
        let victim = directory.path().join("victim");
        fs::write(&victim, "kept").unwrap();
        let foreseen = directory.path().join(format!(".plan.json.{}", std::process::id()));
        std::os::unix::fs::symlink(&victim, foreseen).unwrap();
        super::write(&path, b"new").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"kept");
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }
}
