//! Output of results to stdout and files.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command_error::CommandError;
use crate::terminal::Terminal;

/// The path that means stdout, or stdin.
pub(crate) const STDOUT: &str = "-";

/// Writes a result. A file is replaced atomically; `-` is stdout; devices and pipes are written directly.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), CommandError> {
    if path == Path::new(STDOUT) {
        // The contents are colored; the stream removes the color where it is not supported.
        let mut out = anstream::stdout().lock();
        return ignore_closed_pipe(out.write_all(contents).and_then(|()| out.flush()));
    }
    write_with(path, |out| out.write_all(contents))
}

/// Writes a result piece by piece. It is colored only if the destination supports color.
pub(crate) fn write_with(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    if path == Path::new(STDOUT) {
        // On Windows, `anstream` translates colors for consoles that do not support escape codes.
        let written = if Terminal::colors_results() {
            let mut out = anstream::stdout().lock();
            write(&mut out).and_then(|()| out.flush())
        } else {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        };
        return ignore_closed_pipe(written);
    }
    let written = match fs::metadata(path) {
        Ok(existing) if !existing.is_file() && !existing.is_dir() => {
            fs::OpenOptions::new().write(true).open(path).and_then(|mut file| write(&mut file))
        }
        // Follow links: their target is replaced, not the link.
        Ok(_) => fs::canonicalize(path).and_then(|path| replace(&path, write)),
        Err(_) => replace(path, write),
    };
    written.map_err(|error| CommandError::file("cannot write", path, error))
}

fn ignore_closed_pipe(written: io::Result<()>) -> Result<(), CommandError> {
    match written {
        // The reader of a pipe may close it early: `iac plan | head`.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::because("cannot write to stdout", error))
        }
        _ => Ok(()),
    }
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Err(ErrorKind::IsADirectory.into()) };
    // The name is unpredictable and must not exist: a link could lead to another file.
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
    fn file_is_replaced_atomically() {
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
