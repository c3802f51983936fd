//! Random programs: Terraform and our planner say the same, or ours says that it does not know (invariant 5).

#![expect(clippy::print_stdout, reason = "the figures are worth a look")]

use iac_tests::random::batch::Terraform;
use iac_tests::random::ours::Ours;
use iac_tests::random::report::Tally;
use iac_tests::random::types::Types;

/// Terraform plans as many programs at once: more cost it more than they should.
const BATCH: usize = 500;

#[test]
fn a_thousand_random_programs_come_out_the_same_from_the_table() {
    let tally = tally(&Ours::table(), 1000);
    assert!(tally.types.len() >= 300, "{} types are few", tally.types.len());
    // FIXME: none should be. What is left is printed: facts that the probe could not see.
    assert!(
        tally.wrong.len() * 200 <= tally.planned * 3,
        "{} are planned wrong, and surely",
        tally.wrong.len()
    );
    assert!(tally.undecided * 50 <= tally.planned, "{} are not decided", tally.undecided);
}

#[test]
fn random_programs_come_out_the_same_from_the_provider() {
    let tally = tally(&Ours::binary(), BATCH);
    assert!(tally.wrong.is_empty(), "{} are planned wrong", tally.wrong.len());
    assert_eq!(tally.undecided, 0, "the provider decides");
    assert_eq!(tally.same_attributes, tally.planned, "other attributes change");
}

fn tally(ours: &Ours, programs: usize) -> Tally {
    let (types, terraform) = (Types::load(), Terraform::new());
    let mut tally = Tally::default();
    for first in (0..programs).step_by(BATCH) {
        tally.add(first..first + BATCH, &types, &terraform, ours, 1);
    }
    println!("{tally}");
    for wrong in &tally.wrong {
        println!("{wrong}");
    }
    tally
}
