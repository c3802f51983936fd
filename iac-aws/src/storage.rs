//! Buckets and file systems.
//!
//! ```
//! use iac_aws::identity::{Principal, Role};
//! use iac_aws::storage::Bucket;
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let reports = stack.add(Bucket::builder("reports").expire_after_days(90));
//! let role = stack.add(Role::builder("reader", Principal::service("lambda.amazonaws.com")));
//! reports.grant_read(&role);
//! # stack.render_hcl().unwrap();
//! ```

mod backup;
mod build;
mod file_system;
mod replication;

pub use backup::{BackupPlan, BackupPlanBuilder};
pub use build::BucketBuilder;
pub use file_system::{FileSystem, FileSystemBuilder, Volume};
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::caller::Account;
use crate::encryption::Key;
use crate::identity::{Grantee, Policy, Principal, Statement};
use crate::s3;

/// A bucket that nobody outside the account reads: encrypted, versioned, reached over TLS only, and with a log of who
/// accessed it.
///
/// | address | is |
/// |---|---|
/// | `aws_s3_bucket.<name>` | the bucket, called `<stack>-<name>-` and what AWS makes of it, for names are shared by all accounts |
/// | `aws_s3_bucket_public_access_block.<name>` | that nothing makes it public |
/// | `aws_s3_bucket_ownership_controls.<name>` | that there are no ACLs |
/// | `aws_s3_bucket_server_side_encryption_configuration.<name>` | the encryption |
/// | `aws_s3_bucket_versioning.<name>` | that what is overwritten or deleted can be had back |
/// | `aws_s3_bucket_lifecycle_configuration.<name>` | for how long |
/// | `aws_s3_bucket_logging.<name>` | where accesses are logged |
/// | `aws_s3_bucket_notification.<name>` | that EventBridge is told of changes |
/// | `aws_s3_bucket_policy.<name>` | who else may do what, and that nothing comes in the clear |
/// | `aws_s3_bucket_replication_configuration.<name>`, `aws_iam_role.<name>_replication` | where it is [copied](Bucket::replicate_to) to |
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The bucket itself.
    pub bucket: s3::Bucket,
    /// Its policy, for what depends on it.
    pub bucket_policy: s3::BucketPolicy,
    versioning: s3::BucketVersioning,
    policy: Policy,
    key: Option<Key>,
    name: Text,
    scope: OwnedScope,
}

impl Bucket {
    /// Starts a bucket.
    pub fn builder(name: impl Into<Text>) -> BucketBuilder {
        BucketBuilder::new(name.into())
    }

    /// The bucket to which load balancers and other buckets write who accessed them: one for the whole stack, named
    /// `access_logs`. S3 encrypts it with a key of its own, since they cannot write with any other.
    #[must_use]
    pub fn of_access_logs(scope: &Scope<'_>) -> Self {
        scope.shared(|scope| AccessLogs(add_access_logs(scope))).0
    }

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Expr<String> {
        self.bucket.arn().into_expr()
    }

    /// The ARN of objects in the bucket: `objects("reports/*")`.
    #[must_use]
    pub fn objects(&self, pattern: &str) -> Expr<String> {
        tf!("{}/{pattern}", self.bucket.arn())
    }

    /// Adds a statement to the bucket's own policy, which says on what: the bucket or [objects](Self::objects).
    pub fn allow(&self, statement: Statement) {
        self.policy.add(statement);
    }

    /// Lets CloudFront read objects for a distribution.
    pub(crate) fn allow_distribution(&self, scope: &Scope<'_>, distribution: impl IntoExpr<String>) {
        let cloudfront = Principal::service("cloudfront.amazonaws.com");
        self.allow(
            Statement::allow(["s3:GetObject"])
                .named("DistributionReads")
                .to(cloudfront.clone())
                .on(self.objects("*"))
                .when("StringEquals", "aws:SourceArn", distribution.into_expr()),
        );
        if let Some(key) = &self.key {
            // By pattern: the distribution may come after what is encrypted with the key.
            let distributions = tf!("arn:aws:cloudfront::{}:distribution/*", Account::of(scope).id());
            key.allow(Statement::allow(["kms:Decrypt"]).to(cloudfront).when(
                "ArnLike",
                "aws:SourceArn",
                distributions,
            ));
        }
    }

    /// Lets AWS deliver logs of services that have no right of their own to the bucket.
    pub(crate) fn allow_log_delivery(&self, scope: &Scope<'_>) {
        let account = Account::of(scope).id();
        let service = Principal::service("delivery.logs.amazonaws.com");
        self.allow(
            Statement::allow(["s3:PutObject"])
                .named("LogsAreDelivered")
                .to(service.clone())
                .on(self.objects("*"))
                .when("StringEquals", "aws:SourceAccount", &account)
                .when("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
        );
        self.allow(
            Statement::allow(["s3:GetBucketAcl"]).named("DeliveryLooks").to(service).on(self.arn()).when(
                "StringEquals",
                "aws:SourceAccount",
                account,
            ),
        );
    }

    /// Lets someone list and read objects.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        let role = grantee.role();
        role.allow(Statement::allow(["s3:ListBucket"]).on(self.arn()));
        role.allow(Statement::allow(["s3:GetObject"]).on(self.objects("*")));
        if let Some(key) = &self.key {
            key.grant_decrypt(grantee);
        }
    }

    /// Lets someone write objects.
    #[track_caller]
    pub fn grant_write(&self, grantee: &impl Grantee) {
        let actions = ["s3:AbortMultipartUpload", "s3:PutObject"];
        grantee.role().allow(Statement::allow(actions).on(self.objects("*")));
        if let Some(key) = &self.key {
            key.grant_encrypt_decrypt(grantee);
        }
    }

    /// Lets someone delete objects, of which versions remain.
    #[track_caller]
    pub fn grant_delete(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["s3:DeleteObject"]).on(self.objects("*")));
    }
}

/// The bucket for access logs of a stack.
#[derive(Clone)]
struct AccessLogs(Bucket);

fn add_access_logs(scope: &Scope<'_>) -> Bucket {
    let bucket = scope
        .add(Bucket::builder("access_logs").encrypted_by_s3().without_access_log().expire_after_days(365));
    let account = Account::of(scope).id();
    bucket.allow(
        Statement::allow(["s3:PutObject"])
            .named("LoadBalancersWrite")
            .to(Principal::service("logdelivery.elasticloadbalancing.amazonaws.com"))
            .on(bucket.objects("*")),
    );
    bucket.allow(
        Statement::allow(["s3:PutObject"])
            .named("BucketsWrite")
            .to(Principal::service("logging.s3.amazonaws.com"))
            .on(bucket.objects("*"))
            .when("StringEquals", "aws:SourceAccount", account),
    );
    bucket
}
