//! Roles for CI outside AWS, without long-lived access keys.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::{Grantee, Principal, Role, Statement};
use crate::iam;

/// The host name of GitHub's OpenID Connect provider.
const ISSUER: &str = "token.actions.githubusercontent.com";

/// A role that workflows of a GitHub repository assume with OpenID Connect, without stored access keys.
///
/// | Address | Description |
/// |---|---|
/// | `aws_iam_openid_connect_provider.github` | GitHub's identity provider, one per stack |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | see [`Role`] |
///
/// ```
/// use iac_aws::identity::{GithubRole, Statement};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("delivery");
/// let role = stack.add(GithubRole::builder("deploy", "lessons/web").branch("main").environment("production"));
/// role.role.allow(Statement::allow(["ecs:UpdateService"]).on("arn:aws:ecs:eu-west-1:111111111111:service/web"));
/// assert!(stack.render_hcl()?.contains("repo:lessons/web:ref:refs/heads/main"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct GithubRole {
    /// The role.
    pub role: Role,
}

impl GithubRole {
    /// Starts a role for a repository: `owner/name`.
    pub fn builder(name: impl Into<Text>, repository: impl Into<Text>) -> GithubRoleBuilder {
        GithubRoleBuilder { name: name.into(), repository: repository.into(), subjects: Vec::new() }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for GithubRole {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// GitHub's identity provider, which can exist only once per account.
#[derive(Clone, Debug)]
struct Issuer(iam::OpenidConnectProvider);

/// Builds a [`GithubRole`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct GithubRoleBuilder {
    name: Text,
    repository: Text,
    subjects: Vec<String>,
}

impl GithubRoleBuilder {
    /// Allows workflows on a branch to assume the role.
    pub fn branch(mut self, branch: &str) -> Self {
        self.subjects.push(format!("ref:refs/heads/{branch}"));
        self
    }

    /// Allows jobs in a GitHub environment to assume the role. GitHub can require approval for an environment.
    pub fn environment(mut self, environment: &str) -> Self {
        self.subjects.push(format!("environment:{environment}"));
        self
    }
}

impl Construct for GithubRoleBuilder {
    type Output = GithubRole;

    fn build(self, scope: &Scope<'_>) -> GithubRole {
        if self.subjects.is_empty() {
            scope.report(
                Diagnostic::error(
                    "github-role-without-subject",
                    format!("no workflow can assume GitHub role `{}`", self.name),
                )
                .hint("select workflows: `.branch(\"main\")` or `.environment(\"production\")`"),
            );
        }
        let Issuer(provider) = scope.shared(|scope| {
            Issuer(
                scope.add(
                    iam::OpenidConnectProvider::builder("github")
                        .url(format!("https://{ISSUER}"))
                        .client_id_list(["sts.amazonaws.com"]),
                ),
            )
        });
        let subjects: Vec<_> =
            self.subjects.iter().map(|subject| format!("repo:{}:{subject}", self.repository)).collect();
        let github = Principal::federated(provider.arn());
        let trust = Statement::allow(["sts:AssumeRoleWithWebIdentity"])
            .to(github.clone())
            .when("StringEquals", format!("{ISSUER}:aud"), "sts.amazonaws.com")
            .when("StringEquals", format!("{ISSUER}:sub"), subjects);
        let role = Role::builder(self.name, github).trust(trust);
        GithubRole { role: scope.add(role) }
    }
}
