//! Terraform or OpenTofu.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;

use super::interrupts;
use crate::command_error::CommandError;
use crate::state_source::pull;
use crate::terminal::Terminal;

/// The program that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::commands) enum EngineName {
    /// `terraform`
    Terraform,
    /// `tofu`
    Tofu,
}

/// Terraform or OpenTofu.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) name: &'static str,
    program: PathBuf,
}

/// A directory to run in, and its name and log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) stack: &'a str,
    pub(super) directory: &'a Path,
    pub(super) log: &'a Path,
}

impl Engine {
    /// Finds the chosen engine, or the one that the stack in a directory was initialized with.
    pub(super) fn find(choice: Option<EngineName>, directory: &Path) -> Result<Self, CommandError> {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = match choice {
            Some(EngineName::Terraform) => pull::find("terraform", &path).map(|file| ("terraform", file)),
            Some(EngineName::Tofu) => pull::find("tofu", &path).map(|file| ("tofu", file)),
            None => pull::program(directory, &path),
        };
        let missing = || {
            let names = match choice {
                Some(EngineName::Terraform) => "`terraform` is not installed",
                Some(EngineName::Tofu) => "`tofu` is not installed",
                None => "neither `terraform` nor `tofu` is installed",
            };
            CommandError::new(names).hint("install it, or add its directory to `PATH`")
        };
        found.map(|(name, program)| Self { name, program }).ok_or_else(missing)
    }

    /// Runs a command to the end and returns its stdout, which is logged unless it is `secret`.
    pub(super) fn run(
        &self,
        place: Place<'_>,
        args: &[OsString],
        secret: bool,
        terminal: &Terminal,
    ) -> Result<Vec<u8>, CommandError> {
        let (mut command, mut log) = self.command(place, args, terminal)?;
        let failed = |error| self.failed(args, error);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let (child, running) = interrupts::spawn(&mut command).map_err(failed)?;
        let output = child.wait_with_output().map_err(failed)?;
        drop(running);
        let logged = if secret { Ok(()) } else { log.write_all(&output.stdout) };
        logged.and_then(|()| log.write_all(&output.stderr)).map_err(failed)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(self.unsuccessful(place, args, &String::from_utf8_lossy(&output.stderr)))
    }

    /// Runs a command to the end, logs its stdout, and passes each line of it.
    ///
    /// The command writes to the log itself: if this process is killed, it goes on and stores what it has done.
    pub(super) fn follow(
        &self,
        place: Place<'_>,
        args: &[OsString],
        terminal: &Terminal,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<(), CommandError> {
        const INTERVAL: Duration = Duration::from_millis(50);
        let (mut command, log) = self.command(place, args, terminal)?;
        let failed = |error| self.failed(args, error);
        let written = log.metadata().map_err(failed)?.len();
        let errors = log.try_clone().map_err(failed)?;
        command.stdout(log).stderr(errors);
        let mut lines = Lines::after(place.log, written).map_err(failed)?;
        let (mut child, running) = interrupts::spawn(&mut command).map_err(failed)?;
        let status = loop {
            let ended = child.try_wait().map_err(failed)?;
            lines.read(on_line).map_err(failed)?;
            match ended {
                Some(status) => break status,
                None => thread::sleep(INTERVAL),
            }
        };
        drop(running);
        if status.success() { Ok(()) } else { Err(self.unsuccessful(place, args, "")) }
    }

    /// Returns a command to run, and the log, in which it is recorded.
    fn command(
        &self,
        place: Place<'_>,
        args: &[OsString],
        terminal: &Terminal,
    ) -> Result<(Command, File), CommandError> {
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(place.directory).env("TF_IN_AUTOMATION", "1").stdin(Stdio::null());
        terminal.detail("Running", format_args!("{command:?}"));
        let mut log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(place.log)
            .map_err(|error| CommandError::file("cannot write", place.log, error))?;
        let shown: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
        writeln!(log, "$ {} {}", self.name, shown.join(" "))
            .map_err(|error| CommandError::file("cannot write", place.log, error))?;
        Ok((command, log))
    }

    fn failed(&self, args: &[OsString], error: io::Error) -> CommandError {
        CommandError::because(format!("cannot run `{} {}`", self.name, verb(args)), error)
    }

    fn unsuccessful(&self, place: Place<'_>, args: &[OsString], said: &str) -> CommandError {
        let message = format!("`{} {}` failed for stack `{}`", self.name, verb(args), place.stack);
        let error = match said.trim() {
            "" => CommandError::new(message),
            said => CommandError::new(format!("{message}:\n{said}\n")),
        };
        error.hint(format!("its output is in {}", place.log.display()))
    }
}

fn verb(args: &[OsString]) -> String {
    args.first().map(|verb| verb.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The lines that another process appends to a file.
struct Lines {
    file: File,
    /// The beginning of a line whose end is not written yet.
    rest: Vec<u8>,
}

impl Lines {
    fn after(path: &Path, position: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(position))?;
        Ok(Self { file, rest: Vec::new() })
    }

    /// Passes the lines that were written since the last call.
    fn read(&mut self, on_line: &mut dyn FnMut(&str)) -> io::Result<()> {
        self.file.read_to_end(&mut self.rest)?;
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Ok(()) };
        let lines = self.rest.drain(..=end).collect::<Vec<u8>>();
        String::from_utf8_lossy(&lines).lines().for_each(on_line);
        Ok(())
    }
}

/// Returns arguments.
pub(super) fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(Into::into).to_vec()
}

/// Returns an option with a path as its value.
pub(super) fn option(name: &str, value: &OsStr) -> OsString {
    let mut option = OsString::from(name);
    option.push(value);
    option
}
