//! Policy documents.

use iac_core::expression::{Expression, ObjectKey};
use iac_core::prelude::*;
use iac_core::{Gathered, IntoExpression, Text};

use crate::document::Document;

/// A policy document, which [statements](Statement) can be added to until the stack is synthesised.
///
/// It goes wherever a policy is expected as JSON text.
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
    /// A document without statements.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The policy of a resource that nothing reaches in the clear, whatever else is allowed.
    pub(crate) fn only_over_tls(action: &'static str, resources: impl IntoExpression) -> Self {
        Self::new().statement(
            Statement::deny([action]).named("OnlyOverTls").to(Principal::everyone()).on(resources).when(
                "Bool",
                "aws:SecureTransport",
                "false",
            ),
        )
    }

    /// The document with one statement more.
    #[must_use]
    pub fn statement(self, statement: Statement) -> Self {
        self.add(statement);
        self
    }

    /// Adds a statement, unless it is there.
    pub fn add(&self, statement: Statement) {
        self.0.push(statement);
    }

    /// Whether it has no statement yet.
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

/// One statement of a policy: whether actions on resources are allowed or denied, to whom, and when.
///
/// ```
/// use iac_aws::identity::{Principal, Statement};
///
/// Statement::deny(["s3:*"])
///     .named("OnlyOverTls")
///     .to(Principal::everyone())
///     .on(["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"])
///     .when("Bool", "aws:SecureTransport", "false");
/// ```
#[derive(Clone, Debug)]
#[must_use = "it has no effect before it is added to a policy"]
pub struct Statement {
    sid: Option<Text>,
    effect: &'static str,
    principal: Option<Principal>,
    actions: Vec<Expression>,
    resources: Vec<Expression>,
    conditions: Vec<(Text, Vec<(ObjectKey, Expression)>)>,
}

impl Statement {
    /// A statement that allows actions.
    pub fn allow<A: Into<Text>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new("Allow", actions)
    }

    /// A statement that denies actions.
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

    /// Names the statement, for those who read it: letters and digits.
    pub fn named(mut self, sid: impl Into<Text>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Says who: for policies of resources, and for the trust policies of roles.
    pub fn to(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// Says on which resources: an ARN, or a list of them. Calling it again adds to them.
    pub fn on(mut self, resources: impl IntoExpression) -> Self {
        match resources.into_expression() {
            Expression::List(resources) => self.resources.extend(resources),
            resource => self.resources.push(resource),
        }
        self
    }

    /// Adds a condition: `.when("StringEquals", "aws:SourceAccount", account.id())`. All of them have to hold.
    pub fn when(
        mut self,
        operator: impl Into<Text>,
        key: impl IntoExpr<String>,
        value: impl IntoExpression,
    ) -> Self {
        let (operator, test) = (operator.into(), (ObjectKey::from(key.into_expr()), value.into_expression()));
        match self.conditions.iter_mut().find(|(of, _)| *of == operator) {
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

/// Who a statement is about.
#[derive(Clone, Debug)]
pub struct Principal(Expression);

impl Principal {
    /// A service of AWS: `lambda.amazonaws.com`.
    #[must_use]
    pub fn service(name: impl IntoExpr<String>) -> Self {
        Self::of("Service", name.into_expr())
    }

    /// Whoever an account's own policies allow.
    #[must_use]
    pub fn account(id: impl IntoExpr<String>) -> Self {
        Self::aws(tf!("arn:aws:iam::{}:root", id.into_expr()))
    }

    /// A role or a user, by its ARN.
    #[must_use]
    pub fn aws(arn: impl IntoExpr<String>) -> Self {
        Self::of("AWS", arn.into_expr())
    }

    /// Whoever an identity provider of the account vouches for, by the provider's ARN.
    #[must_use]
    pub fn federated(provider: impl IntoExpr<String>) -> Self {
        Self::of("Federated", provider.into_expr())
    }

    /// Everyone, anonymous callers too: for denials, and for what conditions narrow down.
    #[must_use]
    pub fn everyone() -> Self {
        Self(Expression::string("*"))
    }

    fn of(kind: &'static str, value: Expr<String>) -> Self {
        let kind = ObjectKey::Name(Text::from_static(kind));
        Self(Expression::Object(vec![(kind, value.into_expression())]))
    }
}

/// AWS writes a list of one as the one.
fn one_or_many(mut values: Vec<Expression>) -> Expression {
    if values.len() == 1 { values.remove(0) } else { Expression::List(values) }
}
