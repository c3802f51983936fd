//! Example values for strings, derived from names where the knowledge says nothing. `#` stands for a three-digit
//! number below 250.

#![allow(dead_code, reason = "the build script uses one half, random programs the other")]

use iac_codegen::model::{Attribute, Identifier, Norm, Suppress};

/// Returns `true` if the argument holds a JSON document.
pub(crate) fn is_document(attribute: &Attribute) -> bool {
    let facts = &attribute.facts;
    facts.norms.iter().any(|norm| matches!(norm, Norm::Json | Norm::Iam))
        || matches!(facts.suppress, Some(Suppress::Json | Suppress::JsonOrYaml | Suppress::IamPolicy))
}

/// Returns the example for the kind of resource that the argument refers to, if known.
pub(crate) fn of_reference(attribute: &Attribute) -> Option<&'static str> {
    let reference = attribute.reference.as_ref()?;
    let known = |(kind, identifier, _): &&(&str, Identifier, &str)| {
        *kind == reference.kind && *identifier == reference.identifier
    };
    REFERENCES.iter().find(known).map(|(_, _, example)| *example)
}

/// Returns the example whose words all occur in the name.
pub(crate) fn by_name(name: &str) -> Option<&'static str> {
    let words: Vec<&str> = name.split('_').collect();
    let fits = |pattern: &str| pattern.split('_').all(|word| words.contains(&word));
    EXAMPLES.iter().find(|(pattern, _)| fits(pattern)).map(|(_, example)| *example)
}

/// Returns all examples.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    let references = REFERENCES.iter().map(|(_, _, example)| *example);
    references.chain(EXAMPLES.iter().map(|(_, example)| *example)).chain([DOCUMENT])
}

const ARN: &str = "arn:aws:iam::123456789012:role/example-#";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000#";
/// Example documents.
pub(crate) const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
const TIME: &str = "2030-01-01T00:00:00Z";
const ACCOUNT: &str = "123456789012";

/// Example references by kind.
const REFERENCES: &[(&str, Identifier, &str)] = &[
    ("KmsKey", Identifier::Arn, KEY),
    ("KmsKey", Identifier::Id, KEY),
    ("LaunchTemplate", Identifier::Id, "lt-00000000000000#"),
    ("SecurityGroup", Identifier::Id, "sg-00000000000000#"),
    ("Subnet", Identifier::Id, "subnet-00000000000000#"),
    ("Vpc", Identifier::Id, "vpc-00000000000000#"),
];

/// Words in names, and the expected value. The first match applies.
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
    // The arguments of `timeouts` blocks.
    ("create", "#m"),
    ("read", "#m"),
    ("update", "#m"),
    ("delete", "#m"),
];
