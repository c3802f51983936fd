//! The subcommands, one per file.

mod add;
mod check;
mod ci;
mod completions;
mod deploy;
mod diff;
mod docs;
mod graph;
mod new;
mod output_args;
mod plan;
mod reporting;
mod review;
mod review_args;
mod schema;
mod synth;

use clap::Subcommand;

use crate::command_error::CommandResult;
use crate::terminal::Terminal;

/// The subcommands of `iac`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(new::NewArgs),
    Synth(synth::SynthArgs),
    Plan(Box<plan::PlanArgs>),
    Check(Box<check::CheckArgs>),
    Review(Box<review::ReviewCommandArgs>),
    Deploy(Box<deploy::DeployArgs>),
    Destroy(Box<deploy::DestroyArgs>),
    Diff(diff::DiffArgs),
    Graph(graph::GraphArgs),
    Docs(docs::DocsArgs),
    Ci(ci::CiArgs),
    Schema(schema::SchemaArgs),
    Add(add::AddArgs),
    Completions(completions::CompletionsArgs),
}

impl Command {
    pub(crate) fn run(&self, terminal: &Terminal) -> CommandResult {
        match self {
            Self::New(args) => new::run(args, terminal),
            Self::Synth(args) => synth::run(args, terminal),
            Self::Plan(args) => plan::run(args, terminal),
            Self::Check(args) => check::run(args, terminal),
            Self::Review(args) => review::run(args, terminal),
            Self::Deploy(args) => deploy::deploy(args, terminal),
            Self::Destroy(args) => deploy::destroy(args, terminal),
            Self::Diff(args) => diff::run(args, terminal),
            Self::Graph(args) => graph::run(args, terminal),
            Self::Docs(args) => docs::run(args, terminal),
            Self::Ci(args) => ci::run(args, terminal),
            Self::Schema(args) => schema::run(args),
            Self::Add(args) => add::run(args, terminal),
            Self::Completions(args) => completions::run(args),
        }
    }
}
