//! Roles for pipelines outside AWS, without keys that could leak.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::{Grantee, Principal, Role, Statement};
use crate::iam;

/// The address of GitHub's identity provider.
const ISSUER: &str = "token.actions.githubusercontent.com";

/// A role that workflows of a GitHub repository take on with the token that GitHub gives them: there is no key to store.
///
/// | address | is |
/// |---|---|
/// | `aws_iam_openid_connect_provider.github` | GitHub's identity provider, once in a stack |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | as of a [`Role`] |
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

/// GitHub's identity provider, of which an account has one.
#[derive(Clone, Debug)]
struct Issuer(iam::OpenidConnectProvider);

/// Builds a [`GithubRole`].
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct GithubRoleBuilder {
    name: Text,
    repository: Text,
    subjects: Vec<String>,
}

impl GithubRoleBuilder {
    /// Lets workflows on a branch take on the role.
    pub fn branch(mut self, branch: &str) -> Self {
        self.subjects.push(format!("ref:refs/heads/{branch}"));
        self
    }

    /// Lets jobs of one of the repository's environments take on the role; GitHub can demand an approval for them.
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
                    format!("nobody can take on the role `{}`", self.name),
                )
                .hint("say which workflows may: `.branch(\"main\")` or `.environment(\"production\")`"),
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
