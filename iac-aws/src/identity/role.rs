//! IAM roles.

use std::cell::RefCell;
use std::rc::Rc;

use iac_core::builder::ResourceHandle;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{Policy, Principal, Statement};
use crate::caller::Account;
use crate::iam;
use crate::naming::physical_name;

/// An IAM role and its permissions.
///
/// | Address | Description |
/// |---|---|
/// | `aws_iam_role.<name>` | role |
/// | `aws_iam_role_policy.<name>` | inline policy with all grants, unless there are none |
/// | `aws_iam_role_policy_attachment.<name>_<policy>` | each attached AWS managed policy |
///
/// ```
/// use iac_aws::identity::{Principal, Role, Statement};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("reports");
/// let role = stack.add(
///     Role::builder("writer", Principal::service("ec2.amazonaws.com"))
///         .managed_policy("AmazonSSMManagedInstanceCore"),
/// );
/// role.allow(Statement::allow(["sqs:SendMessage"]).on("arn:aws:sqs:eu-west-1:111111111111:reports"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Role {
    /// The role.
    pub role: iam::Role,
    /// The attachments of AWS managed policies. Resources that need the permissions can depend on them.
    pub attachments: Vec<iam::RolePolicyAttachment>,
    name: Text,
    statements: Policy,
    policy: Rc<RefCell<Option<iam::RolePolicy>>>,
    /// The name of the inline policy in IAM.
    policy_name: Text,
    scope: OwnedScope,
}

impl Role {
    /// Starts a role that a principal may assume.
    pub fn builder(name: impl Into<Text>, trusted: Principal) -> RoleBuilder {
        RoleBuilder {
            name: name.into(),
            trust: Statement::allow(["sts:AssumeRole"]).to(trusted),
            managed_policies: Vec::new(),
            permissions_boundary: None,
            physical_name: None,
        }
    }

    /// Returns a role that exists already, read with `data.aws_iam_role.<name>`. Grants become an inline policy of their own.
    #[track_caller]
    #[must_use]
    pub fn existing(scope: &Scope<'_>, name: impl Into<Text>, role_name: impl IntoExpr<String>) -> Self {
        let name = name.into();
        let role = scope.add(iam::data::Role::builder(name.clone()).name(role_name));
        Self {
            // Both have the attributes that constructs use.
            role: iam::Role::from_handle(ResourceHandle::handle(&role).clone()),
            attachments: Vec::new(),
            policy_name: physical_name(scope, &name, 128).into(),
            name,
            statements: Policy::new(),
            policy: Rc::default(),
            scope: scope.to_owned_scope(),
        }
    }

    /// Returns the ARN of the role.
    #[must_use]
    pub fn arn(&self) -> Expr<Arn<crate::kind::IamRole>> {
        self.role.arn()
    }

    /// Adds a statement to the inline policy of the role.
    #[track_caller]
    pub fn allow(&self, statement: Statement) {
        self.statements.add(statement);
        if self.policy().is_none() {
            let policy = iam::RolePolicy::builder(self.name.clone())
                .name(self.policy_name.as_str())
                .role(self.role.name())
                .policy(&self.statements);
            *self.policy.borrow_mut() = Some(self.scope.add(|scope| scope.add(policy)));
        }
    }

    /// Returns the role for grants in another scope, where they become an inline policy of their own.
    ///
    /// Grants to a role are in its stack. If the stack of the granted resource already depends on that one, grant to the
    /// role in the scope of the resource, so that the stacks do not depend on each other.
    ///
    /// ```
    /// use iac_aws::identity::{Principal, Role};
    /// use iac_aws::messaging::Queue;
    /// use iac_core::prelude::*;
    ///
    /// let stack = Stack::new("production");
    /// let role = stack.add(Role::builder("worker", Principal::service("ecs-tasks.amazonaws.com")));
    /// let orders = stack.nested("orders");
    /// let queue = orders.add(Queue::builder("main"));
    /// queue.grant_receive(&role.granted_in(&orders, "worker"));
    /// assert!(stack.render_hcl()?.contains(r#""aws_iam_role_policy" "orders_worker""#));
    /// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn granted_in(&self, scope: &Scope<'_>, name: impl Into<Text>) -> Self {
        let name = name.into();
        Self {
            policy_name: physical_name(scope, &name, 128).into(),
            name,
            statements: Policy::new(),
            policy: Rc::default(),
            scope: scope.to_owned_scope(),
            ..self.clone()
        }
    }

    /// Returns the inline policy, once it has statements. Resources that need the permissions can depend on it.
    #[must_use]
    pub fn policy(&self) -> Option<iam::RolePolicy> {
        self.policy.borrow().clone()
    }
}

