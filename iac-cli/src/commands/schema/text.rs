//! Facts for a reader.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;

use super::index::Listed;
use super::view::{Argument, View};
use crate::terminal::style::{HEADING, NAME, QUIET, TYPE, WARNING};

/// How many allowed values are named among other things.
const FEW: usize = 8;

pub(super) fn list(listed: &[Listed]) -> String {
    let width = |text: fn(&Listed) -> &str| listed.iter().map(|each| text(each).len()).max().unwrap_or(0);
    let (kinds, names) = (width(|each| each.kind), width(|each| each.type_name));
    let mut out = String::new();
    for Listed { kind, type_name, rust, .. } in listed {
        line(
            &mut out,
            format_args!("{kind:kinds$}  {NAME}{type_name:names$}{NAME:#}  {QUIET}{rust}{QUIET:#}"),
        );
    }
    out
}

/// Everything that there is to say; in lines of some width, if the reader's terminal has one.
pub(super) fn show(view: &View, width: Option<usize>) -> String {
    let mut out = String::new();
    let path = view.path.as_ref().map(|path| format!(".{path}")).unwrap_or_default();
    let deprecated = if view.deprecated { ", deprecated" } else { "" };
    line(
        &mut out,
        format_args!(
            "{HEADING}{} {}{path}{HEADING:#} {QUIET}({} {}{deprecated}){QUIET:#}",
            view.kind, view.type_name, view.provider, view.provider_version
        ),
    );
    // A path that leads to an argument leads to nothing else.
    let is_single =
        view.path.is_some() && view.arguments.len() + view.blocks.len() + view.attributes.len() == 1;
    let few = if is_single { usize::MAX } else { FEW };
    for (heading, arguments) in
        [("Arguments", &view.arguments), ("Blocks", &view.blocks), ("Attributes", &view.attributes)]
    {
        table(&mut out, heading, arguments, few, width);
    }
    let blocks: Vec<&Argument> = [&view.arguments, &view.blocks, &view.attributes]
        .into_iter()
        .flatten()
        .filter(|argument| argument.has_members)
        .collect();
    if let Some(first) = blocks.first() {
        let path = view.path.as_ref().map(|path| format!("{path}.")).unwrap_or_default();
        let option = match view.kind {
            "data source" => " --data",
            "ephemeral resource" => " --ephemeral",
            _ => "",
        };
        line(
            &mut out,
            format_args!(
                "\n{QUIET}What is in a block: iac schema {} {path}{}{option}{QUIET:#}",
                view.type_name, first.name
            ),
        );
    }
    line(&mut out, format_args!("\n{HEADING}Rust{HEADING:#}\n  {NAME}{}{NAME:#}", rust(view, is_single)));
    if let Some(feature) = view.feature {
        line(&mut out, format_args!("  feature `{feature}` of iac-aws"));
    }
    out
}

/// How a program gets there: the builder, and the blocks on the way.
fn rust(view: &View, is_single: bool) -> String {
    let name = if view.kind == "provider" { "" } else { "\"name\"" };
    let mut out = format!("{}::builder({name})", view.rust);
    let Some(path) = &view.path else { return out };
    let names: Vec<String> = path.split('.').map(iac_codegen::names::identifier).collect();
    let blocks = if is_single { &names[..names.len() - 1] } else { &names[..] };
    for name in blocks {
        let _ = write!(out, ".{name}(|{name}| {name}");
    }
    match names.last() {
        Some(name) if is_single => {
            let _ = write!(out, ".{name}(..)");
        }
        _ => out.push_str(".."),
    }
    out.extend(std::iter::repeat_n(')', blocks.len()));
    out
}

