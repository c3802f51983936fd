//! Differences between two versions of a policy document that let somebody in.

use std::fmt;

use super::condition::Reach;
use super::federation::{trusts_all_users, trusts_unauthenticated};
use super::privilege::{Privilege, privilege};
use super::{Document, KNOWN_AFTER_APPLY, Statement, covers};

/// The accounts that the resources of a plan belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts(pub Vec<String>);

/// The account IDs of emulators of AWS, one of which AWS reserves for its documentation.
const EMULATED: [&str; 2] = ["000000000000", "123456789012"];

/// The accounts of AWS that deliver access logs of load balancers, from "Enable access logs for your Application Load
/// Balancer". They act for the owner of the load balancer.
const LOG_DELIVERY: [&str; 26] = [
    "009996457667",
    "027434742980",
    "033677994240",
    "037604701340",
    "048591011584",
    "054676820928",
    "076674570225",
    "098369216593",
    "114774131450",
    "127311923021",
    "156460612806",
    "190560391635",
    "383597477331",
    "507241528517",
    "582318560864",
    "589379963580",
    "600734575887",
    "635631232127",
    "638102146993",
    "652711504416",
    "718504428378",
    "754344448648",
    "783225319266",
    "797873946194",
    "897822967062",
    "985666609251",
];

impl Accounts {
    /// Returns `true` if somebody else has the account. Where no account is known, all are others but those of emulators.
    #[must_use]
    pub fn is_foreign(&self, account: &str) -> bool {
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_own = self.0.iter().any(|own| own == account)
            || LOG_DELIVERY.contains(&account)
            || (self.0.is_empty() && EMULATED.contains(&account));
        is_account && !is_own
    }
}

/// Those who are let in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Audience {
    /// Anybody, with an account or without.
    Public,
    /// Another account.
    Account(String),
    /// All users of an identity provider that many tenants share.
    UsersOf(&'static str),
    /// Users of Cognito that have not signed in.
    Unauthenticated,
    /// The holder of the policy, who gets a privilege.
    Holder(Privilege),
}

/// A statement that lets somebody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The position of the statement.
    pub statement: usize,
    /// Those who are let in.
    pub audience: Audience,
    /// The statement with its actions: `statement 2 (s3:GetObject)`.
    pub detail: String,
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("any principal"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::UsersOf(issuer) => write!(f, "all users of {issuer}"),
            Self::Unauthenticated => f.write_str("users that have not signed in"),
            Self::Holder(privilege) => privilege.fmt(f),
        }
    }
}

/// Returns the statements of a document that let somebody in who could not get in before.
///
/// ```
/// use iac_lang::value::Value;
/// use iac_review::access::{Accounts, Audience, Document, openings};
///
/// let document = |principal: &str| {
///     let text = format!(r#"{{"Statement": {{"Effect": "Allow", "Principal": "{principal}", "Action": "s3:*", "Resource": "*"}}}}"#);
///     Document::parse(&Value::parse_json(&text).unwrap()).unwrap()
/// };
/// let (narrow, wide) = (document("111122223333"), document("*"));
/// let accounts = Accounts(vec!["111122223333".to_owned()]);
/// assert_eq!(openings(Some(&narrow), &wide, &accounts)[0].audience, Audience::Public);
/// assert!(openings(Some(&wide), &narrow, &accounts).is_empty());
/// ```
#[must_use]
pub fn openings(before: Option<&Document>, after: &Document, accounts: &Accounts) -> Vec<Opening> {
    let mut found = Vec::new();
    for (position, statement) in
        after.statements.iter().enumerate().filter(|(_, statement)| statement.is_allow)
    {
        let is_identity = statement.principals.is_empty();
        let audiences =
            if is_identity { privileges(after, statement) } else { audiences(after, statement, accounts) };
        for audience in audiences {
            if !before.is_some_and(|before| is_covered(before, statement, &audience)) {
                let detail = detail(position, statement);
                found.push(Opening { statement: position, audience, detail });
            }
        }
    }
    found
}

fn privileges(document: &Document, statement: &Statement) -> Vec<Audience> {
    if document.reach_beyond_denies(statement) != Reach::Anyone {
        return Vec::new();
    }
    privilege(statement).into_iter().map(Audience::Holder).collect()
}