/// A target of grants: a role, or a construct that has one.
#[diagnostic::on_unimplemented(
    message = "permissions cannot be granted to `{Self}`",
    label = "expected a role, or a construct with a role, such as a service, a function or an Auto Scaling group"
)]
pub trait Grantee {
    /// Returns the role.
    fn role(&self) -> &Role;
}

#[diagnostic::do_not_recommend]
impl Grantee for Role {
    fn role(&self) -> &Role {
        self
    }
}

/// Builds a [`Role`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct RoleBuilder {
    name: Text,
    trust: Statement,
    managed_policies: Vec<Text>,
    permissions_boundary: Option<Expr<String>>,
    physical_name: Option<Expr<String>>,
}

impl RoleBuilder {
    /// Replaces the trust policy statement.
    pub fn trust(mut self, statement: Statement) -> Self {
        self.trust = statement;
        self
    }

    /// Adds a condition to the trust policy.
    pub fn trusted_when(
        mut self,
        operator: impl Into<Text>,
        key: impl IntoExpr<String>,
        value: impl iac_core::IntoExpression,
    ) -> Self {
        self.trust = self.trust.when(operator, key, value);
        self
    }

    /// Restricts the service to the account of the scope, which prevents confused deputy attacks from other accounts.
    pub(crate) fn restricted_to_account(self, scope: &Scope<'_>) -> Self {
        self.trusted_when("StringEquals", "aws:SourceAccount", Account::current(scope).id())
    }

    /// Attaches an AWS managed policy, by its name after `arn:aws:iam::aws:policy/`.
    pub fn managed_policy(mut self, policy: impl Into<Text>) -> Self {
        self.managed_policies.push(policy.into());
        self
    }

    /// Sets the permissions boundary, by the ARN of its policy.
    pub fn permissions_boundary(mut self, policy: impl IntoExpr<String>) -> Self {
        self.permissions_boundary = Some(policy.into_expr());
        self
    }

    /// Sets the name in IAM (default: the stack, enclosing constructs and the name, joined by `-`).
    pub fn physical_name(mut self, name: impl IntoExpr<String>) -> Self {
        self.physical_name = Some(name.into_expr());
        self
    }
}

impl Construct for RoleBuilder {
    type Output = Role;

    fn build(self, scope: &Scope<'_>) -> Role {
        let name = self.name;
        let physical_name = self.physical_name.unwrap_or_else(|| Expr::from(physical_name(scope, &name, 64)));
        let role = scope.add(
            iam::Role::builder(name.clone())
                .name(physical_name)
                .assume_role_policy(Policy::new().statement(self.trust))
                .maybe(self.permissions_boundary, |role, policy| role.permissions_boundary(policy)),
        );
        let attachments = self.managed_policies.iter().map(|policy| {
            let short = policy.rsplit('/').next().unwrap_or_default();
            scope.add(
                iam::RolePolicyAttachment::builder(format!("{name}_{short}"))
                    .role(role.name())
                    .policy_arn(format!("arn:aws:iam::aws:policy/{policy}")),
            )
        });
        let attachments = attachments.collect();
        Role {
            role,
            attachments,
            name,
            statements: Policy::new(),
            policy: Rc::default(),
            policy_name: Text::from_static("grants"),
            scope: scope.to_owned_scope(),
        }
    }
}
