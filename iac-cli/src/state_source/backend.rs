//! Where a stack keeps its state: what its `backend` block and `terraform init` say.

use std::fs;
use std::path::Path;

use iac_core::body::{Body, Content};
use iac_core::config::Module;
use iac_core::expression::{Expression, ObjectKey};
use serde::Deserialize;

use super::{Remote, StateSource, data_directory, workspace};

/// A backend: its type and its settings.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Backend {
    kind: String,
    /// Those that are text, a number, true or false; in objects, by dotted names.
    settings: Vec<(String, String)>,
    /// Whether there are others.
    has_others: bool,
}

/// What `terraform init` leaves in `.terraform/terraform.tfstate`: the backend with what `-backend-config` said.
#[derive(Deserialize)]
struct Initialised {
    backend: Option<InitialisedBackend>,
}

#[derive(Deserialize)]
struct InitialisedBackend {
    #[serde(rename = "type")]
    kind: String,
    config: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Backend {
    /// The backend of a configuration, if it has one.
    pub(crate) fn of_module(module: &Module) -> Option<Self> {
        let (label, body) = module.backend.as_ref()?;
        Some(Self::of_block(label.as_deref(), body))
    }

    /// What a `backend` block says, or a `cloud` block, which has no label.
    pub(crate) fn of_block(label: Option<&str>, body: &Body) -> Self {
        let mut backend =
            Self { kind: label.unwrap_or("cloud").to_owned(), settings: Vec::new(), has_others: false };
        for item in body.items() {
            match &item.content {
                Content::Argument(argument) => backend.argument(&item.name, argument),
                Content::Block(_) | Content::Dynamic(_) => backend.has_others = true,
            }
        }
        backend
    }

    fn argument(&mut self, name: &str, argument: &Expression) {
        match argument {
            Expression::Null => {}
            Expression::String(text) => self.set(name, text.to_string()),
            Expression::Bool(value) => self.set(name, value.to_string()),
            Expression::Integer(number) => self.set(name, number.to_string()),
            Expression::Object(members) => {
                for (key, value) in members {
                    match key {
                        ObjectKey::Name(key) => self.argument(&format!("{name}.{key}"), value),
                        ObjectKey::Computed(_) => self.has_others = true,
                    }
                }
            }
            _ => self.has_others = true,
        }
    }

    fn json(&mut self, name: &str, value: serde_json::Value) {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => self.set(name, text),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => self.set(name, value.to_string()),
            serde_json::Value::Array(elements) => self.has_others |= !elements.is_empty(),
            serde_json::Value::Object(members) => {
                members.into_iter().for_each(|(key, value)| self.json(&format!("{name}.{key}"), value));
            }
        }
    }

    fn set(&mut self, name: &str, value: String) {
        self.settings.push((name.to_owned(), value));
    }

    /// What `terraform init` left.
    fn initialised(directory: &Path) -> Option<Self> {
        let text = fs::read(data_directory(directory).join("terraform.tfstate")).ok()?;
        let Initialised { backend } = serde_json::from_slice(&text).ok()?;
        let InitialisedBackend { kind, config } = backend?;
        let mut backend = Self { kind, settings: Vec::new(), has_others: false };
        for (name, value) in config.unwrap_or_default() {
            backend.json(&name, value);
        }
        Some(backend)
    }

    fn get(&self, name: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|(each, _)| each == name);
        setting.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Where the state of a workspace is, if these settings say it and nothing else is needed to read it.
    fn remote(&self, workspace: Option<&str>) -> Option<Remote> {
        let with_workspace = |key: &str, before: &str| match workspace {
            Some(workspace) => format!("{before}{workspace}/{key}"),
            None => key.to_owned(),
        };
        let (url, known): (String, &[&str]) = match self.kind.as_str() {
            "s3" => {
                let prefix = self.get("workspace_key_prefix").unwrap_or("env:");
                let key = with_workspace(self.get("key")?, &format!("{prefix}/"));
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
                let prefix = self.get("prefix").map(|prefix| format!("{}/", prefix.trim_end_matches('/')));
                let name = workspace.unwrap_or("default");
                let url =
                    format!("gs://{}/{}{name}.tfstate", self.get("bucket")?, prefix.unwrap_or_default());
                (url, &["bucket", "credentials", "prefix"])
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
                    "lock_address",
                    "lock_method",
                    "password",
                    "retry_max",
                    "retry_wait_max",
                    "retry_wait_min",
                    "unlock_address",
                    "unlock_method",
                    "update_method",
                    "username",
                ];
                (self.get("address")?.to_owned(), known)
            }
            _ => return None,
        };
        let is_enough = !self.has_others
            && self.settings.iter().all(|(name, value)| value.is_empty() || known.contains(&name.as_str()));
        is_enough.then(|| Remote { url, settings: self.settings.clone(), may_be_missing: true })
    }
}

impl StateSource {
    /// The state of the stack in a directory: where its backend keeps it. What cannot be read directly, Terraform reads.
    pub(crate) fn of_stack(directory: &Path, backend: Option<Backend>) -> Self {
        Self::of_workspace(directory, backend, &workspace(directory))
    }

    pub(super) fn of_workspace(directory: &Path, backend: Option<Backend>, workspace: &str) -> Self {
        let workspace = Some(workspace).filter(|name| *name != "default");
        let Some(backend) = Backend::initialised(directory).or(backend) else {
            return Self::local(directory, None, workspace);
        };
        if backend.kind == "local" {
            return Self::local(directory, Some(&backend), workspace);
        }
        let remote =
            backend.remote(workspace).filter(|_| cfg!(feature = "remote-state") && has_credentials(&backend));
        remote.map_or_else(|| Self::Pull(directory.to_owned()), Self::Remote)
    }

    fn local(directory: &Path, backend: Option<&Backend>, workspace: Option<&str>) -> Self {
        let setting = |name| backend.and_then(|backend| backend.get(name));
        let path = match workspace {
            None => Path::new(setting("path").unwrap_or("terraform.tfstate")).to_owned(),
            Some(workspace) => {
                let workspaces = Path::new(setting("workspace_dir").unwrap_or("terraform.tfstate.d"));
                workspaces.join(workspace).join("terraform.tfstate")
            }
        };
        Self::Local(directory.join(path))
    }
}

/// Whether credentials are where our client looks for them. Terraform finds more: profiles and sessions of the command
/// lines of the clouds.
fn has_credentials(backend: &Backend) -> bool {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
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
