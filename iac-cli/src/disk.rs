//! The file system, as a source of configuration.

use std::fs;
use std::io;

use iac_lang::files::{Entry, Files};

/// The file system. Paths are relative to the current directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

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
        fs::read(path)
    }
}
