//! Invariants of all environments.

use iac_aws::{autoscaling, dynamodb, ec2, elbv2, s3};
use iac_aws_rules::policies;
use iac_core::prelude::*;
use iac_review::policy::{Rules, Severity, all_of, any_of};
use iac_testing::Tested;

use super::settings::{ENVIRONMENTS, Environment};

/// Runs a test for each environment, with the knowledge of the AWS provider.
fn each(test: impl Fn(&Environment, &Tested<'_>)) {
    let table = iac_aws_rules::table();
    let aws = iac_aws_rules::provider(&table);
    for environment in &ENVIRONMENTS {
        let stack = Stack::new(environment.stack);
        super::add_environment(&stack, environment);
        test(environment, &Tested::new(&stack, &[aws]));
    }
}

#[test]
fn no_deny_policy_is_violated() {
    let rules: Rules = policies::rules().with(&[]).filter(|rule| rule.severity == Severity::Deny);
    each(|_, tested| tested.assert_clean(&rules));
}

#[test]
fn production_is_redundant_and_protected_from_deletion() {
    each(|environment, tested| {
        let is_production = environment.name == "production";
        let zones = if is_production { 3 } else { 1 };
        assert_eq!(tested.count_of::<ec2::NatGateway>(), zones * environment.regions.len());
        tested.each_resource::<elbv2::Lb>(|balancer| {
            balancer.get(elbv2::Lb::enable_deletion_protection).is(is_production)
        });
        tested.each_resource::<dynamodb::Table>(|table| {
            table.get(dynamodb::Table::deletion_protection_enabled).is(is_production)
        });
    });
}

#[test]
fn only_load_balancers_accept_internet_traffic() {
    each(|_, tested| {
        tested.each_resource::<ec2::VpcSecurityGroupIngressRule>(|rule| {
            let name = &rule.address().name;
            let is_load_balancer =
                name.contains("_front_from_internet") || name.contains("_media_from_internet");
            any_of([
                rule.get(ec2::VpcSecurityGroupIngressRule::cidr_ipv4).is_unset(),
                is_load_balancer.into(),
            ])
        });
    });
}

#[test]
fn buckets_are_private_and_instances_require_imdsv2() {
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

/// Media servers drain their lessons before termination, and recorders are protected from scale-in.
#[test]
fn instances_are_not_terminated_during_lessons() {
    each(|environment, tested| {
        assert_eq!(tested.count_of::<autoscaling::LifecycleHook>(), environment.regions.len());
        let protected = |group: &iac_review::policy::Subject<'_, autoscaling::Group>| {
            let name = &group.address().name;
            any_of([
                name.ends_with("_turn").into(),
                group.get(autoscaling::Group::protect_from_scale_in).is(true),
            ])
        };
        tested.each_resource::<autoscaling::Group>(protected);
    });
}

/// Staging has the same architecture as production, so that tests in staging are meaningful.
#[test]
fn staging_matches_production_except_for_its_size() {
    let [_, staging, production] = ENVIRONMENTS.each_ref().map(|environment| {
        let stack = Stack::new(environment.stack);
        super::add_environment(&stack, environment);
        Tested::new(&stack, &[])
    });
    staging.assert_same_but(
        &production,
        &[
            // Names, locations and contacts.
            "aws_acm_certificate.*.domain_name",
            "aws_acm_certificate.*.subject_alternative_names",
            "aws_cloudfront_distribution.global_assets.aliases",
            "aws_ecs_task_definition.*.container_definitions.*.image",
            "aws_lb_target_group.*_media_*.name",
            "aws_route53_record.*.name",
            "aws_route53_zone.main.name",
            "aws_subnet.*.cidr_block",
            "aws_vpc.*.cidr_block",
            "output.url",
            "provider.aws.*.allowed_account_ids",
            "provider.aws.*.default_tags.tags.Environment",
            // Sizes.
            "aws_appautoscaling_scheduled_action.*.scalable_target_action.min_capacity",
            "aws_appautoscaling_target.*",
            "aws_autoscaling_group.*.max_size",
            "aws_autoscaling_group.*.min_size",
            "aws_autoscaling_group.*_recorders.mixed_instances_policy.instances_distribution",
            "aws_autoscaling_schedule.*",
            "aws_ecs_service.*_web.desired_count",
            "aws_rds_cluster.*_school.serverlessv2_scaling_configuration",
            "aws_eip.*_main_nat_*",
            "aws_nat_gateway.*_main_nat_*",
            "aws_route.*_main_private_*_internet.nat_gateway_id",
            // Deletion protection.
            "aws_dynamodb_table.us_progress.deletion_protection_enabled",
            "aws_lb.*.enable_deletion_protection",
            "aws_rds_cluster.*_school.deletion_protection",
            "aws_rds_cluster.*_school.final_snapshot_identifier",
            "aws_rds_cluster.*_school.skip_final_snapshot",
            "aws_s3_bucket.*.force_destroy",
            "aws_sns_topic_subscription.*_operators_on_call.endpoint",
        ],
    );
}