fn table(out: &mut String, heading: &str, arguments: &[Argument], few: usize, width: Option<usize>) {
    if arguments.is_empty() {
        return;
    }
    let widest =
        |text: fn(&Argument) -> &str| arguments.iter().map(|each| text(each).len()).max().unwrap_or(0);
    let (names, types) = (widest(|each| &each.name), widest(|each| &each.value_type));
    let indent = 2 + names + 2 + types + 2;
    line(out, format_args!("\n{HEADING}{heading}{HEADING:#}"));
    for argument in arguments {
        let Argument { name, value_type, .. } = argument;
        let mut row = format!("  {NAME}{name:names$}{NAME:#}  {TYPE}{value_type:types$}{TYPE:#}  ");
        // Notes that would have no room begin below.
        let room = width.map(|width| width.saturating_sub(indent)).filter(|&room| room >= 24);
        wrap(&mut row, &notes(argument, few), indent, room);
        out.push_str(row.trim_end());
        out.push('\n');
    }
}

/// A note and what it looks like.
type Note = (String, Style);

fn notes(argument: &Argument, few: usize) -> Vec<Note> {
    let plain = Style::new();
    let mut notes: Vec<Note> = Vec::new();
    let mut flag = |is_set: bool, text: &str, style: Style| {
        if is_set {
            notes.push((text.to_owned(), style));
        }
    };
    flag(argument.required, "required", HEADING);
    flag(argument.optional && !argument.value_type.starts_with("block("), "optional", plain);
    flag(argument.computed && argument.optional, "computed", plain);
    flag(argument.forces_replacement == Some("always"), "forces replacement", WARNING);
    flag(argument.forces_replacement == Some("sometimes"), "may force replacement", WARNING);
    flag(argument.deprecated, "deprecated", WARNING);
    flag(argument.sensitive, "sensitive", plain);
    flag(argument.write_only, "write-only", plain);
    let mut say = |text: String| notes.push((text, plain));
    match (argument.min_items, argument.max_items) {
        (0, 0) => {}
        (1, 1) => say("one".to_owned()),
        (0, max) => say(format!("at most {max}")),
        (min, 0) => say(format!("at least {min}")),
        (min, max) => say(format!("{min} to {max}")),
    }
    if let Some(reference) = &argument.refers_to {
        say(reference.clone());
    }
    if let Some(default) = &argument.default {
        say(format!("default {default}"));
    }
    if !argument.allowed.is_empty() {
        say(one_of(&argument.allowed, few));
    }
    if !argument.ignores.is_empty() {
        say(format!("ignores {}", argument.ignores.join(" and ")));
    }
    if argument.kept_when_removed {
        say("kept when removed".to_owned());
    }
    if !argument.conflicts_with.is_empty() {
        say(format!("conflicts with {}", argument.conflicts_with.join(", ")));
    }
    for (words, groups) in
        [("exactly one of", &argument.exactly_one_of), ("at least one of", &argument.at_least_one_of)]
    {
        for group in groups {
            say(format!("{words} {}", group.join(", ")));
        }
    }
    if !argument.required_with.is_empty() {
        say(format!("requires {}", argument.required_with.join(", ")));
    }
    if let Some(rust) = &argument.rust {
        say(format!("`{rust}` in Rust"));
    }
    notes
}

fn one_of(allowed: &[Value], few: usize) -> String {
    let shown = if allowed.len() > few.saturating_add(2) { &allowed[..few] } else { allowed };
    let values: Vec<String> = shown.iter().map(Value::to_string).collect();
    match allowed.len() - shown.len() {
        0 => format!("one of {}", values.join(", ")),
        more => format!("one of {} and {more} more", values.join(", ")),
    }
}

/// Writes notes, separated by semicolons, in lines of some width.
fn wrap(out: &mut String, notes: &[Note], indent: usize, room: Option<usize>) {
    let mut used = 0;
    for (index, (text, style)) in notes.iter().enumerate() {
        let end = if index + 1 < notes.len() { ";" } else { "" };
        let mut words = text.split(' ').peekable();
        while let Some(word) = words.next() {
            let end = if words.peek().is_none() { end } else { "" };
            let length = word.chars().count() + end.len();
            if used > 0 && room.is_some_and(|room| used + 1 + length > room) {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                used = 0;
            } else if used > 0 {
                out.push(' ');
                used += 1;
            }
            let _ = write!(out, "{style}{word}{style:#}{end}");
            used += length;
        }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}
