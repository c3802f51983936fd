//! Queues and topics.

mod queue;
mod topic;

pub use queue::{Queue, QueueBuilder};
pub use topic::{Topic, TopicBuilder};
