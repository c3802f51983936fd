//! Replication of buckets.

use iac_core::prelude::*;

use super::Bucket;
use crate::identity::{Principal, Role, Statement};
use crate::s3;

impl Bucket {
    /// Replicates new objects to a bucket in another region or account.
    #[track_caller]
    pub fn replicate_to(&self, destination: &Self) -> s3::BucketReplicationConfiguration {
        let role = format!("{}_replication", self.name);
        self.scope.add(|scope| {
            let role = Role::builder(role, Principal::service("s3.amazonaws.com"));
            let role = scope.add(role.restricted_to_account(scope));
            let actions = ["s3:GetReplicationConfiguration", "s3:ListBucket"];
            role.allow(Statement::allow(actions).on(self.arn()));
            let actions =
                ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"];
            role.allow(Statement::allow(actions).on(self.objects("*")));
            let actions = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"];
            role.allow(Statement::allow(actions).on(destination.objects("*")));
            if let Some(key) = &self.key {
                key.grant_decrypt(&role);
            }
            if let Some(key) = &destination.key {
                key.grant_encrypt_decrypt(&role);
            }
            scope.add(
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
                                    destination.key.as_ref(),
                                    |target, key| {
                                        target.encryption_configuration(|encryption| {
                                            encryption.replica_kms_key_id(key.arn())
                                        })
                                    },
                                )
                            })
                    })
                    .depends_on(&self.versioning)
                    .depends_on(&destination.versioning),
            )
        })
    }
}
