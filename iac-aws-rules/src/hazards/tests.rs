use std::sync::{Arc, LazyLock};

use iac_plan::plan::json::{PlanText, read};
use iac_plan::schema::{Block, EntityKind, Knowledge, NestingMode, Schema};
use iac_review::review::{ChangeRule, Danger, Options, review};
use serde_json::{Value, json};

use super::hazards;

#[path = "exposures.rs"]
mod exposures;

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::new(crate::knowledge::texts()));
    &KNOWLEDGE
}

fn schema(type_name: &str) -> Arc<Schema> {
    let schema = knowledge().schema(EntityKind::Resource, type_name).expect("the knowledge is valid");
    schema.unwrap_or_else(|| panic!("unknown type {type_name}"))
}

#[test]
fn types_exist() {
    let types: Vec<&str> = hazards().types().filter(|name| name.starts_with("aws_")).collect();
    assert!(types.len() > 100);
    for type_name in types {
        schema(type_name);
    }
}

/// Returns the rules of types whose schema is known.
fn aws_change_rules() -> impl Iterator<Item = ChangeRule<'static>> {
    hazards().change_rules().filter(|rule| rule.type_name.starts_with("aws_"))
}

#[test]
fn paths_of_changes_exist() {
    for rule in aws_change_rules() {
        let schema = schema(rule.type_name);
        let mut block = &schema.block;
        for (position, name) in rule.path.iter().enumerate() {
            if position + 1 == rule.path.len() {
                let is_there = block.attribute(name).is_some() || block.nested(name).is_some();
                assert!(is_there, "unknown path: {rule:?}");
                continue;
            }
            block = &block.nested(name).unwrap_or_else(|| panic!("unknown path: {rule:?}")).block;
            let filter = rule.filters.iter().find(|(at, ..)| *at == position);
            assert!(
                filter.is_none_or(|(_, name, _)| block.attribute(name).is_some()),
                "unknown path: {rule:?}"
            );
        }
    }
}

/// Returns values before and after: a change that does harm, and one in the opposite direction.
fn examples(rule: &ChangeRule<'_>, schema: &Schema) -> [(Value, Value); 2] {
    let literal = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let other = |value: &Value| match value {
        Value::Bool(value) => json!(!value),
        Value::Number(_) => json!(7),
        _ => json!("something else"),
    };
    match rule.direction.split_once(' ') {
        Some(("becomes", value)) => {
            let value = literal(value);
            [(other(&value), value.clone()), (value.clone(), other(&value))]
        }
        Some(("leaves", value)) => {
            let value = literal(value);
            [(value.clone(), other(&value)), (other(&value), value.clone())]
        }
        _ => match rule.direction.as_str() {
            "decreases" => [(json!(30), json!(3)), (json!(3), json!(30))],
            "shortens" => [(json!(0), json!(3)), (json!(3), json!(0))],
            "increases" => [(json!(3), json!(30)), (json!(30), json!(3))],
            "changes" if is_block(rule, schema) => [(json!([{}]), json!([])), (json!([{}]), json!([{}]))],
            "changes" => [(json!("a"), json!("b")), (json!("a"), json!("a"))],
            "removes" if is_collection(rule, schema) => [(json!([{}]), json!([])), (json!([]), json!([{}]))],
            "removes" => [(json!(["a", "b"]), json!(["b"])), (json!(["b"]), json!(["a", "b"]))],
            "adds" => [(Value::Null, json!("a")), (json!("a"), Value::Null)],
            other => panic!("no examples of `{other}`"),
        },
    }
}

fn last<'s>(rule: &ChangeRule<'_>, schema: &'s Schema) -> (&'s Block, String) {
    let (last, blocks) = rule.path.split_last().expect("a path has a step");
    let block =
        blocks.iter().fold(&*schema.block, |block, name| &block.nested(name).expect("it exists").block);
    (block, (*last).to_owned())
}

fn is_block(rule: &ChangeRule<'_>, schema: &Schema) -> bool {
    let (block, name) = last(rule, schema);
    block.nested(&name).is_some()
}

