//! Functions that suppress differences, determine the recorded form of a value, or hash the elements of a set.

use serde_json::Value;

use iac_schema::model::{Facts, ForceNew, Hook, Norm, StateFunc, Suppress};

use crate::import::facts::literal;

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

/// Adds what the source says of the functions at an argument: conditions, and functions that rewrite it.
pub(super) fn add(place: &str, now: &Value, facts: &mut Facts) {
    let suppress = category(now, "suppress");
    if let Some(state) = category(now, "state_func")
        && !facts.rewrites
    {
        let functions = state_functions(place, state);
        let is_plain = functions != [StateFunc::Opaque] && functions != [StateFunc::Json];
        if suppress.is_none() {
            // What the observed equivalence came from is known now.
            if is_plain {
                facts.norms.clear();
            }
            facts.suppressed = false;
        }
        facts.hooks.get_or_insert_default().state_funcs = functions;
    }
    if let (Some("when" | "values"), Some(condition)) = (suppress, now["suppress"].get("when")) {
        facts.hooks.get_or_insert_default().hidden = Some(literal(condition));
        // What was observed is more than what cannot be evaluated.
        if is_evaluated(condition) {
            facts.suppress = None;
            facts.suppressed = false;
            facts.unset.clear();
        }
    }
    let force_new = &now["force_new"];
    if let (true, Some(condition)) = (force_new["if"] == "function", force_new.get("when")) {
        facts.hooks.get_or_insert_default().replaces = Some(literal(condition));
        facts.force_new = ForceNew::No;
        facts.force_new_when.clear();
    }
    let hash = &now["set_hash"];
    if hash["fold"] == true && hash.get("of").is_none() && facts.norms.is_empty() {
        facts.norms = vec![Norm::Case];
    }
}

fn state_functions(place: &str, category: &str) -> Vec<StateFunc> {
    if PROTOCOLS.contains(&place) {
        return vec![StateFunc::Protocol];
    }
    if POLICIES.contains(&place) {
        return vec![StateFunc::Policy];
    }
    match category {
        "lower" => vec![StateFunc::Lower],
        "upper" => vec![StateFunc::Upper],
        "trim_space" => vec![StateFunc::TrimSpace],
        "trim_dot" => vec![StateFunc::TrimDot],
        "json" => vec![StateFunc::Json],
        "json+yaml" => vec![StateFunc::JsonOrYaml],
        "lower+trim_dot" => vec![StateFunc::TrimDot, StateFunc::Lower],
        "sha1+base64+hash" => vec![StateFunc::Sha1],
        _ => vec![StateFunc::Opaque],
    }
}

/// Arguments whose function lowers names of protocols and replaces numbers by names; the description says `lower`.
const PROTOCOLS: [&str; 5] = [
    "aws_default_security_group.egress.protocol",
    "aws_default_security_group.ingress.protocol",
    "aws_security_group.egress.protocol",
    "aws_security_group.ingress.protocol",
    "aws_security_group_rule.protocol",
];

/// Arguments whose function keeps the recorded form of an equivalent policy; the description says `json`.
const POLICIES: [&str; 4] = [
    "aws_iam_group_policy.policy",
    "aws_iam_role.inline_policy.policy",
    "aws_iam_role_policy.policy",
    "aws_iam_user_policy.policy",
];

/// Parts of conditions that the planner cannot evaluate.
const OPAQUE: [&str; 8] = ["?", "any_element_new", "aws", "each", "iam_eq", "k", "split", "suppress"];
/// The functions in conditions that it can call.
const FUNCTIONS: [&str; 1] = ["userDataHashSum"];

/// Returns true if the planner can evaluate all of a condition.
fn is_evaluated(condition: &Value) -> bool {
    let Some((head, rest)) = condition.as_array().and_then(|parts| parts.split_first()) else { return true };
    match head.as_str() {
        Some(word) if OPAQUE.contains(&word) => false,
        Some("fn") => {
            let is_known = rest.first().and_then(Value::as_str).is_some_and(|name| FUNCTIONS.contains(&name));
            is_known && rest.iter().all(is_evaluated)
        }
        _ => is_evaluated(head) && rest.iter().all(is_evaluated),
    }
}

/// Records the functions whose effect the facts do not describe.
pub(super) fn mark_unmodeled(now: &Value, facts: &mut Facts) {
    let has_norms = !facts.norms.is_empty();
    let suppresses = match category(now, "suppress") {
        None => false,
        Some("missing_block") => {
            !facts.null_keeps && !facts.computed && facts.suppress != Some(Suppress::MissingBlock)
        }
        Some("when" | "values") => facts.hooks.as_ref().is_none_or(|hooks| hooks.hidden.is_none()),
        Some("json" | "iam" | "json_or_yaml" | "time" | "cidr" | "trailing" | "case") => {
            is_conditional(now) || !has_norms && !is_modeled(facts.suppress)
        }
        Some(category) if category.starts_with("nullable") => facts.suppress != Some(Suppress::Nullable),
        Some(_) => true,
    };
    let hash = &now["set_hash"];
    let hashes = hash.is_object() && (hash.get("of").is_none() || hash["fold"] == true) && !has_norms;
    for (hook, applies) in [(Hook::Suppress, suppresses), (Hook::Hash, hashes)] {
        if applies && !facts.unmodeled.contains(&hook) {
            facts.unmodeled.push(hook);
        }
    }
}

/// Records plan modifiers of the plugin framework.
pub(super) fn plan_modifiers(now: &Value, facts: &mut Facts) {
    let is_computed = now["f"].as_str().is_some_and(|flags| flags.contains('c'));
    for modifier in now["plan_modifiers"].as_array().into_iter().flatten() {
        match modifier.as_str() {
            Some("use_state_for_unknown" | "use_non_null_state_for_unknown") => {
                facts.kept |= is_computed && facts.updated_by.is_empty();
            }
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
