//! Secrets, and parameters that are read at run time.

use iac_core::expression::{Expression, Operation, TemplatePart};
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::naming::physical_path;
use crate::serverless::Function;
use crate::stacks::is_same_stack;
use crate::{kind, secretsmanager, ssm};

/// A Secrets Manager secret whose value is not managed by Terraform, but set by hand or by rotation.
///
/// | Address | Description |
/// |---|---|
/// | `aws_secretsmanager_secret.<name>` | secret, named `/<stack>/<name>` |
/// | `aws_secretsmanager_secret_rotation.<name>`, `aws_lambda_permission.<name>_rotation` | [rotation](Secret::rotate), if enabled |
///
/// ```
/// use iac_aws::identity::{Principal, Role};
/// use iac_aws::secrets::Secret;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let session = stack.add(Secret::builder("session").description("Signs the sessions of users"));
/// let web = stack.add(Role::builder("web", Principal::service("ecs-tasks.amazonaws.com")));
/// session.grant_read(&web);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Secret {
    /// The secret.
    pub secret: secretsmanager::Secret,
    key: Key,
    name: Text,
    scope: OwnedScope,
}

impl Secret {
    /// Starts a secret.
    pub fn builder(name: impl Into<Text>) -> SecretBuilder {
        SecretBuilder { name: name.into(), description: None, key: None }
    }

    /// Returns the ARN of the secret.
    #[must_use]
    pub fn arn(&self) -> Expr<Arn<kind::SecretsmanagerSecret>> {
        self.secret.arn()
    }

    /// Enables rotation with a Lambda function, at an interval in days.
    #[track_caller]
    pub fn rotate(&self, function: &Function, days: u32) -> secretsmanager::SecretRotation {
        let rotation = format!("{}_rotation", self.name);
        let permission =
            function.allow_service(&self.scope, rotation.clone(), "secretsmanager.amazonaws.com", self.arn());
        let actions = [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ];
        let role = if is_same_stack(&function.scope, &self.scope) {
            function.role.clone()
        } else {
            self.scope.add(|scope| function.role.granted_in(scope, rotation))
        };
        role.allow(Statement::allow(actions).on(self.arn()));
        // The action does not support resource-level permissions.
        role.allow(Statement::allow(["secretsmanager:GetRandomPassword"]).on("*"));
        self.key.grant_encrypt_decrypt(&role);
        self.scope.add(|scope| {
            scope.add(
                secretsmanager::SecretRotation::builder(self.name.clone())
                    .secret_id(self.secret.id())
                    .rotation_lambda_arn(function.alias.arn())
                    .rotation_rules(|rules| rules.automatically_after_days(days))
                    .depends_on(&permission),
            )
        })
    }

    /// Grants permission to read the value.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        SecretValue::from(self).grant_read(grantee);
    }
}

/// The value of a secret, or a field of it if the value is a JSON object.
#[derive(Clone, Debug)]
pub struct SecretValue {
    arn: Expr<String>,
    key: Option<Key>,
    field: Option<Text>,
    store: Store,
}

/// The service that stores a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    SecretsManager,
    Parameters,
}

impl SecretValue {
    /// Returns the value of a secret in Secrets Manager by its ARN, with the customer managed KMS key that encrypts it, if
    /// any. A literal ARN may also be one of an SSM parameter.
    #[must_use]
    pub fn from_arn(arn: impl IntoExpr<String>, key: Option<&Key>) -> Self {
        let arn = arn.into_expr();
        let store = if is_parameter(arn.expression()) { Store::Parameters } else { Store::SecretsManager };
        Self { arn, key: key.cloned(), field: None, store }
    }

    /// Returns the value of an SSM parameter by its ARN, with the customer managed KMS key that encrypts it, if any.
    #[must_use]
    pub fn from_parameter(arn: impl IntoExpr<String>, key: Option<&Key>) -> Self {
        Self { arn: arn.into_expr(), key: key.cloned(), field: None, store: Store::Parameters }
    }

