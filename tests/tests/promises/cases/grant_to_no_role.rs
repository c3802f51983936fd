//! Permissions are granted to what has a role, and not to a name.

use iac_aws::messaging::Queue;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("production");
    let orders = stack.add(Queue::builder("orders"));
    orders.grant_send(&"shop");
}
