//! The stacks to plan, and their configuration.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use iac_core::Text;
use iac_core::graph::{Edge, Graph};
use iac_lang::config::{Loaded, load, load_readable, read_model};

use super::offline::Tolerance;
use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::manifest::{ManifestIndex, ManifestText, ResourceSources, StackIndex};
use crate::select::{SelectArgs, Selectable};
use crate::synthesized::{SourceArgs, Synthesized};
use crate::terminal::Terminal;

/// The stacks to plan: a directory of configuration, or the stacks of a program.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Read this directory of Terraform configuration (`*.tf`, `*.tf.json`) instead of running a program
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "stack", "env", "synthesized", "package", "bin", "example", "release", "features", "locked",
            "manifest_path",
        ]
    )]
    config: Option<PathBuf>,

    #[command(flatten)]
    select: SelectArgs,

    #[command(flatten)]
    source: SourceArgs,
}

/// The stacks to plan.
#[derive(Debug)]
pub(in crate::commands) struct Inputs {
    pub(in crate::commands) stacks: Vec<Input>,
    /// Keeps a temporary directory alive that has the stacks.
    _synthesized: Option<Synthesized>,
}

/// A stack to plan.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Input {
    /// The name; `None` for a directory of configuration.
    pub(super) name: Option<String>,
    pub(super) environment: Option<String>,
    /// The directory of its configuration.
    pub(super) directory: PathBuf,
    /// The directory in which Terraform runs: the same, unless the configuration was written to a temporary
    /// directory.
    pub(in crate::commands) terraform_directory: PathBuf,
    /// Whether the configuration was written by a program.
    is_synthesized: bool,
    /// The Rust source locations of its resources.
    pub(super) sources: ResourceSources,
    /// The names of the stacks whose outputs it uses.
    pub(in crate::commands) depends_on: Vec<String>,
}

impl Selectable for StackIndex<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }
}

impl InputArgs {
    pub(in crate::commands) fn inputs(&self, terminal: &Terminal) -> Result<Inputs, CommandError> {
        if let Some(directory) = &self.config {
            if !directory.is_dir() {
                return Err(CommandError::new(format!("`{}` is not a directory", directory.display()))
                    .hint("`--config` takes the directory of a root module"));
            }
            let input = Input {
                name: None,
                environment: None,
                directory: directory.clone(),
                terraform_directory: directory.clone(),
                is_synthesized: false,
                sources: ResourceSources::default(),
                depends_on: Vec::new(),
            };
            return Ok(Inputs { stacks: vec![input], _synthesized: None });
        }
        Inputs::of_program(self.source.synthesized(terminal)?, &self.select)
    }
}

impl Inputs {
    /// Returns the selected stacks of a program in the order of their dependencies.
    pub(in crate::commands) fn of_program(
        synthesized: Synthesized,
        select: &SelectArgs,
    ) -> Result<Self, CommandError> {
        let text = ManifestText::read(synthesized.path())?;
        let mut stacks = text.parse::<ManifestIndex<'_>>()?.stacks;
        select.apply(&mut stacks)?;
        let stacks = in_order(stacks)?;
        let input = |stack: &StackIndex<'_>| Input {
            name: Some(stack.name.clone().into_owned()),
            environment: stack.environment.clone().map(Into::into),
            directory: synthesized.path().join(&*stack.path),
            terraform_directory: synthesized.terraform_directory().join(&*stack.path),
            is_synthesized: true,
            sources: stack.sources.clone(),
            depends_on: stack.depends_on.iter().map(|name| name.clone().into_owned()).collect(),
        };
        Ok(Self { stacks: stacks.iter().map(input).collect(), _synthesized: Some(synthesized) })
    }
}

/// Returns the stacks in the order of their dependencies.
fn in_order(stacks: Vec<StackIndex<'_>>) -> Result<Vec<StackIndex<'_>>, CommandError> {
    let positions: HashMap<&str, u32> = stacks.iter().map(|stack| &*stack.name).zip(0..).collect();
    // Stacks that are not selected are not planned.
    let edges = stacks.iter().zip(0..).flat_map(|(stack, from)| {
        let to = stack.depends_on.iter().filter_map(|name| positions.get(&**name));
        to.map(move |to| Edge { from, to: *to, attribute: Text::from_static("depends_on") })
    });
    let names = stacks.iter().map(|stack| Text::from(&*stack.name)).collect();
    let order = Graph::new(names, edges.collect()).order();
    let order = order.map_err(|cycle| CommandError::because("invalid manifest", cycle))?;
    let mut stacks: Vec<_> = stacks.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|position| stacks[position as usize].take()).collect())
}

impl Input {
    /// Returns its name in messages.
    pub(in crate::commands) fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.directory.display().to_string())
    }

    /// Returns `true` if the configuration was written by a program, so that users do not know its lines.
    pub(super) fn is_synthesized(&self) -> bool {
        self.is_synthesized
    }

    /// Reads the configuration.
    pub(super) fn load(&self, tolerance: Tolerance) -> Result<Loaded, CommandError> {
        let directory = utf8_path(&self.directory)?;
        let loaded = if self.is_synthesized {
            let model = self.directory.join("model.json");
            let text = fs::read_to_string(&model).map_err(|error| {
                CommandError::file("cannot read", &model, error)
                    .hint("create it with `iac synth` of this version of `iac`")
            })?;
            read_model(&directory, &utf8_path(&model)?, text, &Disk)
        } else {
            match tolerance {
                Tolerance::None => load(&directory, &Disk),
                Tolerance::Readable => load_readable(&directory, &Disk),
            }
        };
        loaded.map_err(CommandError::diagnosed)
    }
}

/// Converts a path to the form that configuration uses: UTF-8, with `/`.
pub(super) fn utf8_path(path: &Path) -> Result<String, CommandError> {
    let text = path.to_str().ok_or_else(|| {
        CommandError::new(format!("the path `{}` is not valid UTF-8", path.display()))
            .hint("rename the directory")
    })?;
    Ok(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}
