//! With less knowledge, an answer may become undecided, but a certain answer stays the same (invariant 5).

use std::collections::BTreeSet;

use iac_aws_rules::knowledge::texts;
use iac_plan::plan::{Provider, Table};
use iac_plan::schema::KnowledgeFiles;
use serde_json::{Map, Value as Json};

use crate::case::Case;
use crate::summary;

/// Every case is planned with one of this number of tables, each of which lacks other facts.
const TABLES: usize = 3;

#[test]
fn answers_with_fewer_facts_are_the_same_or_undecided() {
    let full = iac_aws_rules::table();
    let (mut wrong, mut undecided) = (Vec::new(), 0);
    let tables: Vec<Table> = (0..TABLES).map(|seed| Table::new(blinded(&mut Random::new(seed)))).collect();
    for (position, case) in Case::all().iter().enumerate() {
        let more = summary::of(&case.plan(&full));
        let less = summary::of(&case.plan(&tables[position % TABLES] as &dyn Provider));
        undecided += compare(&case.name, &entries(&more), &entries(&less), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(undecided >= 50, "the facts matter: only {undecided} answers become undecided");
}

fn entries(plan: &Json) -> Map<String, Json> {
    plan.as_object().cloned().unwrap_or_default()
}

/// Collects the certain answers that differ, and returns how many are undecided with less knowledge alone.
fn compare(name: &str, more: &Map<String, Json>, less: &Map<String, Json>, wrong: &mut Vec<String>) -> usize {
    const ERROR: &str = "__error__";
    if more.contains_key(ERROR) || less.contains_key(ERROR) {
        if !more.contains_key(ERROR) {
            wrong.push(format!("{name}: {:?}", less[ERROR]));
        }
        return 0;
    }
    let addresses: BTreeSet<&String> =
        more.keys().chain(less.keys()).filter(|address| !address.starts_with("output.")).collect();
    let (no_op, none) = (Json::from(vec!["no-op"]), Json::Array(Vec::new()));
    let mut undecided = 0;
    for address in addresses {
        let member = |side: &Map<String, Json>, member: &str, unset: &Json| {
            side.get(address).and_then(|entry| entry.get(member)).unwrap_or(unset).clone()
        };
        let answer = |side| (member(side, "actions", &no_op), member(side, "replace_paths", &none));
        let is_certain = |side| member(side, "undecided", &none) == none;
        if !is_certain(less) {
            undecided += usize::from(is_certain(more));
        } else if answer(more) != answer(less) {
            wrong.push(format!("{name}: {address}: {:?} becomes {:?}", answer(more), answer(less)));
        }
    }
    undecided
}

/// Returns the knowledge with some facts replaced by words for facts that are not known.
fn blinded(random: &mut Random) -> KnowledgeFiles {
    let files = texts();
    // Corrections must still change something.
    let corrected: BTreeSet<&str> = files
        .overlay
        .lines()
        .chain(files.hooks.lines())
        .filter_map(|line| line.split(['.', ':']).next())
        .collect();
    let services: Vec<(&str, &str)> = files
        .services
        .iter()
        .map(|(name, text)| {
            let mut is_free = false;
            let lines = text.lines().map(|line| {
                if let Some(head) = line.strip_prefix("resource ") {
                    is_free = head.split(' ').next().is_some_and(|name| !corrected.contains(name));
                }
                if is_free && random.below(3) == 0 { without_facts(line) } else { line.to_owned() }
            });
            let lines: Vec<String> = lines.collect();
            (*name, leak(lines.join("\n") + "\n"))
        })
        .collect();
    let hooks: Vec<String> = files
        .hooks
        .lines()
        .map(|line| if random.below(3) == 0 { without_meaning(line) } else { line.to_owned() })
        .collect();
    KnowledgeFiles { services: services.leak(), hooks: leak(hooks.join("\n") + "\n"), ..files }
}

/// Returns the line of an argument without the differences that the provider ignores, and unsure of replacement.
fn without_facts(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        if word == "force_new" {
            "force_new_conditional"
        } else if word.starts_with("norms=") && !line.contains(" rewrites") {
            "unmodeled=suppress"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a line of code of the provider with one that has no meaning to the planner.
fn without_meaning(line: &str) -> String {
    let words = line.split(' ').map(|word| match word.split_once('=') {
        Some(("state_func", _)) => "state_func=opaque".to_owned(),
        Some((name @ ("hidden" | "replaces" | "reverts" | "unknown_if"), _)) => format!("{name}=[\"?\"]"),
        Some(("sets", _)) => "sets=[[[\"?\"],[\"?\"]]]".to_owned(),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A generator of pseudo-random numbers.
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Self {
        Self(u64::try_from(seed).expect("it is small") + 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
