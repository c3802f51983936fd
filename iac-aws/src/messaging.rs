//! Queues, topics and chat channels.

mod chat;
mod queue;
mod topic;

pub use chat::{ChatChannel, ChatChannelBuilder};
pub use queue::{Queue, QueueBuilder};
pub use topic::{Topic, TopicBuilder};
