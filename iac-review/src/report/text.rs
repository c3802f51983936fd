//! Plans for terminals.

use std::fmt::Write as _;

use iac_core::address::ResourceMode;
use iac_lang::value::Value;
use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Action, Counts, OutputChange, Plan, ResourceChange, UndecidedInstances};
use iac_plan::threads;

use super::diff::{self, Pair, Sign};
use super::drift::{self, Drift};
use super::heading::{Heading, heading, source};
use super::places::PathContext;
use super::remarks::{self, ShownChange, Violation};
use super::tree::{self, Line};
use super::{Layout, Planned, invocations, summary, visible};
use crate::review::{Danger, Digest, Review};

/// Renders plans as text, each with the name of its stack, and a summary.
#[must_use]
pub fn text(plans: &[Planned<'_>], layout: Layout) -> String {
    let mut report = Report { out: String::new(), layout };
    for (position, planned) in plans.iter().enumerate() {
        if position > 0 {
            report.out.push('\n');
        }
        report.plan(planned);
    }
    if plans.len() > 1 {
        report.total(plans);
    }
    report.out
}

/// The role of a text, which decides its color.
#[derive(Clone, Copy)]
enum Role {
    Title,
    Add,
    Remove,
    Update,
    Remark,
    Alarm,
}

impl Role {
    const fn code(self) -> &'static str {
        match self {
            Self::Title => "\x1b[1m",
            Self::Add => "\x1b[32m",
            Self::Remove => "\x1b[31m",
            Self::Update => "\x1b[33m",
            Self::Remark => "\x1b[2m",
            Self::Alarm => "\x1b[1;33m",
        }
    }

    const fn of(sign: Sign) -> Option<Self> {
        match sign {
            Sign::Same => None,
            Sign::Add => Some(Self::Add),
            Sign::Remove => Some(Self::Remove),
            Sign::Update => Some(Self::Update),
        }
    }

    const fn of_action(action: Action) -> Option<Self> {
        match action {
            Action::NoOp => None,
            Action::Create => Some(Self::Add),
            Action::Read => Some(Self::Title),
            Action::Update | Action::CreateThenForget | Action::ForgetThenCreate => Some(Self::Update),
            Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete | Action::Forget => {
                Some(Self::Remove)
            }
        }
    }
}

struct Report {
    out: String,
    layout: Layout,
}

impl Report {
    fn paint(&mut self, role: Option<Role>, text: &str) {
        match role.filter(|_| self.layout.color && !text.is_empty()) {
            Some(role) => {
                self.out.push_str(role.code());
                self.out.push_str(text);
                self.out.push_str("\x1b[0m");
            }
            None => self.out.push_str(text),
        }
    }

    fn plan(&mut self, planned: &Planned<'_>) {
        let Planned { plan, .. } = planned;
        let counts = Counts::of(plan);
        if let Some(title) = planned.title() {
            self.paint(Some(Role::Title), &visible(title));
            self.out.push_str("\n\n");
        }
        let secrets =
            SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
        let ordered = remarks::ordered(plan, planned.review);
        if let Some(review) = planned.review {
            self.dangers(plan, review, &ordered);
        }
        let layout = self.layout;
        let changes = threads::map(&ordered, |change| {
            let mut report = Self { out: String::new(), layout };
            report.change(change, &secrets);
            report.out
        });
        self.out.push_str(&changes.concat());
        for instances in &plan.undecided_instances {
            self.undecided_instances(instances);
        }
        self.outputs(&plan.outputs);
        self.invocations(plan);
        self.drift(plan, &secrets);
        if let Some(review) = planned.review {
            self.review(plan, review);
        }
        let digest =
            planned.review.filter(|_| !summary::is_unchanged(plan, &counts)).map(|review| review.digest);
        self.summary(plan, &counts, digest, planned.review);
    }

    fn drift(&mut self, plan: &Plan, secrets: &SchemaSecrets) {
        let drift = Drift::of(plan);
        if !drift.shown.is_empty() {
            self.paint(Some(Role::Title), "Changed outside of Terraform:");
            self.out.push_str("\n\n");
            for change in &drift.shown {
                let heading = Heading { what: drift::what(change), notes: Vec::new(), cause: None };
                self.body(change, secrets, &heading, &[]);
            }
        }
        if let Some(rest) = drift.rest {
            self.prose("", &rest, Some(Role::Remark));
            self.out.push('\n');
        }
    }

    fn change(&mut self, ordered: &ShownChange<'_>, secrets: &SchemaSecrets) {
        let mut heading = heading(ordered.change);
        heading.notes.extend(heading.cause.take());
        heading.notes.extend(ordered.same());
        if ordered.danger() >= Danger::RemovesProtection {
            self.body(ordered.change, secrets, &heading, &ordered.dangers());
        } else {
            heading.notes.splice(0..0, ordered.dangers());
            self.body(ordered.change, secrets, &heading, &[]);
        }
    }

