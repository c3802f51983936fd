//! The policy pack and checkov agree on the same configurations, or the difference is explained.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use iac_core::Text;
use iac_tests::policies::{configuration, ours, rules};
use serde_json::Value;

/// Explained differences: `ID RULE ADDRESS: REASON`.
const DIFFERENCES: &str = include_str!("../../fixtures/policies/differences.txt");

/// The result of each check, by rule, ID and address.
type Answers = BTreeMap<(String, String, String), bool>;

#[test]
fn checkov_agrees_with_the_policy_pack() {
    let directory = tempfile::tempdir().expect("the temporary directory can be written");
    for rule in &rules() {
        let module = directory.path().join(rule.info.id.as_str());
        fs::create_dir(&module).expect("it is new");
        fs::write(module.join("main.tf"), configuration(&rule.info.id)).expect("it can be written");
    }
    let theirs = checkov(directory.path());
    let explained: BTreeMap<&str, &str> = DIFFERENCES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("the difference has a reason"))
        .collect();

    let (mut same, mut differ) = (0, BTreeSet::new());
    let mut wrong = Vec::new();
    for rule in &rules() {
        let info = &rule.info;
        let mut is_judged = false;
        let ids: Vec<&str> =
            info.aliases.iter().map(Text::as_str).filter(|id| id.starts_with("CKV")).collect();
        for (address, ours) in ours(rule, &configuration(&info.id)) {
            for id in &ids {
                let resource = address.trim_start_matches("data.").to_owned();
                let key = (info.id.to_string(), (*id).to_owned(), resource);
                let Some(theirs) = theirs.get(&key) else { continue };
                is_judged = true;
                if *theirs == ours {
                    same += 1;
                } else {
                    let name = format!("{id} {} {address}", info.id);
                    if !explained.contains_key(name.as_str()) {
                        wrong.push(format!("{name}: checkov says {theirs}"));
                    }
                    differ.insert(name);
                }
            }
        }
        if !is_judged && !ids.is_empty() {
            let name = format!("{} {} nothing", ids.join("/"), info.id);
            if !explained.contains_key(name.as_str()) {
                wrong.push(format!("{name}: checkov reports nothing for any resource"));
            }
            differ.insert(name);
        }
    }
    println!("{same} verdicts are the same, {} differ and are explained", differ.len());
    let stale = explained.keys().filter(|name| !differ.contains(**name));
    wrong.extend(stale.map(|name| format!("{name}: explained, but no longer so")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns checkov's results for the modules of a directory.
fn checkov(directory: &Path) -> Answers {
    let program = env::var_os("IAC_CHECKOV").expect("`. .ci/checkov.sh` first");
    let output = Command::new(program)
        .args(["--framework", "terraform", "--skip-download", "--compact", "--output", "json", "--directory"])
        .arg(directory)
        .output()
        .expect("checkov starts");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut answers = Answers::new();
    for (list, passed) in [("passed_checks", true), ("failed_checks", false)] {
        for check in report["results"][list].as_array().expect("a list of checks") {
            let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            let rule = text("file_path").trim_matches('/').split('/').next().unwrap_or_default().to_owned();
            answers.insert((rule, text("check_id"), text("resource")), passed);
        }
    }
    assert!(answers.len() > 1_000, "checkov has only {} answers", answers.len());
    answers
}
