//! Programs and states of any size, to measure with.

pub mod applied;
pub mod state;

use iac_aws::{Provider, ec2, iam, sqs};
use iac_core::{App, Configure as _, Expr, json, object};

/// The size of a program and its state.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Number of resources.
    pub resources: usize,
    /// Additional references per resource, except for VPCs.
    pub references: usize,
    /// Statements per policy, of 250 bytes each.
    pub statements: usize,
    /// Additional dependencies that the state records per resource.
    pub dependencies: usize,
}

impl Scale {
    /// The given number of resources, of a typical form.
    #[must_use]
    pub const fn of(resources: usize) -> Self {
        Self { resources, references: 0, statements: 1, dependencies: 0 }
    }
}

/// Returns a program with one stack: 2% VPCs, 30% subnets, 20% security groups, 24% queues, and 24% roles with a policy.
/// Most resources refer to others.
///
/// # Panics
///
/// If there are more than four billion resources.
#[must_use]
pub fn program(scale: Scale) -> App {
    let resources = scale.resources;
    let app = App::new();
    let stack = app.stack("scale");
    stack.add(Provider::builder().region("us-east-1"));

    let vpcs = (resources * 2 / 100).max(1);
    let subnets = resources * 30 / 100;
    let groups = resources * 20 / 100;
    let roles = resources * 24 / 100;
    let queues = (resources - vpcs - subnets - groups - roles).max(1);

    let vpcs: Vec<_> = (0..vpcs)
        .map(|number| {
            let name = format!("vpc{number}");
            stack.add(
                ec2::Vpc::builder(&name)
                    .cidr_block(format!("10.{}.0.0/16", number % 256))
                    .enable_dns_hostnames(true)
                    .tags([("Name", name.as_str()), ("Env", "dev")]),
            )
        })
        .collect();

    let tags = |name: &str, number: usize| {
        let own = [("Name".to_owned(), Expr::from(name)), ("Env".to_owned(), Expr::from("dev"))];
        let uses = (0..scale.references)
            .map(|use_| (format!("Uses{use_}"), vpcs[(number + use_) % vpcs.len()].arn()));
        own.into_iter().chain(uses).collect::<Vec<_>>()
    };

    for number in 0..subnets {
        let (vpc, third) = (number % vpcs.len(), number / vpcs.len() % 256);
        let name = format!("subnet{number}");
        stack.add(
            ec2::Subnet::builder(&name)
                .vpc_id(vpcs[vpc].id())
                .cidr_block(format!("10.{}.{third}.0/24", vpc % 256))
                .availability_zone(["us-east-1a", "us-east-1b", "us-east-1c"][number % 3])
                .tags(tags(&name, number)),
        );
    }

    let mut security_groups: Vec<ec2::SecurityGroup> = Vec::with_capacity(groups);
    for number in 0..groups {
        let name = format!("sg{number}");
        let previous = number.checked_sub(vpcs.len()).filter(|_| number / vpcs.len() % 2 == 1);
        let previous = previous.map(|previous| security_groups[previous].id());
        security_groups.push(
            stack.add(
                ec2::SecurityGroup::builder(&name)
                    .name(name.as_str())
                    .description(format!("group {number}"))
                    .vpc_id(vpcs[number % vpcs.len()].id())
                    .ingress(|rule| {
                        rule.from_port(443).to_port(443).protocol("tcp").cidr_blocks(["10.0.0.0/8"])
                    })
                    .maybe(previous, |group, previous| {
                        group.ingress(|rule| {
                            rule.from_port(5432).to_port(5432).protocol("tcp").security_groups([previous])
                        })
                    })
                    .egress(|rule| rule.from_port(0).to_port(0).protocol("-1").cidr_blocks(["0.0.0.0/0"]))
                    .tags(tags(&name, number)),
            ),
        );
    }

    let mut all_queues: Vec<sqs::Queue> = Vec::with_capacity(queues);
    for number in 0..queues {
        let name = format!("queue{number}");
        let dead_letters = all_queues.last().filter(|_| number % 2 == 1).map(sqs::Queue::arn);
        all_queues.push(
            stack.add(
                sqs::Queue::builder(&name)
                    .name(name.as_str())
                    .visibility_timeout_seconds(60)
                    .maybe(dead_letters, |queue, arn| {
                        queue.redrive_policy(json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 4 }))
                    })
                    .tags(tags(&name, number)),
            ),
        );
    }

    for number in 0..roles {
        let name = format!("role{number}");
        let queue = &all_queues[number % all_queues.len()];
        stack.add(
            iam::Role::builder(&name)
                .assume_role_policy(json!({
                    "Version": "2012-10-17",
                    "Statement": (0..scale.statements)
                        .map(|_| {
                            object! {
                                "Effect": "Allow",
                                "Action": "sts:AssumeRole",
                                "Principal": { "Service": "ec2.amazonaws.com" },
                                "Condition": { "ArnLike": { "aws:SourceArn": queue.arn() } },
                            }
                        })
                        .collect::<Vec<_>>(),
                }))
                .name(name.as_str())
                .tags(tags(&name, number)),
        );
    }
    app
}
