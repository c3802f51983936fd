//! KMS keys.

use iac_core::Text;
use iac_core::builder::ResourceHandle;
use iac_core::prelude::*;

use crate::caller::Account;
use crate::identity::{Grantee, Policy, Principal, Statement};
use crate::naming::physical_name;
use crate::{kind, kms};

/// A customer managed KMS key with yearly rotation.
///
/// Its use is controlled by the account's IAM policies, and by [statements](Self::allow) of the key policy for AWS
/// services.
///
/// | Address | Description |
/// |---|---|
/// | `aws_kms_key.<name>` | key |
/// | `aws_kms_alias.<name>` | alias: `alias/<stack>-<name>` |
///
/// ```
/// use iac_aws::encryption::Key;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("records");
/// let key = stack.add(Key::builder("records").description("Health records"));
/// stack.add(Output::new("key", key.arn()));
/// assert!(stack.render_hcl()?.contains("enable_key_rotation     = true"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub key: kms::Key,
    policy: Policy,
    /// The account and region of the key. Its users may be in other stacks.
    account: Account,
}

impl Key {
    /// Starts a key.
    pub fn builder(name: impl Into<Text>) -> KeyBuilder {
        KeyBuilder { name: name.into(), description: None }
    }

    /// Returns a key that exists already, by its id, ARN or alias, read with `data.aws_kms_key.<name>`.
    ///
    /// Its policy is not changed: it must delegate to the account's IAM policies, and allow the AWS services that use it,
    /// such as CloudWatch Logs.
    #[track_caller]
    #[must_use]
    pub fn existing(scope: &Scope<'_>, name: impl Into<Text>, key: impl IntoExpr<String>) -> Self {
        let key = scope.add(kms::data::Key::builder(name).key_id(key));
        Self {
            // Both have the attributes that constructs use.
            key: kms::Key::from_handle(ResourceHandle::handle(&key).clone()),
            policy: Policy::new(),
            account: Account::current(scope),
        }
    }

    /// Returns the default key of constructs, named `encryption`. A stack has one, shared by its constructs.
    #[must_use]
    pub fn stack_default(scope: &Scope<'_>) -> Self {
        scope
            .shared(|scope| {
                let description = format!("Default encryption key of {}", scope.stack().name());
                StackKey(scope.add(Self::builder("encryption").description(description)))
            })
            .0
    }

    /// Returns the ARN of the key.
    #[must_use]
    pub fn arn(&self) -> Expr<Arn<kind::KmsKey>> {
        self.key.arn()
    }

    /// Adds a statement to the key policy. Its resource is always the key.
    pub fn allow(&self, statement: Statement) {
        self.policy.add(statement.on("*"));
    }

    /// Grants permission to encrypt and decrypt.
    #[track_caller]
    pub fn grant_encrypt_decrypt(&self, grantee: &impl Grantee) {
        let actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
        grantee.role().allow(Statement::allow(actions).on(self.arn()));
    }

    /// Grants permission to decrypt.
    #[track_caller]
    pub fn grant_decrypt(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["kms:Decrypt"]).on(self.arn()));
    }

    /// Allows an AWS service to use the key on behalf of the account.
    pub(crate) fn allow_service(&self, service: &str) {
        self.allow(
            Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"]).to(Principal::service(service)).when(
                "StringEquals",
                "aws:SourceAccount",
                self.account.id(),
            ),
        );
    }

    /// Allows CloudWatch Logs to encrypt the log groups of the account.
    pub(crate) fn allow_logs(&self) {
        let account = &self.account;
        let actions =
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
        self.allow(
            Statement::allow(actions)
                .to(Principal::service(tf!("logs.{}.amazonaws.com", account.region())))
                .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", account.arn("logs", "*")),
        );
    }
}

/// Returns a key policy that delegates access control to the account's IAM policies.
pub(crate) fn account_key_policy(account: &Account) -> Policy {
    Policy::new().statement(
        Statement::allow(["kms:*"]).sid("EnableIamPolicies").to(Principal::account(account.id())).on("*"),
    )
}

/// The default key of a stack, as a shared type.
#[derive(Clone)]
struct StackKey(Key);

/// Builds a [`Key`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct KeyBuilder {
    name: Text,
    description: Option<Text>,
}

impl KeyBuilder {
    /// Describes the purpose of the key.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl Construct for KeyBuilder {
    type Output = Key;

    fn build(self, scope: &Scope<'_>) -> Key {
        let account = Account::current(scope);
        let policy = account_key_policy(&account);
        let key = scope.add(
            kms::Key::builder(self.name.clone())
                .maybe(self.description, |key, description| key.description(description.as_str()))
                .enable_key_rotation(true)
                .deletion_window_in_days(30)
                .policy(&policy),
        );
        let alias = format!("alias/{}", physical_name(scope, &self.name, 250));
        scope.add(kms::Alias::builder(self.name).name(alias).target_key_id(key.key_id()));
        Key { key, policy, account }
    }
}
