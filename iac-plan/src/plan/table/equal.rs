//! Equality of values from the provider's point of view.

mod containers;
mod iam;
pub(super) mod text;

use std::borrow::Cow;

use iac_lang::value::Value;

use crate::schema::{Facts, Norm, StateFunc, Suppress};

/// Returns the value that the provider plans in place of the configured one, if it rewrites it.
pub(super) fn rewritten(value: &Value, facts: &Facts) -> Option<Value> {
    let Value::String(text) = value else { return None };
    if facts.rewrites {
        return text::normal_json(text).map(|text| Value::String(text.into()));
    }
    let functions = &facts.hooks.as_ref()?.state_funcs;
    if functions.is_empty() {
        return None;
    }
    let apply = |text: String, function: &StateFunc| text::state_func(*function, text);
    Some(Value::String(functions.iter().fold(text.as_str().to_owned(), apply).into()))
}

/// Returns true if the provider rewrites the value by a function that is not modeled for this value.
pub(super) fn may_be_rewritten(value: &Value, facts: &Facts) -> bool {
    let (Value::String(text), Some(hooks)) = (value, facts.hooks.as_deref()) else { return false };
    hooks.state_funcs.iter().any(|function| match function {
        StateFunc::Opaque => true,
        StateFunc::Containers => containers::planned(text).is_none(),
        _ => false,
    })
}

/// Returns true if the provider does not rewrite a value that it recorded.
pub(super) fn is_normal(value: &Value, facts: &Facts) -> bool {
    if facts.hooks.as_ref().is_none_or(|hooks| hooks.state_funcs.is_empty()) {
        return true;
    }
    // Differences in parts of a string, such as case, were observed because the function removes them.
    let ignores = facts.suppress.is_some() || facts.norms.iter().any(|norm| !is_part(*norm));
    let is_same = |normal: Value| normal == *value || ignores && equivalent(value, &normal, facts);
    rewritten(value, facts).is_none_or(is_same)
}

/// Returns true if the provider plans some values in another form.
pub(super) fn rewrites(facts: &Facts) -> bool {
    facts.rewrites || facts.hooks.as_ref().is_some_and(|hooks| !hooks.state_funcs.is_empty())
}

/// Returns true if the provider treats two known values of an argument as equivalent.
pub(super) fn equivalent(left: &Value, right: &Value, facts: &Facts) -> bool {
    if facts.norms.is_empty() && facts.suppress.is_none() {
        return false;
    }
    match (left, right) {
        (Value::String(left), Value::String(right)) => equivalent_texts(left, right, facts),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && if facts.norms.contains(&Norm::Order) {
                    same_in_any_order(left, right, |left, right| {
                        left == right || equivalent(left, right, facts)
                    })
                } else {
                    left.iter()
                        .zip(right)
                        .all(|(left, right)| left == right || equivalent(left, right, facts))
                }
        }
        (Value::Number(left), Value::Number(right)) => {
            facts.norms.contains(&Norm::Number) && text::same_float(left, right)
        }
        (Value::Set(left), Value::Set(right)) => {
            same_in_any_order(left, right, |left, right| left == right || equivalent(left, right, facts))
        }
        (left, right) => {
            facts.norms.contains(&Norm::Empty) && left.is_null_or_empty() && right.is_null_or_empty()
        }
    }
}

fn equivalent_texts(left: &str, right: &str, facts: &Facts) -> bool {
    if whole(facts).any(|norm| same_whole(left, right, norm)) {
        return true;
    }
    // Norms that affect only a part of the string can be combined.
    let (mut left, mut right) = (Cow::Borrowed(left), Cow::Borrowed(right));
    let mut any = false;
    for norm in parts(facts) {
        any = true;
        left = text::normal(left, norm);
        right = text::normal(right, norm);
    }
    any && left == right
}

