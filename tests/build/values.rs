//! A value for each argument: of its type, and as far as the knowledge and the name tell, one that the provider takes.

use iac_codegen::emit::{Scope, variants};
use iac_codegen::model::{Attribute, Flavour, Literal, Norm, Suppress, Type};

/// The value, as Rust.
pub fn value(scope: &Scope<'_>, attribute: &Attribute) -> String {
    of_type(scope, attribute, &attribute.ty)
}

fn of_type(scope: &Scope<'_>, attribute: &Attribute, ty: &Type) -> String {
    match ty {
        Type::String => string(scope, attribute),
        Type::Number => number(attribute),
        Type::Bool => "true".to_owned(),
        Type::List(element) | Type::Set(element) => format!("[{}]", of_type(scope, attribute, element)),
        Type::Map(element) => format!("[(\"key\", {})]", of_type(scope, attribute, element)),
        Type::Dynamic | Type::Tuple(_) => "\"example\"".to_owned(),
        Type::Object(_) | Type::Nested(_) => panic!("{}: objects are built", attribute.name),
    }
}

fn number(attribute: &Attribute) -> String {
    let allowed = attribute.facts.allowed.iter().chain(&attribute.facts.default);
    let number = allowed.filter_map(|value| match value {
        Literal::Number(number) if number != "0" => Some(number.clone()),
        _ => None,
    });
    number.into_iter().next().unwrap_or_else(|| "1".to_owned())
}

fn string(scope: &Scope<'_>, attribute: &Attribute) -> String {
    if let (None, Some(name)) = (&attribute.reference, scope.enum_name(attribute)) {
        let values: Vec<&str> = attribute.facts.allowed.iter().filter_map(text_of).collect();
        let chosen = values.iter().position(|value| !value.is_empty()).unwrap_or_default();
        return format!("s::{name}::{}", variants(&values)[chosen]);
    }
    format!("{:?}", text(attribute))
}

fn text_of(value: &Literal) -> Option<&str> {
    match value {
        Literal::String(text) => Some(text),
        _ => None,
    }
}

fn text(attribute: &Attribute) -> String {
    let facts = &attribute.facts;
    let known = facts.allowed.iter().chain(&facts.default).filter_map(text_of).find(|text| !text.is_empty());
    if let Some(known) = known {
        return known.to_owned();
    }
    let json = facts.norms.iter().any(|norm| matches!(norm, Norm::Json | Norm::Iam));
    if json || matches!(facts.suppress, Some(Suppress::Json | Suppress::JsonOrYaml | Suppress::IamPolicy)) {
        return POLICY.to_owned();
    }
    let reference = attribute.reference.as_ref();
    if let Some(kind) =
        reference.filter(|reference| reference.flavour == Flavour::Arn).map(|reference| &reference.kind)
    {
        return match kind.as_str() {
            "IamRole" => "arn:aws:iam::123456789012:role/example".to_owned(),
            _ => ARN.to_owned(),
        };
    }
    by_name(&attribute.name).to_owned()
}

fn by_name(name: &str) -> &'static str {
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    if has("arn") || has("arns") {
        return ARN;
    }
    if has("cidr") || has("cidrs") {
        return if has("ipv6") { "2001:db8::/56" } else { "10.0.0.0/16" };
    }
    if has("account") && (has("id") || has("ids")) {
        return "123456789012";
    }
    if has("policy") || has("json") {
        return POLICY;
    }
    "example"
}

const ARN: &str = "arn:aws:iam::123456789012:role/example";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
