//! States on HTTP servers, read like Terraform's `http` backend does.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, LAST_MODIFIED};
use reqwest::{Certificate, Client, Identity, Response, StatusCode, Url};

use super::{CONNECT_TIMEOUT, READ_TIMEOUT, cause};
use crate::command_error::CommandError;
use crate::state_source::{Found, LIMIT, Remote, public};

/// Reads a state.
pub(super) async fn read(remote: &Remote) -> Result<Found, CommandError> {
    let not_a_state = || {
        CommandError::new(format!("invalid state URL `{}`", public(&remote.url)))
            .hint("use `https://HOST/PATH`")
    };
    // The path is not normalized: `%2F` differs from `/`.
    let mut url = Url::parse(&remote.url).map_err(|_| not_a_state())?;
    if !url.has_host() || (url.path() == "/" && url.query().is_none()) {
        return Err(not_a_state());
    }
    let user = remote.get("username");
    if user.is_some() {
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    let client = client(remote).map_err(|error| remote.failed(cause::of(&error)))?;
    let number = |name, default| remote.get(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (retries, longest) = (number("retry_max", 2), Duration::from_secs(number("retry_wait_max", 30)));
    let mut wait = Duration::from_secs(number("retry_wait_min", 1));
    let mut attempt = 0;
    let answer = loop {
        let mut request = client.get(url.clone());
        if let Some(user) = user {
            request = request.basic_auth(user, remote.get("password"));
        }
        let answer = request.send().await;
        let may_pass = match &answer {
            Ok(answer) => {
                answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS
            }
            Err(error) => !error.is_builder() && !error.is_redirect(),
        };
        if attempt >= retries || !may_pass {
            break answer;
        }
        attempt += 1;
        tokio::time::sleep(wait.min(longest)).await;
        wait *= 2;
    };
    let answer = answer.map_err(|error| {
        remote.failed(cause::of(&error)).hint("check the address and the network connection")
    })?;
    found(remote, answer).await
}

/// Interprets a response.
async fn found(remote: &Remote, mut answer: Response) -> Result<Found, CommandError> {
    let url = public(&remote.url);
    let status = answer.status();
    let modified = modified(answer.headers());
    match status {
        StatusCode::OK => {}
        StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => {
            return remote.missing(format!("`{url}` responds with {status}"));
        }
        StatusCode::UNAUTHORIZED => {
            return Err(CommandError::new(format!("`{url}` requires credentials")).hint(
                "set `TF_HTTP_USERNAME` and `TF_HTTP_PASSWORD` for a backend, or use `https://USER:PASSWORD@HOST/PATH`",
            ));
        }
        StatusCode::FORBIDDEN => {
            return Err(CommandError::new(format!("access to `{url}` is denied")));
        }
        other => return Err(remote.failed(Some(format!("the server responded with {other}")))),
    }
    let mut text = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if (text.len() + chunk.len()) as u64 > LIMIT => return Err(remote.too_large()),
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(remote.failed(cause::of(&error))),
        }
    }
    if text.is_empty() {
        return remote.empty();
    }
    Ok(Found { text, modified, absent: None })
}

fn client(remote: &Remote) -> reqwest::Result<Client> {
    let mut builder = Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT);
    if let Some(authority) = remote.get("client_ca_certificate_pem") {
        builder = builder.tls_certs_only(Certificate::from_pem_bundle(authority.as_bytes())?);
    }
    if let (Some(certificate), Some(key)) =
        (remote.get("client_certificate_pem"), remote.get("client_private_key_pem"))
    {
        builder = builder.identity(Identity::from_pem(format!("{certificate}\n{key}").as_bytes())?);
    }
    if remote.get("skip_cert_verification") == Some("true") {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    builder.build()
}

fn modified(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(LAST_MODIFIED)?.to_str().ok()?).ok()
}
