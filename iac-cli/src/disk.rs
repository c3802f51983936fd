//! The file system, as a source of configuration.

use std::fs;
use std::io::{self, Read as _};

use iac_lang::files::{Entry, Files};

/// The file system. Paths are relative to the current directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

/// The maximum size of a file, in bytes.
const MAX_LENGTH: u64 = 1 << 30;

/// Directories of descriptors, as a shell passes them for `<(command)`: their pipes end.
const DESCRIPTORS: [&str; 3] = ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"];

/// Opens a file. A pipe might never have a writer, and a device might never end.
fn open(path: &str) -> io::Result<fs::File> {
    let metadata = fs::metadata(path)?;
    let is_descriptor = DESCRIPTORS.iter().any(|directory| path.starts_with(directory));
    if !metadata.is_file() && !metadata.is_dir() && !is_descriptor {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    fs::File::open(path)
}

impl Files for Disk {
    fn list(&self, directory: &str) -> io::Result<Vec<Entry>> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            let kind = entry.file_type()?;
            // The target of a link may be missing: then it is not a directory.
            let is_directory = kind.is_dir() || (kind.is_symlink() && entry.path().is_dir());
            // Terraform ignores files whose names are not valid UTF-8.
            Ok(entry.file_name().into_string().ok().map(|name| Entry { name, is_directory }))
        };
        fs::read_dir(directory)?.map(entry).filter_map(Result::transpose).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let file = open(path)?;
        let mut content = Vec::new();
        file.take(MAX_LENGTH + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_LENGTH {
            let problem = format!("it is larger than {MAX_LENGTH} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        }
        Ok(content)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn devices_are_not_read() {
        let error = Disk.read("/dev/zero").expect_err("it never ends");
        assert_eq!(error.to_string(), "it is not a regular file");
        let file = tempfile::NamedTempFile::new().expect("the temporary directory is writable");
        fs::write(file.path(), "x").expect("the file is ours");
        let path = file.path().to_str().expect("the path is ASCII");
        assert_eq!(Disk.read(path).expect("it is a file"), b"x");
    }
}
