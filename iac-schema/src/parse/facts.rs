//! Facts on a line.

use crate::lines::Words;
use crate::model::{Facts, ForceNew, Hook, Hooks, Literal, Norm, StateFunc, Suppress, Transition};

/// Adds the fact named by a word of the knowledge files.
pub(crate) fn fact(facts: &mut Facts, word: &str, words: &mut Words<'_>) -> Result<(), String> {
    match word {
        "force_new" => facts.force_new = ForceNew::Yes,
        "force_new_conditional" => facts.force_new = ForceNew::Conditional,
        "force_new_when" => {
            let transition =
                |word| Transition::from_word(word).ok_or_else(|| format!("`{word}` is not a kind of change"));
            facts.force_new_when = words.text()?.split(',').map(transition).collect::<Result<_, _>>()?;
        }
        "default" => facts.default = Some(words.literal()?),
        "allowed" => facts.allowed = values(words)?,
        "unset" => facts.unset = values(words)?,
        "norms" => {
            let norm = |word| Norm::from_word(word).ok_or_else(|| format!("`{word}` is not a norm"));
            facts.norms = words.text()?.split(',').map(norm).collect::<Result<_, _>>()?;
        }
        "suppress" => {
            let word = words.text()?;
            let suppress =
                Suppress::from_word(word).ok_or_else(|| format!("`{word}` is not a reason to suppress"))?;
            facts.suppress = Some(suppress);
        }
        "rewrites" => facts.rewrites = true,
        "suppressed" => facts.suppressed = true,
        "null_keeps" => facts.null_keeps = true,
        "computed" => facts.computed = true,
        "created" => facts.created = Some(words.literal()?),
        "kept" => facts.kept = true,
        "updated_by" => facts.updated_by = words.text()?.split(',').map(str::to_owned).collect(),
        "perhaps_updated_by" => {
            facts.perhaps_updated_by = words.text()?.split(',').map(str::to_owned).collect();
        }
        "provider_default" => facts.provider_default = Some(words.text()?.to_owned()),
        "unmodeled" => {
            let hook = |word| Hook::from_word(word).ok_or_else(|| format!("`{word}` is not a hook"));
            facts.unmodeled = words.text()?.split(',').map(hook).collect::<Result<_, _>>()?;
        }
        "unhashed" => facts.unhashed = true,
        "needed" => facts.needed = true,
        "settable" => facts.settable = true,
        "open" => facts.open = true,
        "state_func" | "hidden" | "replaces" | "unknown_if" | "reverts" | "sets" => {
            hook(facts.hooks.get_or_insert_default(), word, words)?;
        }
        other => return Err(format!("unknown keyword `{other}`")),
    }
    Ok(())
}

fn hook(hooks: &mut Hooks, word: &str, words: &mut Words<'_>) -> Result<(), String> {
    match word {
        "state_func" => {
            let function =
                |word| StateFunc::from_word(word).ok_or_else(|| format!("`{word}` is not a function"));
            hooks.state_funcs = words.text()?.split(',').map(function).collect::<Result<_, _>>()?;
        }
        "hidden" => hooks.hidden = Some(words.literal()?),
        "replaces" => hooks.replaces = Some(words.literal()?),
        "unknown_if" => hooks.unknown = Some(words.literal()?),
        "reverts" => hooks.reverts = Some(words.literal()?),
        _ => hooks.sets = values(words)?.into_iter().map(pair).collect::<Result<_, _>>()?,
    }
    Ok(())
}

/// Splits a list of a condition and a value.
fn pair(literal: Literal) -> Result<(Literal, Literal), String> {
    match literal {
        Literal::List(pair) => match <[Literal; 2]>::try_from(pair) {
            Ok([condition, value]) => Ok((condition, value)),
            Err(_) => Err("expected a condition and a value".to_owned()),
        },
        other => Err(format!("expected a condition and a value, found `{other}`")),
    }
}

fn values(words: &mut Words<'_>) -> Result<Vec<Literal>, String> {
    match words.literal()? {
        Literal::List(values) => Ok(values),
        other => Err(format!("expected a list of values, found `{other}`")),
    }
}