    fn undecided_instances(&mut self, instances: &UndecidedInstances) {
        self.paint(Some(Role::Title), &format!("  # {} may be created", visible(&instances.address)));
        self.out.push('\n');
        self.prose("  # ", &format!("undecided: {}", visible(&instances.reason)), Some(Role::Alarm));
        if let Some(source) = &instances.source {
            self.paint(Some(Role::Remark), &format!("  # {}", visible(source)));
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    /// Adds the dangers at the beginning, so that they are on the first screen.
    fn dangers(&mut self, plan: &Plan, review: &Review, ordered: &[ShownChange<'_>]) {
        self.list("Incomplete plan:", &remarks::caveats(review));
        self.list("Unrecognized content:", &remarks::unrecognized(review));
        let mut dangerous = remarks::dangerous(ordered);
        dangerous.extend(remarks::actions(plan, Some(review)));
        self.list("Dangerous changes:", &dangerous);
        self.violations("Newly public or privileged:", &remarks::exposed(review));
    }

    /// Adds the rest of the review at the end.
    fn review(&mut self, plan: &Plan, review: &Review) {
        self.violations("Policy violations:", &remarks::refused(review));
        self.list("Cascades:", &remarks::cascades(plan));
        if let Some(uncovered) = remarks::uncovered(review) {
            self.prose("", &uncovered, Some(Role::Remark));
            self.out.push('\n');
        }
        if let Some(warned) = remarks::warned(review) {
            self.prose("", &warned, Some(Role::Remark));
            self.out.push('\n');
        }
        if !review.renames.is_empty() {
            self.paint(Some(Role::Alarm), "Likely renames:");
            self.out.push('\n');
            for rename in &review.renames {
                self.prose("  ", &remarks::renamed(rename), None);
                let code = rename.to_code(plan);
                if code.lines().count() == 1 {
                    let _ = writeln!(self.out, "    to keep it, add `{}`", visible(code));
                    continue;
                }
                self.out.push_str("    to keep it, add\n");
                for line in code.lines() {
                    let _ = writeln!(self.out, "        {}", visible(line));
                }
            }
            self.out.push('\n');
        }
    }

    fn violations(&mut self, title: &str, rules: &[Violation]) {
        if rules.is_empty() {
            return;
        }
        self.paint(Some(Role::Alarm), title);
        self.out.push('\n');
        for violation in rules {
            self.prose("  ", &violation.rule, None);
            violation.places.iter().for_each(|place| self.prose("      ", place, None));
        }
        self.out.push('\n');
    }

    fn list(&mut self, title: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.paint(Some(Role::Alarm), title);
        self.out.push('\n');
        for line in lines {
            self.prose("  ", line, None);
        }
        self.out.push('\n');
    }

    fn body(
        &mut self,
        change: &ResourceChange,
        secrets: &SchemaSecrets,
        heading: &Heading,
        dangers: &[String],
    ) {
        self.paint(Some(Role::Title), &format!("  # {}", heading.what));
        self.out.push('\n');
        for danger in dangers {
            self.prose("  # ", danger, Some(Role::Alarm));
        }
        for note in &heading.notes {
            self.prose("  # ", note, Some(Role::Remark));
        }
        if let Some(source) = source(change) {
            self.paint(Some(Role::Remark), &format!("  # {source}"));
            self.out.push('\n');
        }
        let mut lines = Vec::new();
        parts(change, secrets, &mut lines);
        if lines.is_empty() {
            self.out.push('\n');
            return;
        }
        self.paint(Role::of_action(change.action), &format!("{:>3}", change.action.symbol()));
        let block = if change.address.mode == ResourceMode::Data { "data" } else { "resource" };
        let (ty, name) = (visible(&change.address.resource_type), visible(&change.address.name));
        let _ = writeln!(self.out, " {block} \"{ty}\" \"{name}\" {{");
        for line in &lines {
            self.line(line);
        }
        self.out.push_str("    }\n\n");
    }

    fn line(&mut self, line: &Line) {
        if line.text.is_empty() && line.remark.is_empty() {
            self.out.push('\n');
            return;
        }
        let indent = 2 + 4 * line.depth;
        for _ in 0..indent {
            self.out.push(' ');
        }
        let sign = match line.sign {
            Sign::Same => " ",
            Sign::Add => "+",
            Sign::Remove => "-",
            Sign::Update => "~",
        };
        self.paint(Role::of(line.sign), sign);
        self.out.push(' ');
        self.out.push_str(&line.text);
        if !line.remark.is_empty() {
            if !line.text.is_empty() {
                self.out.push(' ');
            }
            let is_alarm = line.remark.starts_with("# forces") || line.remark.contains("undecided");
            self.paint(Some(if is_alarm { Role::Alarm } else { Role::Remark }), &line.remark);
        }
        self.out.push('\n');
    }

    fn outputs(&mut self, outputs: &[OutputChange]) {
        let mut lines = Vec::new();
        output_lines(outputs, &mut lines);
        if !lines.is_empty() {
            self.paint(Some(Role::Title), "Changes to outputs:");
            self.out.push('\n');
            for line in &lines {
                self.line(line);
            }
            self.out.push('\n');
        }
    }

    fn invocations(&mut self, plan: &Plan) {
        for invoked in invocations::invoked(plan) {
            self.paint(Some(Role::Title), &format!("  # {}", invoked.what));
            self.out.push('\n');
            if !invoked.lines.is_empty() {
                self.out.push_str("    config {\n");
                for line in &invoked.lines {
                    self.line(line);
                }
                self.out.push_str("    }\n");
            }
            self.out.push('\n');
        }
    }

    fn summary(&mut self, plan: &Plan, counts: &Counts, digest: Option<Digest>, review: Option<&Review>) {
        let problems = summary::problems(plan);
        self.list("Failed checks:", &problems);
        self.list("Checks unknown until apply:", &summary::open_conditions(plan));
        self.list("Uncertain:", &summary::undecided_places(plan));
        for origin in summary::state(plan).into_iter().chain(summary::knowledge(plan)) {
            self.prose("", &origin, Some(Role::Remark));
        }
        if let Some(digest) = digest {
            self.paint(Some(Role::Remark), &format!("Effects: {digest}"));
            self.out.push('\n');
        }
        if let Some(dangers) = review.and_then(remarks::danger_counts) {
            self.paint(Some(Role::Alarm), &format!("Dangers: {dangers}."));
            self.out.push('\n');
        }
        let undecided = summary::undecided(counts);
        if summary::is_unchanged(plan, counts) {
            self.paint(Some(Role::Title), "No changes.");
            self.out.push_str(" The state matches the configuration.");
        } else {
            self.paint(Some(Role::Title), "Plan:");
            let _ = write!(self.out, " {}.", summary::counts(counts));
            if let Some(state) = summary::completion(plan) {
                self.out.push(' ');
                self.paint(Some(Role::Alarm), state);
            }
        }
        if let Some(undecided) = undecided {
            self.out.push(' ');
            self.paint(Some(Role::Alarm), &format!("{undecided}."));
        }
        self.out.push('\n');
    }

    fn total(&mut self, plans: &[Planned<'_>]) {
        let counts = summary::total(plans);
        self.out.push('\n');
        if let Some(digest) = summary::digest(plans) {
            self.paint(Some(Role::Remark), &format!("Effects of all: {digest}"));
            self.out.push('\n');
        }
        self.paint(Some(Role::Title), &format!("All {} stacks:", plans.len()));
        if plans.iter().all(|planned| summary::is_unchanged(planned.plan, &Counts::of(planned.plan))) {
            self.out.push_str(" no changes.");
        } else {
            let _ = write!(self.out, " {}.", summary::counts(&counts));
        }
        if let Some(undecided) = summary::undecided(&counts) {
            let _ = write!(self.out, " {undecided}.");
        }
        self.out.push('\n');
    }

    /// Adds prose, wrapped at the width of the layout.
    fn prose(&mut self, indent: &str, text: &str, role: Option<Role>) {
        let width = self.layout.width.unwrap_or(usize::MAX).max(40) - indent.len();
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                self.paint(role, &format!("{indent}{line}"));
                self.out.push('\n');
                line = String::from("  ");
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.paint(role, &format!("{indent}{line}"));
        self.out.push('\n');
    }
}

/// Adds the lines of the parts of a resource.
pub(super) fn parts(change: &ResourceChange, secrets: &SchemaSecrets, lines: &mut Vec<Line>) {
    let is_present = |value: &&Value| **value != Value::Null;
    let pair = Pair {
        before: Some(&*change.before).filter(is_present),
        after: Some(&*change.after).filter(is_present),
    };
    let is_silent =
        change.action == Action::Forget || (change.action == Action::NoOp && change.undecided.is_empty());
    if is_silent {
        return;
    }
    let whole = pair.before.is_none() || pair.after.is_none();
    let schema = change.schema.as_ref().map(|schema| &*schema.block);
    let group = diff::resource(change.action, pair, schema, &PathContext::change(change, secrets));
    tree::lines(&group, 1, whole, lines);
}

/// Adds the lines of changed outputs.
pub(super) fn output_lines(outputs: &[OutputChange], lines: &mut Vec<Line>) {
    let group = diff::outputs(outputs);
    if !group.parts.is_empty() {
        tree::lines(&group, 0, false, lines);
    }
}
