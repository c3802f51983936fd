//! Functions that suppress differences, determine the recorded form of a value, or hash the elements of a set.

use serde_json::Value;

use iac_schema::model::{Facts, Hook, Norm, Suppress};

/// Replaces the facts about equivalence by those of the source.
pub(super) fn replace(now: &Value, facts: &mut Facts) {
    facts.norms.clear();
    facts.suppress = None;
    facts.suppressed = false;
    facts.rewrites = false;
    facts.unset.clear();
    let mut add = |norms: &[Norm]| {
        facts.norms.extend(norms);
        facts.norms.sort_unstable();
        facts.norms.dedup();
    };
    let (suppress, state) = (category(now, "suppress"), category(now, "state_func"));
    match state {
        Some("json") => add(&[Norm::Json]),
        Some("lower" | "upper") => add(&[Norm::Case]),
        Some("trim_space") => add(&[Norm::Space, Norm::NewLine]),
        Some("trim_dot") => add(&[Norm::Dot]),
        Some("lower+trim_dot") => add(&[Norm::Case, Norm::Dot]),
        _ => {}
    }
    match suppress {
        Some("json") => add(&[Norm::Json]),
        Some("iam") => add(&[Norm::Json, Norm::Iam]),
        Some("case") if !is_conditional(now) => add(&[Norm::Case]),
        Some("time") => add(&[Norm::Time]),
        Some("cidr") => add(&[Norm::Cidr]),
        _ => {}
    }
    if now["set_hash"]["fold"] == true && now["set_hash"].get("of").is_none() {
        add(&[Norm::Case]);
    }
    facts.rewrites = state == Some("json") && suppress.is_none();
    facts.suppress = suppress.map(|category| match category {
        "json" => Suppress::Json,
        "iam" => Suppress::IamPolicy,
        "json_or_yaml" => Suppress::JsonOrYaml,
        "missing_block" => Suppress::MissingBlock,
        "case" if !is_conditional(now) => Suppress::Case,
        "time" => Suppress::Time,
        "cidr" => Suppress::Cidr,
        "name_or_arn" | "kms_key_id_or_arn" | "log_group_arn_star" => Suppress::Arn,
        category if category.starts_with("nullable") => Suppress::Nullable,
        "when" | "values" => Suppress::Conditional,
        _ => Suppress::Other,
    });
}

/// Records the functions whose effect the facts do not describe.
pub(super) fn mark_unmodeled(now: &Value, facts: &mut Facts) {
    let has_norms = !facts.norms.is_empty();
    let suppresses = match category(now, "suppress") {
        None => false,
        Some("missing_block") => {
            !facts.null_keeps && !facts.computed && facts.suppress != Some(Suppress::MissingBlock)
        }
        Some("json" | "iam" | "json_or_yaml" | "time" | "cidr" | "trailing" | "case") => {
            is_conditional(now) || !has_norms && !is_modeled(facts.suppress)
        }
        Some(category) if category.starts_with("nullable") => facts.suppress != Some(Suppress::Nullable),
        Some(_) => true,
    };
    let records = match category(now, "state_func") {
        None => false,
        Some("json" | "lower" | "upper" | "trim_space" | "trim_dot" | "lower+trim_dot") => {
            !has_norms && !is_modeled(facts.suppress)
        }
        Some(_) => true,
    };
    let hash = &now["set_hash"];
    let hashes = hash.is_object() && (hash.get("of").is_none() || hash["fold"] == true) && !has_norms;
    for (hook, applies) in [(Hook::State, records), (Hook::Suppress, suppresses), (Hook::Hash, hashes)] {
        if applies && !facts.unmodeled.contains(&hook) {
            facts.unmodeled.push(hook);
        }
    }
}

/// Records plan modifiers of the plugin framework.
pub(super) fn plan_modifiers(now: &Value, is_new: bool, facts: &mut Facts) {
    for modifier in now["plan_modifiers"].as_array().into_iter().flatten() {
        match modifier.as_str() {
            Some("use_state_for_unknown" | "use_non_null_state_for_unknown") => facts.kept |= is_new,
            _ if facts.unmodeled.contains(&Hook::Plan) => {}
            _ => facts.unmodeled.push(Hook::Plan),
        }
    }
}

/// Returns true if the hash of a set's elements leaves a member out.
pub(super) fn leaves_out(set: &Value, member: &str) -> bool {
    set["set_hash"]["leaves_out"].as_array().into_iter().flatten().any(|each| each == member)
}

fn category<'v>(now: &'v Value, hook: &str) -> Option<&'v str> {
    now.get(hook).map(|hook| hook["cat"].as_str().unwrap_or("other"))
}

/// Returns true if differences are suppressed under a condition only.
fn is_conditional(now: &Value) -> bool {
    let word = now["suppress"]["when"].as_array().and_then(|condition| condition.first()?.as_str());
    matches!(word, Some("and" | "or" | "not"))
}

const fn is_modeled(suppress: Option<Suppress>) -> bool {
    matches!(
        suppress,
        Some(
            Suppress::Case
                | Suppress::Cidr
                | Suppress::IamPolicy
                | Suppress::Json
                | Suppress::JsonOrYaml
                | Suppress::Nullable
                | Suppress::Time
        )
    )
}
