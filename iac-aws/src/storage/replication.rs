//! Replication of buckets.

use iac_core::prelude::*;
use iac_core::{Dependency as _, RawBlock};

use super::Bucket;
use crate::identity::{Principal, Role, Statement};
use crate::s3;
use crate::stacks::LocalDependency as _;

/// The replication of a bucket, to which destinations can be added.
#[derive(Clone, Debug)]
pub(super) struct Replication {
    configuration: s3::BucketReplicationConfiguration,
    role: Role,
    destinations: u32,
}

impl Bucket {
    /// Replicates new objects to a bucket in another region or account. A bucket may have several replicas.
    #[track_caller]
    pub fn replicate_to(&self, destination: &Self) -> s3::BucketReplicationConfiguration {
        let existing = self.replication.borrow().clone();
        let replication = match existing {
            Some(existing) => self.replicate_also(existing, destination),
            None => self.replicate_first(destination),
        };
        let configuration = replication.configuration.clone();
        *self.replication.borrow_mut() = Some(replication);
        configuration
    }

    #[track_caller]
    fn replicate_first(&self, destination: &Self) -> Replication {
        let role = format!("{}_replication", self.name);
        self.scope.add(|scope| {
            let role = Role::builder(role, Principal::service("s3.amazonaws.com"));
            let role = scope.add(role.restricted_to_account(scope));
            let actions = ["s3:GetReplicationConfiguration", "s3:ListBucket"];
            role.allow(Statement::allow(actions).on(self.arn()));
            let actions =
                ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"];
            role.allow(Statement::allow(actions).on(self.objects("*")));
            grant_replication(&role, destination);
            if let Some(key) = &self.key {
                key.grant_decrypt(&role);
            }
            grant_encryption(&role, destination);
            let configuration = scope.add(
                s3::BucketReplicationConfiguration::builder(self.name.clone())
                    .bucket(self.bucket.id())
                    .role(role.arn())
                    .rule(|rule| {
                        rule.id("all")
                            .status(s3::RulesStatus::Enabled)
                            .filter(|filter| filter)
                            .delete_marker_replication(|markers| markers.status(s3::RulesStatus::Enabled))
                            .when(self.key.is_some(), |rule| {
                                rule.source_selection_criteria(|objects| {
                                    objects.sse_kms_encrypted_objects(|encrypted| {
                                        encrypted.status(s3::RulesStatus::Enabled)
                                    })
                                })
                            })
                            .destination(|target| {
                                target.bucket(destination.bucket.arn()).maybe(
                                    destination.replica_key(self),
                                    |target, key| {
                                        target.encryption_configuration(|encryption| {
                                            encryption.replica_kms_key_id(key)
                                        })
                                    },
                                )
                            })
                    })
                    .depends_on(&self.versioning)
                    .depends_on_local(scope, &destination.versioning),
            );
            Replication { configuration, role, destinations: 1 }
        })
    }

    /// Adds a rule to the replication, which a bucket has only one of.
    fn replicate_also(&self, replication: Replication, destination: &Self) -> Replication {
        let Replication { configuration, role, destinations } = replication;
        grant_replication(&role, destination);
        grant_encryption(&role, destination);
        let number = destinations + 1;
        let stack = self.scope.stack();
        stack.amend(&configuration, |block| {
            let mut block = block.block("rule", |rule| self.rule(rule, destination, number));
            if stack.contains(&destination.versioning) {
                let address = destination.versioning.address().into_static();
                block.body_mut().push_to_list("depends_on", address);
            }
            block
        });
        Replication { configuration, role, destinations: number }
    }

    /// Fills the rule for another destination. Rules need distinct priorities; the first one has 0.
    fn rule(&self, rule: RawBlock, destination: &Self, number: u32) -> RawBlock {
        rule.argument("id", format!("all-{number}"))
            .argument("priority", number - 1)
            .argument("status", "Enabled")
            .block("filter", |filter| filter)
            .block("delete_marker_replication", |markers| markers.argument("status", "Enabled"))
            .when(self.key.is_some(), |rule| {
                rule.block("source_selection_criteria", |objects| {
                    objects.block("sse_kms_encrypted_objects", |encrypted| {
                        encrypted.argument("status", "Enabled")
                    })
                })
            })
            .block("destination", |target| {
                target.argument("bucket", destination.bucket.arn()).maybe(
                    destination.replica_key(self),
                    |target, key| {
                        target.block("encryption_configuration", |encryption| {
                            encryption.argument("replica_kms_key_id", key)
                        })
                    },
                )
            })
    }

    /// Returns the key that encrypts replicas of objects of a source.
    ///
    /// S3 requires one for objects that are encrypted with a key of KMS, even if the replica has an S3 managed key: it is
    /// then the AWS managed key of S3.
    fn replica_key(&self, source: &Self) -> Option<Expr<String>> {
        let managed = || {
            let account = self.scope.add(crate::caller::Account::current);
            account.arn("kms", "alias/aws/s3")
        };
        match &self.key {
            Some(key) => Some(key.arn().into_expr()),
            None => source.key.is_some().then(managed),
        }
    }
}

fn grant_replication(role: &Role, destination: &Bucket) {
    let actions = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"];
    role.allow(Statement::allow(actions).on(destination.objects("*")));
}

fn grant_encryption(role: &Role, destination: &Bucket) {
    if let Some(key) = &destination.key {
        key.grant_encrypt_decrypt(role);
    }
}
