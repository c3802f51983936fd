//! A listener needs a default action.

use iac_aws::elbv2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("web");
    stack.add(elbv2::LbListener::builder("http").load_balancer_arn("arn:aws:elasticloadbalancing:::x").port(80));
}
