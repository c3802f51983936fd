//! An ephemeral value cannot be passed to an argument that is stored in the state.

use iac_aws::{secretsmanager, ssm};
use iac_core::Stack;

fn main() {
    let stack = Stack::new("secrets");
    let secret = stack.add(secretsmanager::ephemeral::SecretVersion::builder("a").secret_id("a"));
    stack.add(ssm::Parameter::builder("a").name("a").type_(ssm::Type::String).value(secret.secret_string()));
}
