//! Plans as text, JSON and Markdown.

use std::io;
use std::path::Path;
use std::sync::Arc;

use iac_core::plan::Counts;
use iac_core::plan::json::{self, Document};
use iac_core::report::{self, Layout};
use iac_core::schema::{EntityKind, Knowledge, Schema};

use super::{Format, Planned};
use crate::command_error::CommandError;
use crate::output;
use crate::terminal::Terminal;

/// Writes the plans.
pub(super) fn write(planned: &[Planned], format: Format, out: &Path) -> Result<(), CommandError> {
    let plans: Vec<report::Planned<'_>> = planned.iter().map(Planned::report).collect();
    match format {
        Format::Text => {
            let is_stdout = out == Path::new(output::STDOUT);
            let layout = Layout {
                color: is_stdout && Terminal::colors_results(),
                width: if is_stdout { Terminal::width() } else { None },
            };
            output::write(out, report::text(&plans, layout).as_bytes())
        }
        Format::Markdown => output::write(out, report::markdown(&plans, None).as_bytes()),
        Format::Json => output::write_with(out, |out| match planned {
            [one] => one.json(out),
            several => all(several, out),
        }),
    }
}

impl Planned {
    fn report(&self) -> report::Planned<'_> {
        report::Planned {
            name: self.input.name.as_deref(),
            environment: self.input.environment.as_deref(),
            plan: &self.plan,
        }
    }

    fn json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        // What the planner has read already is in the changes; the configuration may have more.
        let knowledge = Knowledge::new(iac_aws::knowledge::texts());
        let schema = |kind: EntityKind, name: &str| -> Option<Arc<Schema>> {
            let is_it = |schema: &&Arc<Schema>| schema.kind == kind && schema.type_name == name;
            let planned = self.plan.changes.iter().filter_map(|change| change.schema.as_ref());
            let planned = planned.into_iter().find(is_it).cloned();
            planned.or_else(|| knowledge.schema(kind, name).ok().flatten())
        };
        json::write(&Document { plan: &self.plan, configuration: Some(&self.module), schema: &schema }, out)
    }
}

/// Several plans in a document: each under the name of its stack, and the counts of all.
fn all(planned: &[Planned], out: &mut dyn io::Write) -> io::Result<()> {
    let text = |text: &str| serde_json::to_string(text).map_err(io::Error::from);
    out.write_all(b"{\"format_version\":\"1.0\",\n\"stacks\":[")?;
    let mut counts = Counts::default();
    for (position, stack) in planned.iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        let name = text(stack.input.name.as_deref().unwrap_or_default())?;
        write!(out, "{comma}\n{{\"name\":{name},")?;
        if let Some(environment) = &stack.input.environment {
            write!(out, "\"environment\":{},", text(environment)?)?;
        }
        out.write_all(b"\"plan\":")?;
        stack.json(out)?;
        out.write_all(b"}")?;
        counts = counts.and(Counts::of(&stack.plan));
    }
    out.write_all(b"],\n\"counts\":{")?;
    for (position, (name, count)) in counts.named().into_iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        write!(out, "{comma}\"{name}\":{count}")?;
    }
    out.write_all(b"}}\n")
}
