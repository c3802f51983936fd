//! The test kit finds resources, and its failures describe the actual plan.

use std::panic::{AssertUnwindSafe, catch_unwind};

use iac_aws::ec2;
use iac_core::prelude::*;
use iac_core::{Provider, Resource};
use iac_review::policy::{Rules, Verdict, deny};
use iac_testing::Tested;

fn network(range: &str) -> Stack {
    let stack = Stack::new("network");
    let vpc = stack.add(ec2::Vpc::builder("main").cidr_block(range));
    stack.add(
        ec2::Subnet::builder("a").vpc_id(vpc.id()).cidr_block("10.0.1.0/24").tags([("Sum", "0".repeat(64))]),
    );
    stack
}

/// Returns the message of a failing assertion.
fn failure(assert: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assert)).expect_err("the assertion holds");
    panic.downcast_ref::<String>().expect("the panic has a message").clone()
}

/// Plans a network with the AWS knowledge.
fn with_network(test: impl FnOnce(&Tested<'_>)) {
    let table = iac_aws_rules::table();
    test(&Tested::new(&network("10.0.0.0/16"), &[iac_aws_rules::provider(&table)]));
}

#[test]
fn planned_resources_are_found() {
    with_network(|tested| {
        tested.has_resource::<ec2::Vpc>(|vpc| vpc.get(ec2::Vpc::cidr_block).is("10.0.0.0/16"));
        // A subnet that refers to the network, whose ID is not known yet.
        tested.has_resource::<ec2::Vpc>(|vpc| Verdict::of(vpc.referrers_by(ec2::Subnet::vpc_id).len() == 1));
        assert_eq!((tested.count_of::<ec2::Subnet>(), tested.count("aws_instance")), (1, 0));
        tested.plan().creates(&["aws_vpc.main", "aws_subnet.a"]).updates(&[]).replaces(&[]).destroys(&[]);
        let hcl = tested.hcl();
        assert!(hcl.contains("Sum = \"(hash)\"") && hcl.contains("version = \"*\""), "{hcl}");
    });
}

#[test]
fn failures_describe_the_actual_plan() {
    with_network(|tested| {
        let seen = failure(|| {
            let _ = tested.has_resource::<ec2::Vpc>(|vpc| vpc.get(ec2::Vpc::cidr_block).is("x"));
        });
        assert!(
            seen.starts_with("no `aws_vpc` passes the check:\n  aws_vpc.main: fails at cidr_block\n"),
            "{seen}"
        );
        let seen = failure(|| {
            let _ = tested.has_resource::<ec2::Vpc>(|vpc| vpc.at("id").is("x"));
        });
        assert!(seen.contains("aws_vpc.main: fails at id"), "{seen}");
        let seen = failure(|| {
            let _ = tested.has("aws_instance", |_| Verdict::Pass);
        });
        assert!(seen.starts_with("the stack has no `aws_instance`"), "{seen}");
        let seen = failure(|| {
            let _ = tested.plan().creates(&["aws_vpc.main"]);
        });
        assert!(
            seen.starts_with(
                "created: expected [\"aws_vpc.main\"], found [\"aws_subnet.a\", \"aws_vpc.main\"]"
            ),
            "{seen}"
        );
        assert!(seen.contains("Plan: 2 to add"), "{seen}");
    });
}

#[test]
fn policies_can_be_asserted() {
    with_network(|tested| {
        let rules = |range: &'static str| -> Rules {
            let rule = deny("range", "The network must have its range")
                .finding("Network has another range")
                .on::<ec2::Vpc>(move |vpc| vpc.get(ec2::Vpc::cidr_block).is(range));
            [rule].into_iter().collect()
        };
        tested.assert_clean(&rules("10.0.0.0/16"));
        let seen = failure(|| tested.assert_clean(&rules("10.1.0.0/16")));
        assert!(
            seen.contains("error[range]: Network has another range\n  aws_vpc.main.cidr_block"),
            "{seen}"
        );
    });
}

#[test]
fn states_are_compared_with_the_stack() {
    let table = iac_aws_rules::table();
    let providers = [iac_aws_rules::provider(&table)];
    let stack = |range: &str| {
        let stack = Stack::new("network");
        stack.add(ec2::Vpc::builder("main").cidr_block(range));
        stack
    };
    let state = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": [{
        "mode": "managed", "type": "aws_vpc", "name": "main", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances": [{"schema_version": 1, "attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16",
            "enable_dns_support": true, "instance_tenancy": "default", "tags": null, "tags_all": {}}}]}]}"#;
    Tested::new(&stack("10.0.0.0/16"), &providers).assert_no_changes(state);
    let other = stack("10.1.0.0/16");
    let other = Tested::new(&other, &providers);
    other.plan_from(state).replaces(&["aws_vpc.main"]).creates(&[]);
    let seen = failure(|| other.assert_no_changes(state));
    assert!(seen.starts_with("the stack does not match the state"), "{seen}");
    assert!(seen.contains("# forces replacement"), "{seen}");
    assert!(failure(|| other.assert_no_changes("{}")).starts_with("the state is invalid"));
}

#[test]
fn invalid_stacks_report_their_diagnostics() {
    let stack = Stack::new("network");
    stack.add(ec2::Vpc::builder("not an identifier").cidr_block("10.0.0.0/16"));
    let seen = failure(|| drop(Tested::new(&stack, &[]).plan()));
    assert!(seen.starts_with("the stack is invalid\n") && seen.contains("not an identifier"), "{seen}");
}

#[test]
fn resources_without_bindings_are_planned_and_checked() {
    let stack = network("10.0.0.0/16");
    stack.add(Provider::of("cloudflare/cloudflare", "~> 5.8"));
    let vpc = stack.add(Resource::of("aws_vpc", "second").argument("cidr_block", "10.1.0.0/16"));
    stack.add(ec2::Subnet::builder("second").vpc_id(vpc.attribute("id")).cidr_block("10.1.1.0/24"));
    stack.add(
        Resource::of("cloudflare_dns_record", "www")
            .argument("ttl", 60)
            .argument("name", vpc.attribute("id")),
    );
    let table = iac_aws_rules::table();
    let tested = Tested::new(&stack, &[iac_aws_rules::provider(&table)]);
    tested.plan().creates(&[
        "aws_vpc.main",
        "aws_subnet.a",
        "aws_vpc.second",
        "aws_subnet.second",
        "cloudflare_dns_record.www",
    ]);
    tested.each_resource::<ec2::Vpc>(|vpc| Verdict::of(vpc.referrers_by(ec2::Subnet::vpc_id).len() == 1));
    let ttl = || -> Rules {
        let rule = deny("ttl", "Records must be kept for an hour")
            .finding("Record is kept for less than an hour")
            .of("cloudflare_dns_record", |record| record.at("ttl").at_least(3600));
        [rule].into_iter().collect()
    };
    let seen = failure(|| tested.assert_clean(&ttl()));
    assert!(
        seen.contains("error[ttl]: Record is kept for less than an hour\n  cloudflare_dns_record.www.ttl"),
        "{seen}"
    );
}
