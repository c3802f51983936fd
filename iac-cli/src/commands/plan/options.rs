//! Options of a plan.

use std::env;
use std::path::{self, Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use iac_core::{ResourceAddress, Text};
use iac_lang::config::VariableOption;
use iac_lang::eval::set_evaluation_limit;
use iac_lang::files::join;
use iac_plan::plan::{Options, Target};
use iac_plan::state::State;

use super::input::utf8_path;
use super::terraform_args::TerraformArgs;
use crate::command_error::CommandError;
use crate::data_directory::workspace;
use crate::state_source::other::OtherStates;
use crate::state_source::{Found, StateSource};

/// Options of a plan.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(crate) struct OptionArgs {
    #[command(flatten)]
    pub(super) state: StateArgs,

    /// Use this refreshed state, and report its differences from the recorded state as drift
    #[arg(long, value_name = "FILE")]
    refresh_from: Option<PathBuf>,

    /// Plan to destroy all resources
    #[arg(long)]
    pub(super) destroy: bool,

    /// Plan only this resource or module and its dependencies
    #[arg(long, value_name = "ADDRESS")]
    pub(super) target: Vec<String>,

    /// Plan to replace this resource instance
    #[arg(long, value_name = "ADDRESS")]
    pub(super) replace: Vec<String>,

    #[command(flatten)]
    pub(super) variables: VariableArgs,

    /// Use this provider binary, with `--with auto` or `--with provider`
    #[arg(long, value_name = "FILE")]
    pub(super) provider_binary: Option<PathBuf>,

    /// Allow the provider or Terraform to use credentials and the network, to read data sources
    #[arg(long)]
    pub(super) live: bool,

    /// Do not use or store cached answers of the provider
    #[arg(long)]
    pub(super) no_cache: bool,
}

/// The state to plan against, if not the stack's own.
#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    /// Read the state from this file or URL, or from stdin (`-`), instead of the stack's backend
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,

    /// Plan as if nothing existed, without reading a state
    #[arg(long, conflicts_with = "state")]
    no_state: bool,
}

impl StateArgs {
    /// Returns the state given by `--state` or `--no-state`.
    pub(super) fn named(&self) -> Option<StateSource> {
        let named = self.state.as_deref().map(StateSource::named);
        named.or_else(|| self.no_state.then_some(StateSource::Nothing))
    }
}

/// `--var` and `--var-file` in the order of the command line. Later ones take precedence.
#[derive(Clone, Debug, Default)]
pub(crate) struct VariableArgs(pub(super) Vec<VariableOption>);

impl VariableArgs {
    const VAR: &str = "var";
    const VAR_FILE: &str = "var_file";

    fn of(matches: &ArgMatches) -> Self {
        let mut options: Vec<(usize, VariableOption)> = Vec::new();
        for (id, option) in
            [(Self::VAR, VariableOption::Value as fn(String) -> _), (Self::VAR_FILE, VariableOption::File)]
        {
            let values = matches.get_many::<String>(id).into_iter().flatten().cloned().map(option);
            options.extend(matches.indices_of(id).into_iter().flatten().zip(values));
        }
        options.sort_by_key(|(index, _)| *index);
        Self(options.into_iter().map(|(_, option)| option).collect())
    }
}

