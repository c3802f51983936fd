//! The place of a state, by which a stack and the `terraform_remote_state` that reads its outputs are recognized as
//! the same, even if the state does not exist yet or only Terraform can read it.

use std::fs;
use std::path::{Component, Path, PathBuf, absolute};

use iac_lang::config::Module;

use super::settings::Backend;
use crate::command_error::CommandError;
use crate::data_directory::{DEFAULT_WORKSPACE, workspace};

/// The settings that determine the location of a state, for backends that also have other settings.
const LOCATIONS: [(&str, &[&str]); 4] = [
    ("azurerm", &["storage_account_name", "container_name", "key"]),
    ("gcs", &["bucket", "prefix"]),
    ("http", &["address"]),
    ("s3", &["bucket", "endpoint", "endpoints.s3", "key", "workspace_key_prefix"]),
];

/// The place of a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    kind: String,
    workspace: String,
    /// Names and values in order of names.
    settings: Vec<(String, String)>,
}

impl Place {
    /// Returns the place of the state of the stack in a directory; `None` if the configuration leaves it open.
    pub(crate) fn of_stack(directory: &Path, module: &Module) -> Result<Option<Self>, CommandError> {
        let workspace = workspace(directory)?;
        let Some(block) = Backend::of_module(module) else {
            return Ok(Some(Self::local(directory, None, &workspace)));
        };
        // The record completes what `-backend-config` gave.
        let backend = Backend::recorded(directory)?.map_or(block.clone(), |recorded| recorded.backend);
        let is_certain = block.is_literal() && backend.kind == block.kind;
        Ok(is_certain.then(|| Self::of_backend(directory, &backend, &workspace)))
    }

    /// Returns the place of the state that a backend in a directory keeps for a workspace.
    pub(super) fn of_backend(directory: &Path, backend: &Backend, workspace: &str) -> Self {
        // The data source names the backend of a `cloud` block by its older name.
        let kind = if backend.kind == "cloud" { "remote" } else { &backend.kind };
        if kind == "local" {
            return Self::local(directory, Some(backend), workspace);
        }
        let names = LOCATIONS.iter().find(|(name, _)| *name == kind).map(|(_, names)| *names);
        let is_location = |name: &str| names.is_none_or(|names| names.contains(&name));
        let mut settings: Vec<_> = backend
            .settings()
            .iter()
            .filter(|(name, value)| !value.is_empty() && is_location(name))
            .cloned()
            .collect();
        settings.sort_unstable();
        Self { kind: kind.to_owned(), workspace: workspace.to_owned(), settings }
    }

    fn local(directory: &Path, backend: Option<&Backend>, workspace: &str) -> Self {
        let setting = |name| backend.and_then(|backend| backend.get(name));
        let path = if workspace == DEFAULT_WORKSPACE {
            Path::new(setting("path").unwrap_or(super::backend::DEFAULT_FILE)).to_owned()
        } else {
            Path::new(setting("workspace_dir").unwrap_or(super::backend::DEFAULT_WORKSPACES)).join(workspace)
        };
        let path = resolved(directory).join(path);
        let settings = vec![("path".to_owned(), without_dots(&path).to_string_lossy().into_owned())];
        Self { kind: "local".to_owned(), workspace: workspace.to_owned(), settings }
    }
}

/// Returns the directory as an absolute path, without links as far as it exists.
fn resolved(directory: &Path) -> PathBuf {
    let directory = absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let mut missing = Vec::new();
    let mut existing = directory.as_path();
    loop {
        if let Ok(real) = fs::canonicalize(existing) {
            return missing.into_iter().rev().fold(real, |path, name| path.join(name));
        }
        let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else { return directory };
        missing.push(name);
        existing = parent;
    }
}

/// Removes `.` and `..`.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iac_lang::value::Value;

    fn place(directory: &str, kind: &str, settings: &[(&str, &str)], workspace: &str) -> Place {
        let members = settings.iter().map(|(name, value)| ((*name).into(), Value::String((*value).into())));
        let config = Value::Object(members.collect());
        Place::of_backend(Path::new(directory), &Backend::of_value(kind, &config), workspace)
    }

    #[test]
    fn place_is_the_same_however_it_is_written() {
        let stack = Place::local(Path::new("/none/out/network"), None, "default");
        let path = [("path", "./../network/terraform.tfstate")];
        assert_eq!(place("/none/out/web", "local", &path, "default"), stack);
        let settings = [("bucket", "b"), ("key", "k"), ("region", "eu-west-1"), ("encrypt", "true")];
        let s3 = place("/none/a", "s3", &settings, "default");
        assert_eq!(
            place("/none/b", "s3", &[("key", "k"), ("bucket", "b"), ("profile", "ci")], "default"),
            s3
        );
        let cloud = [("organization", "o"), ("workspaces.name", "w")];
        assert_eq!(place("/a", "cloud", &cloud, "default"), place("/b", "remote", &cloud, "default"));
    }

    #[test]
    fn other_places_differ() {
        let settings = [("bucket", "b"), ("key", "k")];
        let s3 = place("/none/a", "s3", &settings, "default");
        assert_ne!(place("/none/a", "s3", &settings, "dev"), s3);
        assert_ne!(place("/none/a", "s3", &[("bucket", "b"), ("key", "other")], "default"), s3);
        let local = |path| place("/none/a", "local", &[("path", path)], "default");
        assert_ne!(local("../b/terraform.tfstate"), local("../c/terraform.tfstate"));
        let account = |name| {
            let settings = [("storage_account_name", name), ("container_name", "c"), ("key", "k")];
            place("/none/a", "azurerm", &settings, "default")
        };
        assert_ne!(account("one"), account("two"));
    }
}
