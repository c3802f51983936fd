//! Queues and topics.

mod chat;
mod queue;
mod topic;

pub use chat::{ChatChannel, ChatChannelBuilder};
pub use queue::{Queue, QueueBuilder};
pub use topic::{Topic, TopicBuilder};
