use iac_plan::plan::testing::change;
use iac_plan::plan::{Action, ActionReason, ResourceChange};

use super::*;

fn plan(changes: Vec<ResourceChange>) -> Plan {
    Plan { changes, ..Plan::default() }
}

fn hazards() -> Hazards {
    let hazards = Hazards::parse("# Things\ntest_thing: loses the thing\n").unwrap();
    let changes =
        "test_thing.size increases: interrupts users\ntest_thing.guard leaves true: disables the guard\n";
    hazards.with_changes(changes).unwrap()
}

#[test]
fn changes_are_ordered_by_danger_and_equal_ones_folded() {
    let mut changes = vec![
        change("test_other.a", Action::Delete, r#"{"id": "a"}"#, "null"),
        change("test_thing.b", Action::Update, r#"{"guard": true}"#, r#"{"guard": false}"#),
        change("test_thing.c", Action::Update, r#"{"guard": false}"#, r#"{"guard": true}"#),
        change("test_thing.d", Action::Delete, r#"{"id": "d"}"#, "null"),
        change("test_thing.e", Action::Update, r#"{"size": 1, "name": "e"}"#, r#"{"size": 2, "name": "e"}"#),
        change("test_thing.f", Action::Update, r#"{"size": 1, "name": "f"}"#, r#"{"size": 2, "name": "f"}"#),
        change("test_thing.g", Action::Create, "null", r#"{"size": 2}"#),
        change("test_thing.h", Action::NoOp, r#"{"size": 2}"#, r#"{"size": 2}"#),
        change("test_thing.i", Action::DeleteThenCreate, r#"{"id": "i"}"#, r#"{"id": "?"}"#),
    ];
    changes.push(change("test_thing.j", Action::CreateThenForget, r#"{"id": "j"}"#, r#"{"id": "?"}"#));
    changes.push(change("test_other.k", Action::ForgetThenCreate, r#"{"id": "k"}"#, r#"{"id": "?"}"#));
    let plan = plan(changes);
    let review = review(&plan, &Options { hazards: Some(&hazards()), ..Options::default() });
    let lines: Vec<String> = review
        .folds
        .iter()
        .map(|fold| {
            let names: Vec<&str> =
                fold.changes.iter().map(|position| plan.changes[*position].address.name.as_str()).collect();
            let reasons: Vec<String> =
                fold.reasons.iter().map(|reason| format!("{} {}", reason.path, reason.what)).collect();
            format!("{} {} ({})", names.join("+"), fold.danger.as_str(), reasons.join(", "))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "d loses-data ( loses the thing)",
            "i loses-data ( loses the thing)",
            "a destroys ()",
            "e+f interrupts (size interrupts users)",
            "j interrupts ( moves users to a new object; the old one is left, unmanaged)",
            "b removes-protection (guard disables the guard)",
            "c changes ()",
            "k changes ( moves users to a new object; the old one is left, unmanaged)",
            "g adds ()",
        ]
    );
    assert_eq!((review.greatest_danger(), review.destructive().count()), (Some(Danger::LosesData), 3));
}

#[test]
fn invalid_hazards_are_rejected_with_their_line() {
    for (text, line) in [
        ("\ntest_thing: breaks it", 2),
        ("test_thing loses it", 1),
        ("a: breaks it", 1),
        ("a.b: loses it", 1),
    ] {
        assert_eq!(Hazards::parse(text).unwrap_err(), HazardsError { line });
    }
}

fn destroyed(address: &str, value: &str) -> ResourceChange {
    let reason = Some(ActionReason::DeleteBecauseNoResourceConfig);
    ResourceChange { reason, ..change(address, Action::Delete, value, "null") }
}

fn renamed(changes: Vec<ResourceChange>) -> Vec<String> {
    let plan = plan(changes);
    let renames = rename::renames(&plan);
    renames
        .iter()
        .map(|rename| format!("{} -> {} ({})", rename.from, rename.to, rename.changes.len()))
        .collect()
}

#[test]
fn renames_are_distinguished_from_replacements() {
    // Computed attributes may differ; configured arguments must be equal.
    assert_eq!(
        renamed(vec![
            destroyed("test_thing.old", r#"{"id": "1", "size": 3, "tags": {"Name": "old"}}"#),
            change(
                "test_thing.new",
                Action::Create,
                "null",
                r#"{"id": "?", "size": 3, "tags": {"Name": "new"}}"#
            ),
        ]),
        ["test_thing.old -> test_thing.new (1)"]
    );
    assert_eq!(
        renamed(vec![
            destroyed("test_thing.old", r#"{"id": "1", "size": 3}"#),
            change("test_thing.new", Action::Create, "null", r#"{"id": "?", "size": 4}"#),
        ]),
        [""; 0]
    );
    // An empty string is unset, as everywhere else.
    assert_eq!(
        renamed(vec![
            destroyed("test_thing.old", r#"{"size": 3, "text": null}"#),
            change("test_thing.new", Action::Create, "null", r#"{"size": 3, "text": ""}"#),
        ]),
        ["test_thing.old -> test_thing.new (1)"]
    );
    // Resources with equal arguments are matched by their keys, or not at all.
    let twin = r#"{"size": 3}"#;
    assert_eq!(
        renamed(vec![
            destroyed("test_thing.old[0]", twin),
            destroyed("test_thing.old[1]", twin),
            change("test_thing.new[0]", Action::Create, "null", twin),
            change("test_thing.new[1]", Action::Create, "null", twin),
        ]),
        ["test_thing.old -> test_thing.new (2)"]
    );
    assert_eq!(
        renamed(vec![
            destroyed("test_thing.a", twin),
            destroyed("test_thing.b", twin),
            change("test_thing.c", Action::Create, "null", twin),
            change("test_thing.d", Action::Create, "null", twin),
        ]),
        [""; 0]
    );
    // All resources of a module make one rename.
    assert_eq!(
        renamed(vec![
            destroyed("module.old.test_thing.a", r#"{"size": 1}"#),
            destroyed("module.old.test_thing.b", r#"{"size": 2}"#),
            change("module.new.test_thing.a", Action::Create, "null", r#"{"size": 1}"#),
            change("module.new.test_thing.b", Action::Create, "null", r#"{"size": 2}"#),
        ]),
        ["module.old -> module.new (2)"]
    );
}

#[test]
fn digest_depends_only_on_effects() {
    let before = r#"{"size": 1, "seen": "monday"}"#;
    let of = |changes: Vec<ResourceChange>| Digest::of(&plan(changes)).to_string();
    let same = change("test_thing.same", Action::NoOp, before, before);
    let update = |seen: &str, size: u32| {
        let (before, after) = (
            format!(r#"{{"size": 1, "seen": "{seen}"}}"#),
            format!(r#"{{"size": {size}, "seen": "{seen}"}}"#),
        );
        change("test_thing.a", Action::Update, &before, &after)
    };
    let digest = of(vec![update("monday", 2)]);
    assert_eq!(digest, of(vec![same.clone(), update("tuesday", 2)]), "an unchanged resource has no effect");
    assert_ne!(digest, of(vec![update("monday", 3)]));
    assert_ne!(digest, of(vec![]));
    assert_eq!(of(vec![same]), of(vec![]));
    assert_eq!(digest.parse::<Digest>().unwrap().to_string(), digest);
    for wrong in ["", "xyz", &digest[1..], &digest.replace(&digest[..1], "g")] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}

#[test]
fn imported_resource_is_renamed_in_spite_of_its_nulls() {
    let mut new = change(
        "test_thing.b",
        Action::Create,
        "null",
        r#"{"id": "?", "name": "files", "enabled": false, "size": 0}"#,
    );
    new.source = None;
    let old = destroyed("test_thing.a", r#"{"id": "files", "name": "files", "enabled": null, "size": null}"#);
    let plan = plan(vec![old, new]);
    let review = review(&plan, &Options::default());
    let [rename] = &review.renames[..] else { panic!("{:?}", review.renames) };
    assert_eq!((rename.from.as_str(), rename.to.as_str()), ("test_thing.a", "test_thing.b"));
    // Resources of plain configuration are moved by a block.
    assert_eq!(rename.to_code(&plan), rename.to_hcl());
}

#[test]
fn providers_without_rules_are_counted() {
    let create = |address: &str| change(address, Action::Create, "null", "{}");
    let plan = plan(vec![
        create("test_thing.a"),
        create("other_thing.a"),
        create("other_thing.b"),
        create("random_id.a"),
        change("other_thing.c", Action::NoOp, "{}", "{}"),
    ]);
    let review = review(&plan, &Options { hazards: Some(&hazards()), ..Options::default() });
    assert_eq!(review.uncovered, [("other".to_owned(), 2)]);
}

#[test]
fn replacement_without_a_protection_says_so() {
    let change = change(
        "test_thing.a",
        Action::DeleteThenCreate,
        r#"{"guard": true}"#,
        r#"{"guard": false, "id": "?"}"#,
    );
    let plan = plan(vec![change]);
    let review = review(&plan, &Options { hazards: Some(&hazards()), ..Options::default() });
    let reasons: Vec<&str> = review.folds[0].reasons.iter().map(|reason| reason.what.as_str()).collect();
    assert_eq!(reasons, ["loses the thing", "disables the guard"]);
}
