//! Tests of answers from built-in knowledge and the fake provider together.

use iac_core::ResourceAddress;
use iac_lang::value::{Unknown, Value};
use iac_plan::plan::{PlanRequest, PlanResponse, Predictor, Provider, ProviderError, Table};
use iac_plan::schema::{EntityKind, KnowledgeFiles, Schema};
use iac_provider::{Hybrid, Preference};

use super::{Fake, text};

const FILES: KnowledgeFiles = KnowledgeFiles {
    provider: "source example.com/test/fake\nversion 1.0.0\nfacts -\n\nprovider fake\n",
    services: &[(
        "s",
        "\
resource fake_other
  name: string optional

resource fake_thing
  id: string computed kept
  name: string required
  secret: string optional sensitive
",
    )],
    overlay: "",
    hooks: "",
};

const TESTS: &[super::Test] = &[
    ("an unchanged object does not start the provider", unchanged_object_starts_nothing),
    ("a destroyed object does not start the provider", destroyed_object_starts_nothing),
    ("a changed object is asked of the provider", changed_object_is_asked),
    ("a crash leaves the answer of the knowledge", crash_leaves_the_knowledge),
    ("a provider that cannot be started leaves the knowledge", failed_start_leaves_the_knowledge),
    ("another schema than the knowledge has is the provider's", other_schema_is_the_providers),
    ("an undecided value stays undecided", undecided_value_stays_undecided),
    ("without knowledge, a crash is undecided", without_knowledge_a_crash_is_undecided),
];

pub(super) fn tests() -> impl Iterator<Item = &'static super::Test> {
    TESTS.iter()
}

type Answer = Result<PlanResponse, ProviderError>;

fn hybrid(fake: &Fake, preference: Preference) -> Hybrid<'_> {
    Hybrid::new(preference, Some(Box::new(Table::new(FILES))), false, || fake.open())
}

fn object(id: Value, name: &str) -> Value {
    Value::Object([("id".into(), id), ("name".into(), text(name)), ("secret".into(), Value::Null)].into())
}

/// Plans a change of the name, from nothing if there is no name before, and to nothing if there is none after.
fn plan(hybrid: &Hybrid<'_>, before: Option<&str>, after: Option<&str>) -> Answer {
    let schema = hybrid.schema(EntityKind::Resource, "fake_thing").expect("it has the type");
    plan_with(hybrid, &schema, before, after)
}

fn plan_with(hybrid: &Hybrid<'_>, schema: &Schema, before: Option<&str>, after: Option<&str>) -> Answer {
    let address: ResourceAddress = "fake_thing.a".parse().unwrap();
    let id = if before.is_some() { text("i-1") } else { Value::Null };
    let prior = before.map_or(Value::Null, |name| object(text("i-1"), name));
    let proposed = after.map_or(Value::Null, |name| object(id, name));
    let config = after.map_or(Value::Null, |name| object(Value::Null, name));
    let request = PlanRequest {
        address: &address,
        provider: "provider[\"example.com/test/fake\"]",
        schema,
        prior: &prior,
        proposed: &proposed,
        config: &config,
        written: &config,
        private: None,
        sensitive: false,
    };
    hybrid.plan(&[request]).pop().unwrap()
}

#[track_caller]
fn check(answer: &Answer, by: Predictor) {
    let Ok(answer) = answer else { panic!("{answer:?}") };
    assert_eq!(answer.predicted_by, Some(by), "{answer:?}");
    assert_eq!(answer.undecided, [], "{answer:?}");
}

fn unchanged_object_starts_nothing() {
    let fake = Fake::with_behavior("fine");
    let hybrid = hybrid(&fake, Preference::Knowledge);
    check(&plan(&hybrid, Some("one"), Some("one")), Predictor::Table);
    assert!(!hybrid.is_open() && fake.started().is_empty());
}

