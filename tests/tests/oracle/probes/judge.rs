//! Comparison of probes with Terraform.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::json::{self, Document};
use iac_plan::plan::{Options, Plan, Request, plan};
use serde_json::Value;

use super::SCOPE;
use crate::terraform;

/// The number of lines of an output.
const LINES: usize = 3;

/// The result of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The number of probes that agree.
    pub equal: usize,
    /// The number of undecided probes.
    pub undecided: usize,
    /// The number of probes that Terraform refuses.
    pub refused: usize,
    /// The number of probes that only later versions accept.
    pub newer: usize,
    /// Probes that differ, with both answers.
    pub wrong: Vec<String>,
}

/// An answer: a value and its unknown parts, in the format of `terraform show -json`; `None` for an error.
type Answer = Option<(Value, Value)>;

/// Compares the answers for each probe.
pub(crate) fn judge(probes: &[String], report: &mut Report) {
    let directory = env::temp_dir().join(format!("iac-probes-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("the temporary directory can be written");
    let answers = ask_terraform(&directory, probes);
    fs::remove_dir_all(&directory).expect("it was made");
    for (position, probe) in probes.iter().enumerate() {
        let expected = answers.get(&position);
        report.refused += usize::from(expected.is_none());
        let Some(given) = ask(probe) else {
            report.undecided += 1;
            continue;
        };
        if given.as_ref() == expected {
            report.equal += 1;
        } else if expected.is_none() && ["&&", "||"].iter().any(|operator| probe.contains(operator)) {
            // Terraform 1.11 evaluates both operands; later versions do not.
            report.newer += 1;
        } else {
            report.wrong.push(format!("{probe}\n  Terraform: {expected:?}\n  here: {given:?}\n"));
        }
    }
}

/// The declaration of an output: marks cannot be compared in a sensitive output, so they are a part of the value.
fn output(position: usize, probe: &str) -> String {
    format!("output \"o{position}\" {{\n  value = [issensitive({probe}), nonsensitive({probe})]\n}}\n")
}

/// Returns Terraform's answers, without those that are errors.
fn ask_terraform(directory: &Path, probes: &[String]) -> BTreeMap<usize, (Value, Value)> {
    let mut left: BTreeSet<usize> = (0..probes.len()).collect();
    fs::write(directory.join("scope.tf"), SCOPE).expect("the temporary directory can be written");
    // Some errors hide others.
    for _ in 0..probes.len() {
        let order: Vec<usize> = left.iter().copied().collect();
        let outputs = order.iter().fold(String::new(), |mut outputs, position| {
            write!(outputs, "{}", output(*position, &probes[*position]))
                .expect("writing to a string does not fail");
            outputs
        });
        fs::write(directory.join("main.tf"), outputs).expect("the temporary directory can be written");
        terraform(directory, &["init", "-no-color", "-input=false"]).expect("nothing has to be installed");
        let planned = ["plan", "-no-color", "-input=false", "-refresh=false", "-out=planned"];
        let Err(problems) = terraform(directory, &planned) else {
            let shown = terraform(directory, &["show", "-json", "planned"]).expect("the plan was written");
            return answers(&serde_json::from_str(&shown).expect("it is JSON"));
        };
        let wrong = refused(&problems, &order);
        assert!(!wrong.is_empty(), "{problems}");
        left.retain(|position| !wrong.contains(position));
    }
    panic!("Terraform refuses every probe");
}

/// Returns the outputs that errors name, by their name or by the line.
fn refused(problems: &str, order: &[usize]) -> BTreeSet<usize> {
    let number = |text: &str| {
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        text[..digits].parse::<usize>().ok()
    };
    let named =
        problems.split("output \"o").skip(1).chain(problems.split("value \"o").skip(1)).filter_map(number);
    let lines = problems.split("on main.tf line ").skip(1).filter_map(number);
    named.chain(lines.filter_map(|line| order.get((line - 1) / LINES).copied())).collect()
}

fn answers(plan: &Value) -> BTreeMap<usize, (Value, Value)> {
    let changes = plan["output_changes"].as_object().expect("there are outputs");
    let changes = changes.iter().map(|(name, change)| {
        let position = name[1..].parse().expect("outputs are numbered");
        (position, (change["after"].clone(), change["after_unknown"].clone()))
    });
    changes.collect()
}

/// Returns our answer; `None` if it is undecided.
fn ask(probe: &str) -> Option<Answer> {
    let files = MemoryFiles::new().with("scope.tf", SCOPE).with("main.tf", output(0, probe));
    let Ok(loaded) = load(".", &files) else { return Some(None) };
    let request = Request {
        module: &loaded.module,
        state: None,
        providers: &[],
        variables: &HashMap::new(),
        files: &files,
        options: &Options::default(),
    };
    let Ok(plan) = plan(&request) else { return Some(None) };
    let is_decided = |plan: &Plan| plan.outputs.iter().all(|output| output.undecided.is_empty());
    is_decided(&plan).then(|| answers(&written(&plan)).remove(&0))
}

fn written(plan: &Plan) -> Value {
    let document = Document { plan, configuration: None, schema: &|_, _| None, members: &[] };
    let mut text = Vec::new();
    json::write(&document, &mut text).expect("memory can be written");
    serde_json::from_slice(&text).expect("it is JSON")
}
