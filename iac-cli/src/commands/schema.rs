//! `iac schema`

mod index;
mod text;
mod view;

use clap::{Args, ValueEnum};
use iac_codegen::model::EntityKind;
use serde::Serialize;

use super::output_args::{OutputArgs, OutputFormat};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::output;
use crate::suggest::did_you_mean;
use crate::terminal::Terminal;

/// Look up the arguments of a resource type
///
/// Shows types, defaults, allowed values, and which changes replace the resource. Needs neither the provider nor a network
/// connection.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArgs {
    /// Terraform or Rust name of the type: `aws_vpc`, `ec2::Vpc`; `aws` is the provider itself
    #[arg(value_name = "TYPE", required_unless_present = "list")]
    type_name: Option<String>,

    /// Block or argument of the type: `root_block_device`, `rule.filter`
    #[arg(value_name = "PATH")]
    path: Option<String>,

    /// List all types, or those that match a pattern: `bucket`, `aws_*_policy`
    #[arg(long, value_name = "PATTERN", num_args = 0..=1, default_missing_value = "*", conflicts_with = "type_name")]
    list: Option<String>,

    /// Show the data source of this name
    #[arg(long, conflicts_with = "ephemeral")]
    data: bool,

    /// Show the ephemeral resource of this name
    #[arg(long)]
    ephemeral: bool,

    #[command(flatten)]
    output: OutputArgs<Format>,
}

const EXAMPLES: &str = "\
Examples:
  iac schema aws_vpc                           Show arguments, blocks and attributes
  iac schema aws_instance root_block_device    Show a nested block
  iac schema aws_instance tenancy              Show an argument with all allowed values
  iac schema ec2::Vpc --data                   Show a data source, by its Rust name
  iac schema --list bucket                     List the types whose names contain `bucket`";

/// Output format of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// JSON
    Json,
}

impl OutputFormat for Format {
    const DEFAULT: &'static str = "text";
    const JSON: Self = Self::Json;
}

impl SchemaArgs {
    /// Returns the selected kinds of types; all without an option.
    fn kinds(&self) -> &'static [EntityKind] {
        match (self.data, self.ephemeral) {
            (true, _) => &[EntityKind::DataSource],
            (_, true) => &[EntityKind::Ephemeral],
            _ => &EntityKind::ALL,
        }
    }
}

pub(crate) fn run(args: &SchemaArgs) -> CommandResult {
    let (kinds, format) = (args.kinds(), args.output.format());
    let text = match (&args.list, &args.type_name) {
        (Some(pattern), _) => list(pattern, kinds, format)?,
        (None, Some(type_name)) => show(type_name, args.path.as_deref(), kinds, format)?,
        (None, None) => unreachable!("clap requires one of them"),
    };
    output::write(&args.output.out, text.as_bytes())?;
    Ok(Outcome::Success)
}

fn list(pattern: &str, kinds: &[EntityKind], format: Format) -> Result<String, CommandError> {
    let listed = index::list(pattern, kinds)?;
    if listed.is_empty() {
        return Err(CommandError::new(format!("no type matches `{pattern}`"))
            .hint("list all types with `iac schema --list`"));
    }
    Ok(match format {
        Format::Text => text::list(&listed),
        Format::Json => to_json(&listed),
    })
}

fn to_json(facts: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(facts).expect("keys are strings");
    text.push('\n');
    text
}

fn show(
    type_name: &str,
    path: Option<&str>,
    kinds: &[EntityKind],
    format: Format,
) -> Result<String, CommandError> {
    let Some(found) = index::find(type_name, kinds)? else {
        return Err(unknown_type(type_name, kinds)?);
    };
    let view = view::View::new(&found, path)?;
    Ok(match format {
        Format::Text => text::show(&view, Terminal::width()),
        Format::Json => to_json(&view),
    })
}

fn unknown_type(written: &str, kinds: &[EntityKind]) -> Result<CommandError, CommandError> {
    let what = match kinds {
        [EntityKind::DataSource] => "data source",
        [EntityKind::Ephemeral] => "ephemeral resource",
        _ => "type",
    };
    let error = CommandError::new(format!("unknown {what} `{written}`"));
    if let Some(other) = index::types().find(|other| other.name == written) {
        return Ok(error.hint(format!("`{written}` is a {}", index::kind_name(other.kind))));
    }
    if let Some((service, _)) = written.split_once("::") {
        let paths = index::rust_paths(service, kinds)?;
        return Ok(error.maybe_hint(did_you_mean(written, paths.iter().map(String::as_str))));
    }
    let known = index::types().filter(|each| kinds.contains(&each.kind)).map(|each| each.name);
    let written = written.to_lowercase();
    let word = written.rsplit('_').next().unwrap_or(&written);
    Ok(error
        .maybe_hint(did_you_mean(&written, known))
        .hint(format!("search with `iac schema --list {word}`")))
}
