//! Why a provider could not be asked.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a provider could not be found, started or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no binary of it.
    #[error("no binary of the provider {wanted} was found")]
    NotFound {
        /// Source address and version.
        wanted: String,
        /// Where it was looked for, in order.
        looked_in: Vec<String>,
    },
    /// A file that says where binaries are could not be read.
    #[error("`{}` could not be read: {reason}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The binary could not be started.
    #[error("`{}` could not be started", path.display())]
    Start {
        /// The binary.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It has started, and does not say what a provider says.
    #[error("the binary is no provider: {reason}; it printed `{line}`")]
    Handshake {
        /// What is missing.
        reason: String,
        /// What it printed.
        line: String,
    },
    /// It ended before it said how to speak with it.
    #[error("the provider ended at once{}", said(stderr))]
    Ended {
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// It did not say in time how to speak with it.
    #[error("the provider did not start within {} s", .0.as_secs())]
    Silent(Duration),
    /// The connection could not be made.
    #[error("the provider does not let itself be connected to: {0}")]
    Connect(String),
    /// It ended while it worked.
    #[error("the provider crashed{}", said(stderr))]
    Crashed {
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// It did not answer in time.
    #[error("the provider did not answer within {} s", .0.as_secs())]
    Deadline(Duration),
    /// It refused a call.
    #[error("the provider refused `{method}`: {message}")]
    Refused {
        /// The call.
        method: &'static str,
        /// Why.
        message: String,
    },
    /// What it answered cannot be read.
    #[error("the provider's answer to `{method}` cannot be read: {reason}")]
    Answer {
        /// The call.
        method: &'static str,
        /// Why.
        reason: String,
    },
    /// It answered with errors.
    #[error("{summary}{}", after(detail))]
    Provider {
        /// The first error.
        summary: String,
        /// More about it.
        detail: String,
    },
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

fn after(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(": {detail}") }
}
