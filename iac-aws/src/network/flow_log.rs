//! VPC flow logs.

use iac_core::Text;
use iac_core::prelude::*;

use crate::ec2;
use crate::identity::{Principal, Role, Statement};
use crate::monitoring::LogGroup;

pub(super) fn add(scope: &Scope<'_>, name: &Text, vpc: &ec2::Vpc, group: Option<LogGroup>) {
    let name_with_suffix = format!("{name}_flow_log");
    let group = group.unwrap_or_else(|| scope.add(LogGroup::builder(&name_with_suffix)));
    let role = scope.add(
        Role::builder(name_with_suffix, Principal::service("vpc-flow-logs.amazonaws.com"))
            .restricted_to_account(scope),
    );
    let actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    role.allow(Statement::allow(actions).on(tf!("{}:*", group.group.arn())));
    scope.add(
        ec2::FlowLog::builder(name.clone())
            .vpc_id(vpc.id())
            .traffic_type(ec2::TrafficType::All)
            .log_destination(group.group.arn())
            .iam_role_arn(role.arn()),
    );
}
