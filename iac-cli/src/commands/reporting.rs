//! Output of plans and reviews in all formats.

use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use iac_lang::config::Module;
use iac_plan::plan::json::{self, Document};
use iac_plan::plan::{Counts, Plan};
use iac_plan::schema::{EntityKind, Schema};
use iac_review::report::{self, Layout, Planned};
use iac_review::review::{Digest, Review};

use super::output_args::OutputFormat;
use crate::command_error::CommandError;
use crate::output;
use crate::terminal::Terminal;

/// Output format of plans and findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Human-readable text
    Text,
    /// JSON; for plans, Terraform's format with additional keys
    Json,
    /// Markdown for a pull request comment
    Markdown,
    /// Self-contained HTML page
    Html,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// JUnit XML for test reports
    Junit,
    /// GitHub Actions annotations
    Github,
}

impl OutputFormat for Format {
    const DEFAULT: &'static str = "text";
    const JSON: Self = Self::Json;
}

/// A stack with its plan and review, as an item of a report.
#[derive(Debug)]
pub(crate) struct ReportedStack<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) environment: Option<&'a str>,
    pub(crate) plan: &'a Plan,
    pub(crate) module: Option<&'a Module>,
    pub(crate) review: &'a Review,
    /// The file of the plan, for results without a line.
    pub(crate) file: Option<&'a str>,
    /// A URL template for links to source lines, with `{file}` and `{line}`.
    pub(crate) source_url: Option<&'a str>,
}

/// The subject of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportKind {
    Plan,
    Findings,
}

/// Writes a report of all stacks.
pub(crate) fn write(
    stacks: &[ReportedStack<'_>],
    format: Format,
    kind: ReportKind,
    max_bytes: Option<usize>,
    out: &Path,
) -> Result<(), CommandError> {
    let plans: Vec<Planned<'_>> = stacks.iter().map(ReportedStack::item).collect();
    let is_stdout = out == Path::new(output::STDOUT);
    let layout = Layout {
        color: is_stdout && Terminal::colors_results(),
        width: if is_stdout { Terminal::width() } else { None },
    };
    let text = match (format, kind) {
        (Format::Text, ReportKind::Plan) => report::text(&plans, layout),
        (Format::Text, ReportKind::Findings) => report::findings(&plans, layout),
        (Format::Markdown, _) => report::markdown(&plans, max_bytes),
        (Format::Html, _) => report::html(&plans),
        (Format::Sarif, _) => report::sarif(&plans),
        (Format::Junit, _) => report::junit(&plans),
        (Format::Github, _) => report::github(&plans),
        (Format::Json, ReportKind::Findings) => {
            let reviews: Vec<String> =
                stacks.iter().map(|stack| report::review_json(stack.plan, stack.review)).collect();
            format!("[{}]\n", reviews.join(",\n"))
        }
        (Format::Json, ReportKind::Plan) => {
            return output::write_with(out, |out| match stacks {
                [one] => one.write_json(out),
                several => write_stacks(several, out),
            });
        }
    };
    output::write(out, text.as_bytes())
}

impl<'a> ReportedStack<'a> {
    const fn item(&self) -> Planned<'a> {
        Planned {
            name: self.name,
            environment: self.environment,
            plan: self.plan,
            review: Some(self.review),
            file: self.file,
            source_url: self.source_url,
        }
    }

    fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        // The changes hold the schemas that planning needed. The configuration may need more.
        let version = self.plan.knowledge.first().map_or("", |record| record.version.as_str());
        let knowledge = iac_aws_rules::knowledge::knowledge(version);
        let schema = |kind: EntityKind, name: &str| -> Option<Arc<Schema>> {
            let is_it = |schema: &&Arc<Schema>| schema.kind == kind && schema.type_name == name;
            let planned = self.plan.changes.iter().filter_map(|change| change.schema.as_ref());
            let planned = planned.into_iter().find(is_it).cloned();
            planned.or_else(|| knowledge.schema(kind, name).ok().flatten())
        };
        let members = [
            ("effects_digest", format!("\"{}\"", self.review.digest)),
            ("review", report::review_json(self.plan, self.review)),
        ];
        let document =
            Document { plan: self.plan, configuration: self.module, schema: &schema, members: &members };
        json::write(&document, out)
    }
}

/// Writes several plans as one JSON document, each with the name of its stack, their total counts, and the digest of
/// all effects.
fn write_stacks(stacks: &[ReportedStack<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let text = |text: &str| serde_json::to_string(text).map_err(io::Error::from);
    out.write_all(b"{\"format_version\":\"1.0\",\n\"stacks\":[")?;
    let mut counts = Counts::default();
    for (position, stack) in stacks.iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        let name = text(stack.name.unwrap_or_default())?;
        write!(out, "{comma}\n{{\"name\":{name},")?;
        if let Some(environment) = stack.environment {
            write!(out, "\"environment\":{},", text(environment)?)?;
        }
        out.write_all(b"\"plan\":")?;
        stack.write_json(out)?;
        out.write_all(b"}")?;
        counts = counts.and(Counts::of(stack.plan));
    }
    let digests: Vec<Digest> = stacks.iter().map(|stack| stack.review.digest).collect();
    write!(out, "],\n\"effects_digest\":\"{}\"", Digest::of_all(&digests))?;
    out.write_all(b",\n\"counts\":{")?;
    for (position, (name, count)) in counts.named().into_iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        write!(out, "{comma}\"{name}\":{count}")?;
    }
    out.write_all(b"}}\n")
}
