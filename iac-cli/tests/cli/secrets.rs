//! No output shows a sensitive value. Every sensitive argument of many types has a secret, in the state and in the
//! configuration, and each format is searched for them.

use std::fs;
use std::path::Path;
use std::process::Command;

use iac_lang::types::Type;
use iac_plan::schema::{Attribute, Block, EntityKind, Knowledge, Literal, NestingMode, Schema};
use serde_json::{Map, Value, json};

/// The prefix of all secrets.
const SECRET: &str = "S3CR3T";

/// Generates values for types, with a secret for everything sensitive.
#[derive(Default)]
struct Maker {
    secrets: usize,
}

/// The side of a plan that a value is generated for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    State,
    Configuration,
}

impl Maker {
    fn secret(&mut self) -> Value {
        self.secrets += 1;
        Value::String(format!("{SECRET}-{}", self.secrets))
    }

    fn block(&mut self, block: &Block, side: Side) -> Map<String, Value> {
        let mut object = Map::new();
        for attribute in &block.attributes {
            let is_settable = attribute.required || attribute.optional;
            let is_here = match side {
                Side::State => !attribute.write_only,
                Side::Configuration => is_settable,
            };
            let is_secret = attribute.sensitive || attribute.write_only;
            let value = match &attribute.nested {
                Some(nested) if is_here && (attribute.required || holds_secret(&nested.block)) => {
                    let inner = Value::Object(self.block(&nested.block, side));
                    collection(nested.mode, inner)
                }
                _ if is_secret && is_here => self.of_type(&attribute.ty, true),
                _ if attribute.required => self.allowed(attribute),
                _ => Value::Null,
            };
            if side == Side::State || !value.is_null() {
                object.insert(attribute.name.to_string(), value);
            }
        }
        for nested in &block.blocks {
            if nested.min_items > 0 || holds_secret(&nested.block) {
                let inner = Value::Object(self.block(&nested.block, side));
                let value = match collection(nested.mode, inner) {
                    // The minimum number of blocks, each with other secrets.
                    Value::Array(mut elements) => {
                        while (elements.len() as u64) < nested.min_items {
                            elements.push(Value::Object(self.block(&nested.block, side)));
                        }
                        Value::Array(elements)
                    }
                    one => one,
                };
                object.insert(nested.name.to_string(), value);
            }
        }
        object
    }

    /// Changes a configuration so that the provider accepts it: it refuses some arguments beside others, and others
    /// alone.
    fn settle(&mut self, schema: &Schema, body: &mut Map<String, Value>) {
        let groups = &schema.groups;
        for group in &groups.required_with {
            if group.iter().any(|path| !has(body, path)) {
                remove(body, &group[0]);
            }
        }
        for group in groups.conflicts_with.iter().chain(&groups.exactly_one_of) {
            let set: Vec<_> = group.iter().filter(|path| has(body, path)).collect();
            set.into_iter().skip(1).for_each(|path| remove(body, path));
        }
        for group in groups.exactly_one_of.iter().chain(&groups.at_least_one_of) {
            let (outer, name) = group[0].rsplit_once('.').unwrap_or(("", &group[0]));
            let outer: Vec<&str> = outer.split('.').filter(|name| !name.is_empty()).collect();
            if group.iter().any(|path| has(body, path)) {
                continue;
            }
            let Some(block) = block_at(&schema.block, &outer) else { continue };
            let Some(body) = inner(body, &outer) else { continue };
            let value = match (block.attribute(name), block.nested(name)) {
                (Some(attribute), _) => self.allowed(attribute),
                (None, Some(nested)) => {
                    let inner = Value::Object(self.block(&nested.block, Side::Configuration));
                    collection(nested.mode, inner)
                }
                (None, None) => continue,
            };
            body.insert(name.to_owned(), value);
        }
    }

    /// Returns a value that the provider accepts.
    fn allowed(&mut self, attribute: &Attribute) -> Value {
        let value = match attribute.facts.allowed.first() {
            Some(Literal::String(text)) => json!(text),
            Some(Literal::Number(number)) => serde_json::from_str(number).unwrap(),
            _ => return self.of_type(&attribute.ty, false),
        };
        let is_collection = matches!(attribute.ty, Type::List(_) | Type::Set(_));
        if is_collection { json!([value]) } else { value }
    }

