//! Each rule of the policy pack holds of what is good, and does not hold of what is bad.

use std::collections::BTreeSet;
use std::fs;

use iac_tests::policies::{configuration, directory, expected, ours, rules};

#[test]
fn each_rule_tells_good_from_bad() {
    let mut wrong = Vec::new();
    for rule in &rules() {
        let verdicts = ours(rule, &configuration(&rule.info.id));
        for holds in [true, false] {
            if !verdicts.keys().any(|address| expected(address) == holds) {
                wrong.push(format!("{}: nothing that should be {holds}", rule.info.id));
            }
        }
        let others = verdicts.iter().filter(|(address, holds)| expected(address) != **holds);
        wrong.extend(others.map(|(address, holds)| format!("{}: {address} is {holds}", rule.info.id)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_configuration_is_of_a_rule() {
    let rules: BTreeSet<String> = rules().iter().map(|rule| format!("{}.tf", rule.info.id)).collect();
    let files = fs::read_dir(directory()).expect("the fixtures are there").flatten();
    let files: BTreeSet<String> = files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".tf"))
        .collect();
    assert_eq!(files, rules);
}

#[test]
fn each_rule_says_why_and_what_to_do() {
    for rule in &rules() {
        let info = &rule.info;
        assert!(!info.why.is_empty() && !info.remedy.is_empty(), "{}", info.id);
        assert!(info.why.ends_with('.') && info.remedy.ends_with('.'), "{}", info.id);
        assert!(!info.title.ends_with('.'), "{}", info.id);
        assert!(
            info.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
    }
}
