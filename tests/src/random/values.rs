//! Random values for arguments: of their type, and as far as knowledge and name tell, ones that the provider takes.

use fastrand::Rng;
use iac_codegen::model::{Attribute, Flavour, Literal, Norm, Suppress, Type};
use serde_json::{Value, json};

/// A value of an attribute that holds no objects.
pub fn value(rng: &mut Rng, attribute: &Attribute) -> Value {
    of_type(rng, attribute, &attribute.ty)
}

fn of_type(rng: &mut Rng, attribute: &Attribute, ty: &Type) -> Value {
    match ty {
        Type::String => Value::String(escape(&text(rng, attribute))),
        Type::Number => number(rng, attribute),
        Type::Bool => Value::Bool(rng.bool()),
        Type::List(element) | Type::Set(element) => {
            let mut elements: Vec<Value> = Vec::new();
            for _ in 0..rng.usize(1..=3) {
                let element = of_type(rng, attribute, element);
                if !elements.contains(&element) {
                    elements.push(element);
                }
            }
            Value::Array(elements)
        }
        Type::Map(element) => {
            let keys = ["Name", "Environment", "team", "key"];
            let count = rng.usize(1..=3);
            let keys = rng.choose_multiple(keys, count).into_iter();
            keys.map(|key| (key.to_owned(), of_type(rng, attribute, element))).collect()
        }
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) | Type::Nested(_) => json!("example"),
    }
}

fn number(rng: &mut Rng, attribute: &Attribute) -> Value {
    let known: Vec<&String> = numbers(&attribute.facts.allowed)
        .chain(attribute.facts.default.iter().filter_map(as_number))
        .collect();
    match rng.choice(known) {
        Some(number) if !attribute.facts.allowed.is_empty() || rng.bool() => {
            serde_json::from_str(number).unwrap_or_else(|_| json!(1))
        }
        _ => json!(rng.choice([1, 1, 2, 3, 5, 7, 10, 30, 60, 80, 100, 300, 443, 3600]).unwrap_or(1)),
    }
}

fn numbers(literals: &[Literal]) -> impl Iterator<Item = &String> {
    literals.iter().filter_map(as_number)
}

fn as_number(literal: &Literal) -> Option<&String> {
    match literal {
        Literal::Number(number) => Some(number),
        _ => None,
    }
}

fn as_text(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::String(text) => Some(text),
        _ => None,
    }
}

/// Text as Terraform JSON has it: `${` and `%{` would begin a template.
pub fn escape(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn text(rng: &mut Rng, attribute: &Attribute) -> String {
    let facts = &attribute.facts;
    let allowed: Vec<&str> =
        facts.allowed.iter().filter_map(as_text).filter(|text| !text.is_empty()).collect();
    if let Some(text) = rng.choice(allowed) {
        return text.to_owned();
    }
    if let Some(text) = facts.default.as_ref().and_then(as_text).filter(|text| !text.is_empty() && rng.bool())
    {
        return text.to_owned();
    }
    if is_document(attribute) {
        return document(rng);
    }
    if let Some(reference) = &attribute.reference
        && let Some((_, _, prefix)) = REFERENCES
            .iter()
            .find(|(kind, flavour, _)| *kind == reference.kind && *flavour == reference.flavour)
    {
        return format!("{prefix}{:03x}", rng.u16(0..4096));
    }
    by_name(rng, &attribute.name)
}

/// Whether the argument holds a document.
#[must_use]
pub fn is_document(attribute: &Attribute) -> bool {
    let facts = &attribute.facts;
    facts.norms.iter().any(|norm| matches!(norm, Norm::Json | Norm::Iam))
        || matches!(facts.suppress, Some(Suppress::Json | Suppress::JsonOrYaml | Suppress::IamPolicy))
}

fn document(rng: &mut Rng) -> String {
    let mut statements = Vec::new();
    for position in 0..rng.usize(1..=2) {
        let actions = ["s3:GetObject", "sqs:SendMessage", "ec2:Describe*"];
        let count = rng.usize(1..=2);
        let actions: Vec<_> = rng.choose_multiple(actions, count);
        statements.push(json!({
            "Sid": format!("S{position}"), "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": actions, "Resource": "*"
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// An example for the pattern whose words are all in the name, varied.
fn by_name(rng: &mut Rng, name: &str) -> String {
    let words: Vec<&str> = name.split('_').collect();
    let fits = |pattern: &str| pattern.split('_').all(|word| words.contains(&word));
    let number = rng.u8(1..250);
    match EXAMPLES.iter().find(|(pattern, _)| fits(pattern)) {
        Some((_, example)) => example.replace('#', &number.to_string()),
        None => format!("example-{number}"),
    }
}

const ARN: &str = "arn:aws:iam::123456789012:role/example-#";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000#00";
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
const TIME: &str = "2030-01-01T00:00:00Z";
const ACCOUNT: &str = "123456789012";

/// What refers to things of a kind begins like this.
const REFERENCES: &[(&str, Flavour, &str)] = &[
    ("KmsKey", Flavour::Arn, "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000"),
    ("KmsKey", Flavour::Id, "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000"),
    ("LaunchTemplate", Flavour::Id, "lt-00000000000000"),
    ("SecurityGroup", Flavour::Id, "sg-00000000000000"),
    ("Subnet", Flavour::Id, "subnet-00000000000000"),
    ("Vpc", Flavour::Id, "vpc-00000000000000"),
];

/// Words of names, and what is expected there; `#` is a number. The first that fits holds.
const EXAMPLES: &[(&str, &str)] = &[
    ("kms_arn", KEY),
    ("kms_key", KEY),
    ("arn", ARN),
    ("arns", ARN),
    ("ipv6_cidr", "2001:db8::/56"),
    ("ipv6_block", "2001:db8::/56"),
    ("cidr", "10.#.0.0/16"),
    ("cidrs", "10.#.0.0/16"),
    ("account_id", ACCOUNT),
    ("account_ids", ACCOUNT),
    ("accounts", ACCOUNT),
    ("bucket_owner", ACCOUNT),
    ("mesh_owner", ACCOUNT),
    ("catalog_id", ACCOUNT),
    ("region", "us-east-1"),
    ("regions", "us-east-1"),
    ("availability_zone", "us-east-1a"),
    ("availability_zones", "us-east-1a"),
    ("email", "example#@example.com"),
    ("url", "https://example.com/#"),
    ("uri", "s3://example/#"),
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
    ("ipv6_address", "2001:db8::#"),
    ("ip", "10.0.0.#"),
    ("ips", "10.0.0.#"),
    ("policy", DOCUMENT),
    ("policies", DOCUMENT),
    ("json", DOCUMENT),
    ("document", DOCUMENT),
    ("phone_number", "+15555550100"),
    ("base64", "ZXhhbXBsZQ=="),
    // What the block `timeouts` has.
    ("create", "#m"),
    ("read", "#m"),
    ("update", "#m"),
    ("delete", "#m"),
];
