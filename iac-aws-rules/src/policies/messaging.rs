//! SNS and SQS rules.

use iac_review::policy::{Rule, Subject, Verdict, deny, warn};

use super::document::{Statement, no_statement, not_public};
use super::s3::refuses_clear_text;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("sns-encrypted", "SNS topics should be encrypted at rest")
            .finding("SNS topic is not encrypted at rest")
            .known_as(&["CKV_AWS_26", "AVD-AWS-0095"])
            .why("Messages are stored unencrypted until they are delivered.")
            .remedy("Set `kms_master_key_id`.")
            .of("aws_sns_topic", |topic| topic.at("kms_master_key_id").is_set()),
        deny("sns-not-public", "SNS topic policies must not grant public access")
            .finding("SNS topic policy grants access to any principal")
            .known_as(&["CKV_AWS_169"])
            .why("Anyone can use the allowed actions, such as reading or publishing messages.")
            .remedy("List the accounts and services that need access as principals.")
            .exposure()
            .of("aws_sns_topic_policy", |it| not_public(&it.at("policy")))
            .of("aws_sns_topic", |it| not_public(&it.at("policy"))),
        warn(
            "sns-other-accounts-bounded",
            "SNS topic policies should restrict access of accounts and roles with a condition",
        )
        .finding("SNS topic policy allows an account or role without a condition")
        .known_as(&["CKV_AWS_385"])
        .why("Every principal of another account that has the permission there can use the topic.")
        .remedy("Add a condition, for example on `aws:PrincipalOrgID` or `aws:SourceArn`.")
        .exposure()
        .of("aws_sns_topic_policy", |it| {
            no_statement(&it.at("policy"), |statement| {
                let is_account =
                    |(kind, principal): &(String, String)| kind == "AWS" && principal.starts_with("arn:");
                statement.is_allow
                    && statement.conditions.is_empty()
                    && statement.principals.iter().any(is_account)
            })
        }),
        warn("sns-tls-only", "SNS topics should deny publishing without TLS")
            .finding("SNS topic allows publishing without TLS")
            .known_as(&["AwsSolutions-SNS3"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Deny `sns:Publish` where `aws:SecureTransport` is false, in the topic's policy.")
            .of("aws_sns_topic", |topic| has_tls_only(topic, "aws_sns_topic_policy", "arn")),
        warn("sqs-encrypted", "SQS queues should be encrypted at rest")
            .finding("SQS queue does not enable encryption at rest")
            .known_as(&["CKV_AWS_27", "AVD-AWS-0096"])
            .why("Messages are stored unencrypted until they are received.")
            .remedy("Set `sqs_managed_sse_enabled = true` or `kms_master_key_id`.")
            .of("aws_sqs_queue", |queue| {
                queue.at("kms_master_key_id").is_set().or(queue.at("sqs_managed_sse_enabled").is(true))
            }),
        deny("sqs-no-star-action", "SQS queue policies must not allow all actions")
            .finding("SQS queue policy allows all actions")
            .known_as(&["CKV_AWS_72", "AVD-AWS-0097"])
            .why("A principal that only needs to send messages could also delete the queue.")
            .remedy("List the required actions.")
            .exposure()
            .of("aws_sqs_queue_policy", |it| no_statement(&it.at("policy"), allows_all))
            .of("aws_sqs_queue", |it| no_statement(&it.at("policy"), allows_all)),
        deny("sqs-not-public", "SQS queue policies must not grant public access")
            .finding("SQS queue policy grants access to any principal")
            .known_as(&["CKV_AWS_168", "CKV_AWS_387"])
            .why("Anyone can use the allowed actions, such as reading or sending messages.")
            .remedy("List the accounts and services that need access as principals, or add a condition.")
            .exposure()
            .of("aws_sqs_queue_policy", |it| not_public(&it.at("policy")))
            .of("aws_sqs_queue", |it| not_public(&it.at("policy"))),
        warn("sqs-dead-letters", "SQS queues should have a dead-letter queue")
            .finding("SQS queue has no dead-letter queue")
            .known_as(&["AwsSolutions-SQS3"])
            .why("A message that cannot be processed is retried until it expires, and delays the others.")
            .remedy("Set `redrive_policy`.")
            .of("aws_sqs_queue", |queue| {
                let own = queue.at("redrive_policy").is_set();
                let is_one = queue.at("redrive_allow_policy").is_set();
                let separate = queue.has("aws_sqs_queue_redrive_policy", "queue_url", |_| Verdict::Pass);
                own.or(is_one).or(separate).or(Verdict::of(is_dead_letter_queue(queue)))
            }),
        warn("sqs-tls-only", "SQS queues should deny requests without TLS")
            .finding("SQS queue allows requests without TLS")
            .known_as(&["AwsSolutions-SQS4"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Deny `sqs:*` where `aws:SecureTransport` is false, in the queue's policy.")
            .of("aws_sqs_queue", |queue| has_tls_only(queue, "aws_sqs_queue_policy", "queue_url")),
    ]
}

fn allows_all(statement: &Statement) -> bool {
    statement.is_allow
        && statement.actions.iter().any(|action| action == "*" || action.eq_ignore_ascii_case("sqs:*"))
}

fn has_tls_only(it: &Subject<'_>, policy: &str, argument: &str) -> Verdict {
    let own = it.at("policy");
    let own = if own.is_set().is_pass() { refuses_clear_text(&own) } else { Verdict::fail() };
    own.or(it.has(policy, argument, |policy| refuses_clear_text(&policy.at("policy"))))
}

/// Returns `true` if the queue is the dead-letter queue of another resource.
fn is_dead_letter_queue(queue: &Subject<'_>) -> bool {
    [
        ("aws_cloudwatch_event_target", "dead_letter_config.arn"),
        ("aws_lambda_function", "dead_letter_config.target_arn"),
        ("aws_scheduler_schedule", "target.dead_letter_config.arn"),
        ("aws_sns_topic_subscription", "redrive_policy"),
        ("aws_sqs_queue", "redrive_policy"),
        ("aws_sqs_queue_redrive_policy", "redrive_policy"),
    ]
    .iter()
    .any(|(type_name, argument)| !queue.referrers(type_name, argument).is_empty())
}