/// Returns the norms that apply to a whole string, the strongest first.
fn whole(facts: &Facts) -> impl Iterator<Item = Norm> {
    let suppress = match facts.suppress {
        Some(Suppress::IamPolicy) => &[Norm::Iam][..],
        Some(Suppress::Json | Suppress::JsonOrYaml) => &[Norm::Json],
        Some(Suppress::Cidr) => &[Norm::Cidr],
        Some(Suppress::Time) => &[Norm::Time],
        Some(Suppress::Nullable) => &[Norm::Bool, Norm::Number],
        _ => &[],
    };
    suppress.iter().chain(&facts.norms).copied().filter(|norm| !is_part(*norm))
}

fn parts(facts: &Facts) -> impl Iterator<Item = Norm> {
    let suppress = if facts.suppress == Some(Suppress::Case) { &[Norm::Case][..] } else { &[] };
    // For documents, a norm for whitespace adds nothing.
    let document = facts.norms.iter().any(|norm| matches!(norm, Norm::Json | Norm::Iam | Norm::Containers));
    let norms = facts.norms.iter().copied().filter(move |norm| is_part(*norm) && !document);
    suppress.iter().copied().chain(norms)
}

fn is_part(norm: Norm) -> bool {
    matches!(norm, Norm::Space | Norm::NewLine | Norm::Case | Norm::Slash | Norm::Dot | Norm::Scheme)
}

fn same_whole(left: &str, right: &str, norm: Norm) -> bool {
    match norm {
        Norm::Iam => iam::same(left, right),
        Norm::Json => text::same_json(left, right),
        Norm::Containers => containers::same(left, right),
        Norm::Time => text::same_time(left, right),
        Norm::Cidr => text::same_cidr(left, right),
        Norm::Protocol => text::protocol(left) == text::protocol(right),
        Norm::Bool => text::boolean(left).is_some_and(|value| Some(value) == text::boolean(right)),
        Norm::Number => text::number(left).is_some_and(|value| Some(value) == text::number(right)),
        _ => false,
    }
}

/// Returns true if the elements of two lists can be paired up.
pub(super) fn same_in_any_order<T>(left: &[T], right: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut free: Vec<&T> = right.iter().collect();
    left.iter().all(|element| {
        let partner = free.iter().position(|other| same(element, other));
        partner.map(|position| free.swap_remove(position)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(left: &str, right: &str, norms: &[Norm]) -> bool {
        let facts = Facts { norms: norms.to_vec(), ..Facts::default() };
        equivalent(&Value::String(left.into()), &Value::String(right.into()), &facts)
    }

    #[test]
    fn strings_are_equivalent_under_their_norms() {
        assert!(same("Example.com.", "example.com", &[Norm::Case, Norm::Dot]));
        assert!(!same("Example.com.", "example.com", &[Norm::Case]));
        assert!(!same("a", "b", &[Norm::Case, Norm::Dot, Norm::Space]));
        assert!(same("arn:a/", "arn:a", &[Norm::Slash]));
        assert!(same("1", "true", &[Norm::Bool]));
        assert!(!same("", "false", &[Norm::Bool]));
        assert!(same("080", "80", &[Norm::Number]));
        assert!(same("6", "TCP", &[Norm::Protocol]));
        assert!(same("all", "-1", &[Norm::Protocol]));
        assert!(!same("tcp", "udp", &[Norm::Protocol]));
        assert!(same("10.0.0.7/24", "10.0.0.0/24", &[Norm::Cidr]));
        assert!(!same("10.0.0.0/24", "10.0.0.0/25", &[Norm::Cidr]));
        assert!(same("2001:DB8::/32", "2001:db8:0::/32", &[Norm::Cidr]));
        assert!(same("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z", &[Norm::Time]));
        assert!(!same("2026-01-01T02:00:00+01:00", "2026-01-01T00:00:00Z", &[Norm::Time]));
    }

    #[test]
    fn whitespace_norm_does_not_apply_to_documents() {
        assert!(same("{\"a\": 1,\n \"b\":2}", "{\"b\":2,\"a\":1}", &[Norm::Space, Norm::Json]));
        assert!(!same("{\"a\":\"x y\"}", "{\"a\":\"xy\"}", &[Norm::Space, Norm::Json]));
        assert!(!same("{\"a\":\"4\"}", "{\"a\":4}", &[Norm::Json]));
    }
}
