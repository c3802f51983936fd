//! The accounts that the resources of a plan belong to.

use iac_core::address::ResourceMode;
use iac_lang::value::Value;
use iac_plan::plan::Plan;

use crate::access::Accounts;

/// The attributes that identify a resource of the planned account itself.
const OWN: [&str; 8] =
    ["arn", "id", "owner_id", "owner", "registry_id", "url", "repository_url", "invoke_arn"];
/// The suffixes of attributes that refer to another resource, which usually is in the same account.
const RELATED: [&str; 3] = ["_arn", "_url", "resource_arn"];

/// Returns the accounts of the resources, from their ARNs and owners. If there are none, from the resources that they
/// refer to.
pub(super) fn of(plan: &Plan) -> Accounts {
    let own = gather(plan, |name| OWN.contains(&name));
    if own.0.is_empty() {
        gather(plan, |name| RELATED.iter().any(|suffix| name.ends_with(suffix)))
    } else {
        own
    }
}

fn gather(plan: &Plan, is_source: impl Fn(&str) -> bool) -> Accounts {
    let mut accounts = Vec::new();
    for change in &plan.changes {
        let is_identity = change.address.resource_type == "aws_caller_identity";
        if change.address.mode != ResourceMode::Managed && !is_identity {
            continue;
        }
        for side in [&change.before, &change.after] {
            let members = side.members().into_iter().flat_map(iac_lang::value::ValueMap::iter);
            for (name, value) in members {
                if let Value::String(text) = value.peel()
                    && (is_source(name) || (is_identity && name == "account_id"))
                    && let Some(account) = account_in(text)
                    && !accounts.iter().any(|known| known == account)
                {
                    accounts.push(account.to_owned());
                }
            }
        }
    }
    Accounts(accounts)
}

/// Returns the account in an ARN, a URL or an ID.
fn account_in(text: &str) -> Option<&str> {
    let is_account = |part: &&str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    // The resource of an ARN may contain the ID of another account.
    let text = if text.starts_with("arn:") { text.split(':').nth(4)? } else { text };
    text.split(['/', '.', ':']).find(is_account)
}
