//! Directories of providers, unpacked or as packages.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use iac_lang::config::satisfies;

use super::{Found, version};

/// The requested provider.
pub(super) struct Wanted {
    pub(super) source: String,
    pub(super) version: Option<String>,
    pub(super) constraints: Vec<String>,
}

impl Wanted {
    pub(super) fn new(source: &str, version: Option<&str>) -> Self {
        let source = match source.split('/').count() {
            1 => format!("registry.terraform.io/hashicorp/{source}"),
            2 => format!("registry.terraform.io/{source}"),
            _ => source.to_owned(),
        };
        Self { source, version: version.map(str::to_owned), constraints: Vec::new() }
    }

    fn takes(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|wanted| wanted == version)
            && self.constraints.iter().all(|constraint| satisfies(constraint, version) != Some(false))
    }

    /// Returns the last part of the address: `aws`.
    fn name(&self) -> &str {
        self.source.rsplit('/').next().unwrap_or_default()
    }

    fn found(&self, version: &str, path: PathBuf) -> Found {
        Found { source: self.source.clone(), version: version.to_owned(), path }
    }
}

/// Returns Terraform's name of this platform: `linux_amd64`.
pub(super) fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{machine}")
}

/// Returns the provider in a mirror: the requested version, or the newest one.
pub(super) fn find(wanted: &Wanted, mirror: &Path, unpack: Option<&Path>) -> Option<Found> {
    let directory = mirror.join(&wanted.source);
    let platform = platform();
    let suffix = format!("_{platform}.zip");
    let prefix = format!("terraform-provider-{}_", wanted.name());
    let mut versions = Vec::new();
    for entry in fs::read_dir(directory).ok()?.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let package =
            name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(&suffix)).map(str::to_owned);
        let is_package = package.is_some();
        let version = package.unwrap_or(name);
        if wanted.takes(&version) {
            versions.push((version, is_package, entry.path()));
        }
    }
    versions.sort_by(|left, right| version::compare(&right.0, &left.0).then(left.1.cmp(&right.1)));
    versions.into_iter().find_map(|(version, is_package, path)| {
        if is_package {
            let target = unpack?.join("unpacked").join(&wanted.source).join(&version).join(&platform);
            return unpacked(wanted, &version, &path, &target);
        }
        let binary = binary(wanted, &path.join(&platform))?;
        Some(wanted.found(&version, binary))
    })
}

/// Returns the provider whose binary is in a directory.
pub(super) fn in_directory(wanted: &Wanted, directory: &Path) -> Option<Found> {
    let version = wanted.version.as_deref().unwrap_or_default();
    Some(wanted.found(version, binary(wanted, directory)?))
}

fn binary(wanted: &Wanted, directory: &Path) -> Option<PathBuf> {
    let name = format!("terraform-provider-{}", wanted.name());
    let is_binary = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = file.strip_prefix(&name).map(|rest| rest.strip_suffix(".exe").unwrap_or(rest));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) && path.is_file()
    };
    let mut binaries: Vec<PathBuf> = fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_binary)
        .collect();
    binaries.sort();
    binaries.into_iter().next()
}

/// Unpacks a package, unless it is unpacked already.
fn unpacked(wanted: &Wanted, version: &str, package: &Path, target: &Path) -> Option<Found> {
    if let Some(binary) = binary(wanted, target) {
        return Some(wanted.found(version, binary));
    }
    let mut archive = zip::ZipArchive::new(File::open(package).ok()?).ok()?;
    fs::create_dir_all(target).ok()?;
    for position in 0..archive.len() {
        let mut file = archive.by_index(position).ok()?;
        let name = file.enclosed_name()?.file_name()?.to_owned();
        if !name.to_string_lossy().starts_with("terraform-provider-") {
            continue;
        }
        // Unpack to a temporary name first, because another process may look for it at the same time.
        let temporary = target.join(format!(".unpacking-{}", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
        io::copy(&mut file, &mut options.open(&temporary).ok()?).ok()?;
        fs::rename(&temporary, target.join(name)).ok()?;
    }
    Some(wanted.found(version, binary(wanted, target)?))
}
