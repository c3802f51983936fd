//! Messages and progress on stderr.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use iac_core::diagnostic::{Diagnostics, render};
use indicatif::{ProgressBar, ProgressStyle};

use crate::command_error::{CommandError, ErrorKind};

/// Colors and text attributes by meaning.
pub(crate) mod style {
    use super::{AnsiColor, Style};

    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
    pub(crate) const STATUS: Style = AnsiColor::Green.on_default().bold();
    pub(crate) const HEADING: Style = Style::new().bold();
    pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
    pub(crate) const TYPE: Style = AnsiColor::Green.on_default();
    pub(crate) const QUIET: Style = Style::new().dimmed();
}

/// The options of all commands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Print only errors and warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print the commands that are run
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Control the use of color; `auto` uses it on terminals, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
}

/// When to use color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    // Without descriptions, help lists them in one line.
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    /// Finds `--color` in arguments that are not parsed yet. Invalid values are left to the parser.
    pub(crate) fn of_args(args: &[OsString]) -> Self {
        let mut words = args.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let value = match word.strip_prefix("--color") {
                Some("") => words.next(),
                Some(value) => value.strip_prefix('='),
                None => continue,
            };
            return value.and_then(|value| Self::from_str(value, false).ok()).unwrap_or_default();
        }
        Self::Auto
    }

    /// Applies the choice to all output of this process.
    pub(crate) fn make_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }

    /// Returns the name, which Cargo uses too.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Prints messages, respecting `--quiet` and `--verbose`.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: ColorChoice,
}

impl Terminal {
    pub(crate) fn new(args: &GlobalArgs) -> Self {
        Self { quiet: args.quiet, verbose: args.verbose, color: args.color }
    }

    /// Prints a completed or started step: `Created infra`.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            print(format_args!("{}{verb:>12}{:#} {what}", style::STATUS, style::STATUS));
        }
    }

    /// Prints a step, with `--verbose` only.
    pub(crate) fn detail(&self, verb: &str, what: impl Display) {
        if self.verbose {
            self.status(verb, what);
        }
    }

    /// Shows a spinner and the elapsed time until it is dropped, for steps that may take longer than a second. Nothing else
    /// may be printed meanwhile. Hidden if stderr is not a terminal, and with `--quiet` or `--verbose`.
    pub(crate) fn spinner(&self) -> Spinner {
        if self.quiet || self.verbose {
            return Spinner(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(
            ProgressStyle::with_template("{spinner:>12} {elapsed}").expect("the template is valid"),
        );
        bar.enable_steady_tick(Duration::from_millis(100));
        Spinner(bar)
    }

    /// Prints a suggestion for the next step.
    pub(crate) fn hint(&self, hint: impl Display) {
        if !self.quiet {
            print_hint(&hint);
        }
    }

    /// Prints an error and its hints.
    #[expect(clippy::unused_self, reason = "all output goes through the terminal")]
    pub(crate) fn error(&self, error: &CommandError) {
        match &error.kind {
            ErrorKind::Failed { .. } => {
                print(format_args!("{}error:{:#} {}", style::ERROR, style::ERROR, error.kind));
            }
            ErrorKind::Diagnosed(diagnostics) => {
                diagnose(diagnostics);
                let errors = counted(diagnostics.errors(), "error");
                print(format_args!("{}error:{:#} {errors} in the configuration", style::ERROR, style::ERROR));
            }
            ErrorKind::Reported => {}
        }
        for hint in &error.hints {
            print_hint(hint);
        }
    }

    /// Prints an error or a warning of another program.
    #[expect(clippy::unused_self, reason = "all output goes through the terminal")]
    pub(crate) fn remark(&self, severity: &str, text: impl Display) {
        let style = if severity == "error" { style::ERROR } else { style::WARNING };
        print(format_args!("{style}{severity}:{style:#} {text}"));
    }

    /// Prints warnings.
    #[expect(clippy::unused_self, reason = "all output goes through the terminal")]
    pub(crate) fn warnings(&self, warnings: &Diagnostics) {
        if !warnings.is_empty() {
            diagnose(warnings);
        }
    }

    /// Asks a question and returns the answer, which is a line of stdin.
    pub(crate) fn ask(question: impl Display) -> std::io::Result<String> {
        let mut out = anstream::stderr();
        write!(out, "\n{question}")?;
        out.flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }

    /// Returns `true` if results on stdout are colored.
    pub(crate) fn colors_results() -> bool {
        anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }

    /// Returns the wrap width of results; `None` if stdout is not a terminal.
    pub(crate) fn width() -> Option<usize> {
        if !std::io::stdout().is_terminal() {
            return None;
        }
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
    }
}

/// A spinner on the last line of the terminal. It is removed when dropped.
#[derive(Debug)]
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    /// Returns `true` if other output on stderr would be mixed up with the spinner.
    pub(crate) fn is_visible(&self) -> bool {
        !self.0.is_hidden()
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Prints diagnostics with the lines they refer to. The first ones are enough if there are many.
fn diagnose(diagnostics: &Diagnostics) {
    const SHOWN: usize = 50;
    let mut shown = Diagnostics::default();
    shown.extend(diagnostics.iter().take(SHOWN).cloned());
    let files: RefCell<HashMap<String, Option<String>>> = RefCell::default();
    let read =
        |file: &str| files.borrow_mut().entry(file.to_owned()).or_insert_with(|| read_source(file)).clone();
    // The stream removes the color if stderr is not a terminal.
    let _ = write!(anstream::stderr(), "{}", render::render(&shown, read, true));
    let rest = diagnostics.iter().count().saturating_sub(SHOWN);
    if rest > 0 {
        print(format_args!("… and {rest} more\n"));
    }
}

/// Reads a file to show its lines. The compiler records paths relative to the root of the workspace, which is the
/// current directory or one above it. Generated JSON has lines that are too long to show.
fn read_source(file: &str) -> Option<String> {
    if std::path::Path::new(file).extension().is_some_and(|extension| extension == "json") {
        return None;
    }
    let directory = std::env::current_dir().ok()?;
    // Opening a pipe would wait for somebody to write to it.
    let read =
        |path: std::path::PathBuf| path.is_file().then(|| std::fs::read_to_string(path).ok()).flatten();
    directory.ancestors().map(|root| root.join(file)).find_map(read)
}

/// A number of things: `1 finding`, `2 findings`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn print_hint(hint: &dyn Display) {
    print(format_args!("{}hint:{:#} {hint}", style::HINT, style::HINT));
}

/// Errors are ignored: if stderr is closed, they cannot be reported.
fn print(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
