//! Container definitions of an ECS task, as the service stores them.

use std::cmp::Ordering;

use iac_core::text::Text;
use iac_lang::value::{Value, ValueMap};

/// Returns true if two strings are equivalent lists of containers.
pub(super) fn same(left: &str, right: &str) -> bool {
    match (read(left), read(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// The members of a container definition. The provider drops others.
const MEMBERS: &[&str] = &[
    "command",
    "cpu",
    "credentialSpecs",
    "dependsOn",
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerLabels",
    "dockerSecurityOptions",
    "entryPoint",
    "environment",
    "environmentFiles",
    "essential",
    "extraHosts",
    "firelensConfiguration",
    "healthCheck",
    "hostname",
    "image",
    "interactive",
    "links",
    "linuxParameters",
    "logConfiguration",
    "memory",
    "memoryReservation",
    "mountPoints",
    "name",
    "portMappings",
    "privileged",
    "pseudoTerminal",
    "readonlyRootFilesystem",
    "repositoryCredentials",
    "resourceRequirements",
    "restartPolicy",
    "secrets",
    "startTimeout",
    "stopTimeout",
    "systemControls",
    "ulimits",
    "user",
    "versionConsistency",
    "volumesFrom",
    "workingDirectory",
];

/// Returns the definitions as the provider plans them: sorted by name, without what is null or a zero of Go. `None` if
/// they have members or values that may be dropped or refused.
pub(super) fn planned(text: &str) -> Option<Value> {
    let Value::Tuple(mut containers) = Value::parse_json(text).ok()? else { return None };
    for container in &mut containers {
        let Value::Object(members) = container else { return None };
        let is_expected = |name: &Text, value: &Value| {
            let is_number = matches!(
                name.as_str(),
                "cpu" | "memory" | "memoryReservation" | "startTimeout" | "stopTimeout"
            );
            MEMBERS.contains(&name.as_str())
                && (!is_number || matches!(value, Value::Number(_) | Value::Null))
        };
        if !members.iter().all(|(name, value)| is_expected(name, value)) {
            return None;
        }
        if members.get("cpu") == Some(&number(0)) {
            members.remove("cpu");
        }
        for list in ["environment", "secrets"] {
            if let Some(Value::Tuple(elements)) = members.get_mut(list) {
                elements.sort_by(by_name);
            }
        }
        drop_null(container);
    }
    containers.sort_by(by_name);
    Some(Value::Tuple(containers))
}

fn drop_null(value: &mut Value) {
    match value {
        Value::Tuple(elements) => elements.iter_mut().for_each(drop_null),
        Value::Object(members) => {
            let names: Vec<_> =
                members.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name.clone()).collect();
            for name in names {
                members.remove(&name);
            }
            members.iter_mut().for_each(|(_, value)| drop_null(value));
        }
        _ => {}
    }
}

fn read(text: &str) -> Option<Value> {
    let Value::Tuple(mut containers) = Value::parse_json(text).ok()? else { return None };
    for container in &mut containers {
        let Value::Object(members) = container else { return None };
        container_as_kept(members);
        drop_empty(container);
    }
    containers.sort_by(Value::order);
    Some(Value::Tuple(containers))
}

fn container_as_kept(members: &mut ValueMap) {
    for (name, default) in [("essential", Value::Bool(true)), ("cpu", number(0))] {
        if members.get(name) == Some(&default) {
            members.remove(name);
        }
    }
    for list in ["environment", "secrets", "environmentFiles"] {
        if let Some(Value::Tuple(elements)) = members.get_mut(list) {
            elements.sort_by(by_name);
        }
    }
    if let Some(Value::Tuple(ports)) = members.get_mut("portMappings") {
        for port in ports {
            let Value::Object(port) = port else { continue };
            if port.get("hostPort") == Some(&number(0)) {
                port.remove("hostPort");
            }
            if port.get("hostPort").is_some() && port.get("hostPort") == port.get("containerPort") {
                port.remove("hostPort");
            }
            if port.get("protocol") == Some(&Value::String(Text::from_static("tcp"))) {
                port.remove("protocol");
            }
        }
    }
}

fn number(number: i64) -> Value {
    Value::Number(number.into())
}

fn by_name(left: &Value, right: &Value) -> Ordering {
    let name = |value: &Value| match value {
        Value::Object(members) => members.get("name").or_else(|| members.get("value")).cloned(),
        _ => None,
    };
    match (name(left), name(right)) {
        (Some(left), Some(right)) => left.order(&right),
        _ => left.order(right),
    }
}

/// Removes members that are null or empty.
fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let kept = std::mem::take(members).into_iter().filter_map(|(name, mut value)| {
                drop_empty(&mut value);
                let is_empty = match &value {
                    Value::Null => true,
                    Value::Tuple(elements) => elements.is_empty(),
                    Value::Object(members) => members.is_empty(),
                    _ => false,
                };
                (!is_empty).then_some((name, value))
            });
            *members = kept.collect();
        }
        Value::Tuple(elements) => elements.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn environment_order_and_explicit_defaults_are_equivalent() {
        let left = r#"[{"name":"a","image":"i","environment":[{"name":"x","value":"1"},{"name":"y","value":"2"}],
            "portMappings":[{"containerPort":80}],"mountPoints":[]}]"#;
        let right = r#"[{"image":"i","name":"a","essential":true,"cpu":0,
            "environment":[{"name":"y","value":"2"},{"value":"1","name":"x"}],
            "portMappings":[{"containerPort":80,"hostPort":80,"protocol":"tcp"}],"user":null}]"#;
        assert!(same(left, right));
        assert!(!same(left, &right.replace("\"i\"", "\"j\"")));
        assert!(!same(left, &right.replace("\"1\"", "\"2\"")));
        assert!(!same("[]", "{}"));
    }
}
