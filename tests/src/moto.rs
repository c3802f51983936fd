//! A local AWS API on loopback: moto's server.
//!
//! Needs a Python with moto: `python3`, or what `IAC_PYTHON` names. `. .ci/moto.sh` makes one.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::terraform::{command, succeed};

/// What an `override.tf` says, for a state beside the configuration.
pub const LOCAL_STATE: &str = "terraform {\n  backend \"local\" {}\n}\n";

/// A server, until it is dropped.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    port: u16,
}

impl Moto {
    /// Starts a server for an account.
    ///
    /// # Panics
    ///
    /// If there is no moto.
    #[must_use]
    pub fn start(account: &str) -> Self {
        let python = std::env::var_os("IAC_PYTHON").unwrap_or_else(|| "python3".into());
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a port is free")
            .port();
        let server = Command::new(&python)
            .args([concat!(env!("CARGO_MANIFEST_DIR"), "/moto/server.py"), &port.to_string()])
            .env("MOTO_ACCOUNT_ID", account)
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let mut moto = Self { server, port };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return moto;
            }
            if let Ok(Some(status)) = moto.server.try_wait() {
                panic!("moto does not start ({status}); `. .ci/moto.sh` installs it");
            }
            sleep(Duration::from_millis(100));
        }
        panic!("moto does not answer");
    }

    /// Runs Terraform in a directory, talking to the server instead of AWS.
    ///
    /// # Panics
    ///
    /// If it fails.
    #[expect(clippy::must_use_candidate, reason = "what it does matters, and not always what it says")]
    pub fn terraform(&self, directory: &Path, arguments: &[&str]) -> Output {
        let mut command = command(directory, arguments);
        command
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // What it refuses, it refuses again.
            .env("AWS_MAX_ATTEMPTS", "3");
        succeed(&mut command)
    }
}

/// Has an example write its stacks to a directory.
///
/// # Panics
///
/// If it does not.
pub fn synthesise(program: &str, directory: &Path) {
    let arguments =
        ["run", "--quiet", "--locked", "-p", "iac-examples", "--bin", program, "--", "--quiet", "--out"];
    let mut synthesis = Command::new(env!("CARGO"));
    let output = synthesis.args(arguments).arg(directory).output().expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
