//! A good and a bad configuration for each rule of the policy pack, and what rules say of them.
//!
//! What a rule holds of is called `good…`, what it does not hold of is called `bad…`, and what is there because these need
//! it is called `other…`.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use iac_core::config::{MemoryFiles, load};
use iac_core::plan::{Options, Plan, ProviderEntry, Request, Table, plan};
use iac_core::policy::{Links, Outcome, Rule, Rules, check};

/// What a judge says of each resource that it was asked about.
pub type Verdicts = BTreeMap<String, bool>;

/// Where the configurations are: one file for each rule, called after it.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policies")
}

/// The rules of the pack, and the one that takes arguments.
#[must_use]
pub fn rules() -> Rules {
    let tags = iac_aws::policies::required_tags(&["aws_vpc"], &["Team"]);
    iac_aws::policies::rules().into_iter().chain([tags]).collect()
}

/// The configuration for a rule.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn configuration(rule: &str) -> String {
    let path = directory().join(format!("{rule}.tf"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a rule says of the resources that are to be judged: whether it holds; not whether it is not known.
///
/// # Panics
///
/// If the configuration is not understood.
#[must_use]
pub fn ours(rule: &Rule, text: &str) -> Verdicts {
    let files = MemoryFiles::new().with("main.tf", text);
    let module = load(".", &files).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).module;
    let table = Table::new(iac_aws::knowledge::texts());
    let source = "registry.terraform.io/hashicorp/aws";
    let request = Request {
        module: &module,
        state: None,
        providers: &[ProviderEntry { source, provider: &table }],
        variables: &HashMap::new(),
        files: &files,
        options: &Options::default(),
    };
    let plan = plan(&request).unwrap_or_else(|diagnostics| panic!("{}: {diagnostics}", rule.info.id));
    let links = Links::from_configuration(&module);
    let rules: Rules = [rule.clone()].into_iter().collect();
    let report = check(&plan, &links, &rules, &iac_core::policy::Options::default());
    let mut verdicts = judged(&plan, rule);
    for finding in &report.findings {
        let address = finding.address.to_string();
        assert_ne!(finding.outcome, Outcome::Unknown, "{}: {address} is not known", rule.info.id);
        if let Some(holds) = verdicts.get_mut(&address) {
            *holds = false;
        }
    }
    verdicts
}

/// The resources that are to be judged by a rule.
fn judged(plan: &Plan, rule: &Rule) -> Verdicts {
    let addresses = plan.changes.iter().map(|change| &change.address);
    let judged = addresses.filter(|address| {
        let is_of_rule = rule.types().any(|type_name| address.resource_type == type_name);
        is_of_rule && (address.name.starts_with("good") || address.name.starts_with("bad"))
    });
    judged.map(|address| (address.to_string(), true)).collect()
}

/// What the name of a resource says that a rule has to say.
#[must_use]
pub fn expected(address: &str) -> bool {
    address.rsplit('.').next().is_some_and(|name| name.starts_with("good"))
}
