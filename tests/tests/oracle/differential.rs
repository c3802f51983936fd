//! Random programs: Terraform and our planner say the same, or ours says that it does not know (invariant 5: not yet kept for all).

use iac_tests::random::batch::Terraform;
use iac_tests::random::ours::Ours;
use iac_tests::random::report::Tally;
use iac_tests::random::types::Types;

/// Terraform plans as many programs at once: more cost it more than they should.
const BATCH: usize = 500;

#[test]
fn a_thousand_random_programs_come_out_the_same_from_the_table() {
    let (types, terraform, ours) = (Types::load(), Terraform::new(), Ours::table());
    let mut tally = Tally::default();
    for first in [0, BATCH] {
        tally.add(first..first + BATCH, &types, &terraform, &ours, 1);
    }
    println!("{tally}");
    for wrong in &tally.wrong {
        println!("{wrong}");
    }
    assert!(tally.types.len() >= 300, "{} types are few", tally.types.len());
    // FIXME: none should be. What is left is listed above: facts that the probe could not see.
    assert!(
        tally.wrong.len() * 50 <= tally.planned,
        "{} programs are planned wrong, and surely",
        tally.wrong.len()
    );
}
