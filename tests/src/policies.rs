//! A valid and an invalid configuration for each rule of the policy pack, and the rules' verdicts.
//!
//! Resources that must pass a rule are named `good…`, resources that must fail it `bad…`, and resources that are only
//! needed by these `other…`.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::{Options, Plan, Request, plan_readable};
use iac_review::policy::{Links, Outcome, Rule, Rules, check};

/// The verdict for each resource: `true` if it passes.
pub type Verdicts = BTreeMap<String, bool>;

/// Returns the directory of the configurations: one file per rule, named after it.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policies")
}

/// Returns the rules of the pack, and the rule that takes arguments.
#[must_use]
pub fn rules() -> Rules {
    let tags = iac_aws_rules::policies::required_tags(&["aws_vpc"], &["Team"]);
    iac_aws_rules::policies::rules().into_iter().chain([tags]).collect()
}

/// Returns the configuration for a rule.
///
/// # Panics
///
/// Panics if there is none.
#[must_use]
pub fn configuration(rule: &str) -> String {
    let path = directory().join(format!("{rule}.tf"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a rule's verdict for each resource that must pass or fail it.
///
/// # Panics
///
/// Panics if the configuration is invalid, or if a verdict is undecided.
#[must_use]
pub fn ours(rule: &Rule, text: &str) -> Verdicts {
    let files = MemoryFiles::new().with("main.tf", text);
    let module = load(".", &files).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).module;
    let table = iac_aws_rules::table();
    let request = Request {
        module: &module,
        state: None,
        providers: &[iac_aws_rules::provider(&table)],
        variables: &HashMap::new(),
        files: &files,
        options: &Options::default(),
    };
    // Some rules are about what the provider refuses.
    let plan =
        plan_readable(&request).unwrap_or_else(|diagnostics| panic!("{}: {diagnostics}", rule.info.id));
    let links = Links::from_configuration(&module);
    let rules: Rules = [rule.clone()].into_iter().collect();
    let report = check(&plan, &links, &rules, &iac_review::policy::Options::default());
    let mut verdicts = relevant(&plan, rule);
    for finding in &report.findings {
        let address = finding.address.to_string();
        assert_ne!(finding.outcome, Outcome::Unknown, "{}: {address} is not known", rule.info.id);
        if let Some(holds) = verdicts.get_mut(&address) {
            *holds = false;
        }
    }
    verdicts
}

/// Returns the resources that must pass or fail a rule.
fn relevant(plan: &Plan, rule: &Rule) -> Verdicts {
    let addresses = plan.changes.iter().map(|change| &change.address);
    let relevant = addresses.filter(|address| {
        let is_of_rule = rule.types().any(|type_name| address.resource_type == type_name);
        is_of_rule && (address.name.starts_with("good") || address.name.starts_with("bad"))
    });
    relevant.map(|address| (address.to_string(), true)).collect()
}

/// Returns the expected verdict according to a resource's name.
#[must_use]
pub fn expected(address: &str) -> bool {
    address.rsplit('.').next().is_some_and(|name| name.starts_with("good"))
}