    fn of_type(&mut self, ty: &Type, secret: bool) -> Value {
        match ty {
            Type::String | Type::Any if secret => self.secret(),
            Type::String | Type::Any => json!("x"),
            // A number would occur elsewhere by chance.
            Type::Number => json!(1),
            Type::Bool => json!(true),
            Type::List(inner) | Type::Set(inner) => json!([self.of_type(inner, secret)]),
            Type::Map(inner) => json!({"key": self.of_type(inner, secret)}),
            Type::Tuple(_) => json!([]),
            Type::Object(attributes) => {
                let member = |attribute: &iac_lang::types::ObjectAttribute| {
                    (attribute.name.to_string(), self.of_type(&attribute.ty, secret))
                };
                Value::Object(attributes.iter().map(member).collect())
            }
        }
    }
}

fn block_at<'a>(block: &'a Block, path: &[&str]) -> Option<&'a Block> {
    path.iter().try_fold(block, |block, name| Some(&*block.nested(name)?.block))
}

/// Returns the object at the path of a block that occurs once.
fn inner<'a>(body: &'a mut Map<String, Value>, path: &[&str]) -> Option<&'a mut Map<String, Value>> {
    path.iter().try_fold(body, |body, name| match body.get_mut(*name)? {
        Value::Array(elements) => elements.first_mut()?.as_object_mut(),
        value => value.as_object_mut(),
    })
}

fn has(body: &mut Map<String, Value>, path: &str) -> bool {
    let names: Vec<&str> = path.split('.').collect();
    let (name, outer) = names.split_last().unwrap();
    inner(body, outer).is_some_and(|body| body.contains_key(*name))
}

fn remove(body: &mut Map<String, Value>, path: &str) {
    let names: Vec<&str> = path.split('.').collect();
    let (name, outer) = names.split_last().unwrap();
    if let Some(body) = inner(body, outer) {
        body.remove(*name);
    }
}

fn collection(mode: NestingMode, inner: Value) -> Value {
    match mode {
        NestingMode::Single | NestingMode::Group => inner,
        NestingMode::List | NestingMode::Set => json!([inner]),
        NestingMode::Map => json!({"key": inner}),
    }
}

fn holds_secret(block: &Block) -> bool {
    let is_secret = |attribute: &Attribute| {
        attribute.sensitive
            || attribute.write_only
            || attribute.nested.as_ref().is_some_and(|nested| holds_secret(&nested.block))
    };
    block.attributes.iter().any(is_secret) || block.blocks.iter().any(|nested| holds_secret(&nested.block))
}

/// Returns at least 200 types: all that have sensitive arguments, and others whose `description` the state marks as
/// sensitive.
fn types(knowledge: &Knowledge) -> Vec<std::sync::Arc<Schema>> {
    let read = |name| knowledge.schema(EntityKind::Resource, name).unwrap().unwrap();
    let all = knowledge.types(EntityKind::Resource).into_iter().map(read);
    let (mut with, without): (Vec<_>, Vec<_>) = all.partition(|schema| holds_secret(&schema.block));
    let has_name = |schema: &std::sync::Arc<Schema>| {
        schema.block.attribute("description").is_some_and(|attribute| attribute.optional)
    };
    let missing = 200_usize.saturating_sub(with.len());
    with.extend(without.into_iter().filter(has_name).take(missing));
    assert!(with.len() >= 200, "{}", with.len());
    with
}

fn state(schemas: &[std::sync::Arc<Schema>], maker: &mut Maker) -> Value {
    let resources = schemas.iter().map(|schema| {
        let mut attributes = maker.block(&schema.block, Side::State);
        if schema.block.attribute("id").is_some() {
            attributes.insert("id".to_owned(), json!("i-1"));
        }
        let mut marks = Vec::new();
        if schema.block.attribute("description").is_some_and(|attribute| attribute.ty == Type::String) {
            attributes.insert("description".to_owned(), maker.secret());
            marks.push(json!([{"type": "get_attr", "value": "description"}]));
        }
        json!({
            "mode": "managed", "type": schema.type_name.as_str(), "name": "a",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{
                "schema_version": schema.version, "attributes": attributes, "sensitive_attributes": marks,
            }],
        })
    });
    let resources: Vec<Value> = resources.collect();
    let output = json!({"value": maker.secret(), "type": "string", "sensitive": true});
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {"key": output},
        "resources": resources,
    })
}

