//! Slack channels with AWS Chatbot.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::Topic;
use crate::chatbot;
use crate::identity::{Grantee, Principal, Role};
use crate::naming::physical_name;

/// Guardrail policy: the upper limit of permissions in a channel, whatever its role allows.
const GUARDRAIL_POLICY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// A Slack channel that receives the notifications of topics.
///
/// Commands run with the permissions of the user who enters them, and are limited to read access.
///
/// | Address | Description |
/// |---|---|
/// | `aws_chatbot_slack_channel_configuration.<name>` | channel, named `<stack>-<name>` |
/// | `aws_iam_role.<name>` | role of the channel, without permissions until they are granted |
///
/// ```
/// use iac_aws::messaging::{ChatChannel, Topic};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("toolbox");
/// let operators = stack.add(Topic::builder("operators"));
/// stack.add(ChatChannel::builder("operations", "T0123ABCDEF", "C0123ABCDEF").notification_topic(&operators));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ChatChannel {
    /// The channel configuration.
    pub channel: chatbot::SlackChannelConfiguration,
    /// The role of the channel.
    pub role: Role,
}

impl ChatChannel {
    /// Starts a channel, by the Slack ids of the workspace and the channel.
    ///
    /// The workspace must already be authorized in AWS Chatbot.
    pub fn builder<'a>(
        name: impl Into<Text>,
        team: impl Into<Text>,
        channel: impl Into<Text>,
    ) -> ChatChannelBuilder<'a> {
        let (name, team, channel) = (name.into(), team.into(), channel.into());
        ChatChannelBuilder { name, team, channel, topics: Vec::new() }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for ChatChannel {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// Builds a [`ChatChannel`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ChatChannelBuilder<'a> {
    name: Text,
    team: Text,
    channel: Text,
    topics: Vec<&'a Topic>,
}

impl<'a> ChatChannelBuilder<'a> {
    /// Forwards the notifications of a topic to the channel.
    pub fn notification_topic(mut self, topic: &'a Topic) -> Self {
        self.topics.push(topic);
        self
    }
}

impl Construct for ChatChannelBuilder<'_> {
    type Output = ChatChannel;

    fn build(self, scope: &Scope<'_>) -> ChatChannel {
        let name = self.name;
        if self.topics.is_empty() {
            let summary = format!("chat channel `{name}` has no topics");
            scope.report(
                Diagnostic::error("chat-topics", summary).hint("add one: `.notification_topic(&operators)`"),
            );
        }
        let role = scope.add(Role::builder(name.clone(), Principal::service("chatbot.amazonaws.com")));
        let channel = scope.add(
            chatbot::SlackChannelConfiguration::builder(name.clone())
                .configuration_name(physical_name(scope, &name, 128))
                .iam_role_arn(role.arn())
                .slack_team_id(self.team.as_str())
                .slack_channel_id(self.channel.as_str())
                .sns_topic_arns(self.topics.iter().map(|topic| topic.arn()))
                .guardrail_policy_arns([GUARDRAIL_POLICY])
                .user_authorization_required(true)
                .logging_level(chatbot::LoggingLevel::Error),
        );
        ChatChannel { channel, role }
    }
}
