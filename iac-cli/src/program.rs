//! The user's program: found through Cargo, built and run.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use serde::Deserialize as _;

use crate::cargo::{self, Build, Package, TargetKind};
use crate::command_error::{CommandError, Outcome};
use crate::manifest::Manifest;
use crate::settings::Settings;
use crate::suggest::did_you_mean;
use crate::terminal::{ColorChoice, Terminal};

/// The program to run, and options for building it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Program")]
pub(crate) struct ProgramArgs {
    /// Run the program of this workspace package
    #[arg(short, long, value_name = "NAME")]
    package: Option<String>,

    /// Run this binary of the package
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,

    /// Run this example of the package
    #[arg(long, value_name = "NAME", conflicts_with = "bin")]
    example: Option<String>,

    /// Build in release mode, with optimizations
    #[arg(short, long)]
    release: bool,

    /// Activate these features of the package
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Vec<String>,

    /// Fail if Cargo.lock would change
    #[arg(long)]
    locked: bool,

    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
}

/// A program to build and run.
#[derive(Debug)]
pub(crate) struct Program {
    package: Package,
    kind: TargetKind,
    name: String,
    settings: Settings,
    options: Vec<String>,
}

impl ProgramArgs {
    /// Finds the program through Cargo.
    pub(crate) fn find(&self) -> Result<Program, CommandError> {
        let manifest = match &self.manifest_path {
            Some(path) => path.clone(),
            None => nearest_manifest()?,
        };
        let package = self.choose_package(cargo::metadata(&manifest)?.packages, &manifest)?;
        let settings = read_settings(&package)?;
        let (kind, name) = self.choose_target(&package, &settings)?;
        let mut options = Vec::new();
        if self.release {
            options.push("--release".to_owned());
        }
        if self.locked {
            options.push("--locked".to_owned());
        }
        options.extend(self.features.iter().map(|features| format!("--features={features}")));
        Ok(Program { package, kind, name, settings, options })
    }

    /// Returns the target given by `--bin` or `--example`.
    fn named_target(&self) -> Option<(TargetKind, &str)> {
        let bin = self.bin.as_deref().map(|name| (TargetKind::Bin, name));
        bin.or(self.example.as_deref().map(|name| (TargetKind::Example, name)))
    }

    /// Chooses the package: the one that `--package` names; else that of the current directory; else the only one
    /// that has the target of `--bin` or `--example` or, without these, `[package.metadata.iac]`.
    fn choose_package(&self, mut packages: Vec<Package>, manifest: &Path) -> Result<Package, CommandError> {
        if let Some(name) = &self.package {
            let error = CommandError::new(format!("package `{name}` not found in the workspace"))
                .maybe_hint(did_you_mean(name, packages.iter().map(|package| package.name.as_str())));
            return packages.into_iter().find(|package| package.name == *name).ok_or(error);
        }
        let named = self.named_target();
        let has_program = |package: &Package| match named {
            Some((kind, name)) => package.programs(kind).any(|each| each == name),
            None => package.iac_table().is_some(),
        };
        let current = packages.iter().position(|package| is_same_file(&package.manifest_path, manifest));
        // The root package of a workspace may be unrelated.
        let is_candidate = |package: &Package| {
            has_program(package) || (named.is_none() && package.programs(TargetKind::Bin).next().is_some())
        };
        if let Some(current) = current.filter(|&current| is_candidate(&packages[current])) {
            return Ok(packages.swap_remove(current));
        }
        let list = |packages: &[Package]| {
            packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let all = list(&packages);
        let known = |kind| packages.iter().flat_map(move |package| package.programs(kind));
        let suggestion = named.and_then(|(kind, name)| did_you_mean(name, known(kind)));
        packages.retain(has_program);
        match (packages.len(), named) {
            (1, _) => Ok(packages.remove(0)),
            (0, Some((kind, name))) => {
                Err(CommandError::new(format!("no package has {} `{name}`", kind.a_noun()))
                    .maybe_hint(suggestion))
            }
            (0, None) => Err(CommandError::new("cannot determine which package contains the program")
                .hint(format!("choose one with `--package`: {all}"))
                .hint("or add `[package.metadata.iac]` to its Cargo.toml")),
            (_, Some((kind, name))) => {
                Err(CommandError::new(format!("several packages have {} `{name}`", kind.a_noun()))
                    .hint(format!("choose one with `--package`: {}", list(&packages))))
            }
            (_, None) => Err(CommandError::new("several packages have `[package.metadata.iac]`")
                .hint(format!("choose one with `--package`: {}", list(&packages)))),
        }
    }

    /// Chooses the target: the one given by `--bin` or `--example`, else the one in the settings, else the one that
    /// `cargo run` would run.
    fn choose_target(
        &self,
        package: &Package,
        settings: &Settings,
    ) -> Result<(TargetKind, String), CommandError> {
        let of_package = [
            (TargetKind::Bin, &settings.bin),
            (TargetKind::Example, &settings.example),
            (TargetKind::Bin, &package.default_run),
        ];
        let of_package = of_package.into_iter().filter_map(|(kind, name)| Some((kind, name.as_deref()?)));
        if let Some((kind, name)) = self.named_target().into_iter().chain(of_package).next() {
            if package.programs(kind).any(|each| each == name) {
                return Ok((kind, name.to_owned()));
            }
            let message = format!("package `{}` has no {} `{name}`", package.name, kind.noun());
            return Err(CommandError::new(message)
                .maybe_hint(did_you_mean(name, package.programs(kind)))
                .maybe_hint(choose_hint(package, kind)));
        }
        let mut programs = package.programs(TargetKind::Bin);
        match (programs.next(), programs.next()) {
            (Some(only), None) => Ok((TargetKind::Bin, only.to_owned())),
            (None, _) => Err(CommandError::new(format!("package `{}` has no binary to run", package.name))
                .hint(
                    choose_hint(package, TargetKind::Example)
                        .unwrap_or("define the infrastructure in src/main.rs".to_owned()),
                )),
            _ => Err(CommandError::new(format!("package `{}` has several binaries", package.name))
                .maybe_hint(choose_hint(package, TargetKind::Bin))
                .hint("or set `bin` in `[package.metadata.iac]` of its Cargo.toml")),
        }
    }
}

/// A hint that lists the targets of a kind; `None` if there are none.
fn choose_hint(package: &Package, kind: TargetKind) -> Option<String> {
    let names: Vec<&str> = package.programs(kind).collect();
    (!names.is_empty()).then(|| format!("choose one with `--{}`: {}", kind.as_str(), names.join(", ")))
}

fn read_settings(package: &Package) -> Result<Settings, CommandError> {
    let Some(table) = package.iac_table() else { return Ok(Settings::default()) };
    Settings::deserialize(table).map_err(|error| {
        let manifest = package.manifest_path.display();
        CommandError::because(format!("invalid `[package.metadata.iac]` in {manifest}"), error)
    })
}

/// Returns the `Cargo.toml` of the current directory, or of the nearest one above.
fn nearest_manifest() -> Result<PathBuf, CommandError> {
    let current = env::current_dir()
        .map_err(|error| CommandError::because("cannot determine the current directory", error))?;
    let found = current.ancestors().map(|directory| directory.join("Cargo.toml")).find(|path| path.is_file());
    found.ok_or_else(|| {
        CommandError::new(format!(
            "could not find `Cargo.toml` in `{}` or any parent directory",
            current.display()
        ))
        .hint("create a project with `iac new NAME`")
        .hint("or set the path with `--manifest-path PATH`")
    })
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}

/// The hint for programs that do not follow the protocol.
const MAIN_HINT: &str = "`main` must return the exit code of `App::run`";

/// The destination of a program's stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgramOutput {
    /// The stdout of this process.
    Inherit,
    /// Stderr, because stdout is for the result of the command.
    Stderr,
}

