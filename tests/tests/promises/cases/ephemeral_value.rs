//! What is in no state cannot go into an argument that is.

use iac_aws::{secretsmanager, ssm};
use iac_core::Stack;

fn main() {
    let stack = Stack::new("secrets");
    let secret = stack.add(secretsmanager::ephemeral::SecretVersion::builder("a").secret_id("a"));
    stack.add(ssm::Parameter::builder("a").name("a").type_(ssm::Type::String).value(secret.secret_string()));
}