    /// Returns the selected field if the value cannot have fields.
    pub(crate) fn unsupported_field(&self) -> Option<&Text> {
        self.field.as_ref().filter(|_| self.store == Store::Parameters)
    }

    /// Selects a field of the value, which must be a JSON object in Secrets Manager.
    #[must_use]
    pub fn field(mut self, name: impl Into<Text>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Grants permission to read the whole value.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        let action = match self.store {
            Store::SecretsManager => "secretsmanager:GetSecretValue",
            // ECS and Lambda read parameters in batches.
            Store::Parameters => "ssm:GetParameters",
        };
        grantee.role().allow(Statement::allow([action]).on(&self.arn));
        if let Some(key) = &self.key {
            key.grant_decrypt(grantee);
        }
    }

    /// Returns the reference to the value in a container definition.
    pub(crate) fn reference(&self) -> Expr<String> {
        match &self.field {
            None => self.arn.clone(),
            Some(field) => tf!("{}:{}::", &self.arn, field.as_str()),
        }
    }
}

/// Returns true if a literal, or the literal begin of a template, is the ARN of an SSM parameter.
fn is_parameter(arn: &Expression) -> bool {
    let text = match arn {
        Expression::String(text) => text.as_str(),
        Expression::Operation(operation) => match &**operation {
            Operation::Template(parts) => match parts.first() {
                Some(TemplatePart::Literal(text)) => text,
                _ => return false,
            },
            _ => return false,
        },
        _ => return false,
    };
    let mut parts = text.split(':');
    parts.next() == Some("arn") && parts.nth(1) == Some("ssm")
}

impl From<&Parameter> for SecretValue {
    fn from(parameter: &Parameter) -> Self {
        Self::from_parameter(parameter.parameter.arn(), Some(&parameter.key))
    }
}

impl From<&Secret> for SecretValue {
    fn from(secret: &Secret) -> Self {
        Self::from_arn(secret.arn(), Some(&secret.key))
    }
}

/// Builds a [`Secret`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct SecretBuilder {
    name: Text,
    description: Option<Text>,
    key: Option<Key>,
}

impl SecretBuilder {
    /// Describes the purpose of the secret.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the KMS key that encrypts the value (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for SecretBuilder {
    type Output = Secret;

    fn build(self, scope: &Scope<'_>) -> Secret {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let secret = scope.add(
            secretsmanager::Secret::builder(self.name.clone())
                .name(physical_path(scope, &self.name))
                .maybe(self.description, |secret, text| secret.description(text.as_str()))
                .kms_key_id(key.arn()),
        );
        Secret { secret, key, name: self.name, scope: scope.to_owned_scope() }
    }
}

/// An encrypted SSM parameter.
///
/// Its value is part of the configuration, and readable by everyone who can read that.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ssm_parameter.<name>` | parameter, named `/<stack>/<name>` |
///
/// ```
/// use iac_aws::secrets::Parameter;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// stack.add(Parameter::builder("greeting", "Good morning"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The parameter.
    pub parameter: ssm::Parameter,
    key: Key,
}

impl Parameter {
    /// Starts a parameter with a value.
    pub fn builder(name: impl Into<Text>, value: impl IntoExpr<String>) -> ParameterBuilder {
        ParameterBuilder { name: name.into(), value: value.into_expr() }
    }

    /// Grants permission to read the value.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        let actions = ["ssm:GetParameter", "ssm:GetParameters"];
        grantee.role().allow(Statement::allow(actions).on(self.parameter.arn()));
        self.key.grant_decrypt(grantee);
    }
}

/// Builds a [`Parameter`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ParameterBuilder {
    name: Text,
    value: Expr<String>,
}

impl Construct for ParameterBuilder {
    type Output = Parameter;

    fn build(self, scope: &Scope<'_>) -> Parameter {
        let key = Key::stack_default(scope);
        let parameter = scope.add(
            ssm::Parameter::builder(self.name.clone())
                .name(physical_path(scope, &self.name))
                .type_(ssm::Type::SecureString)
                .value(iac_core::plaintext(self.value))
                .key_id(key.arn()),
        );
        Parameter { parameter, key }
    }
}
