//! Buckets that nobody outside can reach.

use iac_aws::{kms, s3};
use iac_core::prelude::*;
use iac_core::{Any, object};

use crate::policy::policy;
use crate::site::Site;

/// How what is in a bucket is encrypted.
#[derive(Clone, Copy, Debug)]
pub enum Encryption<'a> {
    /// With a key of S3 itself: load balancers cannot write with any other.
    S3,
    /// With a key of the account.
    Key(&'a kms::Key),
}

/// The bucket to which load balancers and other buckets write who accessed them.
#[derive(Debug)]
pub struct AccessLogs {
    pub bucket: s3::Bucket,
    /// What depends on the right to write, depends on this.
    pub policy: s3::BucketPolicy,
}

pub fn add_access_logs(site: &Site<'_>) -> AccessLogs {
    let account = site.environment.account;
    let bucket = add_private_bucket(site, "access_logs", Encryption::S3, site.environment.log_retention_days);
    let policy = add_bucket_policy(
        site,
        "access_logs",
        &bucket,
        [
            object! {
                "Sid": "LoadBalancersWrite",
                "Effect": "Allow",
                "Principal": { "Service": "logdelivery.elasticloadbalancing.amazonaws.com" },
                "Action": "s3:PutObject",
                "Resource": tf!("{}/AWSLogs/{account}/*", bucket.arn()),
            },
            object! {
                "Sid": "BucketsWrite",
                "Effect": "Allow",
                "Principal": { "Service": "logging.s3.amazonaws.com" },
                "Action": "s3:PutObject",
                "Resource": tf!("{}/buckets/*", bucket.arn()),
                "Condition": { "StringEquals": { "aws:SourceAccount": account } },
            },
        ],
    );
    AccessLogs { bucket, policy }
}

/// A bucket without public access and without ACLs, whose objects are deleted after a while.
pub fn add_private_bucket(
    site: &Site<'_>,
    name: &'static str,
    encryption: Encryption<'_>,
    retention_days: u32,
) -> s3::Bucket {
    let bucket = site.add(
        // The names of buckets are shared with all other accounts.
        s3::Bucket::builder(name).bucket(format!("{}-{}", site.name(name), site.environment.account)),
    );
    site.add(
        s3::BucketPublicAccessBlock::builder(name)
            .bucket(bucket.id())
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true),
    );
    site.add(
        s3::BucketOwnershipControls::builder(name)
            .bucket(bucket.id())
            .rule(|rule| rule.object_ownership(s3::ObjectOwnership::BucketOwnerEnforced)),
    );
    site.add(s3::BucketServerSideEncryptionConfiguration::builder(name).bucket(bucket.id()).rule(|rule| {
        rule.bucket_key_enabled(true).apply_server_side_encryption_by_default(|default| match encryption {
            Encryption::S3 => default.sse_algorithm(s3::SseAlgorithm::Aes256),
            Encryption::Key(key) => {
                default.sse_algorithm(s3::SseAlgorithm::AwsKms).kms_master_key_id(key.arn())
            }
        })
    }));
    let versioning =
        site.add(s3::BucketVersioning::builder(name).bucket(bucket.id()).versioning_configuration(
            |versioning| versioning.status(s3::VersioningConfigurationStatus::Enabled),
        ));
    site.add(
        s3::BucketLifecycleConfiguration::builder(name)
            .bucket(bucket.id())
            .rule(|rule| {
                rule.id("expire")
                    .status(s3::RuleStatus::Enabled)
                    .filter(|all| all)
                    .expiration(|expiration| expiration.days(retention_days))
                    .noncurrent_version_expiration(|version| version.noncurrent_days(30))
                    .abort_incomplete_multipart_upload(|upload| upload.days_after_initiation(7))
            })
            // The rule speaks of versions.
            .depends_on(&versioning),
    );
    bucket
}

/// The policy of a bucket: what is allowed, and that nothing comes unencrypted.
pub fn add_bucket_policy(
    site: &Site<'_>,
    name: &'static str,
    bucket: &s3::Bucket,
    allowed: impl IntoIterator<Item = Expr<Any>>,
) -> s3::BucketPolicy {
    let tls_only = object! {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.arn(), tf!("{}/*", bucket.arn())],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    };
    let statements: Vec<_> = [tls_only].into_iter().chain(allowed).collect();
    site.add(s3::BucketPolicy::builder(name).bucket(bucket.id()).policy(policy(statements)))
}