fn destroyed_object_starts_nothing() {
    let fake = Fake::with_behavior("fine");
    let hybrid = hybrid(&fake, Preference::Knowledge);
    check(&plan(&hybrid, Some("one"), None), Predictor::Table);
    assert!(!hybrid.is_open() && fake.started().is_empty());
}

fn changed_object_is_asked() {
    let fake = Fake::with_behavior("fine");
    let hybrid = hybrid(&fake, Preference::Knowledge);
    check(&plan(&hybrid, None, Some("one")), Predictor::Provider);
    assert_eq!(fake.started().len(), 1);
    assert!(hybrid.is_exact() && hybrid.failure().is_none());
}

fn crash_leaves_the_knowledge() {
    let fake = Fake::with_behavior("fine");
    let hybrid = hybrid(&fake, Preference::Knowledge);
    check(&plan(&hybrid, None, Some("panic")), Predictor::Table);
    let failure = hybrid.failure().expect("it crashed");
    assert!(failure.contains("the provider crashed: panic: it was told to"), "{failure}");
    assert!(!hybrid.is_exact());
}

fn failed_start_leaves_the_knowledge() {
    for preference in [Preference::Knowledge, Preference::CommonTypes] {
        let fake = Fake::with_behavior("ends");
        let hybrid = hybrid(&fake, preference);
        check(&plan(&hybrid, None, Some("one")), Predictor::Table);
        check(&plan(&hybrid, None, Some("two")), Predictor::Table);
        assert_eq!(hybrid.failure().as_deref(), Some("the provider exited immediately: no license"));
        assert!(!hybrid.is_exact());
        // It is not tried again.
        assert_eq!(fake.started().len(), 1);
    }
}

/// Adds an argument that the fake provider does not have.
const OTHER_FILES: KnowledgeFiles = KnowledgeFiles {
    services: &[(
        "s",
        "resource fake_thing\n  id: string computed\n  name: string required\n  size: number optional\n",
    )],
    ..FILES
};

fn other_schema_is_the_providers() {
    let fake = Fake::with_behavior("fine");
    let table = Box::new(Table::new(OTHER_FILES));
    let hybrid = Hybrid::new(Preference::CommonTypes, Some(table), false, || fake.open());
    let schema = hybrid.schema(EntityKind::Resource, "fake_thing").unwrap();
    assert!(schema.block.attribute("size").is_none() && schema.block.attribute("secret").is_some());
    // Its knowledge does not apply, so the provider is asked about everything.
    check(&plan(&hybrid, None, Some("two")), Predictor::Provider);
    // A type that the provider does not have is unknown.
    assert!(hybrid.schema(EntityKind::Resource, "fake_other").is_none());
}

fn undecided_value_stays_undecided() {
    let doubt = || Value::Unknown(Unknown::undecided("the module is not installed"));
    let config = Value::Object([("setting".into(), doubt())].into());
    for table in [true, false] {
        let fake = Fake::with_behavior("fine");
        let table: Option<Box<dyn Provider + Send>> =
            if table { Some(Box::new(Table::new(FILES))) } else { None };
        let by_table = table.is_some();
        let hybrid = Hybrid::new(Preference::CommonTypes, table, false, || fake.open());
        hybrid.configure("provider[\"example.com/test/fake\"]", &config).unwrap();
        let answer = plan(&hybrid, None, Some("one")).unwrap();
        assert_eq!(answer.predicted_by == Some(Predictor::Table), by_table);
        assert_eq!(answer.undecided.is_empty(), by_table, "{answer:?}");
        assert!(!hybrid.is_exact());
    }
}

fn without_knowledge_a_crash_is_undecided() {
    let fake = Fake::with_behavior("fine");
    let hybrid = Hybrid::new(Preference::CommonTypes, None, false, || fake.open());
    check(&plan(&hybrid, None, Some("one")), Predictor::Provider);
    let error = plan(&hybrid, None, Some("panic")).expect_err("it crashed");
    assert!(error.broken && error.unreachable, "{error:?}");
    assert!(hybrid.failure().is_some());
}
