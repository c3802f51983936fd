//! Plans of 202 configurations and states, compared with Terraform's own.
//!
//! `fixtures/corpus/cases.jsonl.gz` holds a case a line: the configuration, the state before, and what Terraform 1.11.4
//! with hashicorp/aws 5.100.0 plans. What this planner says is written to Cargo's directory for files of tests.

mod case;
mod score;
mod summary;

use case::Case;
use iac_core::plan::Table;
use score::Score;

#[test]
fn the_table_agrees_with_terraform() {
    let mut score = Score::default();
    for case in Case::all() {
        let table = Table::new(iac_aws::knowledge::texts());
        let answer = case.plan(&table);
        summary::keep("table", &case.name, &answer);
        score.add(&case, &answer);
    }
    println!("{score}");
    assert!(score.agreeing * 100 >= score.cases * 40, "{score}");
}
