//! Topics.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Queue;
use crate::caller::Account;
use crate::encryption::Key;
use crate::identity::{Grantee, Policy, Principal, Statement};
use crate::naming::physical_name;
use crate::stacks::connecting;
use crate::{kind, sns};

/// An encrypted SNS topic. Publishing requires TLS.
///
/// CloudWatch alarms and EventBridge rules of the account may publish.
///
/// | Address | Description |
/// |---|---|
/// | `aws_sns_topic.<name>` | topic, named `<stack>-<name>` |
/// | `aws_sns_topic_policy.<name>` | topic policy |
/// | `aws_sns_topic_subscription.<name>_<subscriber>` | each subscription |
///
/// ```
/// use iac_aws::messaging::{Queue, Topic};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let orders = stack.add(Topic::builder("orders").email("shop", "shop@lessons.example"));
/// let bills = stack.add(Queue::builder("bills"));
/// orders.subscribe(&bills);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Topic {
    /// The topic.
    pub topic: sns::Topic,
    name: Text,
    policy: Policy,
    key: Key,
    scope: OwnedScope,
}

impl Topic {
    /// Starts a topic.
    pub fn builder(name: impl Into<Text>) -> TopicBuilder {
        TopicBuilder { name: name.into(), emails: Vec::new(), key: None }
    }

    /// Returns the ARN of the topic.
    #[must_use]
    pub fn arn(&self) -> Expr<Arn<kind::SnsTopic>> {
        self.topic.arn()
    }

    /// Adds a statement to the topic policy. Its resource is the topic.
    pub fn allow(&self, statement: Statement) {
        self.policy.add(statement.on(self.arn()));
    }

    /// Allows an AWS service to publish on behalf of the account.
    pub(crate) fn allow_service(&self, service: &str) {
        self.key.allow_service(service);
        let account = self.scope.add(|scope| Account::current(scope).id());
        self.allow(Statement::allow(["sns:Publish"]).to(Principal::service(service)).when(
            "StringEquals",
            "aws:SourceAccount",
            account,
        ));
    }

    /// Grants permission to publish.
    #[track_caller]
    pub fn grant_publish(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["sns:Publish"]).on(self.arn()));
        self.key.grant_encrypt_decrypt(grantee);
    }

    /// Subscribes a queue, with raw message delivery. The subscription of a queue in another stack is in that stack.
    #[track_caller]
    pub fn subscribe(&self, queue: &Queue) -> sns::TopicSubscription {
        queue.allow(Statement::allow(["sqs:SendMessage"]).to(Principal::service("sns.amazonaws.com")).when(
            "ArnEquals",
            "aws:SourceArn",
            self.arn(),
        ));
        // SNS encrypts the messages with the key of the queue.
        queue.allow_service_key("sns.amazonaws.com");
        // The policy of the queue refers to the topic, so that the stack of the queue depends on that of the topic.
        connecting(&self.scope, &queue.scope).add(|scope| {
            scope.add(
                sns::TopicSubscription::builder(format!("{}_{}", self.name, queue.name()))
                    .topic_arn(self.arn())
                    .protocol(sns::Protocol::Sqs)
                    .endpoint(queue.queue.arn())
                    .raw_message_delivery(true),
            )
        })
    }
}

/// Builds a [`Topic`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct TopicBuilder {
    name: Text,
    emails: Vec<(Text, Expr<String>)>,
    key: Option<Key>,
}

impl TopicBuilder {
    /// Adds an email subscription, which the owner of the address must confirm.
    pub fn email(mut self, subscriber: impl Into<Text>, address: impl IntoExpr<String>) -> Self {
        self.emails.push((subscriber.into(), address.into_expr()));
        self
    }

    /// Sets the KMS key that encrypts messages (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for TopicBuilder {
    type Output = Topic;

    fn build(self, scope: &Scope<'_>) -> Topic {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let name = self.name;
        let topic = scope.add(
            sns::Topic::builder(name.clone())
                .name(physical_name(scope, &name, 256))
                .kms_master_key_id(key.key.key_id()),
        );
        let policy = Policy::require_tls("sns:Publish", topic.arn());
        scope.add(sns::TopicPolicy::builder(name.clone()).arn(topic.arn()).policy(&policy));
        for (subscriber, address) in self.emails {
            scope.add(
                sns::TopicSubscription::builder(format!("{name}_{subscriber}"))
                    .topic_arn(topic.arn())
                    .protocol(sns::Protocol::Email)
                    .endpoint(address),
            );
        }
        let topic = Topic { topic, name, policy, key, scope: scope.to_owned_scope() };
        for service in ["cloudwatch.amazonaws.com", "events.amazonaws.com"] {
            topic.allow_service(service);
        }
        topic
    }
}
