//! Builds the resources of a bucket.

use std::rc::Rc;

use iac_core::Text;
use iac_core::prelude::*;

use super::Bucket;
use crate::encryption::Key;
use crate::identity::Policy;
use crate::naming::physical_name;
use crate::s3;
use crate::stacks::LocalDependency as _;

/// Builds a [`Bucket`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct BucketBuilder {
    name: Text,
    physical_name: Option<Expr<String>>,
    encryption: Encryption,
    expiration: Option<u32>,
    noncurrent_days: u32,
    access_log: AccessLog,
    force_destroy: bool,
    notifications: bool,
}

#[derive(Clone, Debug)]
enum Encryption {
    /// The default key of the stack.
    Stack,
    Key(Key),
    /// A key managed by S3.
    S3,
}

#[derive(Clone, Debug)]
enum AccessLog {
    /// The access log bucket of the stack.
    Stack,
    Bucket(Box<Bucket>),
    None,
}

impl BucketBuilder {
    pub(super) fn new(name: Text) -> Self {
        Self {
            name,
            physical_name: None,
            encryption: Encryption::Stack,
            expiration: None,
            noncurrent_days: 90,
            access_log: AccessLog::Stack,
            force_destroy: false,
            notifications: true,
        }
    }

    /// Sets the name in S3, which must be globally unique (default: `<stack>-<name>-` and a generated suffix).
    pub fn physical_name(mut self, name: impl IntoExpr<String>) -> Self {
        self.physical_name = Some(name.into_expr());
        self
    }

    /// Sets the KMS key that encrypts the objects (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.encryption = Encryption::Key(key.clone());
        self
    }

    /// Encrypts with an S3 managed key, for writers that do not support customer managed keys.
    pub fn s3_managed_key(mut self) -> Self {
        self.encryption = Encryption::S3;
        self
    }

    /// Deletes objects after a number of days.
    pub fn expire_after_days(mut self, days: u32) -> Self {
        self.expiration = Some(days);
        self
    }

    /// Sets the number of days that noncurrent versions are kept (default: 90).
    pub fn expire_noncurrent_versions_after_days(mut self, days: u32) -> Self {
        self.noncurrent_days = days;
        self
    }

    /// Sets the bucket for access logs (default: [the access log bucket of the stack](Bucket::access_logs)).
    pub fn access_log(mut self, bucket: &Bucket) -> Self {
        self.access_log = AccessLog::Bucket(Box::new(bucket.clone()));
        self
    }

    /// Disables access logs.
    pub fn without_access_log(mut self) -> Self {
        self.access_log = AccessLog::None;
        self
    }

    /// Leaves the notifications of the bucket to another resource. A bucket has only one `aws_s3_bucket_notification`.
    pub fn without_notifications(mut self) -> Self {
        self.notifications = false;
        self
    }

    /// Deletes all objects when the bucket is destroyed (default: false).
    ///
    /// Otherwise, destroying a bucket with objects fails.
    pub fn force_destroy(mut self, force: bool) -> Self {
        self.force_destroy = force;
        self
    }
}

impl Construct for BucketBuilder {
    type Output = Bucket;

    fn build(self, scope: &Scope<'_>) -> Bucket {
        let key = match &self.encryption {
            Encryption::Stack => Some(Key::stack_default(scope)),
            Encryption::Key(key) => Some(key.clone()),
            Encryption::S3 => None,
        };
        let log = match &self.access_log {
            AccessLog::Stack => Some(Bucket::access_logs(scope)),
            AccessLog::Bucket(bucket) => Some((**bucket).clone()),
            AccessLog::None => None,
        };
        let name = &self.name;
        let prefix = format!("{}-", physical_name(scope, name, 36));
        let bucket = scope.add(
            s3::Bucket::builder(name.clone())
                .when(self.physical_name.is_none(), |bucket| bucket.bucket_prefix(prefix))
                .maybe(self.physical_name.clone(), |bucket, name| bucket.bucket(name))
                .when(self.force_destroy, |bucket| bucket.force_destroy(true)),
        );
        self.add_protection(scope, &bucket, key.as_ref());
        let versioning = self.add_lifecycle(scope, &bucket);
        if let Some(log) = log {
            scope.add(
                s3::BucketLogging::builder(name.clone())
                    .bucket(bucket.id())
                    .target_bucket(log.bucket.id())
                    .target_prefix(tf!("buckets/{}/", bucket.id()))
                    .depends_on_local(scope, &log.bucket_policy),
            );
        }
        let notification = self.notifications.then(|| {
            scope.add(s3::BucketNotification::builder(name.clone()).bucket(bucket.id()).eventbridge(true))
        });
        let policy = Policy::require_tls("s3:*", [bucket.arn().into_expr(), tf!("{}/*", bucket.arn())]);
        let bucket_policy =
            scope.add(s3::BucketPolicy::builder(name.clone()).bucket(bucket.id()).policy(&policy));
        Bucket {
            bucket,
            bucket_policy,
            versioning,
            notification,
            policy,
            key,
            name: self.name,
            scope: scope.to_owned_scope(),
            replication: Rc::default(),
        }
    }
}

impl BucketBuilder {
    fn add_protection(&self, scope: &Scope<'_>, bucket: &s3::Bucket, key: Option<&Key>) {
        let name = &self.name;
        scope.add(
            s3::BucketPublicAccessBlock::builder(name.clone())
                .bucket(bucket.id())
                .block_public_acls(true)
                .block_public_policy(true)
                .ignore_public_acls(true)
                .restrict_public_buckets(true),
        );
        scope.add(
            s3::BucketOwnershipControls::builder(name.clone())
                .bucket(bucket.id())
                .rule(|rule| rule.object_ownership(s3::ObjectOwnership::BucketOwnerEnforced)),
        );
        scope.add(
            s3::BucketServerSideEncryptionConfiguration::builder(name.clone()).bucket(bucket.id()).rule(
                |rule| {
                    rule.bucket_key_enabled(true).apply_server_side_encryption_by_default(|default| match key
                    {
                        None => default.sse_algorithm(s3::SseAlgorithm::Aes256),
                        Some(key) => {
                            default.sse_algorithm(s3::SseAlgorithm::AwsKms).kms_master_key_id(key.arn())
                        }
                    })
                },
            ),
        );
    }

    fn add_lifecycle(&self, scope: &Scope<'_>, bucket: &s3::Bucket) -> s3::BucketVersioning {
        let versioning = scope.add(
            s3::BucketVersioning::builder(self.name.clone()).bucket(bucket.id()).versioning_configuration(
                |versioning| versioning.status(s3::VersioningConfigurationStatus::Enabled),
            ),
        );
        scope.add(
            s3::BucketLifecycleConfiguration::builder(self.name.clone())
                .bucket(bucket.id())
                .rule(|rule| {
                    rule.id("expire")
                        .status(s3::RuleStatus::Enabled)
                        .filter(|filter| filter)
                        .maybe(self.expiration, |rule, days| {
                            rule.expiration(|expiration| expiration.days(days))
                        })
                        .noncurrent_version_expiration(|version| {
                            version.noncurrent_days(self.noncurrent_days)
                        })
                        .abort_incomplete_multipart_upload(|upload| upload.days_after_initiation(7))
                })
                // The rule refers to noncurrent versions.
                .depends_on(&versioning),
        );
        versioning
    }
}
