//! Properties over random resources: with less knowledge, an answer may only become undecided.

use iac_lang::value::{AttributePath, PathStep, Value};

use super::{Case, FILES};
use crate::plan::PlanResponse;
use crate::schema::KnowledgeFiles;

/// Values of each argument, as JSON.
const VALUES: &[(&str, &[&str])] = &[
    ("algorithm", &["null", r#""a""#, r#""b""#]),
    ("cross_zone", &["null", "true", "false"]),
    ("groups", &["null", "[]", r#"["g"]"#]),
    ("key", &["null", r#""k""#]),
    ("kind", &["null", r#""application""#, r#""network""#]),
    ("log", &["[]", r#"[{"on": true, "bucket": "b"}]"#, r#"[{"on": false, "bucket": "b"}]"#]),
    ("name", &[r#""a""#, r#""b""#]),
    ("netmask", &["null", "24"]),
    ("policy", &["null", r#""{\"Version\": \"2012-10-17\", \"Statement\": []}""#]),
    ("prefix", &["null", r#""p""#, r#""k""#]),
    ("subnets", &["null", "[]", r#"["s"]"#]),
    ("tags", &["null", "{}", r#"{"a": "b"}"#]),
    ("timeout", &["null", "0", "5", "60"]),
    ("user_data", &["null", r#""hello""#, r#""aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d""#]),
    ("window", &["null", r#""mon""#, r#""Mon""#]),
];

/// Arguments that may be undecided in the configuration.
const UNDECIDED: &[&str] = &["algorithm", "key", "kind", "name", "policy", "prefix", "user_data", "window"];

/// A generator of pseudo-random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn arguments(&mut self) -> Vec<(&'static str, &'static str)> {
        VALUES.iter().map(|(name, values)| (*name, values[self.below(values.len())])).collect()
    }
}

fn json(arguments: &[(&str, &str)]) -> String {
    let members: Vec<_> = arguments.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{{}}}", members.join(", "))
}

fn state(arguments: &[(&str, &str)]) -> String {
    let mut members = arguments.to_vec();
    members.extend([("version", "3"), ("tags_all", "{}")]);
    json(&members)
}

fn is_undecided(answer: &PlanResponse, name: &str) -> bool {
    let is_it = |path: &AttributePath| {
        path.0.first().is_none_or(|step| matches!(step, PathStep::Name(first) if first == name))
    };
    answer.undecided.iter().any(|each| is_it(&each.path))
        || answer.planned.member(name).is_some_and(|value| value.doubt().is_some())
}

/// Checks that an answer differs from that with more knowledge only where it is undecided. An effect is a consequence
/// of other changes, so it is undecided if any of those is.
fn check(less: &PlanResponse, more: &PlanResponse, context: &str) {
    let (Value::Object(left), Value::Object(right)) = (&less.planned, &more.planned) else {
        panic!("objects")
    };
    for (name, value) in right.iter() {
        let found = left.get(name).expect("both conform to the schema");
        let is_same = format!("{found:?}") == format!("{value:?}");
        let is_effect = name == "version" || name == "prefix";
        let is_marked = is_undecided(less, name) || is_effect && !less.undecided.is_empty();
        assert!(is_same || is_marked, "{name}: {found:?} instead of {value:?} with {context}");
    }
    for path in &more.requires_replace {
        let is_known = less.requires_replace.contains(path);
        assert!(is_known || !less.undecided.is_empty(), "{path} is not replaced with {context}");
    }
    for path in &less.requires_replace {
        let is_known = more.requires_replace.contains(path);
        assert!(is_known || !less.undecided.is_empty(), "{path} is replaced with {context}");
    }
}

/// Returns the hooks with the meaning of some removed at random.
fn blinded(random: &mut Random) -> &'static str {
    let line = |line: &str| {
        let Some((head, _)) = line.split_once('=') else { return line.to_owned() };
        let unknown = match head.rsplit(' ').next() {
            Some("state_func") => "opaque",
            Some("hidden" | "replaces" | "reverts" | "unknown_if") => "[\"?\"]",
            Some("sets") => "[[[\"?\"],[\"?\"]]]",
            _ => return line.to_owned(),
        };
        format!("{head}={unknown} -- not known")
    };
    let lines: Vec<_> = FILES
        .hooks
        .lines()
        .map(|each| if random.below(3) == 0 { line(each) } else { each.to_owned() })
        .collect();
    Box::leak((lines.join("\n") + "\n").into_boxed_str())
}

#[test]
fn unmodeled_code_only_makes_answers_undecided() {
    let mut random = Random(1);
    let full = Case::of("x_lb");
    let mut differences = 0;
    for _ in 0..60 {
        let hooks = blinded(&mut random);
        let less = Case::with("x_lb", KnowledgeFiles { hooks, ..FILES });
        for _ in 0..40 {
            let (before, after) = (random.arguments(), random.arguments());
            let prior = (random.below(3) > 0).then(|| state(&before));
            let config = json(&after);
            let (known, blind) = (full.plan(prior.as_deref(), &config), less.plan(prior.as_deref(), &config));
            differences += usize::from(known.planned != blind.planned);
            check(&blind, &known, &format!("{prior:?} {config}\n{hooks}"));
        }
    }
    assert!(differences > 100, "the hooks matter: {differences}");
}

#[test]
fn undecided_values_that_become_known_change_no_certain_answer() {
    let mut random = Random(2);
    let case = Case::of("x_lb");
    for _ in 0..2400 {
        let (before, after) = (random.arguments(), random.arguments());
        let prior = (random.below(3) > 0).then(|| state(&before));
        let name = UNDECIDED[random.below(UNDECIDED.len())];
        let doubtful: Vec<_> = after
            .iter()
            .map(|(each, value)| (*each, if *each == name { "\"??\"" } else { *value }))
            .collect();
        let known = case.plan(prior.as_deref(), &json(&after));
        let less = case.plan(prior.as_deref(), &json(&doubtful));
        // The planner marks the argument itself as undecided.
        let less = PlanResponse {
            undecided: less
                .undecided
                .into_iter()
                .chain([crate::plan::Undecided {
                    path: AttributePath(vec![PathStep::Name(name.into())]),
                    reason: "it is not read".into(),
                }])
                .collect(),
            ..less
        };
        check(&less, &known, &format!("{prior:?} {} {name}", json(&after)));
    }
}
