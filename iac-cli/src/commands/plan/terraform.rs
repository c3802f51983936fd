//! Terraform's own plan, through its JSON.

mod mirror;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use iac_core::config::{Module, VariableOption};
use iac_core::diagnostic::Diagnostics;
use iac_core::plan::json::PlanText;
use iac_core::plan::{Plan, json};
use iac_core::schema::{EntityKind, Knowledge, Schema};
use tempfile::TempDir;

use self::mirror::mirror;
use super::Planned;
use super::input::Input;
use super::options::OptionArgs;
use crate::command_error::CommandError;
use crate::state_source::{StateSource, pull};
use crate::terminal::Terminal;

/// Plans a stack with Terraform or OpenTofu.
pub(super) fn plan(input: Input, args: &OptionArgs, terminal: &Terminal) -> Result<Planned, CommandError> {
    // The resources' places are in it, and what is sensitive.
    let loaded = input.load()?;
    let engine = Engine::new(&input, args, terminal)?;
    let text = engine.plan(args)?;
    let knowledge = Knowledge::new(iac_aws::knowledge::texts());
    let schema =
        |kind: EntityKind, name: &str| -> Option<Arc<Schema>> { knowledge.schema(kind, name).ok().flatten() };
    let failed = |error| CommandError::because(format!("cannot read the plan of {}", engine.name), error);
    let text = PlanText::new(&text).map_err(failed)?;
    let mut plan = json::read(&text, &schema).map_err(failed)?;
    mark_variables(&mut plan, &loaded.module);
    Ok(Planned { plan, module: loaded.module, warnings: Diagnostics::default(), input })
}

/// Says which variables may be shown.
fn mark_variables(plan: &mut Plan, root: &Module) {
    for variable in &mut plan.variables {
        let declared = root.variables.iter().find(|declared| declared.name == variable.name);
        variable.sensitive = declared.is_none_or(|declared| declared.sensitive || declared.ephemeral);
    }
}

/// A program, and where it is run.
struct Engine<'a> {
    name: &'static str,
    program: PathBuf,
    /// What the stack is called.
    title: String,
    directory: PathBuf,
    /// `TF_DATA_DIR`, if not what it is otherwise.
    data: Option<PathBuf>,
    /// What it writes is removed with it.
    temporary: TempDir,
    terminal: &'a Terminal,
}

impl<'a> Engine<'a> {
    /// Gets ready to plan: in the directory itself if it is initialised and its own state is meant, otherwise in a mirror
    /// of it.
    fn new(input: &Input, args: &OptionArgs, terminal: &'a Terminal) -> Result<Self, CommandError> {
        let (name, program) = pull::program(&input.home, &std::env::var_os("PATH").unwrap_or_default())
            .ok_or_else(|| {
                CommandError::new("neither `terraform` nor `tofu` is installed")
                    .hint("`--with table` and `--with provider` need neither")
            })?;
        let temporary = tempfile::Builder::new().prefix("iac-").tempdir();
        let temporary =
            temporary.map_err(|error| CommandError::because("cannot create a temporary directory", error))?;
        let data = input.home.join(".terraform");
        let is_initialised = data.is_dir() && input.home == input.directory;
        if is_initialised && args.state.is_none() {
            let directory = input.directory.clone();
            let title = input.title();
            return Ok(Self { name, program, title, directory, data: None, temporary, terminal });
        }
        let state = match &args.state {
            Some(file) => Some(StateSource::named(file).read()?),
            None => None,
        };
        let directory = mirror(&input.directory, temporary.path(), state.as_deref())?;
        let engine = Self {
            name,
            program,
            title: input.title(),
            directory,
            data: Some(temporary.path().join("data")),
            temporary,
            terminal,
        };
        engine.init(&data)?;
        Ok(engine)
    }

    /// `init`, with the providers and modules that are there already.
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

    /// `plan` and `show -json`.
    fn plan(&self, options: &OptionArgs) -> Result<Vec<u8>, CommandError> {
        let file = self.temporary.path().join("plan");
        let mut args: Vec<OsString> =
            ["plan", "-input=false", "-no-color", "-lock=false"].map(Into::into).to_vec();
        let mut push = |option: &str, value: &Path| {
            let mut argument = OsString::from(option);
            argument.push(value);
            args.push(argument);
        };
        push("-out=", &file);
        for option in &options.variables.0 {
            match option {
                VariableOption::Value(assignment) => push("-var=", assignment.as_ref()),
                VariableOption::File(path) => {
                    push("-var-file=", &std::path::absolute(path).unwrap_or_else(|_| path.into()));
                }
            }
        }
        for target in &options.target {
            push("-target=", target.as_ref());
        }
        for instance in &options.replace {
            push("-replace=", instance.as_ref());
        }
        if options.destroy {
            args.push("-destroy".into());
        }
        if !options.live {
            args.push("-refresh=false".into());
        }
        self.run(&args, false)?;
        self.run(&["show".into(), "-json".into(), file.into_os_string()], true)
    }

    /// Runs it. What is wrong it says itself.
    fn run(&self, args: &[OsString], wanted: bool) -> Result<Vec<u8>, CommandError> {
        let verb = args.first().map(|verb| verb.to_string_lossy()).unwrap_or_default();
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(&self.directory).env("TF_IN_AUTOMATION", "1").stdin(Stdio::null());
        if let Some(data) = &self.data {
            command.env("TF_DATA_DIR", data);
        }
        self.terminal.status("Running", format_args!("{} {verb}", self.name));
        self.terminal.detail("Running", format_args!("{command:?}"));
        // The plan itself is shown by us; progress is for who asked to know.
        let stdout = match (wanted, self.terminal.verbose) {
            (true, _) => Stdio::piped(),
            (false, true) => Stdio::from(std::io::stderr()),
            (false, false) => Stdio::null(),
        };
        let failed = |error| CommandError::because(format!("cannot run `{} {verb}`", self.name), error);
        let child = command.stdout(stdout).stderr(Stdio::inherit()).spawn().map_err(failed)?;
        let output = child.wait_with_output().map_err(failed)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(CommandError::new(format!("`{} {verb}` failed for `{}`", self.name, self.title)))
    }
}
