//! Plans of resources of fictional types.

mod code;

use iac_lang::value::{Value, ValueMap};

use super::Table;
use crate::plan::{PlanRequest, PlanResponse, Provider};
use crate::schema::{EntityKind, KnowledgeFiles, Schema};

const FILES: KnowledgeFiles = KnowledgeFiles {
    provider: "source example.com/a/x\nversion 1\nfacts -\n\nprovider x\n  default_tags: block(list) max=1\n    tags: map(string) optional\n",
    services: &[(
        "s",
        "\
resource x_new
  arn: string computed kept
  etag: string computed
  name: string required force_new
  size: number optional force_new_conditional force_new_when=decreased
  tier: string optional computed default=\"basic\"
  version: number computed updated_by=name

resource x_old legacy
  arn: string computed
  mode: string optional default=\"fast\"
  name: string required force_new
  policy: string optional norms=iam
  redrive: string optional norms=json rewrites
  tags: map(string) optional
  tags_all: map(string) optional computed
  version: number computed updated_by=policy
  zone: string optional computed force_new
  disk: block(list) max=1 computed
    size: number optional
  log: block(list) max=1 suppress=missing_block
    on: bool optional
  node: block(list)
    groups: set(string) optional computed force_new
    name: string optional
    size: number optional
  port: block(set)
    label: string optional unhashed
    number: number required
  task: block(set)
    field: string optional
    sources: list(string) optional computed
",
    )],
    overlay: "",
    hooks: "",
};

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn number(number: i64) -> Value {
    Value::Number(number.into())
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.map(|(name, value)| (name.into(), value)).into())
}

fn tags(value: &str) -> Value {
    Value::Map([("k".into(), text(value))].into())
}

/// Builds an object that conforms to the schema, with these members set.
fn resource<const N: usize>(schema: &Schema, members: [(&str, Value); N]) -> Value {
    let attributes = schema.block.attributes.iter().map(|each| (each.name.clone(), Value::Null));
    let blocks = schema.block.blocks.iter().map(|each| {
        let is_set = each.mode == crate::schema::NestingMode::Set;
        (each.name.clone(), if is_set { Value::Set(Vec::new()) } else { Value::List(Vec::new()) })
    });
    let mut all: ValueMap = attributes.chain(blocks).collect();
    for (name, value) in members {
        assert!(all.insert(name.into(), value).is_some(), "{name}");
    }
    Value::Object(all)
}

struct Case {
    table: Table,
    schema: std::sync::Arc<Schema>,
    prior: Value,
}

