//! Plans of 202 configurations and states, compared with Terraform's own.
//!
//! `fixtures/corpus/cases.jsonl.gz` contains one case per line: the configuration, the prior state, and the plan of
//! Terraform 1.11.4 with hashicorp/aws 5.100.0. Our planner's answers are written to Cargo's directory for test
//! files.

mod case;
mod reports;
mod score;
mod soundness;
mod summary;

use case::Case;
use score::Score;

#[test]
fn table_plans_agree_with_terraform() {
    let mut score = Score::default();
    for case in Case::all() {
        let table = iac_aws_rules::table();
        let answer = case.plan(&table);
        summary::keep("table", &case.name, &answer);
        score.add(&case, &answer);
    }
    println!("{score}");
    assert!(score.agreeing * 100 >= score.cases * 99, "{score}");
    assert_eq!(score.false_changes, 0, "{score}");
    assert_eq!(score.wrong_and_sure, 0, "{score}");
    // What depends on an undecided change is undecided, too, however well the planner knows it.
    assert!((score.undecided - score.dependent) * 100 <= score.changes * 2, "{score}");
    assert!(score.undecided * 100 <= score.changes * 5, "{score}");
}

/// Uses the provider's binary, which must be installed where Terraform finds it.
#[cfg(feature = "terraform")]
#[test]
fn provider_plans_agree_with_terraform() {
    use iac_provider::{Binary, Locations, Options, find};

    let open = || {
        let places = Locations::of(std::path::Path::new("."));
        let found =
            find("registry.terraform.io/hashicorp/aws", None, &places).expect("the provider is there");
        Binary::open(found, Options::default()).expect("the provider starts")
    };
    let shared = open();
    let mut score = Score::default();
    for case in Case::all() {
        // The configuration of one case does not apply to another.
        let own = case.configures_a_provider().then(open);
        let answer = case.plan(own.as_ref().unwrap_or(&shared));
        summary::keep("provider", &case.name, &answer);
        score.add(&case, &answer);
    }
    println!("{score}");
    assert_eq!(score.agreeing, score.cases, "{score}");
}
