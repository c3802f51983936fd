//! Buckets, and what may be done with what is in them.

use iac_review::policy::{Reading, Rule, Subject, Verdict, any_of, deny, warn};

use super::document::{Statement, is_open, matches, no_statement, statements};

const BLOCK: &str = "aws_s3_bucket_public_access_block";
const ENCRYPTION: &str = "aws_s3_bucket_server_side_encryption_configuration";
const LIFECYCLE: &str = "aws_s3_bucket_lifecycle_configuration";

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = of_access();
    rules.extend(of_contents());
    rules
}

/// Who gets at what is in a bucket.
fn of_access() -> Vec<Rule> {
    vec![
        blocks("s3-block-public-acls", "New public ACLs are refused", "block_public_acls")
            .known_as(&["CKV_AWS_53", "AVD-AWS-0086"]),
        blocks("s3-block-public-policy", "Public bucket policies are refused", "block_public_policy")
            .known_as(&["CKV_AWS_54", "AVD-AWS-0087"]),
        blocks("s3-ignore-public-acls", "Public ACLs that are there do not count", "ignore_public_acls")
            .known_as(&["CKV_AWS_55", "AVD-AWS-0091"]),
        blocks(
            "s3-restrict-public-buckets",
            "Public policies that are there do not count",
            "restrict_public_buckets",
        )
        .known_as(&["CKV_AWS_56", "AVD-AWS-0093"]),
        deny("s3-public-access-block", "A bucket has a public access block")
            .known_as(&["CKV2_AWS_6", "AVD-AWS-0094"])
            .why("One wrong ACL or policy makes everything in it public.")
            .remedy("Add an `aws_s3_bucket_public_access_block` with all four settings.")
            .exposure()
            .of("aws_s3_bucket", |bucket| {
                bucket.has(BLOCK, "bucket", |block| {
                    block.at("block_public_acls").is(true).and(block.at("block_public_policy").is(true))
                })
            }),
        deny("s3-encrypted", "What is in a bucket is encrypted")
            .known_as(&["CKV_AWS_19", "AVD-AWS-0088"])
            .why("Amazon encrypts by default since 2023; an algorithm that is named cannot be a weaker one.")
            .remedy("Add an `aws_s3_bucket_server_side_encryption_configuration`, or nothing at all.")
            .of(ENCRYPTION, |configuration| {
                configuration.at("rule").each(|rule| rule.at(ALGORITHM).is_set())
            }),
        warn("s3-customer-key", "What is in a bucket is encrypted with KMS")
            .known_as(&["CKV_AWS_145", "AVD-AWS-0132"])
            .why("Only a key in KMS says who may decrypt, and can be taken away.")
            .remedy("Set `sse_algorithm = \"aws:kms\"`.")
            .of("aws_s3_bucket", |bucket| {
                let own = is_kms(&bucket.at("server_side_encryption_configuration"));
                own.or(bucket.has(ENCRYPTION, "bucket", |configuration| is_kms(&configuration.root())))
            }),
    ]
}

