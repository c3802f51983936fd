//! Policy documents.

use iac_core::expression::{Expression, ObjectKey};
use iac_core::prelude::*;
use iac_core::{Gathered, IntoExpression, Text};

use crate::document::Document;

/// A policy document, to which [statements](Statement) can be added until the stack is synthesized.
///
/// It is accepted wherever a JSON policy is expected.
///
/// ```
/// use iac_aws::iam;
/// use iac_aws::identity::{Policy, Statement};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("audit");
/// let document = Policy::new().statement(Statement::allow(["s3:ListAllMyBuckets"]).on("*"));
/// stack.add(iam::Policy::builder("audit").policy(&document));
/// document.add(Statement::deny(["s3:DeleteBucket"]).on("*"));
///
/// assert!(stack.render_hcl()?.contains(r#"Action   = "s3:DeleteBucket""#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy(Gathered);

impl Policy {
    /// Returns a policy without statements.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a policy that denies all access without TLS.
    pub(crate) fn require_tls(action: &'static str, resources: impl IntoExpression) -> Self {
        Self::new().statement(
            Statement::deny([action]).sid("DenyInsecureTransport").to(Principal::any()).on(resources).when(
                "Bool",
                "aws:SecureTransport",
                "false",
            ),
        )
    }

    /// Returns the policy with another statement.
    #[must_use]
    pub fn statement(self, statement: Statement) -> Self {
        self.add(statement);
        self
    }

    /// Adds a statement, unless the policy already contains it.
    pub fn add(&self, statement: Statement) {
        self.0.push(statement);
    }

    /// Returns true if the policy has no statements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpr<String> for &Policy {
    fn into_expr(self) -> Expr<String> {
        json!({ "Version": "2012-10-17", "Statement": &self.0 })
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpr<String> for Policy {
    fn into_expr(self) -> Expr<String> {
        (&self).into_expr()
    }
}

/// A policy statement: an effect on actions, resources, principals and conditions.
///
/// ```
/// use iac_aws::identity::{Principal, Statement};
///
/// Statement::deny(["s3:*"])
///     .sid("DenyInsecureTransport")
///     .to(Principal::any())
///     .on(["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"])
///     .when("Bool", "aws:SecureTransport", "false");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a statement has no effect until it is added to a policy"]
pub struct Statement {
    sid: Option<Text>,
    effect: &'static str,
    principal: Option<Principal>,
    actions: Vec<Expression>,
    resources: Vec<Expression>,
    conditions: Vec<(Text, Vec<(ObjectKey, Expression)>)>,
}

impl Statement {
    /// Returns a statement that allows actions.
    pub fn allow<A: Into<Text>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new("Allow", actions)
    }

    /// Returns a statement that denies actions.
    pub fn deny<A: Into<Text>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new("Deny", actions)
    }

    fn new<A: Into<Text>>(effect: &'static str, actions: impl IntoIterator<Item = A>) -> Self {
        Self {
            sid: None,
            effect,
            principal: None,
            actions: actions.into_iter().map(|action| Expression::String(action.into())).collect(),
            resources: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// Sets the statement id (`Sid`), which consists of letters and digits.
    pub fn sid(mut self, sid: impl Into<Text>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Sets the principal, for resource policies and trust policies.
    pub fn to(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// Adds resources: an ARN, or a list of ARNs.
    pub fn on(mut self, resources: impl IntoExpression) -> Self {
        match resources.into_expression() {
            Expression::List(resources) => self.resources.extend(resources),
            resource => self.resources.push(resource),
        }
        self
    }

    /// Adds a condition: `.when("StringEquals", "aws:SourceAccount", account.id())`. All conditions must hold.
    pub fn when(
        mut self,
        operator: impl Into<Text>,
        key: impl IntoExpr<String>,
        value: impl IntoExpression,
    ) -> Self {
        let (operator, test) = (operator.into(), (ObjectKey::from(key.into_expr()), value.into_expression()));
        match self.conditions.iter_mut().find(|(existing, _)| *existing == operator) {
            Some((_, tests)) => tests.push(test),
            None => self.conditions.push((operator, vec![test])),
        }
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpression for Statement {
    fn into_expression(self) -> Expression {
        let mut statement = Document::default();
        statement.maybe("Sid", self.sid.as_deref());
        statement.set("Effect", self.effect);
        statement.maybe("Principal", self.principal.map(|principal| principal.0));
        statement.set("Action", one_or_many(self.actions));
        if !self.resources.is_empty() {
            statement.set("Resource", one_or_many(self.resources));
        }
        if !self.conditions.is_empty() {
            let operator = |(name, tests)| (ObjectKey::Name(name), Expression::Object(tests));
            let conditions = self.conditions.into_iter().map(operator).collect();
            statement.set("Condition", Expression::Object(conditions));
        }
        statement.into_expression()
    }
}

/// The principal of a statement.
#[derive(Clone, Debug)]
pub struct Principal(Expression);

impl Principal {
    /// Returns an AWS service, such as `lambda.amazonaws.com`.
    #[must_use]
    pub fn service(name: impl IntoExpr<String>) -> Self {
        Self::new("Service", name.into_expr())
    }

    /// Returns an account, whose own policies control access.
    #[must_use]
    pub fn account(id: impl IntoExpr<String>) -> Self {
        Self::aws(tf!("arn:aws:iam::{}:root", id.into_expr()))
    }

    /// Returns a role or user by its ARN.
    #[must_use]
    pub fn aws(arn: impl IntoExpr<String>) -> Self {
        Self::new("AWS", arn.into_expr())
    }

    /// Returns the users of an identity provider, by its ARN.
    #[must_use]
    pub fn federated(provider: impl IntoExpr<String>) -> Self {
        Self::new("Federated", provider.into_expr())
    }

    /// Returns any principal, including anonymous users. Use it for denials, or restrict it with conditions.
    #[must_use]
    pub fn any() -> Self {
        Self(Expression::string("*"))
    }

    fn new(kind: &'static str, value: Expr<String>) -> Self {
        let kind = ObjectKey::Name(Text::from_static(kind));
        Self(Expression::Object(vec![(kind, value.into_expression())]))
    }
}

/// Returns the only value, or the list of values: AWS normalizes a list of one value to that value.
fn one_or_many(mut values: Vec<Expression>) -> Expression {
    if values.len() == 1 { values.remove(0) } else { Expression::List(values) }
}
