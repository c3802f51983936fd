//! Code of a provider that takes part in planning, and its validation. Each case is as observed with Terraform.

use iac_lang::value::Value;

use crate::plan::propose::propose;
use crate::plan::{PlanRequest, PlanResponse, Provider, Table};
use crate::schema::{EntityKind, KnowledgeFiles, Schema};
use crate::state::attributes::decode;

mod soundness;

const FILES: KnowledgeFiles = KnowledgeFiles {
    provider: "source example.com/a/x\nversion 1\nfacts -\n\nprovider x\n  default_tags: block(list) max=1\n    tags: map(string) optional\n",
    services: &[(
        "s",
        "\
resource x_lb legacy
  @conflicts_with netmask subnets
  @exactly_one_of name prefix
  @required_with key algorithm
  @conflicts_with log.bucket log.stream
  algorithm: string optional
  cross_zone: bool optional default=false
  engine: string optional allowed=[\"http\",\"tcp\"]
  groups: set(string) optional computed
  key: string optional
  kind: string optional default=\"application\"
  name: string optional
  netmask: number optional
  policy: string optional norms=iam
  prefix: string optional
  region: string optional allowed=[\"a\"]
  subnets: set(string) optional
  tags: map(string) optional
  tags_all: map(string) optional computed
  timeout: number optional default=60
  user_data: string optional
  version: number computed
  window: string optional computed
  log: block(list) max=1
    bucket: string optional
    on: bool optional
    stream: string optional
  port: block(set)
    label: string optional
    number: number required
    ranges: list(string) optional

resource x_filter
  etag: string computed
  name: string optional
  filter: block(list)
    prefix: string optional computed default=\"\" kept
    and: block(list)
      key: string optional

resource x_names legacy
  alias: string optional computed norms=case
  alternatives: set(string) optional computed
  checks: set(object) computed
    name: string
  name: string optional computed
  zones: set(string) optional
  zone: block(set) null_keeps computed
    id: string required

resource x_rules legacy
  rule: set(object) optional computed
    label: string optional
    self: bool optional
    zones: list(string) optional
",
    )],
    overlay: "",
    hooks: "\
x_lb.window: state_func=lower -- source
x_lb.user_data: state_func=sha1 -- source
x_lb.policy: state_func=policy -- source
x_lb.region: open -- source
x_lb.cross_zone: hidden=[\"==\",[\"get\",\"kind\"],\"application\"] -- source
x_lb.timeout: hidden=[\"!=\",[\"get\",\"kind\"],\"application\"] -- source
x_lb.log.bucket: hidden=[\"not\",[\"get\",\"log.on\"]] -- source
x_lb.groups: replaces=[\"and\",[\"changed\",\"groups\"],[\"==\",[\"get\",\"kind\"],\"network\"],[\"==\",[\"len\",[\"oldof\",\"groups\"]],0]] -- source
x_lb.netmask: reverts=[\"and\",[\"updating\"],[\"!=\",[\"get\",\"name\"],\"\"]] -- source
x_lb.algorithm: replaces=[\"fn\",\"isDowngrade\",[\"d\"]] -- source
x_lb.version: unknown_if=[\"not\",[\"or\",[\"==\",[\"key\"],\"name\"],[\"==\",[\"key\"],\"tags\"]]] -- source
x_lb.prefix: sets=[[[\"changed\",\"key\"],[\"get\",\"key\"]]] -- source
x_filter.filter.prefix: sets=[[[\"set\",\"filter.and\"],[\"nil\"]]] -- source
x_names.alias: state_func=upper -- source
x_names.alternatives: sets=[[[\"changed\",\"alternatives\"],[\"with\",[\"get\",\"alternatives\"],[\"get\",\"name\"]]]] -- source
x_names.checks: sets=[[[\"changed\",\"alternatives\"],[\"set_of\",{\"name\":[\"each_of\",[\"get\",\"alternatives\"]]}]]] -- source
x_names.zone: unknown_if=[\"and\",[\"updating\"],[\"changed\",\"zones\"]] -- source
x_rules.rule.self: default=false -- source
",
};

/// Replaces the markers of unknown and undecided values.
fn with_unknown(value: Value) -> Value {
    let many = |all: Vec<Value>| all.into_iter().map(with_unknown).collect::<Vec<_>>();
    match value {
        Value::String(text) if text == "?" => Value::UNKNOWN,
        Value::String(text) if text == "??" => Value::undecided("it is not read"),
        Value::List(all) => Value::List(many(all)),
        Value::Set(all) => Value::set(many(all)),
        Value::Map(all) => {
            Value::Map(all.into_iter().map(|(name, value)| (name, with_unknown(value))).collect())
        }
        Value::Object(all) => {
            Value::Object(all.into_iter().map(|(name, value)| (name, with_unknown(value))).collect())
        }
        other => other,
    }
}

struct Case {
    table: Table,
    schema: std::sync::Arc<Schema>,
}

impl Case {
    fn of(type_name: &str) -> Self {
        Self::with(type_name, FILES)
    }

    fn with(type_name: &str, files: KnowledgeFiles) -> Self {
        let table = Table::new(files);
        let schema = table.schema(EntityKind::Resource, type_name).expect("it is known");
        Self { table, schema }
    }

    /// Reads an object in JSON, in which `"?"` is unknown and `"??"` undecided.
    fn value(&self, json: &str) -> Value {
        with_unknown(decode(json, &self.schema).expect("it conforms to the schema").value)
    }

    fn plan(&self, prior: Option<&str>, config: &str) -> PlanResponse {
        let prior = prior.map_or(Value::Null, |json| self.value(json));
        let config = self.value(config);
        let proposed = propose(&self.schema.block, &prior, &config);
        let address = "x_lb.a".parse().expect("an address");
        let request = PlanRequest {
            address: &address,
            provider: "x",
            schema: &self.schema,
            prior: &prior,
            proposed: &proposed,
            config: &config,
            written: &config,
            private: None,
            sensitive: false,
        };
        let answer = self.table.plan(&[request]).remove(0).expect("the table always answers");
        let at_once = self.table.unchanged("x", &self.schema, &prior, &config);
        assert!(!at_once || answer.planned == prior, "the quick check agrees with the full plan");
        answer
    }

    #[track_caller]
    fn check(&self, prior: Option<&str>, config: &str, planned: &[(&str, &str)]) -> PlanResponse {
        let answer = self.plan(prior, config);
        for (name, expected) in planned {
            let found = answer.planned.member(name).map(|value| format!("{value:?}"));
            let expected = self.value(&format!("{{\"{name}\": {expected}}}"));
            assert_eq!(found, expected.member(name).map(|value| format!("{value:?}")), "{name}");
        }
        answer
    }

    fn errors(&self, config: &str) -> Vec<String> {
        let errors = self.table.validate(&self.schema, &self.value(config));
        errors.iter().map(|error| format!("{}: {}", error.path, error.summary)).collect()
    }
}

const STATE: &str = r#"{"name": "a", "kind": "application", "timeout": 60, "cross_zone": null, "version": 3,
    "window": "mon:00", "tags_all": {}}"#;

#[test]
fn rewritten_values_are_planned_and_compared() {
    let case = Case::of("x_lb");
    case.check(None, r#"{"window": "Mon:00"}"#, &[("window", r#""mon:00""#)]);
    let same = case.plan(Some(STATE), r#"{"name": "a", "window": "MON:00"}"#);
    assert_eq!(same.planned, case.value(STATE));
    // A state in another form is a change, even if the configuration has the same.
    let capital = STATE.replace("mon", "Mon");
    case.check(Some(&capital), r#"{"name": "a", "window": "Mon:00"}"#, &[("window", r#""mon:00""#)]);

    // The provider rewrites what it recorded, too.
    assert_eq!(case.plan(Some(&capital), r#"{"name": "a"}"#).undecided.len(), 1);
    let unset = case.plan(Some(STATE), r#"{"name": "a"}"#);
    assert!(unset.undecided.is_empty() && unset.planned == case.value(STATE));

    let hash = r#""aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d""#;
    case.check(None, r#"{"user_data": "hello"}"#, &[("user_data", hash)]);
    case.check(None, r#"{"user_data": "aGVsbG8="}"#, &[("user_data", hash)]);
    let policy = r#""{ \"Statement\": [], \"Version\": \"2012-10-17\" }""#;
    let normal = r#""{\"Version\":\"2012-10-17\",\"Statement\":[]}""#;
    case.check(None, &format!(r#"{{"policy": {policy}}}"#), &[("policy", normal)]);
}

#[test]
fn recorded_value_that_the_provider_rewrites_is_undecided_though_a_configured_one_equals_it() {
    let case = Case::of("x_names");
    let state = |alias| format!(r#"{{"name": "a", "alias": "{alias}"}}"#);
    assert!(case.plan(Some(&state("UP")), r#"{"name": "a"}"#).undecided.is_empty());
    assert_eq!(case.plan(Some(&state("up")), r#"{"name": "a"}"#).undecided.len(), 1);
    assert!(case.plan(Some(&state("UP")), &state("up")).undecided.is_empty());
}

#[test]
fn default_that_the_provider_takes_back_is_no_change() {
    let case = Case::of("x_filter");
    let state = r#"{"name": "a", "etag": "e", "filter": [{"prefix": null, "and": [{"key": "k"}]}]}"#;
    let config = r#"{"name": "a", "filter": [{"prefix": null, "and": [{"key": "k"}]}]}"#;
    assert_eq!(case.plan(Some(state), config).planned, case.value(state));
    let renamed = config.replace("\"a\"", "\"b\"");
    case.check(Some(state), &renamed, &[("etag", r#""?""#), ("name", r#""b""#)]);
}

#[test]
fn hidden_changes_depend_on_other_arguments() {
    let case = Case::of("x_lb");
    // The default of another argument counts.
    case.check(None, r#"{"cross_zone": true}"#, &[("cross_zone", "null"), ("timeout", "60")]);
    let network = r#"{"kind": "network", "cross_zone": true}"#;
    case.check(None, network, &[("cross_zone", "true"), ("timeout", "null")]);
    let answer = case.plan(Some(STATE), r#"{"name": "a", "cross_zone": true}"#);
    assert_eq!(answer.planned, case.value(STATE));
    case.check(None, r#"{"kind": "?", "cross_zone": true}"#, &[("cross_zone", "true"), ("timeout", "null")]);
    let answer = case.plan(None, r#"{"kind": "??", "cross_zone": true}"#);
    assert!(!answer.undecided.is_empty(), "the kind is not known");
    let off = r#"{"log": [{"on": false, "bucket": "b"}]}"#;
    case.check(None, off, &[("log", r#"[{"on": false, "bucket": null}]"#)]);
    let on = r#"{"log": [{"on": true, "bucket": "b"}]}"#;
    case.check(None, on, &[("log", r#"[{"on": true, "bucket": "b"}]"#)]);
}

#[test]
fn replacement_depends_on_other_arguments() {
    let case = Case::of("x_lb");
    let state = STATE.replace("application", "network");
    let config = r#"{"name": "a", "kind": "network", "groups": ["g"]}"#;
    let answer = case.plan(Some(&state), config);
    assert_eq!(answer.requires_replace.len(), 1);
    let answer = case.plan(Some(STATE), r#"{"name": "a", "groups": ["g"]}"#);
    assert!(answer.requires_replace.is_empty() && answer.undecided.is_empty(), "an application balancer");
    let answer = case.plan(Some(STATE), r#"{"name": "a", "algorithm": "x"}"#);
    assert!(answer.requires_replace.is_empty());
    assert_eq!(answer.undecided.len(), 1, "the provider's function is not modeled");
}

#[test]
fn effects_change_other_arguments() {
    let case = Case::of("x_lb");
    case.check(Some(STATE), r#"{"name": "b"}"#, &[("version", "3")]);
    let answer = case.plan(Some(STATE), r#"{"name": "a", "timeout": 5}"#);
    assert!(answer.planned.member("version").is_some_and(Value::is_unknown));
    let answer = case.plan(Some(STATE), r#"{"name": "a", "netmask": 24}"#);
    assert_eq!(answer.planned.member("netmask"), Some(&Value::Null), "the change is dropped");
    case.check(Some(STATE), r#"{"name": "a", "key": "k"}"#, &[("prefix", r#""k""#)]);
}

#[test]
fn arguments_given_as_empty_are_unknown_if_computed_and_null_otherwise() {
    let case = Case::of("x_lb");
    let config = r#"{"window": "", "groups": [], "subnets": [], "tags": {}, "key": ""}"#;
    let planned = [("window", r#""?""#), ("subnets", "null"), ("tags", "null"), ("key", r#""""#)];
    let answer = case.check(None, config, &planned);
    assert!(answer.planned.member("groups").is_some_and(Value::is_unknown));
}

#[test]
fn effects_see_what_earlier_ones_have_set() {
    let case = Case::of("x_names");
    let state =
        r#"{"name": "a", "alternatives": ["a", "b"], "checks": [{"name": "a"}, {"name": "b"}], "zone": []}"#;
    // The provider adds the name, so that nothing changes.
    let same = case.plan(Some(state), r#"{"name": "a", "alternatives": ["b"]}"#);
    assert!(same.undecided.is_empty(), "{:?}", same.undecided);
    assert_eq!(same.planned, case.value(state));
    let more = [
        ("alternatives", r#"["a", "b", "c"]"#),
        ("checks", r#"[{"name": "a"}, {"name": "b"}, {"name": "c"}]"#),
    ];
    case.check(Some(state), r#"{"name": "a", "alternatives": ["b", "c"]}"#, &more);
}

#[test]
fn code_of_the_provider_reads_an_argument_that_is_given_as_empty() {
    let case = Case::of("x_names");
    let state = r#"{"name": "a", "alternatives": ["a", "b"], "checks": []}"#;
    let config = |name| format!(r#"{{"name": "{name}", "alternatives": ["b"]}}"#);
    assert_eq!(case.plan(Some(state), &config("a")).planned, case.value(state));
    let planned = [("name", r#""a""#), ("alternatives", r#"["", "b"]"#)];
    case.check(Some(state), &config(""), &planned);
}

#[test]
fn computed_block_is_unknown_if_the_provider_says_so() {
    let case = Case::of("x_names");
    let state = r#"{"name": "a", "zones": ["y"], "zone": [{"id": "y"}]}"#;
    let answer = case.plan(Some(state), r#"{"name": "a", "zones": ["z"]}"#);
    assert!(answer.planned.member("zone").is_some_and(Value::is_unknown) && answer.undecided.is_empty());
    let same = case.plan(Some(state), r#"{"name": "a", "zones": ["y"]}"#);
    assert_eq!(same.planned, case.value(state));
}

#[test]
fn new_elements_of_sets_have_empty_strings_and_lists() {
    let case = Case::of("x_lb");
    case.check(
        None,
        r#"{"port": [{"number": 80}]}"#,
        &[("port", r#"[{"number": 80, "label": "", "ranges": []}]"#)],
    );
    let case = Case::of("x_rules");
    case.check(
        None,
        r#"{"rule": [{"zones": ["a"]}]}"#,
        &[("rule", r#"[{"zones": ["a"], "label": "", "self": false}]"#)],
    );
    let state = r#"{"rule": [{"zones": ["a"], "label": "", "self": false}]}"#;
    let answer = case.plan(Some(state), r#"{"rule": [{"zones": ["a"]}]}"#);
    assert_eq!(answer.planned, case.value(state));
}

#[test]
fn null_in_the_state_is_not_the_default() {
    let case = Case::of("x_lb");
    let state = STATE.replace("\"timeout\": 60", "\"timeout\": null");
    case.check(Some(&state), r#"{"name": "a"}"#, &[("timeout", "60")]);
    let answer = case.plan(Some(STATE), r#"{"name": "a"}"#);
    assert_eq!(answer.planned, case.value(STATE), "false and null are the same");
}

#[test]
fn numbers_beyond_floats_are_undecided() {
    let case = Case::of("x_lb");
    let state = STATE.replace("60", "9007199254740992");
    let answer = case.plan(Some(&state), r#"{"name": "a", "timeout": 9007199254740993}"#);
    assert_eq!(answer.undecided.len(), 1);
}

#[test]
fn default_tags_that_are_unknown_do_not_reach_the_provider() {
    let with = |tags: Value| {
        let case = Case::of("x_lb");
        let block = Value::Object([("tags".into(), tags)].into());
        let config = Value::Object([("default_tags".into(), Value::List(vec![block]))].into());
        case.table.configure("x", &config).expect("it is accepted");
        case
    };
    let tags = |value: Value| {
        Value::Map([("team".into(), Value::String("a".into())), ("time".into(), value)].into())
    };
    let state = STATE.replace("\"tags_all\": {}", "\"tags_all\": {\"team\": \"a\"}");
    let case = with(tags(Value::UNKNOWN));
    let answer = case.plan(Some(&state), r#"{"name": "a"}"#);
    assert_eq!(answer.planned, case.value(&state));
    let answer = with(tags(Value::undecided("it is not read"))).plan(Some(&state), r#"{"name": "a"}"#);
    assert_eq!(answer.undecided.len(), 1);
}

#[test]
fn values_and_combinations_are_refused_unless_unknown() {
    let case = Case::of("x_lb");
    assert_eq!(case.errors(r#"{"name": "a", "engine": "tcp"}"#), [""; 0]);
    assert_eq!(case.errors(r#"{"name": "a", "engine": "udp"}"#), ["engine: invalid value for `engine`"]);
    assert_eq!(case.errors(r#"{"name": "a", "engine": "?"}"#), [""; 0]);
    assert_eq!(case.errors(r#"{"name": "a", "region": "b"}"#), [""; 0], "the list is not complete");
    let both = "conflicting arguments `netmask` and `subnets`";
    // Given as empty is given.
    let config = r#"{"name": "a", "netmask": 24, "subnets": []}"#;
    assert_eq!(case.errors(config), [format!("subnets: {both}")]);
    assert_eq!(case.errors(r#"{"name": "a", "key": "?"}"#), [""; 0]);
    assert_eq!(case.errors(r#"{"name": "a", "key": "k", "algorithm": "?"}"#), [""; 0]);
    assert_eq!(case.errors(r#"{"name": "a", "prefix": "?"}"#), [""; 0]);
    assert_eq!(case.errors("{}"), [": missing argument"]);
    assert_eq!(case.errors(r#"{"prefix": "?"}"#), [""; 0]);
    let config = r#"{"name": "a", "prefix": "b"}"#;
    assert_eq!(case.errors(config), ["prefix: conflicting arguments `name` and `prefix`"]);
    assert_eq!(case.errors(r#"{"name": "a", "key": "k"}"#), ["key: missing argument `algorithm`"]);
    let config = r#"{"name": "a", "log": [{"bucket": "b", "stream": "s"}]}"#;
    assert_eq!(case.errors(config), ["log[0].stream: conflicting arguments `bucket` and `stream`"]);
}
