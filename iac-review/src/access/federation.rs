//! Identity providers that anybody can have an account with.

use super::Statement;

/// The identity providers that many tenants share, with the claims that identify a tenant. Other claims, such as the
/// audience of a CI service, are the same for all tenants.
const SHARED: [(&str, &[&str]); 12] = [
    ("token.actions.githubusercontent.com", &["sub", "repository", "repository_owner", "job_workflow_ref"]),
    ("gitlab.com", &["sub", "project_path", "namespace_path"]),
    ("app.terraform.io", &["sub", "terraform_organization_id", "terraform_organization_name"]),
    ("agent.buildkite.com", &["sub", "organization_slug"]),
    ("oidc.vercel.com", &["sub", "aud"]),
    ("api.pulumi.com/oidc", &["sub", "aud"]),
    ("oidc.codefresh.io", &["sub"]),
    ("accounts.google.com", &["sub", "aud", "oaud", "email"]),
    ("graph.facebook.com", &["app_id", "id"]),
    ("www.amazon.com", &["app_id", "user_id"]),
    ("cognito-identity.amazonaws.com", &["aud", "sub"]),
    ("appleid.apple.com", &["sub", "aud"]),
];

/// Returns the identity provider whose users a statement trusts without distinction.
pub(super) fn trusts_all_users(statement: &Statement) -> Option<&'static str> {
    if !statement.is_allow {
        return None;
    }
    let federated = statement.principals.iter().filter(|(kind, _)| kind == "Federated");
    let issuers = federated.filter_map(|(_, principal)| {
        SHARED.iter().find(|(issuer, _)| principal == issuer || principal.ends_with(&format!("/{issuer}")))
    });
    issuers
        .filter(|(issuer, claims)| !is_narrowed(statement, issuer, claims))
        .map(|(issuer, _)| *issuer)
        .next()
}

/// Returns `true` if a statement lets in users of Cognito that have not signed in.
pub(super) fn trusts_unauthenticated(statement: &Statement) -> bool {
    statement.is_allow
        && statement
            .principals
            .iter()
            .any(|(kind, name)| kind == "Federated" && name == "cognito-identity.amazonaws.com")
        && statement.conditions.iter().any(|condition| {
            condition.key.eq_ignore_ascii_case("cognito-identity.amazonaws.com:amr")
                && condition.values.iter().any(|value| value == "unauthenticated")
        })
}

fn is_narrowed(statement: &Statement, issuer: &str, claims: &[&str]) -> bool {
    statement.conditions.iter().any(|condition| {
        let operator = condition.operator.to_ascii_lowercase();
        let is_equality = operator.contains("equals") || operator.contains("like");
        let holds_if_missing = operator.starts_with("forallvalues") || operator.ends_with("ifexists");
        let claim = condition.key.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':'));
        is_equality
            && !operator.contains("not")
            && !holds_if_missing
            && claim.is_some_and(|claim| claims.contains(&claim))
            && !condition.values.is_empty()
            && condition.values.iter().all(|value| names_tenant(claim.unwrap_or_default(), value))
    })
}

/// Returns `true` if the value of a claim names a tenant: `repo:owner/name:*`, but not `repo:*` or `*:ref:main`.
fn names_tenant(claim: &str, value: &str) -> bool {
    if claim != "sub" {
        return value
            .split(['/', ':'])
            .next()
            .is_some_and(|first| !first.is_empty() && !first.starts_with('*'));
    }
    let mut parts = value.split(':');
    let first = parts.next().unwrap_or_default();
    let Some(owner) = parts.next() else { return !first.contains('*') };
    let name = owner.split('/').next().unwrap_or_default();
    !first.contains('*') && !name.is_empty() && !name.contains(['*', '?'])
}
