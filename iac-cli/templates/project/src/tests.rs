//! What the program writes, for review: `cargo insta review` accepts a change.

use iac_core::synth::Syntax;

use crate::app;

#[test]
fn network() {
    let synthesis = app().synthesize(Syntax::Hcl).expect("the program is valid");
    insta::assert_snapshot!(synthesis.stacks[0].configuration, @r#"
    "#);
}
