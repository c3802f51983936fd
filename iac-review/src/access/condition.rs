//! Conditions of statements, and the callers that they leave.

use super::network::Addresses;
use super::{KNOWN_AFTER_APPLY, matches};

/// A condition: an operator such as `StringEquals`, a key such as `aws:SourceAccount`, and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator, with its qualifiers: `ForAnyValue:StringLike`, `StringEqualsIfExists`.
    pub operator: String,
    /// The key.
    pub key: String,
    /// The values, of which one has to match.
    pub values: Vec<String>,
}

/// The callers that a condition leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any caller can meet the condition.
    Anyone,
    /// Only callers from these accounts meet it.
    Accounts(Vec<String>),
    /// Only certain callers meet it: of an organization, a network, a resource.
    Bounded,
}

/// The kind of value that a key is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    /// An ARN, with the account of the caller in it.
    Arn,
    /// An opaque identifier: of an organization, a VPC, an endpoint, a user.
    Id,
    Address,
    /// A boolean that is true only for some callers.
    True,
}

/// The keys that identify callers, in lower case. Any other key says something about the request that any caller can
/// arrange: encryption in transit, the date, a header, MFA, a tag of the principal.
///
/// From "AWS global condition context keys" and the meaning of "public" in the documentation of S3.
const KEYS: [(&str, Kind); 34] = [
    ("aws:principalaccount", Kind::Account),
    ("aws:principalarn", Kind::Arn),
    ("aws:principalisawsservice", Kind::True),
    ("aws:principalorgid", Kind::Id),
    ("aws:principalorgpaths", Kind::Id),
    ("aws:principalservicename", Kind::Id),
    ("aws:principalservicenameslist", Kind::Id),
    ("aws:sourceaccount", Kind::Account),
    ("aws:sourcearn", Kind::Arn),
    ("aws:sourceip", Kind::Address),
    ("aws:sourceorgid", Kind::Id),
    ("aws:sourceorgpaths", Kind::Id),
    ("aws:sourceowner", Kind::Account),
    ("aws:sourcevpc", Kind::Id),
    ("aws:sourcevpcarn", Kind::Arn),
    ("aws:sourcevpce", Kind::Id),
    ("aws:userid", Kind::Id),
    ("aws:username", Kind::Id),
    ("aws:vpceaccount", Kind::Account),
    ("aws:vpceorgid", Kind::Id),
    ("aws:vpceorgpaths", Kind::Id),
    ("aws:vpcsourceip", Kind::Address),
    ("aws:ec2instancesourcevpc", Kind::Id),
    ("elasticfilesystem:accessedviamounttarget", Kind::True),
    ("elasticfilesystem:accesspointarn", Kind::Arn),
    ("kms:calleraccount", Kind::Account),
    ("lambda:eventsourcetoken", Kind::Id),
    ("s3:dataaccesspointaccount", Kind::Account),
    ("s3:dataaccesspointarn", Kind::Arn),
    ("sns:endpoint", Kind::Id),
    ("es:sourcevpce", Kind::Id),
    ("glue:resourceshareaccount", Kind::Account),
    ("alexa:skillid", Kind::Id),
    ("lambda:sourcefunctionarn", Kind::Arn),
];

/// The operators that compare for equality, without qualifiers.
const EQUALITIES: [&str; 7] =
    ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool"];
const INEQUALITIES: [&str; 6] = [
    "stringnotequals",
    "stringnotequalsignorecase",
    "stringnotlike",
    "arnnotequals",
    "arnnotlike",
    "notipaddress",
];

/// An operator without its qualifiers.
struct Operator {
    name: String,
    /// `true` if the condition is met when the key is missing from the request.
    holds_if_missing: bool,
}

impl Operator {
    fn parse(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let (is_all, text) = match text.split_once(':') {
            Some((qualifier, text)) => (qualifier == "forallvalues", text),
            None => (false, text.as_str()),
        };
        let (name, if_exists) = text.strip_suffix("ifexists").map_or((text, false), |name| (name, true));
        // `ForAllValues` holds for an empty list of values.
        Self { name: name.to_owned(), holds_if_missing: is_all || if_exists }
    }
}

