//! Errors of finding, starting or calling a provider.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// An error of finding, starting or calling a provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The provider is not installed.
    #[error("no binary found for provider {wanted}")]
    NotFound {
        /// The source address and version.
        wanted: String,
        /// The searched locations, in order.
        looked_in: Vec<String>,
    },
    /// A file that configures the location of providers is invalid.
    #[error("cannot read `{}`: {reason}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// The binary could not be started.
    #[error("cannot start `{}`", path.display())]
    Start {
        /// The binary.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The binary started, but did not print a valid handshake.
    #[error("the binary is not a provider: {reason}; it printed `{line}`")]
    Handshake {
        /// The problem with it.
        reason: String,
        /// The line that it printed.
        line: String,
    },
    /// The provider exited before the handshake.
    #[error("the provider exited immediately{}", said(stderr))]
    Ended {
        /// The end of its stderr.
        stderr: String,
    },
    /// The provider did not print a handshake before the timeout.
    #[error("the provider did not start within {} s", .0.as_secs())]
    Silent(Duration),
    /// The connection failed.
    #[error("cannot connect to the provider: {0}")]
    Connect(String),
    /// The provider crashed during a call.
    #[error("the provider crashed{}", said(stderr))]
    Crashed {
        /// The end of its stderr.
        stderr: String,
    },
    /// A call timed out.
    #[error("the provider did not answer within {} s", .0.as_secs())]
    Deadline(Duration),
    /// The provider rejected a call.
    #[error("the provider rejected `{method}`: {message}")]
    Refused {
        /// The call.
        method: &'static str,
        /// The message of the provider.
        message: String,
    },
    /// An answer could not be decoded.
    #[error("cannot decode the provider's answer to `{method}`: {reason}")]
    Answer {
        /// The call.
        method: &'static str,
        /// The problem.
        reason: String,
    },
    /// The provider returned errors.
    #[error("{summary}{}", after(detail))]
    Provider {
        /// The summary of the first error.
        summary: String,
        /// The detail of the first error.
        detail: String,
    },
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

fn after(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(": {detail}") }
}
