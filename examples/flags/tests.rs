//! What must hold of every environment, whatever changes: above all, that they are the same.

use std::collections::BTreeSet;

use iac_core::prelude::*;

use super::settings::{ENVIRONMENTS, Environment};

/// The addresses of what an environment has, without the gateways and routes of zones, of which production has more.
fn addresses(environment: &Environment) -> BTreeSet<String> {
    let stack = Stack::new(environment.stack);
    super::add_environment(&stack, environment);
    let text = stack.render_hcl().expect("the program is valid");
    let blocks = text.lines().filter(|line| line.starts_with("resource ") || line.starts_with("data "));
    blocks.filter(|line| !line.contains("main_nat_")).map(str::to_owned).collect()
}

#[test]
fn environments_have_the_same_resources() {
    let [development, staging, production] = ENVIRONMENTS.each_ref().map(addresses);
    assert_eq!(development, production);
    assert_eq!(staging, production);
}

#[test]
fn features_are_the_same_and_differ_in_being_on_only() {
    let names = ENVIRONMENTS
        .each_ref()
        .map(|environment| environment.flags.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(names.iter().all(|each| *each == names[0]));
}
