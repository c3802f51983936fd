//! Interrupts: what runs is asked to end, and nothing more is begun.
//!
//! Terraform runs in a process group of its own, so that Ctrl-C in a terminal reaches it once, from here. A second
//! interrupt makes it stop at once.

use std::io;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Returns `true` after an interrupt.
pub(super) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Passes interrupts on to running commands from now on, instead of ending this process.
#[cfg(unix)]
pub(super) fn watch() -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            let pids = running.iter().filter_map(|id| Pid::from_raw(i32::try_from(*id).ok()?));
            for pid in pids {
                // It may have ended by itself.
                let _ = kill_process(pid, Signal::INT);
            }
        }
    });
    Ok(())
}

/// Consoles pass interrupts on themselves.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails on other platforms")]
pub(super) fn watch() -> io::Result<()> {
    Ok(())
}

/// Starts a command that receives interrupts until it is [forgotten](Running).
pub(super) fn spawn(command: &mut Command) -> io::Result<(Child, Running)> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let child = command.spawn()?;
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
    let running = Running(child.id());
    Ok((child, running))
}

/// A command that receives interrupts until this is dropped, which must be soon after its process has ended: its
/// number may then be given to another process.
#[derive(Debug)]
pub(super) struct Running(u32);

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|id| *id != self.0);
    }
}