/// Returns true if the elements are objects.
fn is_collection(rule: &ChangeRule<'_>, schema: &Schema) -> bool {
    let (block, name) = last(rule, schema);
    block.nested(&name).is_some() || block.attribute(&name).is_some_and(|each| each.members.is_some())
}

/// Returns a resource in which the argument of a rule has a value.
fn resource(rule: &ChangeRule<'_>, schema: &Schema, value: &Value) -> Value {
    fn within(rule: &ChangeRule<'_>, block: &Block, at: usize, value: &Value) -> Value {
        let name = rule.path[at];
        if at + 1 == rule.path.len() {
            return json!({ name: value });
        }
        let nested = block.nested(name).expect("it exists");
        let mut inner = within(rule, &nested.block, at + 1, value);
        for (_, argument, expected) in rule.filters.iter().filter(|(position, ..)| *position == at) {
            inner[*argument] = (*expected).into();
        }
        match nested.mode {
            NestingMode::Single | NestingMode::Group => json!({ name: inner }),
            _ => json!({ name: [inner] }),
        }
    }
    within(rule, &schema.block, 0, value)
}

/// Returns the danger of a change, and the reasons.
fn judged(type_name: &str, before: &Value, after: &Value, unknown: &Value) -> (Danger, Vec<String>) {
    let plan = json!({"format_version": "1.2", "planned_values": {}, "resource_changes": [{
        "address": format!("{type_name}.a"), "mode": "managed", "type": type_name, "name": "a",
        "change": {"actions": ["update"], "before": before, "after": after, "after_unknown": unknown},
    }]});
    let schema = |kind, name: &str| knowledge().schema(kind, name).expect("the knowledge is valid");
    let text = plan.to_string();
    let text = PlanText::new(text.as_bytes()).expect("the plan is text");
    let plan = read(&text, &schema).expect("the plan is valid");
    let review = review(&plan, &Options { hazards: Some(hazards()), ..Options::default() });
    let fold = &review.folds[0];
    (fold.danger, fold.reasons.iter().map(|reason| format!("{}: {}", reason.path, reason.what)).collect())
}

/// Checks every rule with a harmful, a harmless and an unknown change.
#[test]
fn changes_have_a_direction() {
    for rule in aws_change_rules() {
        let schema = schema(rule.type_name);
        let [harmful, harmless] = examples(&rule, &schema);
        let of = |value: &Value| resource(&rule, &schema, value);
        let place = format!("{}: ", rule.path.join("."));
        let said = |before: &Value, after: &Value, unknown: &Value| -> Vec<String> {
            let (danger, reasons) = judged(rule.type_name, before, after, unknown);
            let reasons: Vec<String> =
                reasons.into_iter().filter(|reason| reason.starts_with(&place)).collect();
            assert!(reasons.is_empty() || danger >= Danger::Changes);
            reasons
        };
        let none = json!({});
        let reasons = said(&of(&harmful.0), &of(&harmful.1), &none);
        assert_eq!(reasons.len(), 1, "{rule:?} is not reported for {} -> {}", harmful.0, harmful.1);
        assert!(!reasons[0].contains("possibly"), "{reasons:?}");
        // Other rules for the same argument must not apply, either.
        let reasons = said(&of(&harmless.0), &of(&harmless.1), &none);
        assert_eq!(reasons, [""; 0], "{rule:?} is reported for {} -> {}", harmless.0, harmless.1);
        // An unknown new value may do harm.
        let reasons = said(&of(&harmful.0), &of(&Value::Null), &of(&json!(true)));
        assert_eq!(reasons.len(), 1, "{rule:?} is not reported for {} -> unknown", harmful.0);
        assert!(reasons[0].starts_with(&format!("{place}possibly ")), "{reasons:?}");
    }
}

