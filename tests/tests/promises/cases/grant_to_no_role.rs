//! Permissions are granted to constructs that have a role, not to names.

use iac_aws::messaging::Queue;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("production");
    let orders = stack.add(Queue::builder("orders"));
    orders.grant_send(&"shop");
}
