//! Plans made by Terraform or OpenTofu, read from their JSON.

mod mirror;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use iac_core::diagnostic::Diagnostics;
use iac_lang::config::{Module, VariableOption};
use iac_plan::plan::json::PlanText;
use iac_plan::plan::{Plan, StateRecord, json};
use iac_plan::schema::{EntityKind, Schema};
use serde::Deserialize;
use tempfile::TempDir;

use self::mirror::Mirror;
use super::PlannedStack;
use super::input::Input;
use super::knowledge;
use super::options::OptionArgs;
use crate::command_error::CommandError;
use crate::data_directory::{copy_data, data_directory, workspace};
use crate::state_source::{Found, Pull, StateSource, pull};
use crate::terminal::Terminal;

/// Plans a stack with Terraform or OpenTofu.
pub(super) fn plan(
    input: Input,
    args: &OptionArgs,
    terminal: &Terminal,
) -> Result<PlannedStack, CommandError> {
    // It has the source locations of resources, and the sensitive variables.
    let loaded = input.load(super::offline::Tolerance::None)?;
    let engine = Engine::new(&input, &loaded.module, args, terminal)?;
    let text = engine.plan(args)?;
    let mut plan = read(&text, &input, &loaded.module, engine.name)?;
    plan.state.clone_from(&engine.state);
    Ok(PlannedStack { plan, module: loaded.module, warnings: Diagnostics::default(), input })
}

/// Reads a plan of a stack in JSON.
pub(super) fn read(text: &[u8], input: &Input, module: &Module, engine: &str) -> Result<Plan, CommandError> {
    let choice = knowledge::choose(&input.terraform_directory, module, None, None)?;
    let knowledge = iac_aws_rules::knowledge::knowledge(choice.version);
    let schema =
        |kind: EntityKind, name: &str| -> Option<Arc<Schema>> { knowledge.schema(kind, name).ok().flatten() };
    let failed = |error| CommandError::because(format!("cannot read the plan of {engine}"), error);
    let text = PlanText::new(text).map_err(failed)?;
    let mut plan = json::read(&text, &schema).map_err(failed)?;
    mark_variables(&mut plan, module);
    Ok(plan)
}

/// Marks the variables that are sensitive.
fn mark_variables(plan: &mut Plan, root: &Module) {
    for variable in &mut plan.variables {
        let declared = root.variables.iter().find(|declared| declared.name == variable.name);
        variable.sensitive = declared.is_none_or(|declared| declared.sensitive || declared.ephemeral);
    }
}

/// Returns the record of a state for reports. Only the header is parsed: Terraform validates the rest.
fn state_record(found: &Found, source: &StateSource) -> StateRecord {
    #[derive(Default, Deserialize)]
    struct Header {
        serial: Option<u64>,
        lineage: Option<String>,
    }
    let Header { serial, lineage } = serde_json::from_slice(&found.text).unwrap_or_default();
    found.record(source, serial, lineage.as_deref())
}

/// Terraform or OpenTofu, and the directory it runs in.
struct Engine<'a> {
    name: &'static str,
    program: PathBuf,
    /// The name of the stack in messages.
    title: String,
    directory: PathBuf,
    /// `TF_DATA_DIR`.
    data: PathBuf,
    /// A directory for the files it writes, removed when dropped.
    temporary: TempDir,
    terminal: &'a Terminal,
    /// The record of the state that it reads.
    state: Option<StateRecord>,
}

impl<'a> Engine<'a> {
    /// Prepares to plan: in the directory itself if it is initialized and no other state is given, otherwise in a
    /// mirror. In both cases Terraform writes to a data directory of its own.
    fn new(
        input: &Input,
        module: &Module,
        args: &OptionArgs,
        terminal: &'a Terminal,
    ) -> Result<Self, CommandError> {
        let (name, program) =
            pull::program(&input.terraform_directory, &std::env::var_os("PATH").unwrap_or_default())
                .ok_or_else(|| {
                    CommandError::new("neither `terraform` nor `tofu` is installed")
                        .hint("`--with table` and `--with provider` need neither")
                })?;
        let temporary = tempfile::Builder::new().prefix("iac-").tempdir();
        let temporary =
            temporary.map_err(|error| CommandError::because("cannot create a temporary directory", error))?;
        let installed = data_directory(&input.terraform_directory);
        let own = || StateSource::of_stack(&input.terraform_directory, module);
        let source = args.state.named().map_or_else(own, Ok)?;
        // Before `init`, Terraform cannot read a backend.
        let is_pulled_later = source.is_pulled() && !installed.is_dir();
        let found = if is_pulled_later { None } else { Some(source.read()?) };

        let is_initialized =
            installed.is_dir() && (module.backend.is_none() || installed.join("terraform.tfstate").is_file());
        if is_initialized && input.terraform_directory == input.directory && args.state.named().is_none() {
            let data = temporary.path().join("data");
            copy_data(&installed, &data)
                .map_err(|error| CommandError::file("cannot copy", &installed, error))?;
            let directory = input.directory.clone();
            let state = found.map(|found| state_record(&found, &source));
            return Ok(Self {
                name,
                program,
                title: input.title(),
                directory,
                data,
                temporary,
                terminal,
                state,
            });
        }
        let workspace = workspace(&input.terraform_directory)?;
        let state = found.as_ref().map(|found| mirror::State { text: &found.text, workspace: &workspace });
        let mirror = Mirror::new(&input.directory, &installed, temporary.path(), state.as_ref())?;
        let mut engine = Self {
            name,
            program,
            title: input.title(),
            directory: mirror.directory.clone(),
            data: mirror.data.clone(),
            temporary,
            terminal,
            state: found.map(|found| state_record(&found, &source)),
        };
        engine.init(&installed)?;
        mirror.complete()?;
        if let StateSource::Pull(pull) = &source
            && is_pulled_later
        {
            let pull =
                Pull { directory: engine.directory.clone(), data: engine.data.clone(), ..pull.clone() };
            let found = StateSource::Pull(pull).read()?;
            engine.state = Some(state_record(&found, &source));
        }
        Ok(engine)
    }

