//! Where a configuration is applied: the account and the region.

use iac_core::prelude::*;

use crate::{meta, sts};

/// The account and the region to which a provider configuration leads, as Terraform finds out when it runs.
///
/// Constructs that need one of them share it: there is one of each data source in a stack, and one more under each other
/// provider configuration.
///
/// | address | is |
/// |---|---|
/// | `data.aws_caller_identity.current` | the account |
/// | `data.aws_region.current` | the region |
///
/// ```
/// use iac_aws::caller::Account;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let account = Account::of(&stack.nested("main"));
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
    /// The account and region of a scope.
    #[must_use]
    pub fn of(scope: &Scope<'_>) -> Self {
        scope.shared(|scope| Self {
            identity: scope.add(sts::data::CallerIdentity::builder("current")),
            region: scope.add(meta::data::Region::builder("current")),
        })
    }

    /// The account's number.
    #[must_use]
    pub fn id(&self) -> Expr<String> {
        self.identity.account_id()
    }

    /// The region's code: `eu-west-1`.
    #[must_use]
    pub fn region(&self) -> Expr<String> {
        self.region.name()
    }

    /// The ARN of something in the account and region: `arn("logs", "log-group:*")`.
    #[must_use]
    pub fn arn(&self, service: &str, resource: impl IntoExpr<String>) -> Expr<String> {
        tf!("arn:aws:{service}:{}:{}:{}", self.region(), self.id(), resource.into_expr())
    }
}
