//! The location of a stack's state, from its `backend` block, the records of `terraform init`, and the workspace.
//!
//! If the location is uncertain, it is an error, or Terraform reads the state: a missing state may only mean that
//! none exists yet if the location is certain.

use std::env;
use std::fs;
use std::path::Path;

use iac_lang::config::Module;

use super::agreement::Agreement;
use super::settings::Backend;
use super::{Local, Pull, Remote, StateSource};
use crate::command_error::CommandError;
use crate::data_directory::{DEFAULT_WORKSPACE, data_directory, workspace};

/// The state file of a stack without a backend.
pub(super) const DEFAULT_FILE: &str = "terraform.tfstate";
/// The directory with the states of other workspaces.
pub(super) const DEFAULT_WORKSPACES: &str = "terraform.tfstate.d";

/// Environment variables for settings of the `http` backend.
const HTTP_VARIABLES: [(&str, &str); 9] = [
    ("address", "TF_HTTP_ADDRESS"),
    ("username", "TF_HTTP_USERNAME"),
    ("password", "TF_HTTP_PASSWORD"),
    ("retry_max", "TF_HTTP_RETRY_MAX"),
    ("retry_wait_min", "TF_HTTP_RETRY_WAIT_MIN"),
    ("retry_wait_max", "TF_HTTP_RETRY_WAIT_MAX"),
    ("client_ca_certificate_pem", "TF_HTTP_CLIENT_CA_CERTIFICATE_PEM"),
    ("client_certificate_pem", "TF_HTTP_CLIENT_CERTIFICATE_PEM"),
    ("client_private_key_pem", "TF_HTTP_CLIENT_PRIVATE_KEY_PEM"),
];

