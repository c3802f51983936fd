//! The causes of failed requests, without the messages of clients, which may contain secrets.

use std::error::Error;
use std::io::{self, ErrorKind};

/// Returns the cause of an error.
pub(super) fn of(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(status) = status(error) {
        let code = code(error).map(|code| format!(" ({code})")).unwrap_or_default();
        return Some(format!("the server responded with {status}{code}"));
    }
    let found = chain(error).find_map(|each| of_text(&each.to_string()).or_else(|| of_io(each)));
    found.map(str::to_owned)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        causes.push(error);
        next = error.source();
    }
    // The deepest causes are the most specific.
    causes.into_iter().rev()
}

fn of_io(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let error = error.downcast_ref::<io::Error>()?;
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => "the connection was refused",
        ErrorKind::TimedOut => "the server did not respond within the time limit",
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => "the host cannot be reached",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe => "the connection was closed prematurely",
        _ => return None,
    })
}

/// Error types of transitive dependencies.
fn of_text(text: &str) -> Option<&'static str> {
    let has = |part: &str| text.contains(part);
    Some(if has("dns error") || has("failed to lookup address") {
        "the host name cannot be resolved"
    } else if has("UnknownIssuer") {
        "TLS: the certificate is issued by an unknown authority"
    } else if has("certificate expired") || has("Expired") {
        "TLS: the certificate has expired"
    } else if has("NotValidForName") || has("not valid for name") {
        "TLS: the certificate is for another host name"
    } else if has("invalid peer certificate") {
        "TLS: the certificate is not valid"
    } else if has("InvalidContentType") || has("corrupt message") || has("received fatal alert") {
        "TLS: the handshake failed"
    } else if has("operation timed out") || has("deadline has elapsed") {
        "the server did not respond within the time limit"
    } else if has("end of file before message length") || has("connection closed before message completed") {
        "the connection was closed prematurely"
    } else if has("error decoding response body") {
        "the response cannot be decoded"
    } else if has("Received redirect without LOCATION") {
        "the bucket is in another region"
    } else {
        return None;
    })
}

/// Returns the HTTP status in an error of an object store.
fn status(error: &(dyn Error + 'static)) -> Option<String> {
    chain(error).find_map(|each| {
        let text = each.to_string();
        let (_, rest) = text.split_once("status code: ")?;
        let number = rest.get(..3).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some(number.to_owned())
    })
}

/// Returns the code in the XML error of an object store: `NoSuchBucket`.
pub(super) fn code(error: &(dyn Error + 'static)) -> Option<String> {
    chain(error).find_map(|each| {
        let text = each.to_string();
        let (_, rest) = text.split_once("<Code>")?;
        let (code, _) = rest.split_once("</Code>")?;
        let is_word = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_word.then(|| code.to_owned())
    })
}
