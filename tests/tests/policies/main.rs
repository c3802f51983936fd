//! Each rule of the policy pack passes the good configuration and fails the bad one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use iac_core::Text;
use iac_tests::policies::{configuration, directory, expected, ours, rules};

#[test]
fn each_rule_passes_good_and_fails_bad_resources() {
    let mut wrong = Vec::new();
    for rule in &rules() {
        let verdicts = ours(rule, &configuration(&rule.info.id));
        for holds in [true, false] {
            if !verdicts.keys().any(|address| expected(address) == holds) {
                wrong.push(format!("{}: no resource is expected to be {holds}", rule.info.id));
            }
        }
        let others = verdicts.iter().filter(|(address, holds)| expected(address) != **holds);
        wrong.extend(others.map(|(address, holds)| format!("{}: {address} is {holds}", rule.info.id)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_configuration_belongs_to_a_rule() {
    let rules: BTreeSet<String> = rules().iter().map(|rule| format!("{}.tf", rule.info.id)).collect();
    let files = fs::read_dir(directory()).expect("the fixtures are there").flatten();
    let files: BTreeSet<String> = files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "differences.txt")
        .collect();
    assert!(!files.is_empty());
    let without_rule: Vec<&String> = files.difference(&rules).collect();
    assert!(without_rule.is_empty(), "there is no rule for tests/fixtures/policies/{without_rule:?}");
    let without_file: Vec<&String> = rules.difference(&files).collect();
    assert!(without_file.is_empty(), "rules need a configuration: tests/fixtures/policies/{without_file:?}");
}

#[test]
fn each_rule_has_a_reason_and_a_remedy() {
    for rule in &rules() {
        let info = &rule.info;
        assert!(!info.why.is_empty() && !info.remedy.is_empty(), "{}", info.id);
        assert!(info.why.ends_with('.') && info.remedy.ends_with('.'), "{}", info.id);
        assert!(!info.requirement.ends_with('.') && !info.finding.ends_with('.'), "{}", info.id);
        assert!(
            info.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
    }
}

#[test]
fn documentation_lists_each_rule() {
    const UPDATE: &str = "UPDATE_DOCS";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace");
    let path = path.join("docs/reference/policies.md");
    let text = fs::read_to_string(&path).expect("the documentation is there");
    let (before, rest) = text.split_once("<!-- rules -->\n").expect("the page has a section for the rules");
    let (_, after) = rest.split_once("<!-- end of rules -->").expect("the section has an end");
    let mut table = String::from("| Rule | Requirement | Also known as | Severity |\n|---|---|---|---|\n");
    for rule in &rules() {
        let info = &rule.info;
        let aliases: Vec<&str> = info.aliases.iter().map(Text::as_str).collect();
        let marks = [
            info.severity.as_str(),
            if info.exposure { "exposure" } else { "" },
            if info.opt_in { "opt-in" } else { "" },
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|mark| !mark.is_empty()).collect();
        let (id, requirement) = (&info.id, &info.requirement);
        writeln!(table, "| `{id}` | {requirement} | {} | {} |", aliases.join(", "), marks.join(", "))
            .expect("writing to a string does not fail");
    }
    let expected = format!("{before}<!-- rules -->\n{table}<!-- end of rules -->{after}");
    if env::var_os(UPDATE).is_some() {
        fs::write(&path, expected).expect("the documentation can be written");
    } else {
        assert!(
            text == expected,
            "docs/reference/policies.md is stale: run `cargo xtask regenerate policies`"
        );
    }
}

#[test]
fn readme_states_the_number_of_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace");
    let readme = fs::read_to_string(path.join("README.md")).expect("the readme is there");
    let number = iac_aws_rules::policies::rules().iter().count();
    assert!(readme.contains(&format!("{number} AWS rules")), "README.md: there are {number} AWS rules");
}

/// Values that refer to resources which do not exist yet are known as far as they are literal.
#[test]
fn documents_with_unknown_parts_are_checked() {
    let configuration = r#"
        resource "aws_sqs_queue" "jobs" {}

        resource "aws_iam_policy" "good" {
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.jobs.arn }] })
        }

        resource "aws_iam_policy" "bad" {
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = aws_sqs_queue.jobs.arn }] })
        }

        resource "aws_ecs_task_definition" "good" {
          family = "good"
          container_definitions = jsonencode([{
            name = "web", image = "web", privileged = false
            environment = [{ name = "QUEUE", value = aws_sqs_queue.jobs.url }]
          }])
        }

        resource "aws_ecs_task_definition" "bad" {
          family = "bad"
          container_definitions = jsonencode([{
            name = "web", image = "web", privileged = true
            environment = [{ name = "QUEUE", value = aws_sqs_queue.jobs.url }, { name = "DB_PASSWORD", value = "hunter2" }]
          }])
        }"#;
    let rules = rules();
    for id in ["iam-no-star-action", "ecs-not-privileged", "ecs-no-secrets-in-environment"] {
        let verdicts = ours(rules.get(id).expect("the rule exists"), configuration);
        assert_eq!(verdicts.len(), 2, "{id}");
        for (address, holds) in verdicts {
            assert_eq!(holds, expected(&address), "{id}: {address}");
        }
    }
}
