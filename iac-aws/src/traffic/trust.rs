//! DNSSEC signing and query logs of hosted zones.

use iac_core::prelude::*;

use super::Zone;
use crate::caller::Account;
use crate::encryption::account_key_policy;
use crate::identity::{Policy, Principal, Statement};
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::{kms, logs, route53};

impl Zone {
    /// Enables DNSSEC signing, with a key in a scope whose provider is in `us-east-1`, as Route 53 requires.
    ///
    /// The key's `ds_record` must then be registered with the domain's registrar.
    #[track_caller]
    pub fn sign(&self, us_east_1: &Scope<'_>) -> route53::KeySigningKey {
        let route53 = Principal::service("dnssec-route53.amazonaws.com");
        let account = Account::current(us_east_1);
        let policy = account_key_policy(&account)
            .statement(
                Statement::allow(["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"])
                    .to(route53.clone())
                    .on("*")
                    .when("StringEquals", "aws:SourceAccount", account.id()),
            )
            .statement(Statement::allow(["kms:CreateGrant"]).to(route53).on("*").when(
                "Bool",
                "kms:GrantIsForAWSResource",
                "true",
            ));
        let key = us_east_1.add(
            kms::Key::builder(format!("{}_dnssec", self.name))
                .description(tf!("DNSSEC key of zone {}", self.zone.name()))
                .customer_master_key_spec(kms::CustomerMasterKeySpec::EccNistP256)
                .key_usage(kms::KeyUsage::SignVerify)
                .deletion_window_in_days(30)
                .policy(policy),
        );
        self.scope.add(|scope| {
            let signing = scope.add(
                route53::KeySigningKey::builder(self.name.clone())
                    .name(physical_name(scope, &self.name, 128).replace('-', "_"))
                    .hosted_zone_id(self.zone.zone_id())
                    .key_management_service_arn(key.arn()),
            );
            scope.add(
                route53::HostedZoneDnssec::builder(self.name.clone())
                    .hosted_zone_id(self.zone.zone_id())
                    .depends_on(&signing),
            );
            signing
        })
    }

    /// Enables query logs, in a log group of a scope whose provider is in `us-east-1`, as Route 53 requires.
    #[track_caller]
    pub fn log_queries(&self, us_east_1: &Scope<'_>) -> LogGroup {
        let name = format!("{}_queries", self.name);
        let physical_name = physical_name(us_east_1, &name, 128);
        let log_group = us_east_1
            .add(LogGroup::builder(name.clone()).physical_name(format!("/aws/route53/{physical_name}")));
        let account = Account::current(us_east_1).id();
        let policy = us_east_1.add(
            logs::LogResourcePolicy::builder(name).policy_name(physical_name).policy_document(
                Policy::new().statement(
                    Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                        .to(Principal::service("route53.amazonaws.com"))
                        .on(tf!("{}:*", log_group.group.arn()))
                        .when("StringEquals", "aws:SourceAccount", account),
                ),
            ),
        );
        self.scope.add(|scope| {
            scope.add(
                route53::QueryLog::builder(self.name.clone())
                    .zone_id(self.zone.zone_id())
                    .cloudwatch_log_group_arn(log_group.group.arn())
                    .depends_on(&policy),
            )
        });
        log_group
    }
}