/// Environment variables for settings of the `gcs` backend. The first one that is set has priority.
const GCS_VARIABLES: [(&str, &str); 6] = [
    ("credentials", "GOOGLE_BACKEND_CREDENTIALS"),
    ("credentials", "GOOGLE_CREDENTIALS"),
    ("impersonate_service_account", "GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT"),
    ("impersonate_service_account", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"),
    ("storage_custom_endpoint", "GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT"),
    ("storage_custom_endpoint", "GOOGLE_STORAGE_CUSTOM_ENDPOINT"),
];

impl StateSource {
    /// Returns the state source of the stack in a directory. Terraform reads backends that cannot be read directly.
    pub(crate) fn of_stack(directory: &Path, module: &Module) -> Result<Self, CommandError> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        Self::find(directory, Backend::of_module(module), &workspace(directory)?, &variable)
    }

    pub(super) fn find(
        directory: &Path,
        block: Option<Backend>,
        workspace: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, CommandError> {
        let recorded = Backend::recorded(directory)?;
        let is_initialized = recorded.is_some();
        let backend = match (block, recorded) {
            (None, None) => None,
            (None, Some(recorded)) => return Err(removed(directory, &recorded.backend)),
            (Some(block), None) => Some(block),
            (Some(block), Some(recorded)) => match block.agreement(&recorded) {
                Agreement::Same => Some(recorded.backend),
                Agreement::Changed(names) => return Err(changed(directory, &block, &names)),
                Agreement::Unsure => return Ok(Self::pull(directory, &block, workspace)),
            },
        };
        let Some(mut backend) = backend else {
            return Self::local(directory, None, workspace, false);
        };
        if !backend.is_literal() {
            return Ok(Self::pull(directory, &backend, workspace));
        }
        if backend.kind == "local" {
            if !is_initialized && !backend.mentions("path") && !directory.join(DEFAULT_FILE).is_file() {
                return Err(uninitialized(directory, &backend));
            }
            return Self::local(directory, Some(&backend), workspace, is_initialized);
        }
        backend.complete(variable);
        let remote = backend
            .remote(workspace)
            .filter(|_| cfg!(feature = "remote-state") && has_credentials(&backend, variable));
        let leftover = (!is_initialized).then(|| directory.join(DEFAULT_FILE));
        Ok(match remote {
            Some(remote) => Self::Remote(Remote { leftover, ..remote }),
            None => Self::pull(directory, &backend, workspace),
        })
    }

    /// Returns the state source of a `terraform_remote_state`; `None` if only Terraform can read it.
    pub(super) fn of_backend(
        directory: &Path,
        mut backend: Backend,
        workspace: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, CommandError> {
        if backend.kind == "local" {
            return Self::local(directory, Some(&backend), workspace, true).map(Some);
        }
        backend.complete(variable);
        let is_readable = cfg!(feature = "remote-state") && has_credentials(&backend, variable);
        Ok(backend.remote(workspace).filter(|_| is_readable).map(Self::Remote))
    }

    fn pull(directory: &Path, backend: &Backend, workspace: &str) -> Self {
        Self::Pull(Pull {
            directory: directory.to_owned(),
            data: data_directory(directory),
            backend: backend.kind.clone(),
            workspace: workspace.to_owned(),
        })
    }

    fn local(
        directory: &Path,
        backend: Option<&Backend>,
        workspace: &str,
        is_initialized: bool,
    ) -> Result<Self, CommandError> {
        let setting = |name| backend.and_then(|backend| backend.get(name));
        if workspace != DEFAULT_WORKSPACE {
            let workspaces = directory.join(setting("workspace_dir").unwrap_or(DEFAULT_WORKSPACES));
            let of_workspace = workspaces.join(workspace);
            if !of_workspace.is_dir() {
                return Err(missing_workspace(workspace, &workspaces_in(&workspaces)));
            }
            let path = of_workspace.join(DEFAULT_FILE);
            let by = Some(format!("workspace `{workspace}`"));
            return Ok(Self::Local(Local { path, by, leftover: None }));
        }
        let path = directory.join(setting("path").unwrap_or(DEFAULT_FILE));
        let by = backend.map(|backend| format!("backend `{}`", backend.kind));
        let leftover = Some(directory.join(DEFAULT_FILE));
        let leftover = leftover.filter(|file| backend.is_some() && !is_initialized && *file != path);
        Ok(Self::Local(Local { path, by, leftover }))
    }
}

/// Returns the workspaces that have directories.
fn workspaces_in(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.push(DEFAULT_WORKSPACE.to_owned());
    names.sort();
    names
}

/// The error for a workspace that does not exist. Terraform would create it.
pub(super) fn missing_workspace(workspace: &str, others: &[String]) -> CommandError {
    let error = CommandError::new(format!("workspace `{workspace}` does not exist"));
    let error = if others.is_empty() {
        error
    } else {
        let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
        error.hint(format!("existing workspaces: {}", others.join(", ")))
    };
    error.hint("check `TF_WORKSPACE`, run `terraform workspace new`, or plan without a state: `--no-state`")
}

fn changed(directory: &Path, block: &Backend, names: &[String]) -> CommandError {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let what = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    CommandError::new(format!(
        "backend `{}` of `{}` was changed after `terraform init`{what}",
        block.kind,
        directory.display()
    ))
    .hint("run `terraform init -migrate-state` to move the state, or `-reconfigure` to use the new backend as it is")
    .hint("or set the state with `--state FILE`")
}

fn removed(directory: &Path, recorded: &Backend) -> CommandError {
    CommandError::new(format!(
        "`{}` was initialized with backend `{}`, which is no longer configured",
        directory.display(),
        recorded.kind
    ))
    .hint("run `terraform init -migrate-state` to move the state, or `-reconfigure` to start without it")
    .hint("or set the state with `--state FILE`")
}

fn uninitialized(directory: &Path, backend: &Backend) -> CommandError {
    CommandError::new(format!(
        "backend `{}` of `{}` is not initialized, and the configuration does not set the location of the state",
        backend.kind,
        directory.display()
    ))
    .hint("run `terraform init`, with `-backend-config` if settings are given there")
    .hint("or set the state with `--state FILE`, or plan without one: `--no-state`")
}

impl Backend {
    /// Adds settings from the environment.
    fn complete(&mut self, variable: &dyn Fn(&str) -> Option<String>) {
        let variables: &[(&str, &str)] = match self.kind.as_str() {
            "http" => &HTTP_VARIABLES,
            "gcs" => &GCS_VARIABLES,
            _ => &[],
        };
        for (setting, name) in variables {
            if let Some(value) = variable(name) {
                self.set_default(setting, value);
            }
        }
    }

    /// Returns the location of a workspace's state; `None` if reading it needs more than these settings.
    fn remote(&self, workspace: &str) -> Option<Remote> {
        let workspace = Some(workspace).filter(|name| *name != DEFAULT_WORKSPACE);
        let (url, known): (String, &[&str]) = match self.kind.as_str() {
            "s3" => {
                let key = match workspace {
                    Some(workspace) => {
                        let prefix = self.setting("workspace_key_prefix").unwrap_or("env:");
                        joined(&[prefix, workspace, self.get("key")?])
                    }
                    None => self.get("key")?.to_owned(),
                };
                let known = &[
                    "access_key",
                    "bucket",
                    "dynamodb_table",
                    "encrypt",
                    "endpoint",
                    "endpoints.dynamodb",
                    "endpoints.s3",
                    "force_path_style",
                    "key",
                    "kms_key_id",
                    "region",
                    "secret_key",
                    "skip_credentials_validation",
                    "skip_metadata_api_check",
                    "skip_region_validation",
                    "skip_requesting_account_id",
                    "skip_s3_checksum",
                    "token",
                    "use_lockfile",
                    "use_path_style",
                    "workspace_key_prefix",
                ];
                (format!("s3://{}/{key}", self.get("bucket")?), known)
            }
            "gcs" => {
                let name = format!("{}.tfstate", workspace.unwrap_or(DEFAULT_WORKSPACE));
                let object = joined(&[self.get("prefix").unwrap_or_default().trim_start_matches('/'), &name]);
                (format!("gs://{}/{object}", self.get("bucket")?), &["bucket", "credentials", "prefix"])
            }
            "azurerm" => {
                let key = self.get("key")?;
                let key = workspace.map_or(key.to_owned(), |workspace| format!("{key}env:{workspace}"));
                self.get("storage_account_name")?;
                let known = &[
                    "access_key",
                    "container_name",
                    "key",
                    "resource_group_name",
                    "sas_token",
                    "storage_account_name",
                ];
                (format!("az://{}/{key}", self.get("container_name")?), known)
            }
            "http" if workspace.is_none() => {
                let known = &[
                    "address",
                    "client_ca_certificate_pem",
                    "client_certificate_pem",
                    "client_private_key_pem",
                    "lock_address",
                    "lock_method",
                    "password",
                    "retry_max",
                    "retry_wait_max",
                    "retry_wait_min",
                    "skip_cert_verification",
                    "unlock_address",
                    "unlock_method",
                    "update_address",
                    "update_method",
                    "username",
                ];
                (self.get("address")?.to_owned(), known)
            }
            _ => return None,
        };
        let is_enough =
            self.settings().iter().all(|(name, value)| value.is_empty() || known.contains(&name.as_str()));
        is_enough.then(|| Remote {
            url,
            settings: self.settings().to_vec(),
            workspace: Some(workspace.unwrap_or(DEFAULT_WORKSPACE).to_owned()),
            leftover: None,
        })
    }
}

/// Joins parts of a path like Go's `path.Join`: empty parts are omitted.
fn joined(parts: &[&str]) -> String {
    let parts = parts.iter().flat_map(|part| part.split('/')).filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}

/// Returns `true` if the client of this program can find credentials. Terraform finds more: profiles, and sessions of
/// the clouds' command lines.
fn has_credentials(backend: &Backend, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &&str| variable(name).is_some();
    match backend.kind.as_str() {
        "s3" => {
            backend.get("access_key").is_some()
                || [
                    "AWS_ACCESS_KEY_ID",
                    "AWS_WEB_IDENTITY_TOKEN_FILE",
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                ]
                .iter()
                .any(is_set)
        }
        "gcs" => {
            backend.get("credentials").is_some()
                || ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT"].iter().any(is_set)
        }
        "azurerm" => {
            backend.get("access_key").or(backend.get("sas_token")).is_some()
                || ["ARM_ACCESS_KEY", "ARM_SAS_TOKEN", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_KEY"]
                    .iter()
                    .any(is_set)
        }
        _ => true,
    }
}
