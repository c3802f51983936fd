//! Doc comments of generated methods.

use std::fmt::Write as _;

use iac_schema::model::{Attribute, Facts, ForceNew, Nested, NestedBlock};

/// Writes the doc comment of an argument's setter.
pub(super) fn argument(out: &mut String, attribute: &Attribute) {
    let mut words = Vec::new();
    words.push(match (attribute.is_required(), attribute.computed) {
        (true, _) => "required",
        (false, true) => "optional; the provider chooses a value if not set",
        (false, false) => "optional",
    });
    if attribute.sensitive {
        words.push("sensitive");
    }
    if attribute.write_only {
        words.push("write-only");
    }
    comment(out, &attribute.name, &words, &attribute.facts, attribute.deprecated);
}

/// Writes the doc comment of a nested block's setter.
pub(super) fn block(out: &mut String, block: &NestedBlock, deprecated: bool) {
    let Nested { min_items, max_items, .. } = block.nested;
    let min_items = min_items.max(u64::from(block.facts.needed));
    let limits = match (min_items, max_items) {
        (0, 0 | 1) => "optional block".to_owned(),
        (1, 0 | 1) => "required block".to_owned(),
        (least, 0) => format!("block, at least {least} times"),
        (0, most) => format!("block, at most {most} times"),
        (least, most) => format!("block, {least} to {most} times"),
    };
    comment(out, &block.name, &[&limits], &block.facts, deprecated);
}

fn comment(out: &mut String, name: &str, words: &[&str], facts: &Facts, deprecated: bool) {
    let _ = write!(out, "/// `{name}`: {}.", words.join(", "));
    match facts.force_new {
        ForceNew::No => {}
        ForceNew::Conditional => out.push_str(" Some changes replace the resource."),
        ForceNew::Yes => out.push_str(" Changing it replaces the resource."),
    }
    if let Some(default) = &facts.default {
        let _ = write!(out, " Default: `{default}`.");
    }
    if !facts.allowed.is_empty() {
        out.push_str(" Allowed:");
        let shown = 12;
        for (index, value) in facts.allowed.iter().take(shown).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(out, "{comma} `{value}`");
        }
        out.push_str(if facts.allowed.len() > shown { ", …" } else { "." });
    }
    out.push_str(if deprecated { " Deprecated.\n" } else { "\n" });
}

/// Writes the doc comment of a getter.
pub(super) fn getter(out: &mut String, attribute: &Attribute) {
    let sensitive = if attribute.sensitive { " Sensitive." } else { "" };
    let deprecated = if attribute.deprecated { " Deprecated." } else { "" };
    let _ = writeln!(out, "/// The attribute `{}`.{sensitive}{deprecated}", attribute.name);
}
