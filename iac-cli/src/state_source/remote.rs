//! States in object stores and behind HTTP.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use object_store::aws::AmazonS3Builder;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectStore, ObjectStoreExt as _, RetryConfig};

use super::{LIMIT, Remote, public};
use crate::command_error::CommandError;

pub(super) fn read(remote: &Remote) -> Result<Vec<u8>, CommandError> {
    let failed = |error: &Error| because(remote, error);
    let (store, path) = remote.store().map_err(|problem| match problem {
        Problem::Url => CommandError::new(format!("`{}` does not name a state", public(&remote.url))).hint(
            "write `s3://BUCKET/KEY`, `gs://BUCKET/OBJECT`, `az://CONTAINER/BLOB` or `https://HOST/PATH`",
        ),
        Problem::Store(error) => failed(&error),
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CommandError::because("cannot use the network", error))?;
    let text = runtime.block_on(async {
        let answer = store.get(&path).await?;
        if answer.meta.size > LIMIT { Ok(None) } else { answer.bytes().await.map(Some) }
    });
    match text {
        Ok(Some(text)) => Ok(text.into()),
        Ok(None) => Err(CommandError::new(format!(
            "`{}` is larger than 2 GiB, which is more than is read",
            public(&remote.url)
        ))),
        Err(Error::NotFound { .. }) if remote.may_be_missing => Ok(Vec::new()),
        Err(error) => Err(failed(&error)),
    }
}

enum Problem {
    Url,
    Store(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Messages of the store may contain a signed URL or a part of a header, so only the kind of error is reported.
fn because(remote: &Remote, error: &Error) -> CommandError {
    let url = public(&remote.url);
    match error {
        Error::NotFound { .. } => CommandError::new(format!("there is nothing at `{url}`")),
        Error::Unauthenticated { .. } => CommandError::new(format!("`{url}` asks for credentials"))
            .hint("set them in the environment, as for Terraform's backend of this kind"),
        Error::PermissionDenied { .. } => CommandError::new(format!("the credentials may not read `{url}`")),
        _ => CommandError::new(format!("cannot read `{url}`"))
            .hint("check the address, region and credentials, and that the host can be reached")
            .hint("or let Terraform read it: `terraform state pull | iac plan --state -`"),
    }
}

impl Remote {
    fn get(&self, name: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|(each, _)| each == name);
        setting.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn store(&self) -> Result<(Arc<dyn ObjectStore>, Path), Problem> {
        let (scheme, rest) = self.url.split_once("://").ok_or(Problem::Url)?;
        let (bucket, key) = rest.split_once('/').ok_or(Problem::Url)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(Problem::Url);
        }
        let path = || Path::parse(key).map_err(|_| Problem::Url);
        match scheme {
            "s3" => Ok((Arc::new(self.s3(bucket)?), path()?)),
            "gs" => Ok((Arc::new(self.gcs(bucket)?), path()?)),
            "az" => Ok((Arc::new(self.azure(bucket)?), path()?)),
            _ => self.http(scheme, bucket, key),
        }
    }

    fn s3(&self, bucket: &str) -> Result<impl ObjectStore + use<>, Error> {
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry());
        if env::var_os("AWS_REGION").is_none()
            && let Some(region) =
                self.get("region").map(str::to_owned).or(env::var("AWS_DEFAULT_REGION").ok())
        {
            builder = builder.with_region(region);
        }
        if let (Some(key), Some(secret)) = (self.get("access_key"), self.get("secret_key")) {
            builder = builder.with_access_key_id(key).with_secret_access_key(secret);
        }
        if let Some(token) = self.get("token") {
            builder = builder.with_token(token);
        }
        let variable = || env::var("AWS_ENDPOINT_URL_S3").or(env::var("AWS_ENDPOINT_URL")).ok();
        let endpoint = self.get("endpoints.s3").or(self.get("endpoint")).map(str::to_owned);
        if let Some(endpoint) = endpoint.or_else(variable) {
            let is_plain = endpoint.starts_with("http://");
            builder = builder.with_endpoint(endpoint).with_client_options(options(is_plain));
        }
        builder.build()
    }

    fn gcs(&self, bucket: &str) -> Result<impl ObjectStore + use<>, Error> {
        let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry());
        // A path, or the contents of a file.
        if let Some(credentials) = self.get("credentials") {
            builder = if credentials.trim_start().starts_with('{') {
                builder.with_service_account_key(credentials)
            } else {
                builder.with_service_account_path(credentials)
            };
        }
        builder.build()
    }

    fn azure(&self, container: &str) -> Result<impl ObjectStore + use<>, Error> {
        let mut builder =
            MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry());
        if let Some(account) = self.get("storage_account_name") {
            builder = builder.with_account(account);
        }
        let setting = |name, variable: &str| self.get(name).map(str::to_owned).or(env::var(variable).ok());
        if let Some(key) = setting("access_key", "ARM_ACCESS_KEY") {
            builder = builder.with_access_key(key);
        } else if let Some(token) = setting("sas_token", "ARM_SAS_TOKEN") {
            builder = builder.with_config(AzureConfigKey::SasKey, token);
        }
        builder.build()
    }

    /// User names and passwords are sent in a header: in a URL they would end up in messages.
    fn http(
        &self,
        scheme: &str,
        authority: &str,
        key: &str,
    ) -> Result<(Arc<dyn ObjectStore>, Path), Problem> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (path, query) = key.split_once('?').map_or((key, None), |(path, query)| (path, Some(query)));
        let user = match (self.get("username"), user) {
            (Some(name), _) => Some(format!("{name}:{}", self.get("password").unwrap_or_default())),
            (None, user) => user.map(str::to_owned),
        };
        let mut options = options(scheme == "http");
        if let Some(user) = user {
            let value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(user)));
            let mut value = value.map_err(|_| Problem::Url)?;
            value.set_sensitive(true);
            options = options.with_default_headers(HeaderMap::from_iter([(AUTHORIZATION, value)]));
        }
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let builder = HttpBuilder::new().with_url(format!("{scheme}://{host}/{query}"));
        let store = builder.with_client_options(options).with_retry(retry()).build()?;
        Ok((Arc::new(store), Path::from_url_path(path).map_err(|_| Problem::Url)?))
    }
}

fn options(allow_http: bool) -> ClientOptions {
    ClientOptions::new().with_allow_http(allow_http).with_connect_timeout(Duration::from_secs(10))
}

/// Retries are short, because the user is waiting.
fn retry() -> RetryConfig {
    RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() }
}