impl Condition {
    /// Returns the callers that meet the condition.
    ///
    /// A condition that is met when the key is missing does not narrow, since anonymous requests have no such key.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let operator = Operator::parse(&self.operator);
        if operator.holds_if_missing || !EQUALITIES.contains(&operator.name.as_str()) {
            return Reach::Anyone;
        }
        self.reach_of_values(operator.name == "bool")
    }

    /// Returns the callers that do not meet the condition, and hence escape an explicit deny.
    #[must_use]
    pub fn reach_of_rest(&self) -> Reach {
        let operator = Operator::parse(&self.operator);
        let is_false = |value: &String| value.eq_ignore_ascii_case("false");
        if operator.name == "bool" {
            // `Bool: {aws:PrincipalIsAWSService: false}` denies all others.
            let names_callers = self.kind() == Some(Kind::True) && self.values.iter().all(is_false);
            return if names_callers { Reach::Bounded } else { Reach::Anyone };
        }
        if !INEQUALITIES.contains(&operator.name.as_str()) {
            return Reach::Anyone;
        }
        // A negated operator holds if the key is missing: whoever lacks the key is denied, too.
        self.reach_of_values(false)
    }

    /// Returns `true` if the condition excludes some callers.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.reach() != Reach::Anyone
    }

    fn kind(&self) -> Option<Kind> {
        let key = self.key.to_ascii_lowercase();
        KEYS.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
    }

    fn reach_of_values(&self, is_bool: bool) -> Reach {
        let Some(kind) = self.kind() else { return Reach::Anyone };
        if self.values.is_empty() || is_bool != (kind == Kind::True) {
            return Reach::Anyone;
        }
        match kind {
            Kind::True if self.values.iter().all(|value| value.eq_ignore_ascii_case("true")) => {
                Reach::Bounded
            }
            Kind::True => Reach::Anyone,
            Kind::Address => {
                let mut addresses = Addresses::default();
                // A variable or a value that is unknown stands for one address.
                let is_wide = self.values.iter().any(|value| value == "*")
                    || self.values.iter().filter(|value| addresses.add(value)).count() > 0
                        && addresses.is_internet();
                if is_wide { Reach::Anyone } else { Reach::Bounded }
            }
            Kind::Id if self.values.iter().any(|value| is_wild_id(value)) => Reach::Anyone,
            Kind::Id => Reach::Bounded,
            Kind::Account if self.values.iter().any(|value| value.contains(['*', '?'])) => Reach::Anyone,
            Kind::Account => Reach::Accounts(known_accounts(&self.values)),
            Kind::Arn => {
                let accounts: Vec<Option<ArnAccount>> =
                    self.values.iter().map(|value| account_of_pattern(value)).collect();
                let mut found = Vec::new();
                for account in accounts {
                    match account {
                        None => return Reach::Anyone,
                        Some(ArnAccount::Of(account)) => found.push(account),
                        Some(ArnAccount::Unknown) => return Reach::Bounded,
                    }
                }
                Reach::Accounts(found)
            }
        }
    }
}

impl Reach {
    /// Returns the callers that meet both conditions.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anyone, reach) | (reach, Self::Anyone) => reach,
            (Self::Bounded, _) | (_, Self::Bounded) => Self::Bounded,
            (Self::Accounts(left), Self::Accounts(right)) => {
                Self::Accounts(left.into_iter().filter(|account| right.contains(account)).collect())
            }
        }
    }

    /// Returns the callers that meet either condition.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anyone, _) | (_, Self::Anyone) => Self::Anyone,
            (Self::Accounts(mut left), Self::Accounts(right)) => {
                left.extend(right);
                Self::Accounts(left)
            }
            _ => Self::Bounded,
        }
    }
}

fn known_accounts(values: &[String]) -> Vec<String> {
    values.iter().filter(|value| *value != KNOWN_AFTER_APPLY).cloned().collect()
}

/// Returns `true` if an identifier is a pattern that many values match: `*`, `o-*`, `AROA*`.
///
/// A pattern narrows if its fixed part is longer than the common prefix of the identifiers: `AROAEXAMPLE:*`,
/// `*@example.com`, `o-abc/r-root/*`.
fn is_wild_id(value: &str) -> bool {
    const FIXED: usize = 9;
    value.contains(['*', '?'])
        && value.chars().filter(|character| !matches!(character, '*' | '?')).count() < FIXED
}

/// The account of an ARN.
enum ArnAccount {
    Of(String),
    /// The ARN is of one resource, but has no account: `arn:aws:s3:::logs`.
    Unknown,
}

/// Returns the account that a pattern for ARNs requires. `None` if ARNs of any account match.
fn account_of_pattern(pattern: &str) -> Option<ArnAccount> {
    if pattern == KNOWN_AFTER_APPLY {
        return Some(ArnAccount::Unknown);
    }
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let is_account = |part: &&&str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(account) = parts.iter().skip(1).find(is_account) {
        return Some(ArnAccount::Of((*account).to_owned()));
    }
    // The account is a variable of the document, or a reference.
    if parts.get(4).is_some_and(|account| account.contains("${") || account.contains(KNOWN_AFTER_APPLY)) {
        return Some(ArnAccount::Unknown);
    }
    // Names of buckets are unique: only one account has the bucket.
    let is_bucket = matches("arn:*:s3:::?*", pattern)
        && parts
            .get(5)
            .and_then(|bucket| bucket.split('/').next())
            .is_some_and(|bucket| !bucket.starts_with('*'));
    // An identity that CloudFront manages, or a service.
    let is_fixed = !pattern.contains(['*', '?']) && parts.len() > 1;
    (is_bucket || is_fixed).then_some(ArnAccount::Unknown)
}
