//! Topics and queues.

use iac_review::policy::{Rule, Subject, Verdict, deny, warn};

use super::document::{Statement, no_statement};
use super::s3::refuses_clear_text;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("sns-encrypted", "What is sent to a topic is encrypted")
            .known_as(&["CKV_AWS_26", "AVD-AWS-0095"])
            .why("Messages lie in the clear until they are delivered.")
            .remedy("Set `kms_master_key_id`.")
            .of("aws_sns_topic", |topic| topic.at("kms_master_key_id").is_set()),
        deny("sns-not-public", "A topic is not for everybody")
            .known_as(&["CKV_AWS_169"])
            .why("Everybody could read what is sent, or send something else.")
            .remedy("Name the accounts and services that need it as principals.")
            .exposure()
            .of("aws_sns_topic_policy", |it| no_statement(&it.at("policy"), Statement::is_for_everybody))
            .of("aws_sns_topic", |it| no_statement(&it.at("policy"), Statement::is_for_everybody)),
        warn("sns-other-accounts-bounded", "A topic is for other accounts under a condition only")
            .known_as(&["CKV_AWS_385"])
            .why("Whoever may do something in the other account may do it here.")
            .remedy("Add a condition, for example on `aws:PrincipalOrgID` or `aws:SourceArn`.")
            .exposure()
            .of("aws_sns_topic_policy", |it| {
                no_statement(&it.at("policy"), |statement| {
                    let is_account =
                        |(kind, who): &(String, String)| kind == "AWS" && who.starts_with("arn:");
                    statement.is_allow
                        && statement.conditions.is_empty()
                        && statement.principals.iter().any(is_account)
                })
            }),
        warn("sns-tls-only", "A topic refuses messages in the clear")
            .known_as(&["AwsSolutions-SNS3"])
            .why("What is sent in the clear can be read and changed on its way.")
            .remedy("Deny `sns:Publish` where `aws:SecureTransport` is false, in the topic's policy.")
            .of("aws_sns_topic", |topic| has_tls_only(topic, "aws_sns_topic_policy", "arn")),
        warn("sqs-encrypted", "What is sent to a queue is encrypted")
            .known_as(&["CKV_AWS_27", "AVD-AWS-0096"])
            .why("Messages lie in the clear until they are received.")
            .remedy("Set `sqs_managed_sse_enabled = true` or `kms_master_key_id`.")
            .of("aws_sqs_queue", |queue| {
                queue.at("kms_master_key_id").is_set().or(queue.at("sqs_managed_sse_enabled").is(true))
            }),
        deny("sqs-no-star-action", "A queue's policy does not allow all actions")
            .known_as(&["CKV_AWS_72", "AVD-AWS-0097"])
            .why("Whoever may send could also delete the queue.")
            .remedy("Name the actions that are needed.")
            .exposure()
            .of("aws_sqs_queue_policy", |it| no_statement(&it.at("policy"), allows_all))
            .of("aws_sqs_queue", |it| no_statement(&it.at("policy"), allows_all)),
        deny("sqs-not-public", "A queue is not for everybody")
            .known_as(&["CKV_AWS_168", "CKV_AWS_387"])
            .why("Everybody could read what is in it, or send something else.")
            .remedy("Name the accounts and services that need it as principals, or add a condition.")
            .exposure()
            .of("aws_sqs_queue_policy", |it| no_statement(&it.at("policy"), Statement::is_for_everybody))
            .of("aws_sqs_queue", |it| no_statement(&it.at("policy"), Statement::is_for_everybody)),
        warn("sqs-dead-letters", "What nobody could handle is kept in another queue")
            .known_as(&["AwsSolutions-SQS3"])
            .why("A message that cannot be handled comes again until it is too old, and holds up the others.")
            .remedy("Set `redrive_policy`.")
            .of("aws_sqs_queue", |queue| {
                let own = queue.at("redrive_policy").is_set();
                let is_one = queue.at("redrive_allow_policy").is_set();
                let separate = queue.has("aws_sqs_queue_redrive_policy", "queue_url", |_| Verdict::Pass);
                own.or(is_one).or(separate).or(Verdict::of(is_dead_letter_queue(queue)))
            }),
        warn("sqs-tls-only", "A queue refuses requests in the clear")
            .known_as(&["AwsSolutions-SQS4"])
            .why("What is sent in the clear can be read and changed on its way.")
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

/// Whether something sends here what it could not handle.
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
