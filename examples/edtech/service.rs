//! What the services have in common.

use iac_aws::{ec2, ecr, iam, logs};
use iac_core::prelude::*;
use iac_core::{Any, object};

use crate::network::{INTERNET, Network};
use crate::policy::{allow, role};
use crate::site::Site;

/// The role with which ECS starts tasks: it pulls the image, writes logs and reads the secrets. The tasks themselves
/// never have it.
pub fn add_execution_role(
    site: &Site<'_>,
    service: &str,
    image: &ecr::Repository,
    log_group: &logs::LogGroup,
    secrets: &[Expr<String>],
) -> iam::Role {
    let mut statements = vec![
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            image.arn(),
        ),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], tf!("{}:*", log_group.arn())),
    ];
    if !secrets.is_empty() {
        statements.push(allow(["secretsmanager:GetSecretValue"], secrets));
        statements.push(allow(["kms:Decrypt"], site.key.arn()));
    }
    role(site, &format!("{service}_execution"), "ecs-tasks.amazonaws.com", statements)
}

/// The role that the tasks of a service have.
pub fn add_task_role(site: &Site<'_>, service: &str, statements: Vec<Expr<Any>>) -> iam::Role {
    role(site, &format!("{service}_task"), "ecs-tasks.amazonaws.com", statements)
}

pub fn add_log_group(site: &Site<'_>, service: &str) -> logs::LogGroup {
    site.add(
        logs::LogGroup::builder(service)
            .name(format!("/edtech/{}/{service}", site.environment.name))
            .retention_in_days(site.environment.log_retention_days)
            .kms_key_id(site.key.arn()),
    )
}

/// The `logConfiguration` of a container.
pub fn log_configuration(site: &Site<'_>, group: &logs::LogGroup) -> Expr<Any> {
    object! {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": group.name(),
            "awslogs-region": site.region.code,
            "awslogs-stream-prefix": "task",
            // Output that CloudWatch is too slow for is dropped: pupils do not wait for logs.
            "mode": "non-blocking",
        },
    }
}

/// A security group that lets its members speak HTTPS to the internet, where the services of AWS are, too.
pub fn add_security_group(
    site: &Site<'_>,
    network: &Network,
    name: &str,
    description: &str,
) -> ec2::SecurityGroup {
    let group = site.add(
        ec2::SecurityGroup::builder(name)
            .name_prefix(format!("{}-", site.name(name)))
            .description(description)
            .vpc_id(network.vpc.id())
            .tags([("Name", site.name(name))])
            .create_before_destroy(true),
    );
    site.add(
        ec2::VpcSecurityGroupEgressRule::builder(format!("{name}_https"))
            .security_group_id(group.id())
            .description("To AWS and the internet")
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .cidr_ipv4(INTERNET),
    );
    group
}
