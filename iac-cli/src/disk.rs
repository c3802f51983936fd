//! The disk, for what reads configuration.

use std::fs;
use std::io;

use iac_lang::files::{Entry, Files};

/// The disk, seen from the current directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl Files for Disk {
    fn list(&self, directory: &str) -> io::Result<Vec<Entry>> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            let kind = entry.file_type()?;
            // What a link leads to may be missing: then it is no directory.
            let is_directory = kind.is_dir() || (kind.is_symlink() && entry.path().is_dir());
            // Terraform reads no file whose name is not text.
            Ok(entry.file_name().into_string().ok().map(|name| Entry { name, is_directory }))
        };
        fs::read_dir(directory)?.map(entry).filter_map(Result::transpose).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }
}