#[test]
fn harmless_changes_are_not_dangerous() {
    for (type_name, before, after) in [
        ("aws_cloudwatch_log_group", json!({"retention_in_days": 3}), json!({"retention_in_days": 30})),
        ("aws_cloudwatch_log_group", json!({"retention_in_days": 30}), json!({"retention_in_days": 0})),
        ("aws_db_instance", json!({"backup_retention_period": 3}), json!({"backup_retention_period": 30})),
        ("aws_db_instance", json!({"backup_retention_period": 0}), json!({"backup_retention_period": 7})),
        ("aws_db_instance", json!({"deletion_protection": false}), json!({"deletion_protection": true})),
        ("aws_kinesis_stream", json!({"retention_period": 24}), json!({"retention_period": 168})),
        ("aws_ecs_service", json!({"desired_count": 2}), json!({"desired_count": 5})),
        ("aws_ecs_service", json!({"desired_count": 0}), json!({"desired_count": 3})),
        (
            "aws_autoscaling_group",
            json!({"desired_capacity": 2, "max_size": 2}),
            json!({"desired_capacity": 4, "max_size": 8}),
        ),
        ("aws_route_table", json!({"route": []}), json!({"route": [{"cidr_block": "10.0.0.0/8"}]})),
        ("aws_lb", json!({"subnets": ["a", "b"]}), json!({"subnets": ["a", "b", "c"]})),
        (
            "aws_s3_bucket_lifecycle_configuration",
            json!({"rule": [{"id": "a", "status": "Enabled", "expiration": [{"days": 30}]}]}),
            json!({"rule": [{"id": "a", "status": "Enabled", "expiration": [{"days": 365}]}]}),
        ),
        (
            "aws_s3_bucket_lifecycle_configuration",
            json!({"rule": [{"id": "a", "status": "Enabled", "expiration": [{"days": 30}]}]}),
            json!({"rule": [
                {"id": "a", "status": "Enabled", "expiration": [{"days": 30}]},
                {"id": "b", "status": "Enabled", "transition": [{"days": 30, "storage_class": "GLACIER"}]},
                {"id": "c", "status": "Disabled", "expiration": [{"days": 1}]},
            ]}),
        ),
    ] {
        let (danger, reasons) = judged(type_name, &before, &after, &json!({}));
        assert!(danger <= Danger::Changes, "{type_name}: {before} -> {after}: {reasons:?}");
    }
}

#[test]
fn outages_and_losses_are_dangerous() {
    let lifecycle = |status: &str, days: u32| json!({"rule": [{"id": "a", "status": status, "expiration": [{"days": days}]}]});
    for (type_name, before, after, expected) in [
        ("aws_ecs_service", json!({"desired_count": 3}), json!({"desired_count": 0}), Danger::Interrupts),
        ("aws_ecs_service", json!({"desired_count": 3}), json!({"desired_count": 2}), Danger::Changes),
        (
            "aws_cloudwatch_log_group",
            json!({"retention_in_days": 0}),
            json!({"retention_in_days": 1}),
            Danger::LosesData,
        ),
        (
            "aws_db_instance",
            json!({"backup_retention_period": 7}),
            json!({"backup_retention_period": 0}),
            Danger::LosesData,
        ),
        (
            "aws_s3_bucket_lifecycle_configuration",
            lifecycle("Disabled", 9),
            lifecycle("Enabled", 9),
            Danger::LosesData,
        ),
        (
            "aws_s3_bucket_lifecycle_configuration",
            json!({"rule": []}),
            lifecycle("Enabled", 9),
            Danger::LosesData,
        ),
        (
            "aws_s3_bucket_lifecycle_configuration",
            lifecycle("Enabled", 9),
            json!({"rule": []}),
            Danger::Changes,
        ),
        (
            "aws_route_table",
            json!({"route": [{"cidr_block": "10.0.0.0/8"}]}),
            json!({"route": []}),
            Danger::Interrupts,
        ),
    ] {
        let (danger, reasons) = judged(type_name, &before, &after, &json!({}));
        assert_eq!(danger, expected, "{type_name}: {before} -> {after}: {reasons:?}");
    }
}
