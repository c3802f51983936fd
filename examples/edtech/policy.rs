//! IAM policies and roles.

use iac_aws::iam;
use iac_core::prelude::*;
use iac_core::{Any, IntoExpression, object};

use crate::site::Site;

/// A policy document.
pub fn policy(statements: impl IntoExpression) -> Expr<String> {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// A statement that allows actions on resources.
pub fn allow(actions: impl IntoExpression, resources: impl IntoExpression) -> Expr<Any> {
    object! { "Effect": "Allow", "Action": actions, "Resource": resources }
}

/// A role that a service takes on, and what it may do.
pub fn role(site: &Site<'_>, name: &str, service: &str, statements: impl IntoExpression) -> iam::Role {
    let trust = object! {
        "Effect": "Allow",
        "Principal": { "Service": service },
        "Action": "sts:AssumeRole",
        // Otherwise other accounts could have the service take on the role for them.
        "Condition": { "StringEquals": { "aws:SourceAccount": site.environment.account } },
    };
    let role = site.add(iam::Role::builder(name).name(site.name(name)).assume_role_policy(policy([trust])));
    site.add(iam::RolePolicy::builder(name).name("main").role(role.name()).policy(policy(statements)));
    role
}
