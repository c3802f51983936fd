use iac_plan::plan::Action;
use iac_plan::plan::testing::change;

use super::*;

/// Returns the reasons that the rules give for an update of `test_thing`.
fn said(rules: &str, before: &str, after: &str) -> Vec<String> {
    let hazards = Hazards::default().with_changes(rules).unwrap();
    let (danger, reasons) = update(&change("test_thing.a", Action::Update, before, after), &hazards);
    assert_eq!(reasons.is_empty(), danger == Danger::Changes, "{danger:?}");
    reasons.iter().map(|reason| format!("{}: {}", reason.path, reason.what)).collect()
}

/// Returns the verdict of `size DIRECTION` on a change: `?` is unknown, the empty string null.
fn size(direction: &str, before: &str, after: &str) -> &'static str {
    let value = |value: &str| match value {
        "" => "{}".to_owned(),
        "?" => r#"{"size": "?"}"#.to_owned(),
        value => format!("{{\"size\": {value}}}"),
    };
    let said = said(&format!("test_thing.size {direction}: loses it"), &value(before), &value(after));
    match said.as_slice() {
        [] => "harmless",
        [reason] if reason == "size: loses it" => "harms",
        [reason] if reason == "size: possibly loses it" => "may harm",
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_have_a_direction() {
    for (direction, before, after, expected) in [
        ("decreases", "3", "30", "harmless"),
        ("decreases", "30", "3", "harms"),
        ("decreases", "3", "0", "harms"),
        ("decreases", "3", "?", "may harm"),
        ("decreases", "0", "?", "harmless"),
        ("decreases", "3", "", "may harm"),
        ("decreases", "", "3", "harmless"),
        ("decreases", "3", "3", "harmless"),
        ("increases", "3", "30", "harms"),
        ("increases", "30", "3", "harmless"),
        ("increases", "30", "?", "may harm"),
        ("increases", "", "3", "harmless"),
        // Zero and null are infinite.
        ("shortens", "3", "30", "harmless"),
        ("shortens", "30", "3", "harms"),
        ("shortens", "0", "3", "harms"),
        ("shortens", "", "3", "harms"),
        ("shortens", "3", "0", "harmless"),
        ("shortens", "3", "", "harmless"),
        ("shortens", "0", "", "harmless"),
        ("shortens", "3", "?", "may harm"),
        ("becomes 0", "3", "0", "harms"),
        ("becomes 0", "3", "1", "harmless"),
        ("becomes 0", "0", "1", "harmless"),
        ("becomes 0", "3", "?", "may harm"),
        ("becomes 0", "0", "?", "harmless"),
        ("leaves 3", "3", "4", "harms"),
        ("leaves 3", "3", "", "harms"),
        ("leaves 3", "4", "3", "harmless"),
        ("leaves 3", "3", "?", "may harm"),
        ("leaves 3", "4", "?", "harmless"),
        ("changes", "3", "4", "harms"),
        ("changes", "3", "?", "may harm"),
        ("changes", "3", "3", "harmless"),
    ] {
        assert_eq!(size(direction, before, after), expected, "{direction}: {before} -> {after}");
    }
}

#[test]
fn removed_and_added_elements_are_distinguished() {
    let zones = |direction: &str, before: &str, after: &str| {
        let value = |zones: &str| format!("{{\"zones\": {zones}}}");
        let rule = format!("test_thing.zones {direction}: interrupts it");
        said(&rule, &value(before), &value(after)).concat()
    };
    for (before, after, removes, adds) in [
        (r#"["a", "b"]"#, r#"["b"]"#, "zones: interrupts it", ""),
        (r#"["a"]"#, r#"["b", "a"]"#, "", "zones: interrupts it"),
        (r#"["a"]"#, r#"["b"]"#, "zones: interrupts it", "zones: interrupts it"),
        (r#"["a"]"#, "null", "zones: interrupts it", ""),
        ("null", r#"["a"]"#, "", "zones: interrupts it"),
        ("[]", "null", "", ""),
        (r#"["a"]"#, r#""?""#, "zones: possibly interrupts it", "zones: possibly interrupts it"),
        (r#"["a"]"#, r#"["a", "?"]"#, "", "zones: possibly interrupts it"),
        (r#"["a", "b"]"#, r#"["a", "?"]"#, "zones: possibly interrupts it", "zones: possibly interrupts it"),
    ] {
        assert_eq!(zones("removes", before, after), removes, "{before} -> {after}");
        // An added element may be unknown, but it is certain that one is added.
        let expected = if after.contains('[') && after.contains('?') { "zones: interrupts it" } else { adds };
        assert_eq!(zones("adds", before, after), expected, "{before} -> {after}");
    }
}

#[test]
fn blocks_are_correlated() {
    let rule = "test_thing.rule.port decreases: loses it";
    // By position if they have no key.
    let lost = ["rule.port: loses it"];
    assert_eq!(
        said(rule, r#"{"rule": [{"port": 5}, {"port": 7}]}"#, r#"{"rule": [{"port": 5}, {"port": 6}]}"#),
        lost
    );
    assert_eq!(said(rule, r#"{"rule": [{"port": 5}]}"#, r#"{"rule": [{"port": 6}, {"port": 4}]}"#), [""; 0]);
    // An added or removed block has no value on one side.
    assert_eq!(said(rule, r#"{"rule": []}"#, r#"{"rule": [{"port": 4}]}"#), [""; 0]);
    assert_eq!(said(rule, r#"{"rule": [{"port": 4}]}"#, r#"{"rule": []}"#), ["rule.port: possibly loses it"]);
    assert_eq!(
        said(rule, r#"{"rule": [{"port": 4}]}"#, r#"{"rule": "?"}"#),
        ["rule.port: possibly loses it"]
    );
    // The order of blocks does not matter.
    let set = "test_thing.ingress.port shortens: loses it";
    assert_eq!(
        said(set, r#"{"ingress": [{"port": 9}, {"port": 5}]}"#, r#"{"ingress": [{"port": 5}, {"port": 9}]}"#),
        [""; 0]
    );
    // Only blocks that meet the condition.
    let some = "test_thing.rule[protocol=tcp].port shortens: loses it";
    let of = |protocol: &str, port: &str| {
        format!("{{\"rule\": [{{\"protocol\": \"{protocol}\", \"port\": {port}}}]}}")
    };
    assert_eq!(said(some, &of("tcp", "5"), &of("tcp", "4")), lost);
    assert_eq!(said(some, &of("udp", "5"), &of("udp", "4")), [""; 0]);
    assert_eq!(said(some, &of("udp", "5"), &of("tcp", "5")), lost);
    assert_eq!(said(some, &of("tcp", "5"), &of("udp", "4")), [""; 0]);
    assert_eq!(said(some, &of("tcp", "5"), &of("?", "4")), lost);
}

#[test]
fn first_rule_for_an_argument_wins() {
    let rules = "test_thing.size becomes 0: interrupts all\ntest_thing.size decreases: interrupts some\ntest_thing.name changes: notes something";
    let before = r#"{"size": 3, "name": "a"}"#;
    let hazards = Hazards::default().with_changes(rules).unwrap();
    let of = |after: &str| update(&change("test_thing.a", Action::Update, before, after), &hazards);
    let (danger, reasons) = of(r#"{"size": 0, "name": "b"}"#);
    let whats: Vec<&str> = reasons.iter().map(|reason| reason.what.as_str()).collect();
    assert_eq!((danger, whats), (Danger::Interrupts, vec!["interrupts all", "something"]));
    assert_eq!(of(r#"{"size": 1, "name": "a"}"#).1[0].what, "interrupts some");
    assert_eq!(of(r#"{"size": 3, "name": "b"}"#).0, Danger::Changes);
}

#[test]
fn invalid_lines_are_rejected() {
    for line in [
        "test_thing.size: loses it",
        "test_thing.size grows: loses it",
        "test_thing.size becomes: loses it",
        "test_thing.size changes: breaks it",
        "test_thing.size changes loses it",
        "test_thing changes: loses it",
        "test_thing.a..b changes: loses it",
        "test_thing.rule[a].b changes: loses it",
    ] {
        let error = Hazards::default().with_changes(&format!("\n{line}")).unwrap_err();
        assert_eq!(error, HazardsError { line: 2 }, "{line}");
    }
}