    /// Runs `init` with the installed providers.
    fn init(&self, installed: &Path) -> Result<(), CommandError> {
        let mut args: Vec<OsString> = ["init", "-input=false", "-no-color"].map(Into::into).to_vec();
        let installed = std::path::absolute(installed).unwrap_or_else(|_| installed.to_owned());
        let providers = installed.join("providers");
        if providers.is_dir() {
            let mut option = OsString::from("-plugin-dir=");
            option.push(providers);
            args.push(option);
        }
        self.run(&args, false).map(drop)
    }

    /// Runs `plan` and `show -json`.
    fn plan(&self, options: &OptionArgs) -> Result<Vec<u8>, CommandError> {
        let file = self.temporary.path().join("plan");
        let mut args: Vec<OsString> =
            ["plan", "-input=false", "-no-color", "-lock=false"].map(Into::into).to_vec();
        args.push(option("-out=", &file));
        args.extend(arguments(options));
        self.run(&args, false)?;
        self.run(&["show".into(), "-json".into(), file.into_os_string()], true)
    }

    /// Runs a command, which reports errors on stderr. Returns its stdout if `is_captured`.
    fn run(&self, args: &[OsString], is_captured: bool) -> Result<Vec<u8>, CommandError> {
        let verb = args.first().map(|verb| verb.to_string_lossy()).unwrap_or_default();
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(&self.directory).env("TF_IN_AUTOMATION", "1").stdin(Stdio::null());
        command.env("TF_DATA_DIR", &self.data);
        self.terminal.status("Running", format_args!("{} {verb}", self.name));
        self.terminal.detail("Running", format_args!("{command:?}"));
        // The plan is reported by this program; Terraform's progress is printed with `--verbose` only.
        let stdout = match (is_captured, self.terminal.verbose) {
            (true, _) => Stdio::piped(),
            (false, true) => Stdio::from(std::io::stderr()),
            (false, false) => Stdio::null(),
        };
        let failed = |error| CommandError::because(format!("cannot run `{} {verb}`", self.name), error);
        let spinner = self.terminal.spinner();
        let stderr = if spinner.is_visible() { Stdio::piped() } else { Stdio::inherit() };
        let child = command.stdout(stdout).stderr(stderr).spawn().map_err(failed)?;
        let output = child.wait_with_output().map_err(failed)?;
        drop(spinner);
        let _ = std::io::stderr().write_all(&output.stderr);
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(CommandError::new(format!("`{} {verb}` failed for `{}`", self.name, self.title)))
    }
}

/// Returns the arguments of `plan` for these options.
pub(super) fn arguments(options: &OptionArgs) -> Vec<OsString> {
    let mut args: Vec<OsString> = Vec::new();
    for variable in &options.variables.0 {
        args.push(match variable {
            VariableOption::Value(assignment) => option("-var=", assignment.as_ref()),
            VariableOption::File(path) => {
                option("-var-file=", &std::path::absolute(path).unwrap_or_else(|_| path.into()))
            }
        });
    }
    args.extend(options.target.iter().map(|target| option("-target=", target.as_ref())));
    args.extend(options.replace.iter().map(|instance| option("-replace=", instance.as_ref())));
    if options.destroy {
        args.push("-destroy".into());
    }
    if !options.live {
        args.push("-refresh=false".into());
    }
    args
}

fn option(name: &str, value: &Path) -> OsString {
    let mut argument = OsString::from(name);
    argument.push(value);
    argument
}
