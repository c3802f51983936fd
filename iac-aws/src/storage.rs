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

mod build;
mod file_system;

pub use build::BucketBuilder;
pub use file_system::{FileSystem, FileSystemBuilder, Volume};
use iac_core::Text;
use iac_core::prelude::*;

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
#[derive(Clone, Debug)]
pub struct Bucket {
    /// The bucket itself.
    pub bucket: s3::Bucket,
    /// Its policy, for what depends on it.
    pub bucket_policy: s3::BucketPolicy,
    policy: Policy,
    key: Option<Key>,
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
