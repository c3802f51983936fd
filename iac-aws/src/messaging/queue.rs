//! Queues.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Topic;
use crate::encryption::Key;
use crate::identity::{Grantee, Policy, Statement};
use crate::monitoring::{Alarm, Alarms, Metric};
use crate::naming::physical_name;
use crate::sqs;

/// An encrypted SQS queue with a dead-letter queue. Access requires TLS.
///
/// | Address | Description |
/// |---|---|
/// | `aws_sqs_queue.<name>` | queue, named `<stack>-<name>` |
/// | `aws_sqs_queue.<name>_dead_letters` | dead-letter queue, with a retention of two weeks |
/// | `aws_sqs_queue_policy.<name>`, `aws_sqs_queue_policy.<name>_dead_letters` | queue policies that require TLS and allow AWS services to send |
///
/// ```
/// use iac_aws::identity::{Principal, Role};
/// use iac_aws::messaging::{Queue, Topic};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let orders = stack.add(Queue::builder("orders").visibility_timeout_seconds(120));
/// let shop = stack.add(Role::builder("shop", Principal::service("ecs-tasks.amazonaws.com")));
/// orders.grant_send(&shop);
/// let operators = stack.add(Topic::builder("operators"));
/// orders.alarms(&operators);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Queue {
    /// The queue.
    pub queue: sqs::Queue,
    /// The dead-letter queue.
    pub dead_letters: Option<sqs::Queue>,
    name: Text,
    policy: Policy,
    key: Key,
    pub(super) scope: OwnedScope,
}

impl Queue {
    /// Starts a queue.
    pub fn builder(name: impl Into<Text>) -> QueueBuilder {
        QueueBuilder {
            name: name.into(),
            visibility_timeout_seconds: 30,
            retention_seconds: 4 * 24 * 60 * 60,
            max_receive_count: Some(5),
            key: None,
        }
    }

    /// Returns the name of the queue in its stack.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a statement to the queue policy. Its resource is the queue.
    pub fn allow(&self, statement: Statement) {
        self.policy.add(statement.on(self.queue.arn()));
    }

    /// Allows an AWS service to encrypt the messages that it sends.
    pub(crate) fn allow_service_key(&self, service: &str) {
        self.key.allow_service(service);
    }

    /// Grants permission to send messages.
    #[track_caller]
    pub fn grant_send(&self, grantee: &impl Grantee) {
        let actions = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
        grantee.role().allow(Statement::allow(actions).on(self.queue.arn()));
        self.key.grant_encrypt_decrypt(grantee);
    }

    /// Grants permission to receive and delete messages.
    #[track_caller]
    pub fn grant_receive(&self, grantee: &impl Grantee) {
        let actions = [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ];
        grantee.role().allow(Statement::allow(actions).on(self.queue.arn()));
        self.key.grant_decrypt(grantee);
    }

    /// Returns the metric of the age of the oldest message, in seconds.
    pub fn age_of_oldest_message(&self) -> Metric {
        self.metric("ApproximateAgeOfOldestMessage").statistic("Maximum")
    }

    /// Returns the metric of the number of visible messages.
    pub fn visible_messages(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesVisible").statistic("Maximum")
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/SQS", name).dimension("QueueName", self.queue.name())
    }

    /// Adds alarms that notify a topic.
    ///
    /// They go off when the oldest message is older than 15 minutes (`<name>_waits`), and when the dead-letter queue
    /// is not empty (`<name>_dead_letters`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let old_messages = Alarm::above(format!("{name}_waits"), self.age_of_oldest_message(), 15 * 60)
                .description(format!("The oldest message in queue {name} is older than 15 minutes"));
            let dead_letters = self.dead_letters.as_ref().map(|queue| {
                let metric = Metric::new("AWS/SQS", "ApproximateNumberOfMessagesVisible");
                let metric = metric.dimension("QueueName", queue.name()).statistic("Maximum");
                Alarm::above(format!("{name}_dead_letters"), metric, 0)
                    .description(format!("The dead-letter queue of {name} is not empty"))
            });
            let alarms = [Some(old_messages), dead_letters].into_iter().flatten();
            Alarms(alarms.map(|alarm| scope.add(alarm.notify(topic.arn()))).collect())
        })
    }
}

/// Builds a [`Queue`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct QueueBuilder {
    name: Text,
    visibility_timeout_seconds: u32,
    retention_seconds: u32,
    max_receive_count: Option<u32>,
    key: Option<Key>,
}

impl QueueBuilder {
    /// Sets the visibility timeout in seconds (default: 30).
    ///
    /// It should be longer than the processing of a message takes.
    pub fn visibility_timeout_seconds(mut self, seconds: u32) -> Self {
        self.visibility_timeout_seconds = seconds;
        self
    }

    /// Sets the retention period of messages, in days (default: 4; maximum: 14).
    pub fn retention_days(mut self, days: u32) -> Self {
        self.retention_seconds = days * 24 * 60 * 60;
        self
    }

    /// Sets the number of receives after which a message is moved to the dead-letter queue (default: 5).
    pub fn max_receive_count(mut self, count: u32) -> Self {
        self.max_receive_count = Some(count);
        self
    }

    /// Removes the dead-letter queue: messages are received until they expire.
    pub fn without_dead_letters(mut self) -> Self {
        self.max_receive_count = None;
        self
    }

    /// Sets the KMS key that encrypts the messages (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for QueueBuilder {
    type Output = Queue;

    fn build(self, scope: &Scope<'_>) -> Queue {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let name = self.name;
        let queue = |name: &str, retention: u32| {
            sqs::Queue::builder(name)
                .name(physical_name(scope, name, 80))
                .message_retention_seconds(retention)
                .kms_master_key_id(key.key.key_id())
        };
        let dead_letters = self.max_receive_count.map(|_| {
            let name = format!("{name}_dead_letters");
            let dead_letters = scope.add(queue(&name, 14 * 24 * 60 * 60));
            add_policy(scope, &name, &dead_letters);
            dead_letters
        });
        let main = scope.add(
            queue(&name, self.retention_seconds)
                .visibility_timeout_seconds(self.visibility_timeout_seconds)
                .maybe(dead_letters.as_ref().zip(self.max_receive_count), |queue, (dead_letters, count)| {
                    let target =
                        json!({ "deadLetterTargetArn": dead_letters.arn(), "maxReceiveCount": count });
                    queue.redrive_policy(target)
                }),
        );
        let policy = add_policy(scope, &name, &main);
        Queue { queue: main, dead_letters, name, policy, key, scope: scope.to_owned_scope() }
    }
}

fn add_policy(scope: &Scope<'_>, name: &str, queue: &sqs::Queue) -> Policy {
    let policy = Policy::require_tls("sqs:*", queue.arn());
    scope.add(sqs::QueuePolicy::builder(name).queue_url(queue.id()).policy(&policy));
    policy
}