impl Program {
    /// Returns the default output directory of the program.
    pub(crate) fn default_out(&self) -> PathBuf {
        match &self.settings.out {
            Some(out) => {
                let out = self.package.directory().join(out);
                let current = env::current_dir().unwrap_or_default();
                out.strip_prefix(current).map(Path::to_owned).unwrap_or(out)
            }
            None => PathBuf::from("iac.out"),
        }
    }

    /// Builds the program and runs it. The program reports files and errors itself.
    pub(crate) fn run<I: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = I>,
        output: ProgramOutput,
        terminal: &Terminal,
    ) -> Result<Outcome, CommandError> {
        let Self { package, kind, name, options, .. } = self;
        let build = Build { package, kind: *kind, name, options: options.clone() };
        let executable = cargo::build(&build, terminal)?;
        let mut command = Command::new(&executable);
        // Set by `cargo run`, too: a program may read files next to its Cargo.toml.
        command.args(args).env("CARGO_MANIFEST_DIR", package.directory());
        match terminal.color {
            ColorChoice::Auto => {}
            ColorChoice::Always => drop(command.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR")),
            ColorChoice::Never => drop(command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE")),
        }
        if output == ProgramOutput::Stderr {
            command.stdout(Stdio::from(std::io::stderr()));
        }
        terminal.detail("Running", format_args!("{command:?}"));
        let status =
            command.status().map_err(|error| CommandError::file("cannot run", &executable, error))?;
        match status.code() {
            Some(0) => Ok(Outcome::Success),
            Some(1) => Err(CommandError::reported()),
            Some(5) => Ok(Outcome::Stale),
            Some(101) => {
                let is_shown = env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
                let hint = (!is_shown).then_some("set `RUST_BACKTRACE=1` to display a backtrace");
                Err(CommandError::new(format!("program `{name}` panicked")).maybe_hint(hint))
            }
            _ => {
                Err(CommandError::new(format!("program `{name}` exited unexpectedly: {status}"))
                    .hint(MAIN_HINT))
            }
        }
    }

    /// Fails if a program that succeeded has not written a manifest: a program that ignores its arguments succeeds,
    /// too.
    pub(crate) fn check_written(&self, out: &Path) -> Result<(), CommandError> {
        if out.join(Manifest::FILE).is_file() {
            return Ok(());
        }
        Err(CommandError::new(format!("program `{}` did not write any stacks", self.name)).hint(MAIN_HINT))
    }
}
