//! `iac docs`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use iac_review::policy::Waiver;
use serde_json::Value;

use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::manifest::{Resource, Stack};
use crate::output;
use crate::select::SelectArgs;
use crate::synthesized::SourceArgs;
use crate::terminal::Terminal;

/// Generate documentation of the stacks
///
/// Writes Markdown: the stacks and their outputs, the resources by the line of Rust that adds them, a dependency graph, the
/// waived policy rules with reasons and end dates, and a list of all resources.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DocsArgs {
    /// Write to this file; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    #[command(flatten)]
    select: SelectArgs,

    #[command(flatten)]
    source: SourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac docs --out INFRASTRUCTURE.md   Document all stacks
  iac docs --env production          Document the stacks of one environment";

pub(crate) fn run(args: &DocsArgs, terminal: &Terminal) -> CommandResult {
    let synthesized = args.source.synthesized(terminal)?;
    let mut manifest = synthesized.manifest()?;
    args.select.apply(&mut manifest.stacks)?;
    let mut text = overview(&manifest.stacks);
    for stack in &manifest.stacks {
        let directory = synthesized.path().join(&stack.path);
        text.push_str(&describe(stack, &directory)?);
    }
    output::write(&args.out, text.as_bytes())?;
    Ok(Outcome::Success)
}

fn overview(stacks: &[Stack]) -> String {
    let mut text = String::from(
        "# Infrastructure\n\n| Stack | Environment | Resources | Depends on |\n|---|---|---|---|\n",
    );
    for stack in stacks {
        let resources = stack.resources.iter().filter(|resource| resource.is_managed()).count();
        let environment = stack.environment.as_deref().unwrap_or_default();
        line(
            &mut text,
            &format!(
                "| [{0}](#{0}) | {environment} | {resources} | {1} |",
                stack.name,
                stack.depends_on.join(", ")
            ),
        );
    }
    text
}

fn describe(stack: &Stack, directory: &Path) -> Result<String, CommandError> {
    let mut text = format!("\n## {}\n", stack.name);
    outputs(&mut text, &read(&directory.join("model.json"))?)?;
    let groups = SourceGroups::of(stack);
    groups.write(&mut text);
    groups.draw(stack, &mut text);
    // JSON configuration has no comments, and therefore no waivers.
    if let Ok(configuration) = fs::read_to_string(directory.join("main.tf")) {
        waivers(&mut text, &configuration)?;
    }
    text.push_str("\n<details><summary>All resources</summary>\n\n");
    for resource in stack.resources.iter().filter(|resource| resource.is_managed()) {
        line(&mut text, &format!("- `{}`", resource.address));
    }
    text.push_str("\n</details>\n");
    Ok(text)
}

fn read(path: &Path) -> Result<String, CommandError> {
    fs::read_to_string(path).map_err(|error| CommandError::file("cannot read", path, error))
}

/// Writes the table of a stack's outputs.
fn outputs(text: &mut String, model: &str) -> Result<(), CommandError> {
    let model: Value = serde_json::from_str(model)
        .map_err(|error| CommandError::because("cannot parse `model.json`", error))?;
    let Some(outputs) = model["output"].as_object().filter(|outputs| !outputs.is_empty()) else {
        return Ok(());
    };
    text.push_str("\n| Output | Description |\n|---|---|\n");
    for (name, output) in outputs {
        let description = output["description"].as_str().unwrap_or_default();
        line(text, &format!("| `{name}` | {} |", cell(description)));
    }
    Ok(())
}

/// Writes the table of a stack's waivers.
fn waivers(text: &mut String, configuration: &str) -> Result<(), CommandError> {
    let waivers = Waiver::from_configuration(configuration)
        .map_err(|error| CommandError::because("invalid waiver in `main.tf`", error))?;
    // The same finding may be waived for several tools.
    let rows: BTreeMap<_, _> = waivers
        .iter()
        .flat_map(|(address, waivers)| {
            waivers.iter().map(move |waiver| ((address.as_str(), waiver.rule.as_str()), waiver))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    text.push_str("\n| Waived rule | Resource | Reason | Until |\n|---|---|---|---|\n");
    for ((address, rule), waiver) in rows {
        let until = waiver.until.map(|until| until.to_string()).unwrap_or_default();
        line(text, &format!("| {rule} | `{address}` | {} | {until} |", cell(&waiver.reason)));
    }
    Ok(())
}

/// The resources of a stack, grouped by the line of Rust that adds them.
struct SourceGroups<'a>(Vec<(String, Vec<&'a Resource>)>);

impl<'a> SourceGroups<'a> {
    fn of(stack: &'a Stack) -> Self {
        let mut groups: Vec<(String, Vec<&Resource>)> = Vec::new();
        let mut positions: BTreeMap<String, usize> = BTreeMap::new();
        for resource in stack.resources.iter().filter(|resource| resource.is_managed()) {
            let source = resource.source_line().unwrap_or_default();
            let position = *positions.entry(source.clone()).or_insert_with(|| {
                groups.push((source, Vec::new()));
                groups.len() - 1
            });
            groups[position].1.push(resource);
        }
        Self(groups)
    }

    fn write(&self, text: &mut String) {
        text.push_str("\n| Source | Resources |\n|---|---|\n");
        for (source, resources) in &self.0 {
            line(text, &format!("| {source} | {} |", title(resources)));
        }
    }

    /// Draws a graph of the groups, with an arrow from each to the groups it refers to.
    fn draw(&self, stack: &Stack, text: &mut String) {
        let mut group_of = BTreeMap::new();
        for (position, (_, resources)) in self.0.iter().enumerate() {
            group_of.extend(resources.iter().map(|resource| (resource.address.as_str(), position)));
        }
        text.push_str("\n```mermaid\nflowchart LR\n");
        for (position, (_, resources)) in self.0.iter().enumerate() {
            line(text, &format!("    p{position}[\"{}\"]", title(resources).replace('`', "")));
        }
        let ends = stack
            .edges
            .iter()
            .filter_map(|edge| Some((group_of.get(&*edge.from)?, group_of.get(&*edge.to)?)));
        let arrows: BTreeSet<_> = ends.filter(|(from, to)| from != to).collect();
        for (from, to) in arrows {
            line(text, &format!("    p{from} --> p{to}"));
        }
        text.push_str("```\n");
    }
}

/// Returns the first resource of a group, and the number of the others.
fn title(resources: &[&Resource]) -> String {
    let first = resources.first().map(|resource| resource.address.as_str()).unwrap_or_default();
    match resources.len() {
        0 | 1 => format!("`{first}`"),
        number => format!("`{first}` and {} more", number - 1),
    }
}

/// Escapes text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn line(text: &mut String, content: &str) {
    writeln!(text, "{content}").expect("writing to a string does not fail");
}