/// Returns the outsiders that a statement of a resource policy lets in.
fn audiences(document: &Document, statement: &Statement, accounts: &Accounts) -> Vec<Audience> {
    let mut found = Vec::new();
    let reach = statement.reach().and(document.reach_beyond_denies(statement));
    if statement.has_wildcard_principal() {
        match reach {
            Reach::Anyone => return vec![Audience::Public],
            Reach::Accounts(of) => {
                found.extend(of.into_iter().filter(|account| accounts.is_foreign(account)));
            }
            Reach::Bounded => {}
        }
    } else {
        let named = statement.principals.iter().filter_map(|(kind, principal)| account_of(kind, principal));
        let is_in = |account: &&str| match &reach {
            Reach::Accounts(of) => of.iter().any(|each| each == account),
            _ => true,
        };
        found.extend(named.filter(|account| accounts.is_foreign(account)).filter(is_in).map(str::to_owned));
    }
    found.sort_unstable();
    found.dedup();
    let mut found: Vec<Audience> = found.into_iter().map(Audience::Account).collect();
    found.extend(trusts_all_users(statement).map(Audience::UsersOf));
    found.extend(trusts_unauthenticated(statement).then_some(Audience::Unauthenticated));
    found
}

/// Returns the account of a principal: of an ARN, or the account itself.
fn account_of<'p>(kind: &str, principal: &'p str) -> Option<&'p str> {
    if !matches!(kind, "AWS" | "*") {
        return None;
    }
    if principal.starts_with("arn:") { principal.split(':').nth(4) } else { Some(principal) }
}

/// Returns `true` if a document lets the same ones do all that a statement allows.
fn is_covered(before: &Document, after: &Statement, audience: &Audience) -> bool {
    let lets_in: Vec<&Statement> = before
        .statements
        .iter()
        .filter(|each| each.is_allow && lets_in(before, each, after, audience))
        .collect();
    let nothing = [String::new()];
    let resources = if after.resources.is_empty() { &nothing[..] } else { &after.resources[..] };
    let actions = match audience {
        // Other actions of the statement give no privilege.
        Audience::Holder(Privilege::AllOf(service)) => vec![format!("{service}:*")],
        Audience::Holder(Privilege::Escalation(action)) => vec![(*action).to_owned()],
        _ => after.actions.clone(),
    };
    actions.iter().all(|action| {
        resources.iter().all(|resource| {
            lets_in.iter().any(|before| {
                covers_action(before, after, action) && covers_resource(before, after, resource)
            })
        })
    })
}

fn lets_in(document: &Document, before: &Statement, after: &Statement, audience: &Audience) -> bool {
    let reach = || before.reach().and(document.reach_beyond_denies(before));
    if before.has_wildcard_principal() && reach() == Reach::Anyone {
        return true;
    }
    match audience {
        Audience::Public => false,
        Audience::Account(account) => {
            let of_account = |(kind, principal): &&(String, String)| {
                account_of(kind, principal).is_some_and(|each| each == account)
            };
            let is_in = |(kind, principal): &(String, String)| {
                before.principals.iter().filter(of_account).any(|(_, each)| {
                    each == principal || each.ends_with(":root") || each == account || kind.is_empty()
                })
            };
            let named: Vec<_> = after.principals.iter().filter(of_account).collect();
            let is_listed = |reach: Reach| matches!(reach, Reach::Accounts(of) if of.contains(account));
            if named.is_empty() {
                return before.principals.iter().any(|each| of_account(&each)) || is_listed(reach());
            }
            named.iter().all(|principal| is_in(principal)) || is_listed(reach())
        }
        Audience::UsersOf(issuer) => trusts_all_users(before) == Some(*issuer),
        Audience::Unauthenticated => trusts_unauthenticated(before),
        Audience::Holder(_) => before.principals.is_empty() && !privilege(before).is_empty(),
    }
}

fn covers_action(before: &Statement, after: &Statement, action: &str) -> bool {
    if !before.not_actions.is_empty() {
        let is_same = after.not_actions.iter().any(|_| action == "*")
            && before.not_actions.iter().all(|each| after.not_actions.iter().any(|not| covers(not, each)));
        let overlaps = |each: &String| covers(each, action) || covers(action, each);
        return is_same || !before.not_actions.iter().any(overlaps);
    }
    before.actions.iter().any(|each| covers(each, action))
}

fn covers_resource(before: &Statement, after: &Statement, resource: &str) -> bool {
    if resource.is_empty() || resource == KNOWN_AFTER_APPLY || resource.contains(KNOWN_AFTER_APPLY) {
        return true;
    }
    if !before.not_resources.is_empty() {
        let overlaps = |each: &String| covers(each, resource) || covers(resource, each);
        return before.not_resources == after.not_resources || !before.not_resources.iter().any(overlaps);
    }
    before.resources.is_empty() || before.resources.iter().any(|each| covers(each, resource))
}

/// Returns a phrase for a statement and its first actions: `statement 2 (s3:GetObject and 3 more)`.
fn detail(position: usize, statement: &Statement) -> String {
    const NAMED: usize = 2;
    let name = format!("statement {}", position + 1);
    let actions = &statement.actions[..statement.actions.len().min(NAMED)];
    if actions.is_empty() {
        return name;
    }
    let more = match statement.actions.len() - actions.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{name} ({}{more})", actions.join(", "))
}
