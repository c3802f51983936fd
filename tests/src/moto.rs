//! A local AWS API on the loopback interface: the moto server.
//!
//! Requires a Python with moto: `python3`, or the interpreter in `IAC_PYTHON`. `. .ci/moto.sh` creates one.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::terraform::{command, succeed};

/// The `override.tf` for a state next to the configuration.
pub const LOCAL_STATE: &str = "terraform {\n  backend \"local\" {}\n}\n";

/// A running server, stopped on drop.
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
    /// Panics if moto is not installed.
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

    /// Runs Terraform in a directory, against the server instead of AWS.
    ///
    /// # Panics
    ///
    /// Panics if Terraform fails.
    #[expect(clippy::must_use_candidate, reason = "not every caller needs the output")]
    pub fn terraform(&self, directory: &Path, arguments: &[&str]) -> Output {
        let mut command = command(directory, arguments);
        command
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // Retrying does not help: moto's errors are permanent.
            .env("AWS_MAX_ATTEMPTS", "3");
        succeed(&mut command)
    }
}

/// Runs an example, which writes its stacks to a directory.
///
/// # Panics
///
/// Panics if the example fails.
pub fn synthesize(program: &str, directory: &Path) {
    let arguments =
        ["run", "--quiet", "--locked", "-p", "iac-examples", "--bin", program, "--", "--quiet", "--out"];
    let mut synthesis = Command::new(env!("CARGO"));
    let output = synthesis.args(arguments).arg(directory).output().expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Moto {
    fn drop(&mut self) {
        // The server may have exited already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
