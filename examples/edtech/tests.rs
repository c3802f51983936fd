//! What must hold of every environment, whatever changes.

use iac_aws::{dynamodb, ec2, elbv2, knowledge, policies, s3};
use iac_core::plan::{ProviderEntry, Table};
use iac_core::policy::{Rules, Severity, all_of, any_of};
use iac_core::prelude::*;
use iac_core::testing::Tested;

use super::settings::{ENVIRONMENTS, Environment};

/// Tests each environment, with what is known of AWS.
fn each(test: impl Fn(&Environment, &Tested<'_>)) {
    let table = Table::new(knowledge::texts());
    let aws = ProviderEntry { source: "registry.terraform.io/hashicorp/aws", provider: &table };
    for environment in &ENVIRONMENTS {
        let stack = Stack::new(environment.name);
        super::add_environment(&stack, environment);
        test(environment, &Tested::new(&stack, &[aws]));
    }
}

#[test]
fn no_policy_refuses_anything() {
    let rules: Rules = policies::rules().with(&[]).filter(|rule| rule.severity == Severity::Deny);
    each(|_, tested| tested.assert_clean(&rules));
}

#[test]
fn production_survives_a_zone_and_a_slip_of_the_hand() {
    each(|environment, tested| {
        let is_production = environment.name == "production";
        assert_eq!(tested.count_of::<ec2::NatGateway>(), if is_production { 6 } else { 2 });
        tested.each_resource::<elbv2::Lb>(|balancer| {
            balancer.get(elbv2::Lb::enable_deletion_protection).is(is_production)
        });
        tested.each_resource::<dynamodb::Table>(|table| {
            table.get(dynamodb::Table::deletion_protection_enabled).is(is_production)
        });
    });
}

#[test]
fn only_the_load_balancers_are_open_to_the_internet() {
    each(|_, tested| {
        tested.each_resource::<ec2::VpcSecurityGroupIngressRule>(|rule| {
            let name = &rule.address().name;
            let is_of_balancer =
                name.ends_with("load_balancer_http") || name.ends_with("load_balancer_https");
            any_of([rule.get(ec2::VpcSecurityGroupIngressRule::cidr_ipv4).is_unset(), is_of_balancer.into()])
        });
    });
}

#[test]
fn buckets_are_private_and_instances_keep_their_credentials() {
    each(|_, tested| {
        tested.each_resource::<s3::Bucket>(|bucket| {
            let blocks = bucket.referrers_by(s3::BucketPublicAccessBlock::bucket);
            let policies = bucket.referrers_by(s3::BucketPolicy::bucket);
            all_of([(blocks.len() == 1).into(), (policies.len() == 1).into()])
        });
        tested.each_resource::<ec2::LaunchTemplate>(|template| {
            template.at("metadata_options.http_tokens").is("required")
        });
    });
}