impl FromArgMatches for VariableArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let environment = TerraformArgs::from_environment()
            .map_err(|problem| clap::Error::raw(clap::error::ErrorKind::InvalidValue, problem + "\n"))?;
        let mut all = environment.variables;
        all.extend(Self::of(matches).0);
        Ok(Self(all))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for VariableArgs {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new(Self::VAR)
                    .long("var")
                    .value_name("NAME=VALUE")
                    .action(ArgAction::Append)
                    .help("Set an input variable"),
            )
            .arg(
                Arg::new(Self::VAR_FILE)
                    .long("var-file")
                    .value_name("FILE")
                    .action(ArgAction::Append)
                    .help("Set input variables from this file; later options take precedence"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Parsed options of a plan.
#[derive(Debug)]
pub(super) struct ParsedOptions {
    pub(super) destroy: bool,
    targets: Vec<Target>,
    replace: Vec<ResourceAddress>,
    refreshed: Option<(StateSource, Found)>,
}

impl OptionArgs {
    /// Returns the options for `iac check`, which does not read the stack's own state.
    pub(super) fn checked(state: Option<PathBuf>, variables: VariableArgs) -> Self {
        Self {
            state: StateArgs { no_state: state.is_none(), state },
            refresh_from: None,
            destroy: false,
            target: Vec::new(),
            replace: Vec::new(),
            variables,
            provider_binary: None,
            live: false,
            no_cache: false,
        }
    }

    /// Returns the options for the plans of a deployment, which reads everything that it can.
    pub(super) fn staged(target: Vec<String>, variables: VariableArgs, destroy: bool) -> Self {
        let base = Self::checked(None, variables);
        let state = StateArgs { no_state: false, state: None };
        Self { state, target, destroy, live: true, ..base }
    }

    /// Parses addresses and reads the refreshed state.
    pub(super) fn parse(&self) -> Result<ParsedOptions, CommandError> {
        let refreshed = match &self.refresh_from {
            Some(file) => {
                let source = StateSource::named(file);
                let found = source.read()?;
                Some((source, found))
            }
            None => None,
        };
        limit_evaluation()?;
        let environment = TerraformArgs::from_environment().map_err(CommandError::new)?;
        let targets = environment.targets.iter().chain(&self.target);
        let replace = environment.replace.iter().chain(&self.replace);
        Ok(ParsedOptions {
            destroy: self.destroy || environment.destroy,
            targets: targets.map(|text| target(text)).collect::<Result<_, _>>()?,
            replace: replace.map(|text| instance(text)).collect::<Result<_, _>>()?,
            refreshed,
        })
    }
}

/// Applies the limit of evaluation that the environment sets.
fn limit_evaluation() -> Result<(), CommandError> {
    const NAME: &str = "IAC_EVALUATION_LIMIT";
    let Ok(text) = std::env::var(NAME) else { return Ok(()) };
    let limit = text.parse().map_err(|error| {
        CommandError::because(format!("invalid `{NAME}`: `{text}`"), error)
            .hint("set it to a number of values")
    })?;
    set_evaluation_limit(limit);
    Ok(())
}

impl ParsedOptions {
    /// Returns `true` if the plan is limited to targets.
    pub(super) const fn has_targets(&self) -> bool {
        !self.targets.is_empty()
    }

    /// Returns the refreshed state, if one is given.
    pub(super) fn refreshed(&self) -> Result<Option<State<'_>>, CommandError> {
        let Some((source, found)) = &self.refreshed else { return Ok(None) };
        found.decode(source).map(|(state, _)| Some(state))
    }

    pub(super) fn options<'a>(
        &self,
        refreshed: Option<&'a State<'a>>,
        directory: &Path,
        remote_states: &'a OtherStates<'a>,
    ) -> Result<Options<'a>, CommandError> {
        Ok(Options {
            destroy: self.destroy,
            targets: self.targets.clone(),
            replace: self.replace.clone(),
            refreshed,
            workspace: workspace(directory)?.into(),
            // A path that is not UTF-8 has no value in Terraform's language.
            working_directory: path::absolute(directory).ok().and_then(|path| text(&path)),
            home: env::home_dir().and_then(|path| text(&path)),
            remote_states: Some(remote_states),
        })
    }
}

fn text(path: &Path) -> Option<Text> {
    utf8_path(path).ok().map(|path| join("", &path).into())
}

fn target(text: &str) -> Result<Target, CommandError> {
    let error = match text.parse::<ResourceAddress>() {
        Ok(address) => return Ok(Target::Resource(address)),
        Err(error) => error,
    };
    // A prefix of a resource address is a module address.
    match format!("{text}.x.x").parse::<ResourceAddress>() {
        Ok(address) if !address.modules.is_empty() && address.resource_type == "x" => {
            Ok(Target::Module(address.modules))
        }
        _ => Err(CommandError::because(format!("invalid target `{text}`"), error)
            .hint("targets are resources, instances or modules: `aws_vpc.main`, `aws_subnet.a[0]`, `module.network`")),
    }
}

fn instance(text: &str) -> Result<ResourceAddress, CommandError> {
    text.parse::<ResourceAddress>().map_err(|error| {
        CommandError::because(format!("invalid address `{text}` for `--replace`"), error)
            .hint("use a resource or an instance: `aws_instance.web`, `aws_subnet.a[0]`")
    })
}
