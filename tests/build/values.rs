//! A value for each argument: of its type, and as far as the knowledge and the name tell, one that the provider takes.

use iac_codegen::emit::{Scope, variants};
use iac_codegen::model::{Attribute, Flavour, Literal, Norm, Suppress, Type};

/// The value, as Rust.
pub(crate) fn value(scope: &Scope<'_>, attribute: &Attribute) -> String {
    of_type(scope, attribute, &attribute.ty)
}

fn of_type(scope: &Scope<'_>, attribute: &Attribute, ty: &Type) -> String {
    match ty {
        Type::String => string(scope, attribute),
        Type::Number => number(attribute),
        Type::Bool => "true".to_owned(),
        Type::List(element) | Type::Set(element) => format!("[{}]", of_type(scope, attribute, element)),
        Type::Map(element) => format!("[({MAP_KEY:?}, {})]", of_type(scope, attribute, element)),
        Type::Dynamic | Type::Tuple(_) => format!("{EXAMPLE:?}"),
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

fn text(attribute: &Attribute) -> &str {
    let facts = &attribute.facts;
    let known = facts.allowed.iter().chain(&facts.default).filter_map(text_of).find(|text| !text.is_empty());
    if let Some(known) = known {
        return known;
    }
    let json = facts.norms.iter().any(|norm| matches!(norm, Norm::Json | Norm::Iam));
    if json || matches!(facts.suppress, Some(Suppress::Json | Suppress::JsonOrYaml | Suppress::IamPolicy)) {
        return DOCUMENT;
    }
    if let Some(reference) = &attribute.reference
        && let Some((_, _, example)) = REFERENCES
            .iter()
            .find(|(kind, flavour, _)| *kind == reference.kind && *flavour == reference.flavour)
    {
        return example;
    }
    by_name(&attribute.name)
}

/// The example whose words are all in the name.
fn by_name(name: &str) -> &'static str {
    let words: Vec<&str> = name.split('_').collect();
    let fits = |pattern: &str| pattern.split('_').all(|word| words.contains(&word));
    EXAMPLES.iter().find(|(pattern, _)| fits(pattern)).map_or(EXAMPLE, |(_, example)| example)
}

const ARN: &str = "arn:aws:iam::123456789012:role/example";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
const TIME: &str = "2030-01-01T00:00:00Z";

/// The values that say nothing about what is allowed.
pub(crate) fn free_values() -> Vec<&'static str> {
    let references = REFERENCES.iter().map(|(_, _, value)| *value);
    let examples = EXAMPLES.iter().map(|(_, value)| *value);
    [EXAMPLE, MAP_KEY, DOCUMENT].into_iter().chain(references).chain(examples).collect()
}

const EXAMPLE: &str = "example";
const MAP_KEY: &str = "key";

/// What refers to things of a kind.
const REFERENCES: &[(&str, Flavour, &str)] = &[
    ("KmsKey", Flavour::Arn, KEY),
    ("KmsKey", Flavour::Id, KEY),
    ("LaunchTemplate", Flavour::Id, "lt-00000000000000000"),
    ("SecurityGroup", Flavour::Id, "sg-00000000000000000"),
    ("Subnet", Flavour::Id, "subnet-00000000000000000"),
    ("Vpc", Flavour::Id, "vpc-00000000000000000"),
];

/// Words of names, and what is expected there. The first that fits holds.
const EXAMPLES: &[(&str, &str)] = &[
    ("kms_arn", KEY),
    ("kms_key", KEY),
    ("arn", ARN),
    ("arns", ARN),
    ("ipv6_cidr", "2001:db8::/56"),
    ("ipv6_block", "2001:db8::/56"),
    ("cidr", "10.0.0.0/16"),
    ("cidrs", "10.0.0.0/16"),
    ("account_id", ACCOUNT),
    ("account_ids", ACCOUNT),
    ("accounts", ACCOUNT),
    ("bucket_owner", ACCOUNT),
    ("mesh_owner", ACCOUNT),
    ("catalog_id", ACCOUNT),
    ("region", "us-east-1"),
    ("regions", "us-east-1"),
    ("email", "example@example.com"),
    ("url", "https://example.com/"),
    ("uri", "s3://example/example"),
    ("maintenance_window", "mon:00:00-mon:03:00"),
    ("backup_window", "04:00-05:00"),
    ("snapshot_window", "04:00-05:00"),
    ("maintenance_start_time", "1:00:00"),
    ("backup_start_time", "04:00"),
    ("timestamp", TIME),
    ("date", TIME),
    ("time", TIME),
    ("from", TIME),
    ("until", TIME),
    ("ipv6_address", "2001:db8::1"),
    ("ip", "10.0.0.1"),
    ("ips", "10.0.0.1"),
    ("policy", DOCUMENT),
    ("policies", DOCUMENT),
    ("json", DOCUMENT),
    ("document", DOCUMENT),
    ("phone_number", "+15555550100"),
    ("base64", "ZXhhbXBsZQ=="),
    // What the block `timeouts` has.
    ("create", "60m"),
    ("read", "60m"),
    ("update", "60m"),
    ("delete", "60m"),
];

const ACCOUNT: &str = "123456789012";
