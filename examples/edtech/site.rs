//! A region of an environment, with its network and cluster.

use iac_aws::Provider;
use iac_aws::containers::Cluster;
use iac_aws::messaging::Topic;
use iac_aws::network::{Network, Tier};
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::settings::{Environment, REVIEW, Region, tags};

/// A region of an environment. The names of its resources start with the name of the region: `us_main`.
#[derive(Debug)]
pub struct Site<'a> {
    pub scope: Scope<'a>,
    pub environment: &'static Environment,
    pub region: &'static Region,
    pub network: Network,
    pub cluster: Cluster,
    /// The topic that receives alarms.
    pub operators: Topic,
}

impl<'a> Site<'a> {
    pub fn add(stack: &'a Stack, environment: &'static Environment, region: &'static Region) -> Self {
        let scope = add_scope(stack, environment, region);
        let number = environment.regions.iter().take_while(|other| other.code != region.code).count();
        let network = scope.add(
            Network::builder("main", region.zones)
                .cidr_block(format!("10.{}.0.0/16", usize::from(environment.network) + number))
                .nat(environment.nat)
                .tiers([Tier::public(), Tier::private(), Tier::isolated()]),
        );
        let cluster = scope.add(Cluster::builder("main"));
        let operators = scope.add(Topic::builder("operators").email("on_call", environment.operators));
        waive_access_logs(&scope, !environment.deletion_protection);
        Self { scope, environment, region, network, cluster, operators }
    }

    /// Returns the domain name of the region: `us.lessons.example`.
    pub fn domain(&self) -> String {
        format!("{}.{}", self.region.name, self.environment.domain)
    }

    /// Waives cross-region replication of a bucket.
    pub fn waive_copy(&self, bucket: &Bucket, reason: &str) {
        let stack = self.scope.stack();
        stack.amend(&bucket.bucket, |bucket| bucket.waive_until("CKV_AWS_144", REVIEW, reason));
    }
}

/// Returns the scope of a region. The home region uses the default provider configuration.
fn add_scope<'a>(stack: &'a Stack, environment: &Environment, region: &Region) -> Scope<'a> {
    let scope = stack.nested(region.name);
    if region.is_home() {
        return scope;
    }
    let provider = stack.add(
        Provider::builder()
            .alias(region.name)
            .region(region.code)
            .allowed_account_ids([environment.account])
            .default_tags(|default| default.tags(tags(environment.name))),
    );
    scope.provider(&provider)
}

/// Waives policies for the access log bucket.
///
/// If the environment is torn down at times, the bucket is destroyed with its objects.
pub fn waive_access_logs(scope: &Scope<'_>, force_destroy: bool) {
    let logs = Bucket::access_logs(scope);
    scope.stack().amend(&logs.bucket, |bucket| {
        bucket
            .when(force_destroy, |bucket| bucket.argument("force_destroy", true))
            .waive_until("CKV_AWS_18", REVIEW, "this bucket stores the access logs")
            .waive_until("CKV_AWS_144", REVIEW, "access logs do not need replication")
            .waive_until("CKV_AWS_145", REVIEW, "load balancers do not support customer managed keys")
    });
}