impl Case {
    fn old() -> Self {
        let table = Table::new(FILES);
        let schema = table.schema(EntityKind::Resource, "x_old").expect("it is known");
        let members = [
            ("arn", text("arn:x")),
            ("mode", text("fast")),
            ("name", text("a")),
            ("policy", text(r#"{"Statement":[{"Action":"a:b"}]}"#)),
            ("tags_all", Value::Map(ValueMap::new())),
            ("version", number(3)),
            ("zone", text("z1")),
            ("disk", Value::List(vec![object([("size", number(8))])])),
            ("port", Value::set(vec![object([("label", text("web")), ("number", number(80))])])),
        ];
        let prior = resource(&schema, members);
        Self { table, schema, prior }
    }

    fn new() -> Self {
        let table = Table::new(FILES);
        let schema = table.schema(EntityKind::Resource, "x_new").expect("it is known");
        let members = [
            ("arn", text("arn:x")),
            ("etag", text("e")),
            ("name", text("a")),
            ("size", number(8)),
            ("tier", text("basic")),
            ("version", number(3)),
        ];
        let prior = resource(&schema, members);
        Self { table, schema, prior }
    }

    /// Sets a string in the state.
    fn record(&mut self, name: &str, value: &str) {
        let Value::Object(prior) = &mut self.prior else { panic!("an object") };
        prior.insert(name.into(), text(value));
    }

    /// Plans these arguments, in addition to `name` and, for the legacy type, `policy` and `port`.
    fn plan<const N: usize>(&self, arguments: [(&str, Value); N]) -> PlanResponse {
        let mut config = resource(&self.schema, [("name", text("a"))]);
        let (Value::Object(set), Value::Object(prior)) = (&mut config, &self.prior) else {
            panic!("objects")
        };
        for kept in ["policy", "port", "size"] {
            if let Some(value) = prior.get(kept) {
                set.insert(kept.into(), value.clone());
            }
        }
        for (name, value) in arguments {
            set.insert(name.into(), value);
        }
        let mut proposed = set.clone();
        for attribute in self.schema.block.attributes.iter().filter(|each| each.computed) {
            if proposed.get(&attribute.name) == Some(&Value::Null) {
                proposed.insert(
                    attribute.name.clone(),
                    prior.get(&attribute.name).cloned().expect("it is there"),
                );
            }
        }
        let proposed = Value::Object(proposed);
        let address = "x_old.a".parse().expect("an address");
        let request = PlanRequest {
            address: &address,
            provider: "x",
            schema: &self.schema,
            prior: &self.prior,
            proposed: &proposed,
            config: &config,
            written: &config,
            private: None,
            sensitive: false,
        };
        let answer = self.table.plan(&[request]).remove(0).expect("the table always answers");
        // The quick check must agree with the full plan.
        let at_once = self.table.unchanged("x", &self.schema, &self.prior, &config);
        assert!(!at_once || answer.planned == self.prior);
        answer
    }

    /// Checks the members that are planned to differ, and the paths that force replacement.
    #[track_caller]
    fn check<const N: usize>(
        &self,
        arguments: [(&str, Value); N],
        changed: &[&str],
        replace: &[&str],
    ) -> PlanResponse {
        let answer = self.plan(arguments);
        let (Value::Object(planned), Value::Object(prior)) = (&answer.planned, &self.prior) else {
            panic!("objects")
        };
        let differs = planned.iter().filter(|(name, value)| prior.get(name) != Some(*value));
        assert_eq!(differs.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), changed);
        let paths: Vec<_> = answer.requires_replace.iter().map(ToString::to_string).collect();
        assert_eq!(paths, replace);
        answer
    }
}

#[test]
fn equivalent_value_of_a_legacy_type_is_a_no_op() {
    let case = Case::old();
    case.check([], &[], &[]);
    case.check([("mode", text("fast"))], &[], &[]);
    case.check([("policy", text(r#"{"Statement":{"Action":["a:b"]}}"#))], &[], &[]);
    case.check([("tags", Value::Map(ValueMap::new()))], &[], &[]);
    let port = object([("label", text("other")), ("number", number(80))]);
    case.check([("port", Value::set(vec![port]))], &[], &[]);
}

#[test]
fn element_of_a_set_that_terraform_does_not_match_loses_its_computed_values() {
    let mut case = Case::old();
    let task =
        |field: Value, sources: Value| Value::set(vec![object([("field", field), ("sources", sources)])]);
    let recorded = task(text(""), Value::List(vec![text("a")]));
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("task".into(), recorded);
    // The SDK takes an empty string for one that is not set; Terraform does not.
    case.check([("task", task(Value::Null, Value::Null))], &["task"], &[]);
    case.check([("task", task(text(""), Value::List(vec![text("a")])))], &[], &[]);
}

#[test]
fn element_of_a_set_in_which_nothing_is_set_equals_no_recorded_one() {
    let mut case = Case::old();
    let task =
        |field: Value, sources: Value| Value::set(vec![object([("field", field), ("sources", sources)])]);
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("task".into(), task(text(""), Value::List(Vec::new())));
    let planned = case.check([("task", task(Value::Null, Value::Null))], &["task"], &[]).planned;
    assert_eq!(planned.member("task"), Some(&task(text(""), Value::UNKNOWN)));
    case.check([("task", task(text(""), Value::Null))], &[], &[]);
}

/// Returns a list of nodes with nothing set.
fn nodes(count: usize, groups: &Value, name: &Value, size: &Value) -> Value {
    let node = object([("groups", groups.clone()), ("name", name.clone()), ("size", size.clone())]);
    Value::List(vec![node; count])
}

#[test]
fn null_in_recorded_blocks_becomes_zero_in_an_update() {
    let mut case = Case::old();
    let none = Value::set(Vec::new());
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("node".into(), nodes(1, &none, &Value::Null, &Value::Null));
    let unset = nodes(1, &none, &Value::Null, &Value::Null);
    case.check([("node", unset.clone())], &[], &[]);
    let planned = case.check([("node", unset), ("mode", text("slow"))], &["mode", "node"], &[]).planned;
    assert_eq!(planned.member("node"), Some(&nodes(1, &none, &text(""), &number(0))));
    // A block of which nothing is recorded does not exist.
    let blank = nodes(1, &Value::Null, &Value::Null, &Value::Null);
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("node".into(), blank.clone());
    case.check([("node", blank), ("mode", text("slow"))], &["mode"], &[]);
}

#[test]
fn computed_set_in_an_added_block_is_unknown_and_replaces() {
    let mut case = Case::old();
    let groups = Value::set(vec![text("g")]);
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("node".into(), nodes(1, &groups, &text("n"), &number(1)));
    let node = |groups| object([("groups", groups), ("name", text("n")), ("size", number(1))]);
    let two = Value::List(vec![node(groups), node(Value::Null)]);
    case.check([("node", two)], &["node"], &["node[1].groups"]);
}

#[test]
fn update_of_a_legacy_type_keeps_computed_attributes() {
    let case = Case::old();
    case.check([("mode", text("slow"))], &["mode"], &[]);
    case.check([("zone", text("z2"))], &["zone"], &["zone"]);
    case.check([("zone", Value::UNKNOWN)], &["zone"], &["zone"]);
    case.check([("tags", tags("v"))], &["tags", "tags_all"], &[]);
    let answer = case.check([("policy", text("{}"))], &["policy", "version"], &[]);
    let Value::Object(planned) = answer.planned else { panic!("an object") };
    assert_eq!(planned.get("version"), Some(&Value::UNKNOWN));
}

#[test]
fn normalized_document_changes_a_differently_recorded_one() {
    let mut case = Case::old();
    let spaced = r#"{"b": 1, "a": 2}"#;
    let normal = r#"{"a":2,"b":1}"#;
    case.record("redrive", normal);
    case.check([("redrive", text(spaced))], &[], &[]);
    case.record("redrive", spaced);
    for written in [spaced, normal] {
        let Value::Object(planned) = case.check([("redrive", text(written))], &["redrive"], &[]).planned
        else {
            panic!("an object")
        };
        assert_eq!(planned.get("redrive"), Some(&text(normal)));
    }
}

#[test]
fn suppressed_block_hides_its_removal_but_not_its_content() {
    let mut case = Case::old();
    let log = |on| Value::List(vec![object([("on", Value::Bool(on))])]);
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("log".into(), log(false));
    case.check([], &[], &[]);
    let Value::Object(prior) = &mut case.prior else { panic!("an object") };
    prior.insert("log".into(), log(true));
    case.check([], &["log"], &[]);
}

#[test]
fn default_tags_are_merged_below_resource_tags() {
    let case = Case::old();
    let config = object([("default_tags", Value::List(vec![object([("tags", tags("default"))])]))]);
    case.table.configure("x", &config).expect("it is understood");
    let all = |answer: PlanResponse| match answer.planned {
        Value::Object(planned) => planned.get("tags_all").cloned(),
        _ => None,
    };
    assert_eq!(all(case.check([], &["tags_all"], &[])), Some(tags("default")));
    assert_eq!(all(case.check([("tags", tags("own"))], &["tags", "tags_all"], &[])), Some(tags("own")));
    assert_eq!(all(case.check([("tags", tags(""))], &["tags", "tags_all"], &[])), Some(Value::UNKNOWN));
}

#[test]
fn update_of_a_framework_type_makes_computed_attributes_unknown() {
    let case = Case::new();
    case.check([], &[], &[]);
    case.check([("tier", text("basic"))], &[], &[]);
    case.check([("tier", text("gold"))], &["etag", "tier"], &[]);
    case.check([("size", number(9))], &["etag", "size"], &[]);
    case.check([("size", number(7))], &["etag", "size"], &["size"]);
    case.check([("size", Value::Null)], &["etag", "size"], &[]);
    case.check([("name", text("b"))], &["etag", "name", "version"], &["name"]);
}

#[test]
fn created_object_has_known_configured_arguments() {
    let table = Table::new(FILES);
    let schema = table.schema(EntityKind::Resource, "x_old").expect("it is known");
    let config = resource(&schema, [("name", text("a"))]);
    let address = "x_old.a".parse().expect("an address");
    let request = PlanRequest {
        address: &address,
        provider: "x",
        schema: &schema,
        prior: &Value::Null,
        proposed: &config,
        config: &config,
        written: &config,
        private: None,
        sensitive: false,
    };
    let answer = table.plan(&[request]).remove(0).expect("the table always answers");
    let Value::Object(planned) = answer.planned else { panic!("an object") };
    let unknown = planned.iter().filter(|(_, value)| value.is_unknown());
    let unknown: Vec<_> = unknown.map(|(name, _)| name.as_str()).collect();
    assert_eq!(unknown, ["arn", "disk", "tags_all", "version", "zone"]);
    assert_eq!(planned.get("mode"), Some(&text("fast")));
}