/// What becomes of what is in a bucket.
fn of_contents() -> Vec<Rule> {
    vec![
        warn("s3-versioned", "A bucket keeps earlier versions")
            .known_as(&["CKV_AWS_21", "AVD-AWS-0090"])
            .why("What is overwritten or deleted by mistake is gone.")
            .remedy("Add an `aws_s3_bucket_versioning` with status `Enabled`.")
            .of("aws_s3_bucket", |bucket| {
                bucket.at("versioning.enabled").is(true).or(bucket.has(
                    "aws_s3_bucket_versioning",
                    "bucket",
                    |it| it.at("versioning_configuration.status").is("Enabled"),
                ))
            }),
        warn("s3-access-logs", "Requests to a bucket are logged")
            .known_as(&["CKV_AWS_18", "AVD-AWS-0089"])
            .why("Without logs nobody can tell afterwards who read what.")
            .remedy("Add an `aws_s3_bucket_logging` with another bucket as its target.")
            .of("aws_s3_bucket", |bucket| {
                let is_target = bucket.referrers("aws_s3_bucket_logging", "target_bucket");
                any_of([
                    bucket.at("logging").is_set(),
                    bucket.has("aws_s3_bucket_logging", "bucket", |_| Verdict::Pass),
                    Verdict::of(!is_target.is_empty()),
                ])
            }),
        deny("s3-no-any-principal", "A bucket policy does not let everybody do something")
            .known_as(&["CKV_AWS_70"])
            .why("What is in the bucket is public, or can be changed by anybody.")
            .remedy("Name the accounts, roles and services that need it as principals.")
            .exposure()
            .of("aws_s3_bucket_policy", |policy| {
                no_statement(&policy.at("policy"), Statement::is_for_everybody)
            })
            .of("aws_s3_bucket", |bucket| no_statement(&bucket.at("policy"), Statement::is_for_everybody)),
        warn("s3-abort-uploads", "Uploads that were never finished are removed")
            .known_as(&["CKV_AWS_300"])
            .why("Their parts are paid for, and nobody sees them.")
            .remedy("Add a rule with `abort_incomplete_multipart_upload` for the whole bucket.")
            .of(LIFECYCLE, |lifecycle| {
                lifecycle.at("rule").some(|rule| {
                    let aborts = rule.at("abort_incomplete_multipart_upload").is_set();
                    rule.at("status").is("Enabled").and(aborts).and(is_for_all(rule))
                })
            }),
        warn("s3-lifecycle", "A bucket says how long it keeps what is in it")
            .known_as(&["CKV2_AWS_61"])
            .why("What nobody needs is paid for, and kept longer than it may be.")
            .remedy("Add an `aws_s3_bucket_lifecycle_configuration`.")
            .of("aws_s3_bucket", |bucket| {
                let own = bucket.at("lifecycle_rule").is_set();
                own.or(bucket.has(LIFECYCLE, "bucket", |_| Verdict::Pass))
            }),
        warn("s3-tls-only", "A bucket refuses requests in the clear")
            .known_as(&["AwsSolutions-S10"])
            .why("What is sent in the clear can be read and changed on its way.")
            .remedy("Deny `s3:*` where `aws:SecureTransport` is false, in the bucket's policy.")
            .of("aws_s3_bucket", |bucket| {
                bucket
                    .has("aws_s3_bucket_policy", "bucket", |policy| refuses_clear_text(&policy.at("policy")))
            }),
        warn("s3-replicated", "A bucket is replicated to another region")
            .known_as(&["CKV_AWS_144"])
            .why("A region that fails takes its buckets with it.")
            .remedy("Add an `aws_s3_bucket_replication_configuration`.")
            .opt_in()
            .of("aws_s3_bucket", |bucket| {
                let own = bucket.at("replication_configuration").is_set();
                let enabled = |it: &Subject<'_>| it.at("rule.status").is("Enabled");
                own.or(bucket.has("aws_s3_bucket_replication_configuration", "bucket", enabled))
            }),
        warn("s3-events", "Changes in a bucket are announced")
            .known_as(&["CKV2_AWS_62"])
            .why("Whoever watches for what should not be there has to ask again and again.")
            .remedy("Add an `aws_s3_bucket_notification`.")
            .opt_in()
            .of("aws_s3_bucket", |bucket| {
                bucket.has("aws_s3_bucket_notification", "bucket", |_| Verdict::Pass)
            }),
    ]
}

const ALGORITHM: &str = "apply_server_side_encryption_by_default.sse_algorithm";

fn blocks(id: &'static str, title: &'static str, argument: &'static str) -> Rule {
    deny(id, title)
        .why("One wrong ACL or policy makes everything in the bucket public.")
        .remedy(format!("Set `{argument} = true`."))
        .exposure()
        .of(BLOCK, move |block| block.at(argument).is(true))
}

fn is_kms(configuration: &Reading<'_>) -> Verdict {
    configuration.at("rule").at(ALGORITHM).is_one_of(&["aws:kms", "aws:kms:dsse"])
}

/// Whether a rule of a lifecycle is for everything in the bucket.
fn is_for_all(rule: &Reading<'_>) -> Verdict {
    let filter = rule.at("filter");
    let parts = ["prefix", "tag", "and", "object_size_greater_than", "object_size_less_than"];
    let narrow = any_of(parts.map(|part| filter.at(part).is_set()));
    narrow.negate().and(rule.at("prefix").is_unset())
}

/// Whether a policy denies everything that does not come over TLS.
pub(super) fn refuses_clear_text(policy: &Reading<'_>) -> Verdict {
    let Some(json) = policy.json() else {
        return if policy.is_unknown() { Verdict::Unknown } else { Verdict::fail() };
    };
    let statements = statements(&json);
    let refuses = |statement: &Statement| {
        !statement.is_allow
            && statement.names_everybody()
            && statement.conditions.iter().any(|condition| {
                matches("bool*", &condition.operator)
                    && condition.key.eq_ignore_ascii_case("aws:SecureTransport")
                    && condition.values.iter().any(|value| value == "false")
            })
    };
    match statements.iter().any(refuses) {
        true => Verdict::Pass,
        false if is_open(&json, &statements) => Verdict::Unknown,
        false => Verdict::fail(),
    }
}
