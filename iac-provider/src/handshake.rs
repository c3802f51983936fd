//! The handshake: the first line that a provider prints, which tells how to connect to it.

use std::path::PathBuf;

use crate::error::ClientError;

/// The variable, and its value, that tells a provider that it was started by a plugin client and not by a user.
pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The supported protocol versions.
pub(crate) const VERSIONS: &str = "5,6";

/// The content of a handshake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Handshake {
    /// The protocol version: 5 or 6.
    pub(crate) protocol: u8,
    /// The address that the provider listens on.
    pub(crate) address: Address,
}

/// The address that a provider listens on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// A Unix domain socket.
    Unix(PathBuf),
    /// A TCP port on this machine.
    Tcp(String),
}

/// Parses a handshake: `1|5|unix|/tmp/plugin123|grpc|`.
pub(crate) fn parse(line: &str) -> Result<Handshake, ClientError> {
    let refused = |reason: &str| {
        let line: String = line.chars().take(200).collect();
        ClientError::Handshake { reason: reason.to_owned(), line }
    };
    let mut parts = line.trim_end().split('|');
    let mut next = || parts.next().unwrap_or_default();
    let (core, protocol, network, address, kind, certificate) =
        (next(), next(), next(), next(), next(), next());
    if core != "1" {
        return Err(refused("its first line is not a plugin handshake"));
    }
    let protocol = match protocol {
        "5" => 5,
        "6" => 6,
        _ => return Err(refused("it supports neither version 5 nor 6 of the plugin protocol")),
    };
    if kind != "grpc" {
        return Err(refused("it does not use gRPC"));
    }
    if !certificate.is_empty() {
        return Err(refused("it requires TLS, which was not requested"));
    }
    let address = match network {
        "unix" if !address.is_empty() => Address::Unix(address.into()),
        "tcp" if !address.is_empty() => Address::Tcp(address.to_owned()),
        _ => return Err(refused("it does not listen on any address")),
    };
    Ok(Handshake { protocol, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handshake_has_protocol_and_address() {
        let unix = Handshake { protocol: 5, address: Address::Unix("/tmp/plugin1".into()) };
        assert_eq!(parse("1|5|unix|/tmp/plugin1|grpc|\n").unwrap(), unix);
        let tcp = Handshake { protocol: 6, address: Address::Tcp("127.0.0.1:1234".into()) };
        assert_eq!(parse("1|6|tcp|127.0.0.1:1234|grpc").unwrap(), tcp);
    }

    #[test]
    fn unsupported_handshakes_are_errors() {
        for (line, reason) in [
            ("", "first line"),
            ("panic: oh no", "first line"),
            ("1|4|unix|/tmp/x|grpc|", "version 5 nor 6"),
            ("1|5|unix|/tmp/x|netrpc|", "gRPC"),
            ("1|5|unix||grpc|", "any address"),
            ("1|5|unix|/tmp/x|grpc|MIIB", "TLS"),
        ] {
            let error = parse(line).expect_err(line).to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
