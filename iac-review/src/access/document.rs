//! Policy documents of AWS: identity, resource and trust policies.

use iac_lang::value::Value;

use super::condition::{Condition, Reach};
use super::{KNOWN_AFTER_APPLY, covers, is_any_resource, matches};

const ALL: &str = "*";

/// A policy document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// `true` if a part is unknown that the statements depend on.
    pub has_unknowns: bool,
}

/// A statement of a policy document. `NotAction`, `NotResource` and `NotPrincipal` of a statement that allows are
/// conservatively treated as `*`, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The statement ID; empty if it has none.
    pub sid: String,
    /// `true` if the effect is `Allow`.
    pub is_allow: bool,
    /// The actions.
    pub actions: Vec<String>,
    /// The resources.
    pub resources: Vec<String>,
    /// The kind (`AWS`, `Service`, `Federated`, or `*`) and the principal.
    pub principals: Vec<(String, String)>,
    /// The actions in `NotAction`.
    pub not_actions: Vec<String>,
    /// The resources in `NotResource`.
    pub not_resources: Vec<String>,
    /// The principals in `NotPrincipal`.
    pub not_principals: Vec<(String, String)>,
    /// The conditions, all of which have to hold.
    pub conditions: Vec<Condition>,
    /// `true` if a relevant part of the statement is unknown.
    pub has_unknowns: bool,
}

impl Document {
    /// Reads a policy document. `None` if the value is none: a document has statements with an effect.
    #[must_use]
    pub fn parse(value: &Value) -> Option<Self> {
        if value.peel().is_unknown() {
            return None;
        }
        let found = value.peel().member("Statement")?;
        let has_unknowns = *found.peel() == Value::UNKNOWN;
        let values = if has_unknowns { Vec::new() } else { elements(found) };
        let is_statement =
            |value: &&Value| value.peel().is_unknown() || value.peel().member("Effect").is_some();
        if !values.iter().all(is_statement) {
            return None;
        }
        let statements: Vec<Statement> = values.into_iter().map(Statement::parse).collect();
        let has_unknowns = has_unknowns || statements.iter().any(|statement| statement.has_unknowns);
        Some(Self { statements, has_unknowns })
    }

    /// Returns the positions and statements that allow any principal, in spite of conditions and explicit denies.
    pub fn public_statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.statements.iter().enumerate().filter(|(_, statement)| {
            statement.is_public() && self.reach_beyond_denies(statement) == Reach::Anyone
        })
    }

    /// Returns the callers of a statement that no explicit deny excludes.
    #[must_use]
    pub fn reach_beyond_denies(&self, statement: &Statement) -> Reach {
        let denies = self.statements.iter().filter(|deny| !deny.is_allow && deny.denies_all_of(statement));
        let rest = |deny: &Statement| {
            if !deny.not_principals.is_empty() {
                return Reach::Bounded;
            }
            let rests = deny.conditions.iter().map(Condition::reach_of_rest);
            rests.reduce(Reach::or).unwrap_or_else(|| Reach::Accounts(Vec::new()))
        };
        denies.map(rest).fold(Reach::Anyone, Reach::and)
    }
}

impl Statement {
    /// Reads a statement. A single string counts as a list, as in JSON documents.
    #[must_use]
    pub fn parse(value: &Value) -> Self {
        let value = value.peel();
        let text = |name| value.member(name).and_then(as_str).unwrap_or_default().to_owned();
        let all = |name| value.member(name).map(strings).unwrap_or_default();
        let principals = |name| value.member(name).map(principals).unwrap_or_default();
        let is_unknown = |name: &&str| is_unknown(value, name);
        let mut statement = Self {
            sid: text("Sid"),
            is_allow: text("Effect") == "Allow",
            actions: all("Action"),
            resources: all("Resource"),
            principals: principals("Principal"),
            not_actions: all("NotAction"),
            not_resources: all("NotResource"),
            not_principals: principals("NotPrincipal"),
            conditions: value.member("Condition").map(conditions).unwrap_or_default(),
            has_unknowns: *value == Value::UNKNOWN
                || ["Effect", "Action", "Principal"].iter().any(is_unknown),
        };
        statement.widen();
        statement
    }

