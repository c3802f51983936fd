//! Account and region that a configuration is applied to.

use iac_core::prelude::*;

use crate::{meta, sts};

/// Account and region of a provider configuration, resolved by Terraform at run time.
///
/// Shared between the constructs that need it: a stack has one of each data source, plus one per additional provider
/// configuration.
///
/// | Address | Description |
/// |---|---|
/// | `data.aws_caller_identity.current` | account |
/// | `data.aws_region.current` | region |
///
/// ```
/// use iac_aws::caller::Account;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let account = Account::current(&stack.nested("main"));
/// stack.add(Output::new("account", account.id()));
/// assert!(stack.render_hcl()?.contains("value = data.aws_caller_identity.current.account_id"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Account {
    identity: sts::data::CallerIdentity,
    region: meta::data::Region,
}

impl Account {
    /// Returns the account and region of a scope.
    #[must_use]
    pub fn current(scope: &Scope<'_>) -> Self {
        scope.shared(|scope| Self {
            identity: scope.add(sts::data::CallerIdentity::builder("current")),
            region: scope.add(meta::data::Region::builder("current")),
        })
    }

    /// Returns the account id.
    #[must_use]
    pub fn id(&self) -> Expr<String> {
        self.identity.account_id()
    }

    /// Returns the region code, such as `eu-west-1`.
    #[must_use]
    pub fn region(&self) -> Expr<String> {
        self.region.name()
    }

    /// Returns the ARN of a resource in this account and region: `arn("logs", "log-group:*")`.
    #[must_use]
    pub fn arn(&self, service: &str, resource: impl IntoExpr<String>) -> Expr<String> {
        tf!("arn:aws:{service}:{}:{}:{}", self.region(), self.id(), resource.into_expr())
    }
}
