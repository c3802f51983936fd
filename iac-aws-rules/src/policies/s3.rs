//! S3 rules.

use iac_review::policy::{Reading, Rule, Subject, Verdict, any_of, deny, warn};

use super::document::{Policy, Statement, matches, not_public};

const BLOCK: &str = "aws_s3_bucket_public_access_block";
const ENCRYPTION: &str = "aws_s3_bucket_server_side_encryption_configuration";
const LIFECYCLE: &str = "aws_s3_bucket_lifecycle_configuration";

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = access_rules();
    rules.extend(content_rules());
    rules
}

/// Returns the rules about access and encryption.
fn access_rules() -> Vec<Rule> {
    vec![
        blocks("s3-block-public-acls", "block public ACLs", "block_public_acls")
            .known_as(&["CKV_AWS_53", "AVD-AWS-0086"]),
        blocks("s3-block-public-policy", "block public bucket policies", "block_public_policy")
            .known_as(&["CKV_AWS_54", "AVD-AWS-0087"]),
        blocks("s3-ignore-public-acls", "ignore existing public ACLs", "ignore_public_acls")
            .known_as(&["CKV_AWS_55", "AVD-AWS-0091"]),
        blocks(
            "s3-restrict-public-buckets",
            "restrict access through existing public policies",
            "restrict_public_buckets",
        )
        .known_as(&["CKV_AWS_56", "AVD-AWS-0093"]),
        deny("s3-public-access-block", "S3 buckets must have a public access block")
            .finding("S3 bucket has no public access block for ACLs and policies")
            .known_as(&["CKV2_AWS_6", "AVD-AWS-0094"])
            .why("A single wrong ACL or policy makes the objects in the bucket public.")
            .remedy("Add an `aws_s3_bucket_public_access_block` with all four settings.")
            .of("aws_s3_bucket", |bucket| {
                bucket.has(BLOCK, "bucket", |block| {
                    block.at("block_public_acls").is(true).and(block.at("block_public_policy").is(true))
                })
            }),
        deny("s3-no-public-acl", "S3 ACLs must not grant public access")
            .finding("S3 ACL grants access to everyone")
            .known_as(&["CKV_AWS_20", "CKV_AWS_57", "AVD-AWS-0092"])
            .why("Anyone can list or read the objects in the bucket, or change them.")
            .remedy("Set `acl` to `private`, or remove the ACL.")
            .exposure()
            .of("aws_s3_bucket_acl", |acl| {
                let grants = acl.at("access_control_policy.grant");
                has_private_acl(acl).and(grants.none(|grant| is_everyone(&grant.at("grantee.uri"))))
            })
            .of("aws_s3_object", has_private_acl)
            .of("aws_s3_bucket", |bucket| {
                has_private_acl(bucket).and(bucket.at("grant").none(|grant| is_everyone(&grant.at("uri"))))
            }),
        deny("s3-encrypted", "S3 encryption configurations must set an algorithm")
            .finding("S3 encryption configuration does not set an algorithm")
            .known_as(&["CKV_AWS_19", "AVD-AWS-0088"])
            .why("S3 encrypts new objects by default; a configuration of its own should name the algorithm.")
            .remedy("Set `sse_algorithm` in every rule, or remove the configuration.")
            .of(ENCRYPTION, |configuration| {
                configuration.at("rule").each(|rule| rule.at(ALGORITHM).is_set())
            }),
        warn("s3-customer-key", "S3 buckets should be encrypted with KMS")
            .finding("S3 bucket is not encrypted with KMS")
            .known_as(&["CKV_AWS_145", "AVD-AWS-0132"])
            .why("Access to a KMS key can be restricted, audited and revoked.")
            .remedy("Set `sse_algorithm = \"aws:kms\"`.")
            .of("aws_s3_bucket", |bucket| {
                let own = is_kms(&bucket.at("server_side_encryption_configuration"));
                own.or(bucket.has(ENCRYPTION, "bucket", |configuration| is_kms(&configuration.root())))
            }),
    ]
}

