//! What is said beside the results, on stderr.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use iac_core::diagnostic::{Diagnostics, render};

use crate::command_error::{CommandError, ErrorKind};

/// What a name, a heading or a word of ours looks like.
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

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Say nothing but errors and warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say what is run
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Choose when to colour; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    // Without descriptions, help lists them in one line.
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    /// What arguments say that are not parsed yet. What is no choice is left to the parser.
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

    /// Makes everything that this process prints follow it.
    pub(crate) fn make_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }

    /// Its name, which is also Cargo's.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Says how a command gets on, as much as the user wants to hear.
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

    /// What has been done: `Created infra`.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            print(format_args!("{}{verb:>12}{:#} {what}", style::STATUS, style::STATUS));
        }
    }

    /// What is run, for who asked to know.
    pub(crate) fn detail(&self, verb: &str, what: impl Display) {
        if self.verbose {
            self.status(verb, what);
        }
    }

    /// What the user can do next.
    pub(crate) fn hint(&self, hint: impl Display) {
        if !self.quiet {
            print_hint(&hint);
        }
    }

    /// Why a command failed, and what helps.
    #[expect(clippy::unused_self, reason = "errors are said however quiet, but only through the terminal")]
    pub(crate) fn error(&self, error: &CommandError) {
        match &error.kind {
            ErrorKind::Failed { .. } => {
                print(format_args!("{}error:{:#} {}", style::ERROR, style::ERROR, error.kind));
            }
            ErrorKind::Diagnosed(diagnostics) => {
                diagnose(diagnostics);
                let errors = diagnostics.errors();
                let plural = if errors == 1 { "" } else { "s" };
                print(format_args!(
                    "{}error:{:#} {errors} problem{plural} in the configuration",
                    style::ERROR,
                    style::ERROR
                ));
            }
            ErrorKind::Reported => {}
        }
        for hint in &error.hints {
            print_hint(hint);
        }
    }

    /// What is not wrong, but should be known.
    #[expect(clippy::unused_self, reason = "warnings are said however quiet, but only through the terminal")]
    pub(crate) fn warnings(&self, warnings: &Diagnostics) {
        if !warnings.is_empty() {
            diagnose(warnings);
        }
    }

    /// Whether results on stdout are to be coloured.
    pub(crate) fn colors_results() -> bool {
        anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }

    /// How many characters a line of results may have. Only a terminal has an end.
    pub(crate) fn width() -> Option<usize> {
        if !std::io::stdout().is_terminal() {
            return None;
        }
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
    }
}

/// Diagnostics with the lines that they are about. Who has many problems reads the first ones.
fn diagnose(diagnostics: &Diagnostics) {
    const SHOWN: usize = 50;
    let mut shown = Diagnostics::default();
    shown.extend(diagnostics.iter().take(SHOWN).cloned());
    let files: RefCell<HashMap<String, Option<String>>> = RefCell::default();
    let read =
        |file: &str| files.borrow_mut().entry(file.to_owned()).or_insert_with(|| read_source(file)).clone();
    // Without a terminal the stream takes the colours away.
    let _ = write!(anstream::stderr(), "{}", render::render(&shown, read, true));
    let rest = diagnostics.iter().count().saturating_sub(SHOWN);
    if rest > 0 {
        print(format_args!("… and {rest} more\n"));
    }
}

/// Reads a file to show its lines. The compiler records paths relative to the root of the workspace, which is the current
/// directory or one around it. What programs write has lines that are too long to be shown.
fn read_source(file: &str) -> Option<String> {
    if std::path::Path::new(file).extension().is_some_and(|extension| extension == "json") {
        return None;
    }
    let directory = std::env::current_dir().ok()?;
    directory.ancestors().map(|root| root.join(file)).find_map(|path| std::fs::read_to_string(path).ok())
}

fn print_hint(hint: &dyn Display) {
    print(format_args!("{}hint:{:#} {hint}", style::HINT, style::HINT));
}

/// Nobody can be told that stderr is closed.
fn print(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
