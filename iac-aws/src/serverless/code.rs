//! Code of Lambda functions.

use std::io::{Cursor, Write as _};

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{Asset, Text};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The code of a function.
///
/// It is written as an asset next to the stack's configuration. The archive is reproducible, and a change of the code
/// updates the function.
#[derive(Clone, Debug)]
pub struct Code(Source);

#[derive(Clone, Debug)]
enum Source {
    Files(Vec<(Text, Vec<u8>)>),
    Zip(Vec<u8>),
}

impl Code {
    /// Returns code from files with names: `[("index.py", include_str!("functions/index.py"))]`.
    pub fn files<N: Into<Text>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (N, C)>) -> Self {
        let files = files.into_iter().map(|(name, content)| (name.into(), content.into())).collect();
        Self(Source::Files(files))
    }

    /// Returns code from an existing ZIP archive: `include_bytes!("../target/bootstrap.zip")`.
    pub fn zip(archive: impl Into<Vec<u8>>) -> Self {
        Self(Source::Zip(archive.into()))
    }

    /// Adds the archive as an asset, and returns its path.
    pub(crate) fn add(self, scope: &Scope<'_>, name: &str) -> Expr<String> {
        let archive = match self.0 {
            Source::Zip(archive) => archive,
            Source::Files(files) => archive(files).unwrap_or_else(|error| {
                let summary = format!("cannot pack the code of `{name}`");
                scope.report(Diagnostic::error("function-code", summary).detail(format!("{error}.")));
                Vec::new()
            }),
        };
        scope.add(Asset::new(format!("{name}.zip"), archive))
    }
}

/// Packs files sorted by name, with a constant timestamp, so that the archive is reproducible.
fn archive(mut files: Vec<(Text, Vec<u8>)>) -> zip::result::ZipResult<Vec<u8>> {
    files.sort_by(|(left, _), (right, _)| left.as_str().cmp(right.as_str()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(&content)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_depends_on_file_contents_only() {
        let files = |names: [&'static str; 2]| {
            archive(names.map(|name| (Text::from(name), name.as_bytes().to_vec())).to_vec()).unwrap()
        };
        assert_eq!(files(["a.py", "b.py"]), files(["b.py", "a.py"]));
        assert!(archive(vec![("a".into(), vec![]), ("a".into(), vec![])]).is_err());
    }
}
