//! Rendering of difference trees as lines, in Terraform's notation.

use iac_core::address::is_identifier;
use iac_core::text::Text;

use super::diff::{Brackets, Diff, Group, Hidden, Name, Shape, Sign, quoted};
use super::visible;

/// A line, with its sign apart from the text.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) sign: Sign,
    /// The indentation, in steps.
    pub(super) depth: usize,
    pub(super) text: String,
    /// The comment at the end of the line, or the whole line.
    pub(super) remark: String,
}

/// Adds the lines of a group. `whole` suppresses `-> null` for the parts of an object that appears or disappears as a
/// whole.
pub(super) fn lines(group: &Group, depth: usize, whole: bool, out: &mut Vec<Line>) {
    let width =
        group.parts.iter().filter_map(|part| part.name.label()).map(|label| label.chars().count()).max();
    let mut blocks = false;
    for part in &group.parts {
        if matches!(part.name, Name::Block(..)) && !std::mem::replace(&mut blocks, true) {
            known_later(&group.known_later, depth, out);
            hidden_line(Hidden { attributes: group.hidden.attributes, ..Hidden::default() }, depth, out);
            if out.last().is_some_and(|line| line.depth == depth) {
                out.push(Line { sign: Sign::Same, depth, text: String::new(), remark: String::new() });
            }
        }
        part_lines(part, group.brackets, width.unwrap_or_default(), depth, whole, out);
    }
    if !blocks {
        known_later(&group.known_later, depth, out);
    }
    let shown = if blocks { Hidden { attributes: 0, ..group.hidden } } else { group.hidden };
    hidden_line(shown, depth, out);
}

/// Lists the names of attributes that are known only after apply.
fn known_later(names: &[Text], depth: usize, out: &mut Vec<Line>) {
    const WIDTH: usize = 90;
    const START: &str = "# known after apply:";
    let mut remark = String::from(START);
    let mut push = |remark: String| out.push(Line { sign: Sign::Same, depth, text: String::new(), remark });
    for (position, name) in names.iter().enumerate() {
        if remark.len() > WIDTH {
            push(std::mem::replace(&mut remark, String::from("#  ")));
        }
        remark.push(' ');
        remark.push_str(&visible(name));
        if position + 1 < names.len() {
            remark.push(',');
        }
    }
    if !names.is_empty() {
        push(remark);
    }
}

fn hidden_line(hidden: Hidden, depth: usize, out: &mut Vec<Line>) {
    for (count, what) in
        [(hidden.attributes, "attribute"), (hidden.elements, "element"), (hidden.blocks, "block")]
    {
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            let remark = format!("# ({count} unchanged {what}{plural} hidden)");
            out.push(Line { sign: Sign::Same, depth, text: String::new(), remark });
        }
    }
}

impl Name {
    /// Returns the text before `=`.
    fn label(&self) -> Option<String> {
        match self {
            Self::Element | Self::Block(..) => None,
            Self::Attribute(name) if is_identifier(name) => Some(visible(name)),
            Self::Attribute(name) | Self::Key(name) => Some(quoted(name)),
        }
    }
}

fn part_lines(part: &Diff, brackets: Brackets, width: usize, depth: usize, whole: bool, out: &mut Vec<Line>) {
    let start = match &part.name {
        Name::Element => String::new(),
        Name::Block(name, None) => format!("{} ", visible(name)),
        Name::Block(name, Some(label)) => format!("{} {} ", visible(name), quoted(label)),
        Name::Attribute(_) | Name::Key(_) => {
            let label = part.name.label().expect("it has a label");
            format!("{label:width$} = ")
        }
    };
    let mut remarks = Vec::new();
    if part.forces {
        // The worst case of an undecided value is not a fact.
        let is_undecided = part.notes.iter().any(|note| note.starts_with("undecided"));
        remarks.push(if is_undecided { "may force replacement" } else { "forces replacement" }.to_owned());
    }
    remarks.extend(part.notes.iter().map(visible));
    let remark = if remarks.is_empty() { String::new() } else { format!("# {}", remarks.join("; ")) };
    let is_element = brackets == Brackets::Square;
    let to_null = !whole && part.sign == Sign::Remove && matches!(part.name, Name::Attribute(_));
    let end = Ending { comma: if is_element { "," } else { "" }, to_null };
    let sign = part.sign;
    shape_lines(&part.shape, Head { sign, depth, start, remark }, end, whole, out);
}

struct Head {
    sign: Sign,
    depth: usize,
    start: String,
    remark: String,
}

#[derive(Clone, Copy)]
struct Ending {
    comma: &'static str,
    to_null: bool,
}

fn shape_lines(shape: &Shape, head: Head, end: Ending, whole: bool, out: &mut Vec<Line>) {
    let Head { sign, depth, start, remark } = head;
    let inner_whole = whole || matches!(sign, Sign::Add | Sign::Remove);
    let null = if end.to_null { " -> null" } else { "" };
    match shape {
        Shape::Leaf { before, after } => {
            let text = match (before, after) {
                (Some(before), Some(after)) if sign == Sign::Update && before != after => {
                    format!("{before} -> {after}")
                }
                (before, after) => after.as_ref().or(before.as_ref()).cloned().unwrap_or_default(),
            };
            out.push(Line { sign, depth, text: format!("{start}{text}{null}{}", end.comma), remark });
        }
        Shape::Group(group) => {
            let (open, close) = match group.brackets {
                Brackets::Curly => ("{", "}"),
                Brackets::Square => ("[", "]"),
            };
            let becomes = group.becomes.map(|value| format!(" -> {value}")).unwrap_or_default();
            if group.parts.is_empty() && group.hidden == Hidden::default() {
                let text = format!("{start}{open}{close}{becomes}{null}{}", end.comma);
                out.push(Line { sign, depth, text, remark });
                return;
            }
            out.push(Line { sign, depth, text: format!("{start}{open}"), remark });
            lines(group, depth + 1, inner_whole, out);
            let text = format!("{close}{becomes}{null}{}", end.comma);
            out.push(Line { sign: Sign::Same, depth, text, remark: String::new() });
        }
        Shape::Lines(text) => {
            out.push(Line { sign, depth, text: format!("{start}<<-EOT"), remark });
            for (sign, line) in text {
                let (text, remark) = if line.starts_with("# (") {
                    (String::new(), line.clone())
                } else {
                    (visible(line), String::new())
                };
                out.push(Line { sign: *sign, depth: depth + 1, text, remark });
            }
            let text = format!("EOT{null}");
            out.push(Line { sign: Sign::Same, depth, text, remark: String::new() });
        }
        Shape::Call(function, inner) => {
            let is_layout =
                matches!(&**inner, Shape::Group(group) if group.parts.is_empty() && sign == Sign::Update);
            let layout = "# only whitespace or key order changes";
            let remark = match (is_layout, remark.is_empty()) {
                (false, _) => remark,
                (true, true) => layout.to_owned(),
                (true, false) => format!("{remark}; {}", layout.trim_start_matches("# ")),
            };
            out.push(Line { sign, depth, text: format!("{start}{function}("), remark });
            let head = Head { sign, depth: depth + 1, start: String::new(), remark: String::new() };
            shape_lines(inner, head, Ending { comma: "", to_null: false }, inner_whole, out);
            let text = format!("){null}{}", end.comma);
            out.push(Line { sign: Sign::Same, depth, text, remark: String::new() });
        }
    }
}
