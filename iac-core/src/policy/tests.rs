use super::*;
use crate::plan::testing::change;
use crate::plan::{Action, Plan, ResourceChange};

fn plan(changes: Vec<ResourceChange>) -> Plan {
    Plan { changes, ..Plan::default() }
}

fn rules() -> Rules {
    let enabled =
        deny("enabled", "Things must be enabled").of("test_thing", |thing| thing.at("enabled").is(true));
    let small = warn("small", "Things should be small")
        .exposure()
        .of("test_thing", |thing| thing.at("size").at_most(3));
    [enabled, small].into_iter().collect()
}

fn found(changes: Vec<ResourceChange>, options: &Options<'_>) -> Vec<String> {
    let report = check(&plan(changes), &Links::none(), &rules(), options);
    let line = |finding: &Finding| {
        let (rule, outcome, status) = (&finding.rule.id, finding.outcome.as_str(), finding.status.as_str());
        let excuse = if finding.is_open() { "" } else { " excused" };
        format!("{} {rule} {outcome} {status}{excuse} {}", finding.address, finding.path)
    };
    report.findings.iter().map(line).collect()
}

#[test]
fn new_findings_are_distinguished_from_existing_ones() {
    let good = r#"{"enabled": true, "size": 1}"#;
    let bad = r#"{"enabled": false, "size": 9}"#;
    let changes = vec![
        change("test_thing.created", Action::Create, "null", bad),
        change("test_thing.same", Action::NoOp, bad, bad),
        change("test_thing.worse", Action::Update, good, r#"{"enabled": true, "size": 9}"#),
        change("test_thing.better", Action::Update, bad, good),
        change("test_thing.gone", Action::Delete, bad, "null"),
        change("test_thing.kept", Action::Forget, bad, "null"),
        change("test_thing.unknown", Action::Update, good, r#"{"enabled": "?", "size": 1}"#),
    ];
    assert_eq!(
        found(changes, &Options::default()),
        [
            "test_thing.better enabled fail fixed excused enabled",
            "test_thing.created enabled fail new enabled",
            "test_thing.gone enabled fail fixed excused enabled",
            "test_thing.kept enabled fail fixed excused enabled",
            "test_thing.same enabled fail existing enabled",
            "test_thing.unknown enabled unknown new excused ",
            "test_thing.better small fail fixed excused size",
            "test_thing.created small fail new size",
            "test_thing.gone small fail fixed excused size",
            "test_thing.kept small fail fixed excused size",
            "test_thing.same small fail existing size",
            "test_thing.worse small fail new size",
        ]
    );
}

#[test]
fn waivers_expire_and_baselines_do_not() {
    let bad = r#"{"enabled": false, "size": 1}"#;
    let changes = || vec![change("test_thing.a[0]", Action::Create, "null", bad)];
    let waiver = Waiver::from_comment("iac:waive=enabled until=2027-01-31: soon").unwrap().unwrap();
    let waivers = [("test_thing.a".to_owned(), vec![waiver])].into();
    let on = |date: &str| Options {
        waivers: Some(&waivers),
        today: Some(date.parse().unwrap()),
        ..Options::default()
    };
    assert_eq!(found(changes(), &on("2027-01-31")), ["test_thing.a[0] enabled fail new excused enabled"]);
    assert_eq!(found(changes(), &on("2027-02-01")), ["test_thing.a[0] enabled fail new enabled"]);
    let report = check(&plan(changes()), &Links::none(), &rules(), &on("2027-02-01"));
    assert_eq!(report.expired.len(), 1);

    let written = Baseline::from_findings(&report.findings).to_string();
    let baseline = Baseline::parse(&written).unwrap();
    assert_eq!((baseline.len(), baseline.to_string()), (1, written));
    let options = Options { baseline: Some(&baseline), ..Options::default() };
    assert_eq!(found(changes(), &options), ["test_thing.a[0] enabled fail new excused enabled"]);
    for wrong in ["", "{}", r#"{"format_version": "2.0", "findings": []}"#, r#"{"format_version": "1.0"}"#] {
        assert!(Baseline::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn verdicts_are_three_valued() {
    let all = || [Verdict::Pass, Verdict::fail(), Verdict::Unknown];
    let ands: Vec<_> =
        all().into_iter().flat_map(|left| all().map(|right| left.clone().and(right))).collect();
    let [pass, fail, unknown] = all();
    let expected = [&pass, &fail, &unknown, &fail, &fail, &fail, &unknown, &fail, &unknown];
    assert!(ands.iter().eq(expected));
    let ors: Vec<_> = all().into_iter().flat_map(|left| all().map(|right| left.clone().or(right))).collect();
    let expected = [&pass, &pass, &pass, &pass, &fail, &unknown, &pass, &unknown, &unknown];
    assert!(ors.iter().eq(expected));
    assert_eq!(all_of([]), Verdict::Pass);
    assert_eq!(any_of([]), Verdict::fail());
}

/// A configuration whose references pass through modules, local values, outputs and `for_each`.
const LINKED: &str = r#"{"format_version": "1.2", "configuration": {"root_module": {
    "resources": [
        {"address": "test_thing.a", "expressions": {"name": {"constant_value": "a"}}},
        {"address": "test_thing.b", "expressions": {
            "name": {"references": ["module.m.out", "module.m"]},
            "disk": [{"size": {"references": ["test_thing.a[\"x.y\"].id", "test_thing.a[\"x.y\"]", "test_thing.a"]}}]}}],
    "module_calls": {"m": {
        "expressions": {"input": {"references": ["test_thing.a.id", "test_thing.a"]}},
        "module": {
            "resources": [{"address": "test_thing.inner", "expressions": {
                "name": {"references": ["each.value"]}, "text": {"references": ["var.input"]}},
                "for_each_expression": {"references": ["var.input"]}}],
            "outputs": {"out": {"expression": {"references": ["test_thing.inner"]}}}}}}}}}"#;

#[test]
fn references_are_followed_through_modules() {
    let links = Links::from_plan_json(LINKED).unwrap();
    let edges = ["test_thing.a", "test_thing.b", "module.m.test_thing.inner"].map(|address| {
        let resource = links.resource(address).unwrap();
        let edges =
            links.from(resource).map(|edge| (edge.path.as_str(), links.addresses[edge.to as usize].as_str()));
        edges.collect::<Vec<_>>()
    });
    assert_eq!(edges[0], []);
    assert_eq!(edges[1], [("disk.size", "test_thing.a"), ("name", "module.m.test_thing.inner")]);
    assert_eq!(edges[2], [("name", "test_thing.a"), ("text", "test_thing.a")]);
}

#[test]
fn resources_are_found_by_reference_and_by_value() {
    let value = r#"{"id": "i-1"}"#;
    let changes = vec![
        change("test_thing.a", Action::Create, "null", r#"{"id": "?"}"#),
        change("test_thing.b", Action::Create, "null", r#"{"name": "?"}"#),
        change("test_thing.c", Action::NoOp, value, value),
        change("test_thing.d", Action::Create, "null", r#"{"name": "i-1"}"#),
    ];
    let plan = plan(changes);
    let links = Links::from_plan_json(
        r#"{"configuration": {"root_module": {"resources": [
            {"address": "test_thing.a", "expressions": {}},
            {"address": "test_thing.b", "expressions": {"name": {"references": ["test_thing.a.id", "test_thing.a"]}}}]}}}"#,
    )
    .unwrap();
    let world = World::new(&plan, &links, Side::After);
    let referrers: Vec<String> = world
        .of_type("test_thing")
        .iter()
        .map(|thing| {
            let found: Vec<_> = thing
                .referrers("test_thing", "name")
                .iter()
                .map(|each| each.address().name.clone())
                .collect();
            format!("{} {found:?}", thing.address().name)
        })
        .collect();
    assert_eq!(referrers, [r#"a ["b"]"#, "b []", r#"c ["d"]"#, "d []"]);
    let b = world.of_type("test_thing")[1];
    assert_eq!(b.referred("test_thing", "name")[0].address().to_string(), "test_thing.a");
    // An argument that is left to the provider is unset; a reference is set but unknown.
    let a = world.of_type("test_thing")[0];
    assert!(a.at("id").is_set().is_fail() && b.at("name").is_set().is_pass());
    assert_eq!(b.at("name").is("x"), Verdict::Unknown);
}

#[test]
fn changed_only_evaluates_changes_and_their_neighbors() {
    let (good, bad) = (r#"{"id": "i-1", "enabled": true, "size": 1}"#, r#"{"enabled": false, "size": 1}"#);
    let changes = vec![
        change("test_thing.far", Action::NoOp, bad, bad),
        change(
            "test_thing.changed",
            Action::Create,
            "null",
            r#"{"name": "i-1", "enabled": false, "size": 1}"#,
        ),
        change("test_thing.named", Action::NoOp, good, r#"{"id": "i-1", "enabled": false, "size": 1}"#),
    ];
    let options = Options { changed_only: true, ..Options::default() };
    assert_eq!(
        found(changes, &options),
        ["test_thing.changed enabled fail new enabled", "test_thing.named enabled fail new enabled"]
    );
}