    /// Adds the wildcard for whatever is stated by exclusion.
    pub fn widen(&mut self) {
        let widen = |excluded: bool, list: &mut Vec<String>| {
            if excluded && !list.iter().any(|each| each == ALL) {
                list.push(ALL.to_owned());
            }
        };
        widen(!self.not_actions.is_empty(), &mut self.actions);
        widen(!self.not_resources.is_empty(), &mut self.resources);
        if !self.not_principals.is_empty() && !self.has_wildcard_principal() {
            self.principals.push((ALL.to_owned(), ALL.to_owned()));
        }
    }

    /// Returns `true` if the statement allows the action: `s3:Get*` and `*` include `s3:GetObject`.
    #[must_use]
    pub fn allows(&self, action: &str) -> bool {
        self.is_allow && self.actions.iter().any(|pattern| matches(pattern, action))
    }

    /// Returns `true` if the statement applies to all resources of a kind: `*`, `arn:aws:s3:::*`.
    #[must_use]
    pub fn covers_all_resources(&self) -> bool {
        self.resources.iter().any(|resource| is_any_resource(resource))
    }

    /// Returns `true` if the statement allows any principal, under conditions that any caller can meet. An explicit
    /// deny may still exclude them: see [`Document::public_statements`].
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.is_allow && self.has_wildcard_principal() && self.reach() == Reach::Anyone
    }

    /// Returns the callers that meet all conditions.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.conditions.iter().map(Condition::reach).fold(Reach::Anyone, Reach::and)
    }

    /// Returns `true` if the principals include the wildcard.
    #[must_use]
    pub fn has_wildcard_principal(&self) -> bool {
        self.principals.iter().any(|(kind, principal)| match kind.as_str() {
            // A wildcard in place of the account is one for all accounts.
            "*" | "AWS" => principal == ALL || principal.contains("::*:"),
            "Federated" => principal == ALL,
            _ => false,
        })
    }

    /// Returns `true` if a statement that denies applies to every request that another one allows, except for its
    /// conditions.
    fn denies_all_of(&self, allow: &Self) -> bool {
        // What is excluded from the deny stays allowed.
        self.not_actions.is_empty()
            && self.not_resources.is_empty()
            && (allow.principals.is_empty()
                || self.has_wildcard_principal()
                || !self.not_principals.is_empty())
            && covers_each(&self.actions, &allow.actions)
            && (allow.resources.is_empty() || covers_each(&self.resources, &allow.resources))
    }
}

fn covers_each(wide: &[String], narrow: &[String]) -> bool {
    narrow.iter().all(|narrow| wide.iter().any(|wide| covers(wide, narrow)))
}

fn principals(value: &Value) -> Vec<(String, String)> {
    match value.peel() {
        Value::String(principal) => vec![(ALL.to_owned(), principal.as_str().to_owned())],
        Value::Object(kinds) | Value::Map(kinds) => {
            let of_kind = |(kind, principals): (&iac_core::text::Text, &Value)| {
                let kind = kind.to_string();
                strings(principals).into_iter().map(move |principal| (kind.clone(), principal))
            };
            kinds.iter().flat_map(of_kind).collect()
        }
        _ => Vec::new(),
    }
}

fn conditions(value: &Value) -> Vec<Condition> {
    let (Value::Object(operators) | Value::Map(operators)) = value.peel() else { return Vec::new() };
    let mut conditions = Vec::new();
    for (operator, keys) in operators.iter() {
        let (Value::Object(keys) | Value::Map(keys)) = keys.peel() else { continue };
        conditions.extend(keys.iter().map(|(key, values)| Condition {
            operator: operator.to_string(),
            key: key.to_string(),
            values: strings(values),
        }));
    }
    conditions
}

/// Returns `true` if a member of a statement, or an element of it, is unknown.
fn is_unknown(statement: &Value, name: &str) -> bool {
    let unknown = |value: &Value| *value.peel() == Value::UNKNOWN;
    let member = statement.member(name);
    member.is_some_and(unknown)
        || (name != "Principal" && member.is_some_and(|it| elements(it).into_iter().any(unknown)))
}

/// Returns the elements of a list. A single value counts as one element.
fn elements(value: &Value) -> Vec<&Value> {
    match value.peel() {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => elements.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

fn as_str(value: &Value) -> Option<&str> {
    match value.peel() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn strings(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value.peel() {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::Unknown(_) => Some(KNOWN_AFTER_APPLY.to_owned()),
        value => as_str(value).map(str::to_owned),
    };
    elements(value).into_iter().filter_map(text).collect()
}
