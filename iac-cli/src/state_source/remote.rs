//! States in object stores and behind HTTP.

mod cause;
mod http;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectStore, ObjectStoreExt as _, RetryConfig};
use serde::Deserialize;

use super::backend::missing_workspace;
use super::{Found, LIMIT, Remote, check_leftover, public};
use crate::command_error::CommandError;
use crate::data_directory::DEFAULT_WORKSPACE;

/// Time limits for connecting and for pauses of the server. A whole download has no limit.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

impl Remote {
    pub(super) fn read(&self) -> Result<Found, CommandError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| CommandError::because("cannot use the network", error))?;
        runtime.block_on(async {
            match self.url.split_once("://") {
                Some(("http" | "https", _)) => http::read(self).await,
                _ => self.object().await,
            }
        })
    }

    fn get(&self, name: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|(each, _)| each == name);
        setting.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The result if the bucket or server exists, but has no state.
    fn missing(&self, reason: String) -> Result<Found, CommandError> {
        match self.workspace.as_deref() {
            Some(DEFAULT_WORKSPACE) => {
                check_leftover(self.leftover.as_deref())?;
                Ok(Found::absent(reason))
            }
            Some(workspace) => Err(missing_workspace(workspace, &[])),
            None => Err(CommandError::new(format!("no state at `{}`: {reason}", public(&self.url)))),
        }
    }

    /// The result if the state is empty, which Terraform treats as no state.
    fn empty(&self) -> Result<Found, CommandError> {
        let url = public(&self.url);
        match self.workspace {
            Some(_) => Ok(Found::absent(format!("`{url}` is empty"))),
            None => Err(super::empty(format_args!("`{url}`"))),
        }
    }

    fn too_large(&self) -> CommandError {
        CommandError::new(format!("`{}` exceeds the limit of 2 GiB", public(&self.url)))
    }

    /// The error for a failed request. Errors of clients may contain a signed URL or a part of a header, so only the
    /// cause is included.
    fn failed(&self, cause: Option<String>) -> CommandError {
        let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        CommandError::new(format!("cannot read `{}`{cause}", public(&self.url)))
    }

    /// Reads an object.
    async fn object(&self) -> Result<Found, CommandError> {
        let not_a_state = || {
            CommandError::new(format!("invalid state URL `{}`", public(&self.url))).hint(
                "use `s3://BUCKET/KEY`, `gs://BUCKET/OBJECT`, `az://CONTAINER/BLOB` or `https://HOST/PATH`",
            )
        };
        let (scheme, rest) = self.url.split_once("://").ok_or_else(not_a_state)?;
        let (bucket, key) = rest.split_once('/').ok_or_else(not_a_state)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(not_a_state());
        }
        let path = Path::parse(key).map_err(|_| not_a_state())?;
        let store = match scheme {
            "s3" => self.s3(bucket),
            "gs" => self.gcs(bucket),
            _ => self.azure(bucket),
        };
        let read = async {
            let answer = store?.get(&path).await?;
            let modified = answer.meta.last_modified.into();
            if answer.meta.size > LIMIT {
                return Ok(None);
            }
            let text = answer.bytes().await?.into();
            Ok(Some(Found { text, modified: Some(modified), absent: None }))
        };
        match read.await {
            Ok(Some(found)) if found.text.is_empty() => self.empty(),
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(self.too_large()),
            Err(error) => self.object_error(&error, bucket, key),
        }
    }

    pub(super) fn object_error(&self, error: &Error, bucket: &str, key: &str) -> Result<Found, CommandError> {
        let container = if self.url.starts_with("az://") { "container" } else { "bucket" };
        let url = public(&self.url);
        match (error, cause::code(error).as_deref()) {
            (_, Some("NoSuchKey" | "BlobNotFound")) => {
                self.missing(format!("{container} `{bucket}` has no object `{key}`"))
            }
            (_, Some("NoSuchBucket" | "ContainerNotFound")) => {
                Err(CommandError::new(format!("{container} `{bucket}` does not exist"))
                    .hint("check its name, and the account and region of the credentials"))
            }
            (Error::Unauthenticated { .. }, _) => {
                Err(CommandError::new(format!("`{url}` requires credentials"))
                    .hint("set them in the environment, as for Terraform's backend of this type"))
            }
            (Error::PermissionDenied { .. }, _) => {
                Err(CommandError::new(format!("access to `{url}` is denied"))
                    .hint("a missing object looks the same without permission to list the bucket"))
            }
            _ => Err(self
                .failed(cause::of(error))
                .hint("check the address, the region and the credentials")
                .hint("or read it with Terraform: `terraform state pull | iac plan --state -`")),
        }
    }

    fn s3(&self, bucket: &str) -> Result<Arc<dyn ObjectStore>, Error> {
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry());
        let variable = |names: &[&str]| names.iter().find_map(|name| env::var(name).ok());
        let region = self.get("region").map(str::to_owned);
        if let Some(region) = region.or_else(|| variable(&["AWS_REGION", "AWS_DEFAULT_REGION"])) {
            builder = builder.with_region(region);
        }
        if let (Some(key), Some(secret)) = (self.get("access_key"), self.get("secret_key")) {
            builder = builder.with_access_key_id(key).with_secret_access_key(secret);
        }
        if let Some(token) = self.get("token") {
            builder = builder.with_token(token);
        }
        let endpoint = self.get("endpoints.s3").or(self.get("endpoint")).map(str::to_owned);
        let endpoint = endpoint.or_else(|| {
            variable(&["AWS_ENDPOINT_URL_S3", "AWS_S3_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"])
        });
        let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        builder = builder.with_client_options(options(is_plain));
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Arc::new(builder.build()?))
    }

    fn gcs(&self, bucket: &str) -> Result<Arc<dyn ObjectStore>, Error> {
        let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry());
        let credentials = self.get("credentials");
        builder = builder.with_client_options(options(credentials.is_some_and(is_emulated)));
        // A path, or the contents of a file.
        if let Some(credentials) = credentials {
            builder = if credentials.trim_start().starts_with('{') {
                builder.with_service_account_key(credentials)
            } else {
                builder.with_service_account_path(credentials)
            };
        }
        Ok(Arc::new(builder.build()?))
    }

    fn azure(&self, container: &str) -> Result<Arc<dyn ObjectStore>, Error> {
        let mut builder =
            MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry());
        let mut is_plain = false;
        // An emulator, such as Azurite.
        if let Ok(endpoint) = env::var("AZURE_STORAGE_ENDPOINT").or_else(|_| env::var("AZURE_ENDPOINT")) {
            is_plain = endpoint.starts_with("http://");
        }
        builder = builder.with_client_options(options(is_plain));
        if let Some(account) = self.get("storage_account_name") {
            builder = builder.with_account(account);
        }
        let setting = |name, variable: &str| self.get(name).map(str::to_owned).or(env::var(variable).ok());
        if let Some(key) = setting("access_key", "ARM_ACCESS_KEY") {
            builder = builder.with_access_key(key);
        } else if let Some(token) = setting("sas_token", "ARM_SAS_TOKEN") {
            builder = builder.with_config(AzureConfigKey::SasKey, token);
        }
        Ok(Arc::new(builder.build()?))
    }
}

/// Returns true if credentials of Google Cloud name an emulator without TLS.
fn is_emulated(credentials: &str) -> bool {
    #[derive(Deserialize)]
    struct Credentials {
        gcs_base_url: Option<String>,
    }
    let credentials = serde_json::from_str(credentials);
    credentials
        .is_ok_and(|Credentials { gcs_base_url }| gcs_base_url.is_some_and(|url| url.starts_with("http://")))
}

fn options(allow_http: bool) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(allow_http)
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_timeout_disabled()
        .with_read_timeout(READ_TIMEOUT)
}

/// Retries are short, because the user is waiting.
fn retry() -> RetryConfig {
    RetryConfig { max_retries: 2, retry_timeout: READ_TIMEOUT, ..RetryConfig::default() }
}