fn configuration(schemas: &[std::sync::Arc<Schema>], version: &str, maker: &mut Maker) -> Value {
    let mut resources = Map::new();
    for schema in schemas {
        let mut body = maker.block(&schema.block, Side::Configuration);
        if schema.block.attribute("description").is_some_and(|attribute| attribute.ty == Type::String) {
            body.insert("description".to_owned(), json!("about ${var.secret}"));
        }
        maker.settle(schema, &mut body);
        resources.insert(schema.type_name.to_string(), json!({"a": body}));
    }
    resources.insert(
        "aws_sqs_queue".to_owned(),
        json!({"derived": {
            "name": "${local.derived}",
            "policy": "${jsonencode({key = var.secret})}",
            "tags": {"key": "${upper(var.secret)}", "other": "x"},
        }}),
    );
    json!({
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": version}}},
        "provider": {"aws": {"region": "us-east-1", "secret_key": "", "token": ""}},
        "variable": {"secret": {"type": "string", "sensitive": true, "default": maker.secret()}},
        "locals": {"derived": "x-${var.secret}"},
        "resource": resources,
        "output": {"key": {"value": "${var.secret}", "sensitive": true}},
    })
}

/// Runs a command and returns stdout and stderr.
fn iac(directory: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iac"));
    // The values are not valid, so an installed provider would refuse them.
    command.env("TF_CLI_CONFIG_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/no-mirrors.tfrc"));
    let output = command.args(args).current_dir(directory).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    // 3 means that a gate failed.
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", text(&output.stderr));
    text(&output.stdout) + &text(&output.stderr)
}

/// Panics if a secret is shown.
fn check(seen: &str, what: &str) {
    if let Some(position) = seen.to_uppercase().find(SECRET) {
        let start =
            (0..=position.saturating_sub(1500)).rev().find(|start| seen.is_char_boundary(*start)).unwrap();
        panic!("a secret is shown by {what}: {}", &seen[start..(position + 40).min(seen.len())]);
    }
}

const FORMATS: [&str; 7] = ["text", "markdown", "json", "html", "sarif", "junit", "github"];

#[test]
fn no_format_shows_a_secret_of_version_5() {
    no_format_shows_a_secret("5.100.0");
}

#[test]
fn no_format_shows_a_secret_of_version_6() {
    no_format_shows_a_secret("6.58.0");
}

fn no_format_shows_a_secret(version: &str) {
    let knowledge = iac_aws_rules::knowledge::knowledge(version);
    let schemas = types(&knowledge);
    let mut maker = Maker::default();
    let (state, configuration) = (state(&schemas, &mut maker), configuration(&schemas, version, &mut maker));
    assert!(maker.secrets > 500, "{} secrets", maker.secrets);
    let nothing = json!({"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": []});
    let directory = tempfile::tempdir().unwrap();
    // Creation, change and destruction.
    for (state, configuration) in [(&nothing, &configuration), (&state, &configuration), (&state, &json!({}))]
    {
        fs::write(directory.path().join("main.tf.json"), configuration.to_string()).unwrap();
        fs::write(directory.path().join("state.json"), state.to_string()).unwrap();
        let directory = directory.path();
        for format in FORMATS {
            let plan =
                ["plan", "--config", ".", "--state", "state.json", "--max-bytes", "100000000", "--format"];
            let seen = iac(directory, &[&plan[..], &[format]].concat());
            check(&seen, &format!("iac plan --format {format}"));
            let has_values = ["text", "markdown", "json", "html"].contains(&format);
            assert!(!has_values || seen.contains("(sensitive value"), "{format}: nothing is redacted");
            let seen =
                iac(directory, &["check", "--config", ".", "--state", "state.json", "--format", format]);
            check(&seen, &format!("iac check --format {format}"));
        }
        // Terraform writes sensitive values into its plans, and marks them.
        let plan = iac(directory, &["plan", "--config", ".", "--state", "state.json", "--json"]);
        let plan = plan.replace("(sensitive value", &format!("{SECRET}-("));
        assert!(plan.contains(SECRET));
        fs::write(directory.join("plan.json"), plan).unwrap();
        for format in FORMATS {
            let seen =
                iac(directory, &["review", "plan.json", "--max-bytes", "100000000", "--format", format]);
            check(&seen, &format!("iac review --format {format}"));
        }
        check(&iac(directory, &["diff", "plan.json", "plan.json"]), "iac diff");
    }
}
