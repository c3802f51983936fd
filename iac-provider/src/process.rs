//! A provider's process.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::ClientError;
use crate::handshake::{self, Address, Handshake};

/// The number of bytes kept of a provider's output.
const MAX_KEPT_BYTES: usize = 16 * 1024;

/// A running provider. Dropping it terminates the process with all of its children.
pub(crate) struct Process {
    child: Mutex<Child>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    reader: Mutex<Option<JoinHandle<()>>>,
    socket: Option<PathBuf>,
}

impl Process {
    /// Starts a provider and waits for its handshake.
    pub(crate) async fn start(
        binary: &Path,
        environment: &[(OsString, OsString)],
        limit: Duration,
    ) -> Result<(Self, Handshake), ClientError> {
        let mut command = Command::new(binary);
        command
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env(handshake::COOKIE.0, handshake::COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", handshake::VERSIONS)
            // Providers write thousands of bytes of logs for each call, which takes half of their time.
            .env("TF_LOG_SDK", "OFF")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let start = |source| ClientError::Start { path: binary.to_owned(), source };
        let mut child = command.spawn().map_err(start)?;
        group::add(&child);
        let stdout = child.stdout.take().expect("the stream is piped");
        let stderr = child.stderr.take().expect("the stream is piped");
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let (sender, line) = oneshot::channel();
        std::thread::spawn(move || first_line(stdout, sender));
        let reader = std::thread::spawn({
            let kept = Arc::clone(&kept);
            move || drain(stderr, &kept)
        });
        let mut process =
            Self { child: Mutex::new(child), stderr: kept, reader: Mutex::new(Some(reader)), socket: None };
        match tokio::time::timeout(limit, line).await {
            Ok(Ok(line)) if !line.is_empty() => {
                let handshake = handshake::parse(&line)?;
                if let Address::Unix(path) = &handshake.address {
                    process.socket = Some(path.clone());
                }
                Ok((process, handshake))
            }
            Ok(_) => {
                process.kill();
                Err(ClientError::Ended { stderr: process.last_output() })
            }
            Err(_) => Err(ClientError::Silent(limit)),
        }
    }

    /// Returns true if the process has exited. Waits for a moment, because the connection breaks before the process
    /// is gone.
    pub(crate) async fn has_ended(&self, timeout: Duration) -> bool {
        let begin = Instant::now();
        loop {
            let ended = {
                let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
                !matches!(child.try_wait(), Ok(None))
            };
            if ended || begin.elapsed() >= timeout {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns the end of its output for a message, or the reason of a panic.
    pub(crate) fn last_output(&self) -> String {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The provider has exited at this point, so its stderr ends too.
        if let Some(reader) = reader {
            drop(reader.join());
        }
        let kept = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = kept.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let panic =
            text.lines().find(|line| line.starts_with("panic: ") || line.starts_with("fatal error: "));
        panic.or_else(|| text.lines().last()).unwrap_or_default().trim().to_owned()
    }

    fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        group::end(&child);
        // Fails if the process has exited already, which is fine.
        drop(child.kill());
        drop(child.wait());
        group::remove(&child);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if let Some(socket) = &self.socket {
            // A provider that exits by itself removes the socket.
            drop(std::fs::remove_file(socket));
        }
    }
}

/// Passes on the first line and discards the rest, so that the provider never blocks on its output.
fn first_line(stdout: impl Read, sender: oneshot::Sender<String>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    // A handshake is short; a program with endless output is not a provider.
    let read = (&mut stdout).take(MAX_KEPT_BYTES as u64).read_until(b'\n', &mut line);
    if read.is_ok() {
        // After the timeout, there is no receiver any more.
        drop(sender.send(String::from_utf8_lossy(&line).into_owned()));
    }
    drop(std::io::copy(&mut stdout, &mut std::io::sink()));
}

/// Keeps the end of a provider's stderr, and the line that reports a panic.
fn drain(mut stderr: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 8192];
    let mut panicked = false;
    while let Ok(length @ 1..) = stderr.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if panicked && kept.len() >= MAX_KEPT_BYTES {
            continue;
        }
        kept.extend(&buffer[..length]);
        if !panicked {
            // The stacks of a thousand threads follow, so the beginning is the useful part.
            panicked = find_panic(kept.make_contiguous());
            let excess = kept.len().saturating_sub(MAX_KEPT_BYTES);
            if !panicked {
                kept.drain(..excess);
            }
        }
    }
}

fn find_panic(bytes: &[u8]) -> bool {
    [&b"panic: "[..], b"fatal error: "].iter().any(|start| {
        bytes.starts_with(start)
            || bytes.windows(start.len() + 1).any(|part| part[0] == b'\n' && part[1..] == **start)
    })
}

#[cfg(unix)]
mod group {
    //! Process groups of running providers, which Ctrl-C in the terminal does not reach.

    use std::process::Child;
    use std::sync::{Mutex, Once, PoisonError};

    use rustix::process::{Pid, Signal, kill_process_group};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
    static WATCH: Once = Once::new();

    pub(super) fn add(child: &Child) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(Pid::from_child(child));
        WATCH.call_once(|| {
            // Without signal handling, providers are still terminated when their clients are dropped.
            if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) {
                std::thread::spawn(move || {
                    for signal in signals.forever() {
                        for pid in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                            end_group(*pid);
                        }
                        // Restores the default behavior: the signal terminates the process.
                        drop(signal_hook::low_level::emulate_default_handler(signal));
                    }
                });
            }
        });
    }

    pub(super) fn end(child: &Child) {
        end_group(Pid::from_child(child));
    }

    fn end_group(pid: Pid) {
        // Fails if the group has exited already, which is fine.
        kill_process_group(pid, Signal::KILL).unwrap_or_default();
    }

    pub(super) fn remove(child: &Child) {
        let pid = Pid::from_child(child);
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|each| *each != pid);
    }
}

#[cfg(not(unix))]
mod group {
    //! A fallback for systems without process groups: providers are terminated one by one.

    use std::process::Child;

    pub(super) fn add(_child: &Child) {}
    pub(super) fn end(_child: &Child) {}
    pub(super) fn remove(_child: &Child) {}
}