/// Returns the rules about logging, retention, transport and replication.
fn content_rules() -> Vec<Rule> {
    vec![
        warn("s3-versioned", "S3 buckets should have versioning enabled")
            .finding("S3 bucket does not have versioning enabled")
            .known_as(&["CKV_AWS_21", "AVD-AWS-0090"])
            .why("Objects overwritten or deleted by mistake cannot be recovered.")
            .remedy("Add an `aws_s3_bucket_versioning` with status `Enabled`.")
            .of("aws_s3_bucket", |bucket| {
                bucket.at("versioning.enabled").is(true).or(bucket.has(
                    "aws_s3_bucket_versioning",
                    "bucket",
                    |it| it.at("versioning_configuration.status").is("Enabled"),
                ))
            }),
        warn("s3-access-logs", "S3 buckets should have access logging enabled")
            .finding("S3 bucket does not have access logging enabled")
            .known_as(&["CKV_AWS_18", "AVD-AWS-0089"])
            .why("Without access logs, access to objects cannot be investigated after an incident.")
            .remedy("Add an `aws_s3_bucket_logging` with another bucket as its target.")
            .of("aws_s3_bucket", |bucket| {
                let is_target = bucket.referrers("aws_s3_bucket_logging", "target_bucket");
                any_of([
                    bucket.at("logging").is_set(),
                    bucket.has("aws_s3_bucket_logging", "bucket", |_| Verdict::Pass),
                    Verdict::of(!is_target.is_empty()),
                ])
            }),
        deny("s3-no-any-principal", "S3 bucket policies must not grant public access")
            .finding("S3 bucket policy grants access to any principal")
            .known_as(&["CKV_AWS_70"])
            .why("Anyone can use the allowed actions, such as reading or changing objects.")
            .remedy("List the accounts, roles and services that need access as principals.")
            .exposure()
            .of("aws_s3_bucket_policy", |policy| not_public(&policy.at("policy")))
            .of("aws_s3_bucket", |bucket| not_public(&bucket.at("policy"))),
        warn("s3-abort-uploads", "S3 lifecycle configurations should abort incomplete multipart uploads")
            .finding("S3 lifecycle configuration does not abort incomplete multipart uploads")
            .known_as(&["CKV_AWS_300"])
            .why("The parts of incomplete uploads are billed, but not listed as objects.")
            .remedy("Add a rule with `abort_incomplete_multipart_upload` for the whole bucket.")
            .of(LIFECYCLE, |lifecycle| {
                lifecycle.at("rule").some(|rule| {
                    let aborts = rule.at("abort_incomplete_multipart_upload").is_set();
                    rule.at("status").is("Enabled").and(aborts).and(is_for_all(rule))
                })
            }),
        warn("s3-lifecycle", "S3 buckets should have a lifecycle configuration")
            .finding("S3 bucket has no lifecycle configuration")
            .known_as(&["CKV2_AWS_61"])
            .why("Obsolete objects are billed, and may be kept longer than is permitted.")
            .remedy("Add an `aws_s3_bucket_lifecycle_configuration`.")
            .of("aws_s3_bucket", |bucket| {
                let own = bucket.at("lifecycle_rule").is_set();
                own.or(bucket.has(LIFECYCLE, "bucket", |_| Verdict::Pass))
            }),
        warn("s3-tls-only", "S3 buckets should deny requests without TLS")
            .finding("S3 bucket allows requests without TLS")
            .known_as(&["AwsSolutions-S10"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Deny `s3:*` where `aws:SecureTransport` is false, in the bucket's policy.")
            .of("aws_s3_bucket", |bucket| {
                bucket
                    .has("aws_s3_bucket_policy", "bucket", |policy| refuses_clear_text(&policy.at("policy")))
            }),
        warn("s3-replicated", "S3 buckets should be replicated to another region")
            .finding("S3 bucket is not replicated to another region")
            .known_as(&["CKV_AWS_144"])
            .why("An outage of the region makes the objects unavailable.")
            .remedy("Add an `aws_s3_bucket_replication_configuration`.")
            .opt_in()
            .of("aws_s3_bucket", |bucket| {
                let own = bucket.at("replication_configuration").is_set();
                let enabled = |it: &Subject<'_>| it.at("rule.status").is("Enabled");
                own.or(bucket.has("aws_s3_bucket_replication_configuration", "bucket", enabled))
            }),
        warn("s3-events", "S3 buckets should have event notifications enabled")
            .finding("S3 bucket has no event notification")
            .known_as(&["CKV2_AWS_62"])
            .why("Without notifications, unexpected changes can only be found by polling.")
            .remedy("Add an `aws_s3_bucket_notification`.")
            .opt_in()
            .of("aws_s3_bucket", |bucket| {
                bucket.has("aws_s3_bucket_notification", "bucket", |_| Verdict::Pass)
            }),
    ]
}

const ALGORITHM: &str = "apply_server_side_encryption_by_default.sse_algorithm";

/// Returns a rule about one setting of public access blocks. `effect` is a verb phrase.
fn blocks(id: &'static str, effect: &str, argument: &'static str) -> Rule {
    let requirement = format!("S3 public access blocks must {effect}");
    let finding = format!("S3 public access block does not {effect}");
    deny(id, requirement)
        .finding(finding)
        .why("A single wrong ACL or policy makes the objects in the bucket public.")
        .remedy(format!("Set `{argument} = true`."))
        .exposure()
        .of(BLOCK, move |block| block.at(argument).is(true))
}

fn has_private_acl(it: &Subject<'_>) -> Verdict {
    let acl = it.at("acl");
    acl.is_one_of(&["public-read", "public-read-write", "authenticated-read", "website"])
        .negate()
        .at(acl.path().clone())
}

/// Passes if a grantee is everyone, or everyone with an AWS account.
fn is_everyone(group: &Reading<'_>) -> Verdict {
    group.matches(|uri| {
        ["/global/AllUsers", "/global/AuthenticatedUsers"].iter().any(|group| uri.ends_with(group))
    })
}

fn is_kms(configuration: &Reading<'_>) -> Verdict {
    configuration.at("rule").at(ALGORITHM).is_one_of(&["aws:kms", "aws:kms:dsse"])
}

/// Passes if a lifecycle rule applies to all objects of the bucket.
fn is_for_all(rule: &Reading<'_>) -> Verdict {
    let filter = rule.at("filter");
    let parts = ["prefix", "tag", "and", "object_size_greater_than", "object_size_less_than"];
    let narrow = any_of(parts.map(|part| filter.at(part).is_set()));
    narrow.negate().and(rule.at("prefix").is_unset())
}

/// Passes if a policy denies requests without TLS.
pub(super) fn refuses_clear_text(policy: &Reading<'_>) -> Verdict {
    let document = match Policy::read(policy) {
        Policy::None => return Verdict::fail(),
        Policy::Unknown => return Verdict::Unknown,
        Policy::Known(document) => document,
    };
    let refuses = |statement: &Statement| {
        !statement.is_allow
            && statement.has_wildcard_principal()
            && statement.conditions.iter().any(|condition| {
                matches("bool*", &condition.operator)
                    && condition.key.eq_ignore_ascii_case("aws:SecureTransport")
                    && condition.values.iter().any(|value| value == "false")
            })
    };
    match document.statements.iter().any(refuses) {
        true => Verdict::Pass,
        false if document.has_unknowns => Verdict::Unknown,
        false => Verdict::fail(),
    }
}
