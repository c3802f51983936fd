//! `iac graph`

use clap::{Args, ValueEnum};
use iac_core::Text;
use iac_core::graph::{Drawn, Graph, render_dot, render_mermaid};

use super::output_args::{OutputArgs, OutputFormat};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::manifest::Stack;
use crate::output;
use crate::select::SelectArgs;
use crate::suggest::did_you_mean;
use crate::synthesized::SourceArgs;
use crate::terminal::Terminal;

/// Draw the dependency graph
///
/// Arrows point from a resource to its dependencies and are labeled with the argument that refers to them. Each stack has a
/// frame.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GraphArgs {
    #[command(flatten)]
    output: OutputArgs<Format>,

    /// Draw only this resource, its dependencies and its dependents
    #[arg(long, value_name = "ADDRESS")]
    focus: Option<String>,

    /// Limit the distance from the focus
    #[arg(long, value_name = "STEPS", requires = "focus")]
    depth: Option<u32>,

    #[command(flatten)]
    select: SelectArgs,

    #[command(flatten)]
    source: SourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac graph | dot -Tsvg > graph.svg                Draw all stacks with Graphviz
  iac graph --format mermaid --stack network       Draw one stack for a Markdown document
  iac graph --focus aws_vpc.main --depth 1         Draw the direct neighbors of a VPC
  iac graph --synthesized iac.out --json           Print the graph as JSON, without Cargo";

/// Output format of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Graphviz DOT
    Dot,
    /// Mermaid, for Markdown on GitHub and GitLab
    Mermaid,
    /// Manifest of the drawn stacks and resources, as JSON
    Json,
}

impl OutputFormat for Format {
    const DEFAULT: &'static str = "dot";
    const JSON: Self = Self::Json;
}

pub(crate) fn run(args: &GraphArgs, terminal: &Terminal) -> CommandResult {
    let mut manifest = args.source.synthesized(terminal)?.manifest()?;
    args.select.apply(&mut manifest.stacks)?;
    if let Some(address) = &args.focus {
        focus(&mut manifest.stacks, address, args.depth)?;
    }
    let text = match args.output.format() {
        Format::Dot => draw(&manifest.stacks, render_dot)?,
        Format::Mermaid => draw(&manifest.stacks, render_mermaid)?,
        Format::Json => manifest.to_json(),
    };
    output::write(&args.output.out, text.as_bytes())?;
    Ok(Outcome::Success)
}

/// Keeps the dependencies and dependents of an address, in every stack that has it.
fn focus(stacks: &mut Vec<Stack>, address: &str, depth: Option<u32>) -> Result<(), CommandError> {
    // `aws_subnet.a[0]` is an instance of `aws_subnet.a`.
    let resource = address.split('[').next().unwrap_or(address);
    let graphs = graphs(stacks)?;
    if graphs.iter().all(|graph| graph.position(resource).is_none()) {
        let known = graphs.iter().flat_map(Graph::addresses).map(Text::as_str);
        let names: Vec<&str> = stacks.iter().map(|stack| stack.name.as_str()).collect();
        return Err(CommandError::new(format!("`{resource}` not found in {}", names.join(", ")))
            .maybe_hint(did_you_mean(resource, known)));
    }
    let mut graphs = graphs.iter();
    stacks.retain_mut(|stack| {
        let graph = graphs.next().expect("each stack has a graph");
        let Some(position) = graph.position(resource) else { return false };
        stack.keep(&graph.related(position, depth));
        true
    });
    Ok(())
}

fn graphs(stacks: &[Stack]) -> Result<Vec<Graph>, CommandError> {
    stacks.iter().map(Stack::graph).collect()
}

/// Draws the stacks, with arrows between those that are drawn.
fn draw(stacks: &[Stack], render: fn(&[Drawn<'_>]) -> String) -> Result<String, CommandError> {
    let graphs: Vec<Graph> = graphs(stacks)?.iter().map(without_unused_providers).collect();
    let position = |name: &String| stacks.iter().position(|stack| stack.name == *name);
    let frames = stacks.iter().zip(&graphs).map(|(stack, graph)| Drawn {
        title: &stack.name,
        graph,
        depends_on: stack.depends_on.iter().filter_map(position).collect(),
    });
    Ok(render(&frames.collect::<Vec<_>>()))
}

/// Removes provider configurations without references: they apply to all resources and would only add noise.
fn without_unused_providers(graph: &Graph) -> Graph {
    let mut is_used = vec![false; graph.addresses().len()];
    for edge in graph.edges() {
        is_used[edge.to as usize] = true;
        is_used[edge.from as usize] = true;
    }
    let kept = graph.addresses().iter().zip(is_used).zip(0..).filter_map(|((address, is_used), position)| {
        (is_used || !address.starts_with("provider.")).then_some(position)
    });
    graph.subgraph(&kept.collect::<Vec<u32>>())
}
