//! The schema of a type as text.

use std::fmt::Write as _;

use anstyle::Style;
use iac_codegen::names::identifier;
use serde_json::Value;

use super::index::ListedType;
use super::view::{Argument, View};
use crate::terminal::style::{HEADING, NAME, QUIET, TYPE, WARNING};

/// The number of allowed values that a table shows.
const FEW: usize = 8;

pub(super) fn list(listed: &[ListedType]) -> String {
    let width = |text: fn(&ListedType) -> &str| listed.iter().map(|each| text(each).len()).max().unwrap_or(0);
    let (kinds, names) = (width(|each| each.kind), width(|each| each.type_name));
    let mut out = String::new();
    for ListedType { kind, type_name, rust, .. } in listed {
        line(
            &mut out,
            format_args!("{kind:kinds$}  {NAME}{type_name:names$}{NAME:#}  {QUIET}{rust}{QUIET:#}"),
        );
    }
    out
}

/// Renders a type, a block or an argument; wrapped if there is a width.
pub(super) fn show(view: &View, width: Option<usize>) -> String {
    let View { kind, type_name, provider_version, .. } = view;
    let mut out = String::new();
    let path = view.path.as_ref().map(|path| format!(".{path}")).unwrap_or_default();
    let provider = view.provider.trim_start_matches("registry.terraform.io/");
    let deprecated = if view.deprecated { ", deprecated" } else { "" };
    line(
        &mut out,
        format_args!(
            "{HEADING}{kind} {type_name}{path}{HEADING:#} {QUIET}({provider} {provider_version}{deprecated}){QUIET:#}"
        ),
    );
    if let Some(member) = &view.member {
        let mut row = format!("  {TYPE}{}{TYPE:#}  ", member.value_type);
        let indent = 2 + member.value_type.len() + 2;
        wrap(&mut row, &notes(member, "", usize::MAX), indent, room(width, indent));
        line(&mut out, format_args!("{}", row.trim_end()));
    }
    let path = view.path.as_ref().map(|path| format!("{path}.")).unwrap_or_default();
    for (heading, arguments) in
        [("Arguments", &view.arguments), ("Blocks", &view.blocks), ("Attributes", &view.attributes)]
    {
        table(&mut out, heading, arguments, &path, width);
    }
    let mut members = [&view.arguments, &view.blocks, &view.attributes].into_iter().flatten();
    if let Some(first) = members.find(|member| member.has_members) {
        let option = match *kind {
            "data source" => " --data",
            "ephemeral resource" => " --ephemeral",
            _ => "",
        };
        let name = &first.name;
        line(
            &mut out,
            format_args!(
                "\n{QUIET}Run `iac schema {type_name} {path}{name}{option}` to show its members{QUIET:#}"
            ),
        );
    }
    line(&mut out, format_args!("\n{HEADING}Rust{HEADING:#}\n  {NAME}{}{NAME:#}", rust(view)));
    if let Some(Argument { enumeration: Some(path), variants, .. }) = &view.member {
        line(&mut out, format_args!("  {path}::{{{}}}", variants.join(", ")));
    }
    if let Some(feature) = view.feature {
        line(&mut out, format_args!("  feature `{feature}` of iac-aws"));
    }
    out
}

/// Returns the Rust code that leads to the path: the builder and its blocks, or the getter of an attribute.
fn rust(view: &View) -> String {
    let mut names = view.path.iter().flat_map(|path| path.split('.')).peekable();
    if let (Some(Argument { is_settable: false, .. }), Some(name)) = (&view.member, names.peek()) {
        return format!("{}::{}", view.rust, identifier(name));
    }
    let name = if view.kind == "provider" { "" } else { "\"name\"" };
    let mut out = format!("{}::builder({name})", view.rust);
    let mut closing = String::new();
    while let Some(name) = names.next() {
        let method = identifier(name);
        if names.peek().is_some() {
            let _ = write!(out, ".{method}(|b| b");
            closing.push(')');
        } else if view.arguments.is_empty() && view.blocks.is_empty() {
            let _ = write!(out, ".{method}(…)");
        } else {
            let _ = write!(out, ".{method}(|b| …)");
        }
    }
    out + &closing
}

fn table(out: &mut String, heading: &str, arguments: &[Argument], path: &str, width: Option<usize>) {
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
        let notes = notes(argument, path, FEW);
        let types = if notes.is_empty() { 0 } else { types };
        let mut row = format!("  {NAME}{name:names$}{NAME:#}  {TYPE}{value_type:types$}{TYPE:#}");
        if !notes.is_empty() {
            row.push_str("  ");
            wrap(&mut row, &notes, indent, room(width, indent));
        }
        line(out, format_args!("{row}"));
    }
}

/// Returns the width of the notes column. If it would be very narrow, the terminal wraps the lines.
fn room(width: Option<usize>, indent: usize) -> Option<usize> {
    width.map(|width| width.saturating_sub(indent)).filter(|&room| room >= 24)
}

/// A note and its style.
type Note = (String, Style);

/// Returns the notes on an argument. `path` is the prefix of its siblings: empty, or with a final dot.
fn notes(argument: &Argument, path: &str, few: usize) -> Vec<Note> {
    // Siblings are shown without the common prefix.
    let names = |paths: &[String]| {
        paths.iter().map(|each| each.strip_prefix(path).unwrap_or(each)).collect::<Vec<_>>().join(", ")
    };
    let plain = Style::new();
    let mut notes: Vec<Note> = Vec::new();
    let mut flag = |is_set: bool, text: &str, style: Style| {
        if is_set {
            notes.push((text.to_owned(), style));
        }
    };
    flag(argument.required, "required", HEADING);
    let is_block = argument.value_type.starts_with("block(");
    flag(argument.is_settable && argument.optional && !is_block, "optional", plain);
    flag(argument.is_settable && argument.computed, "computed", plain);
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
        let name = argument.enumeration.as_ref().and_then(|path| path.rsplit("::").next());
        let name = name.map(|name| format!(" (enum {name})")).unwrap_or_default();
        say(one_of(&argument.allowed, few) + &name);
    }
    if !argument.ignores.is_empty() {
        say(format!("ignores {}", argument.ignores.join(", ")));
    }
    if argument.kept_when_removed {
        say("kept when removed".to_owned());
    }
    if !argument.conflicts_with.is_empty() {
        say(format!("conflicts with {}", names(&argument.conflicts_with)));
    }
    for group in &argument.exactly_one_of {
        say(format!("exactly one of {}", names(group)));
    }
    for group in argument.at_least_one_of.iter().filter(|group| !argument.exactly_one_of.contains(group)) {
        say(format!("at least one of {}", names(group)));
    }
    if !argument.required_with.is_empty() {
        say(format!("required with {}", names(&argument.required_with)));
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

/// Writes notes, separated by semicolons and wrapped to a width.
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
