//! The search for a provider's binary, in Terraform's locations and order.

mod cli_config;
mod lock;
mod mirror;
mod version;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::ClientError;
use cli_config::{CliConfig, Installation};
use mirror::Wanted;

/// A provider's binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The source address: `registry.terraform.io/hashicorp/aws`.
    pub source: String,
    /// The version; empty if neither a directory nor the file name contains it.
    pub version: String,
    /// The binary.
    pub path: PathBuf,
}

/// The locations to search.
#[derive(Clone, Debug, Default)]
pub struct Locations {
    /// The binary itself, if it is given.
    pub binary: Option<PathBuf>,
    /// The directory of the configuration, where `terraform init` was run.
    pub directory: PathBuf,
    /// The directory that packed binaries are unpacked to: see [`cache_directory`](crate::cache_directory).
    pub unpack: Option<PathBuf>,
    /// The version constraints, if no version is locked.
    pub constraints: Vec<String>,
    /// The relevant environment variables, such as `TF_CLI_CONFIG_FILE`.
    pub environment: BTreeMap<String, OsString>,
}

impl Locations {
    /// Returns the locations for a configuration directory, according to this process's environment.
    #[must_use]
    pub fn of(directory: &Path) -> Self {
        let names = [
            "APPDATA",
            "HOME",
            "TERRAFORM_CONFIG",
            "TF_CLI_CONFIG_FILE",
            "TF_DATA_DIR",
            "TF_PLUGIN_CACHE_DIR",
            "XDG_DATA_DIRS",
            "XDG_DATA_HOME",
        ];
        let variables = names.into_iter().filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?)));
        Self {
            binary: None,
            directory: directory.to_owned(),
            unpack: crate::cache_directory(),
            constraints: Vec::new(),
            environment: variables.filter(|(_, value)| !value.is_empty()).collect(),
        }
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        self.environment.get(name).map(PathBuf::from)
    }

    /// Returns Terraform's implied filesystem mirrors.
    fn implied_mirrors(&self) -> Vec<PathBuf> {
        let mut mirrors = vec![self.directory.join("terraform.d/plugins")];
        if cfg!(windows) {
            mirrors.extend(self.variable("APPDATA").map(|data| data.join("terraform.d/plugins")));
            return mirrors;
        }
        let home = self.variable("HOME");
        mirrors.extend(home.as_ref().map(|home| home.join(".terraform.d/plugins")));
        if cfg!(target_os = "macos") {
            let suffix = "Library/Application Support/io.terraform/plugins";
            mirrors.extend(home.map(|home| home.join(suffix)));
            mirrors.push(Path::new("/").join(suffix));
            return mirrors;
        }
        let data = self.variable("XDG_DATA_HOME").or_else(|| Some(home?.join(".local/share")));
        mirrors.extend(data.map(|data| data.join("terraform/plugins")));
        let system = self.environment.get("XDG_DATA_DIRS").cloned();
        let system = system.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
        mirrors.extend(std::env::split_paths(&system).map(|data| data.join("terraform/plugins")));
        mirrors
    }
}

/// Returns the version of a provider in the lock file of a configuration directory, if there is one.
///
/// # Errors
///
/// Returns an error if the file cannot be read.
pub fn locked_version(directory: &Path, source: &str) -> Result<Option<String>, ClientError> {
    lock::version(directory, source)
}

/// Finds a provider's binary. Without a version, it is the one in `.terraform.lock.hcl`, or else the newest one that the
/// constraints allow.
///
/// # Errors
///
/// Returns an error if there is none; it lists the searched locations.
pub fn find(source: &str, version: Option<&str>, locations: &Locations) -> Result<Found, ClientError> {
    if let Some(path) = &locations.binary {
        return named(source, version, path);
    }
    let locked = if version.is_none() { lock::version(&locations.directory, source)? } else { None };
    let version = version.or(locked.as_deref());
    let wanted = match version {
        Some(_) => Wanted::new(source, version),
        None => Wanted { constraints: locations.constraints.clone(), ..Wanted::new(source, None) },
    };
    let mut search = Search { wanted, looked_in: Vec::new(), unpack: &locations.unpack };
    let cli_config = CliConfig::read(locations)?;
    if let Some(path) = cli_config.overrides.get(&search.wanted.source) {
        let found = search.search_in("dev_overrides", path, |wanted| mirror::in_directory(wanted, path));
        return found.ok_or_else(|| search.not_found());
    }
    let data = locations.variable("TF_DATA_DIR").unwrap_or_else(|| PathBuf::from(".terraform"));
    let installed = locations.directory.join(data).join("providers");
    if let Some(found) = search.mirror(".terraform", &installed) {
        return Ok(found);
    }
    let cache = locations.variable("TF_PLUGIN_CACHE_DIR").or(cli_config.plugin_cache_dir);
    if let Some(found) = cache.and_then(|cache| search.mirror("plugin cache", &cache)) {
        return Ok(found);
    }
    let mirrors = match cli_config.installation {
        Some(methods) => methods,
        None => locations.implied_mirrors().into_iter().map(Installation::all).collect(),
    };
    let source = search.wanted.source.clone();
    for method in mirrors.iter().filter(|method| method.takes(&source)) {
        if let Some(found) = search.mirror("filesystem mirror", &method.path) {
            return Ok(found);
        }
    }
    Err(search.not_found())
}

/// Returns an explicitly given binary.
fn named(source: &str, version: Option<&str>, path: &Path) -> Result<Found, ClientError> {
    let wanted = Wanted::new(source, version);
    if !path.is_file() {
        let looked_in = vec![path.display().to_string()];
        return Err(ClientError::NotFound { wanted: wanted.to_string(), looked_in });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let parsed = name.split_once("_v").map(|(_, rest)| rest.split('_').next().unwrap_or_default().to_owned());
    let version = version.map(str::to_owned).or(parsed).unwrap_or_default();
    Ok(Found { source: wanted.source, version, path: path.to_owned() })
}

struct Search<'a> {
    wanted: Wanted,
    looked_in: Vec<String>,
    unpack: &'a Option<PathBuf>,
}

impl Search<'_> {
    fn mirror(&mut self, kind: &str, path: &Path) -> Option<Found> {
        let unpack = self.unpack.clone();
        self.search_in(kind, path, |wanted| mirror::find(wanted, path, unpack.as_deref()))
    }

    fn search_in(
        &mut self,
        kind: &str,
        path: &Path,
        find: impl FnOnce(&Wanted) -> Option<Found>,
    ) -> Option<Found> {
        self.looked_in.push(format!("{} ({kind})", path.display()));
        find(&self.wanted)
    }

    fn not_found(self) -> ClientError {
        ClientError::NotFound { wanted: self.wanted.to_string(), looked_in: self.looked_in }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        match &self.version {
            Some(version) => write!(f, " {version}"),
            None if self.constraints.is_empty() => Ok(()),
            None => write!(f, " {}", self.constraints.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;
