//! Merging of documents, and the provider's JSON of them.

use super::super::go_json::Json;

#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) version: String,
    pub(super) id: String,
    pub(super) statements: Vec<Statement>,
}

#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) effect: String,
    /// `Action`, `NotAction`, `Resource` and `NotResource`, in the order of [`LISTS`].
    pub(super) lists: [Option<Json>; 4],
    pub(super) principals: Vec<Principals>,
    pub(super) not_principals: Vec<Principals>,
    pub(super) conditions: Vec<Condition>,
}

pub(super) const LISTS: [&str; 4] = ["Action", "NotAction", "Resource", "NotResource"];

/// Identifiers of a type of principals.
#[derive(Debug)]
pub(super) struct Principals {
    pub(super) kind: String,
    pub(super) identifiers: Strings,
}

/// A string or a list of strings. The provider does not treat them the same.
#[derive(Debug)]
pub(super) enum Strings {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) test: String,
    pub(super) variable: String,
    pub(super) values: Vec<String>,
}

impl Document {
    pub(super) fn merge(&mut self, newer: Self) {
        if !newer.id.is_empty() {
            self.id = newer.id;
        }
        if newer.version > self.version {
            self.version = newer.version;
        }
        for statement in newer.statements {
            let same = self.statements.iter_mut().find(|existing| existing.sid == statement.sid);
            match same {
                Some(existing) if !statement.sid.is_empty() => *existing = statement,
                _ => self.statements.push(statement),
            }
        }
    }

    pub(super) fn json(&self) -> Json {
        let mut members = Vec::new();
        if !self.version.is_empty() {
            members.push(("Version".to_owned(), Json::String(self.version.clone())));
        }
        if !self.id.is_empty() {
            members.push(("Id".to_owned(), Json::String(self.id.clone())));
        }
        if !self.statements.is_empty() {
            let statements = self.statements.iter().map(Statement::json).collect();
            members.push(("Statement".to_owned(), Json::Array(statements)));
        }
        Json::Object(members)
    }
}

impl Statement {
    fn json(&self) -> Json {
        let mut members = Vec::new();
        for (name, text) in [("Sid", &self.sid), ("Effect", &self.effect)] {
            if !text.is_empty() {
                members.push((name.to_owned(), Json::String(text.clone())));
            }
        }
        for (name, list) in LISTS.iter().zip(&self.lists) {
            members.extend(list.clone().map(|list| ((*name).to_owned(), list)));
        }
        for (name, principals) in [("Principal", &self.principals), ("NotPrincipal", &self.not_principals)] {
            if !principals.is_empty() {
                members.push((name.to_owned(), principals_json(principals)));
            }
        }
        if !self.conditions.is_empty() {
            members.push(("Condition".to_owned(), conditions_json(&self.conditions)));
        }
        Json::Object(members)
    }
}

impl Strings {
    pub(super) fn json(self) -> Json {
        match self {
            Self::One(text) => Json::String(text),
            Self::Many(texts) => Json::Array(texts.into_iter().map(Json::String).collect()),
        }
    }

    fn is_wildcard(&self) -> bool {
        match self {
            Self::One(text) => text == "*",
            Self::Many(texts) => texts.len() == 1 && texts[0] == "*",
        }
    }
}

/// Returns the value of `Principal`, grouped by type.
fn principals_json(principals: &[Principals]) -> Json {
    if let [principals] = principals
        && principals.kind == "*"
        && principals.identifiers.is_wildcard()
    {
        return Json::String("*".to_owned());
    }
    let mut kinds: Vec<(String, Strings)> = Vec::new();
    for principals in principals {
        let added = match &principals.identifiers {
            Strings::One(text) => Strings::One(text.clone()),
            Strings::Many(texts) => {
                let mut texts = texts.clone();
                texts.sort_unstable_by(|left, right| right.cmp(left));
                Strings::Many(texts)
            }
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == principals.kind) {
            None => kinds.push((principals.kind.clone(), added)),
            Some((_, strings)) => {
                let mut all = std::mem::replace(strings, Strings::Many(Vec::new())).into_vec();
                all.extend(added.into_vec());
                *strings = Strings::Many(all);
            }
        }
    }
    sorted(kinds.into_iter().map(|(kind, strings)| (kind, strings.json())).collect())
}

impl Strings {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// The values by key, in the order of the conditions.
type Variables = Vec<(String, Vec<String>)>;

/// Returns the value of `Condition`, grouped by operator and key. A single value is written alone.
fn conditions_json(conditions: &[Condition]) -> Json {
    let mut tests: Vec<(String, Variables)> = Vec::new();
    for condition in conditions {
        let variables = entry(&mut tests, &condition.test);
        entry(variables, &condition.variable).extend(condition.values.iter().cloned());
    }
    let variable = |(variable, mut values): (String, Vec<String>)| {
        let strings = if values.len() == 1 { values.pop().map(Strings::One) } else { None };
        (variable, strings.unwrap_or(Strings::Many(values)).json())
    };
    let test =
        |(test, variables): (String, Vec<_>)| (test, sorted(variables.into_iter().map(variable).collect()));
    sorted(tests.into_iter().map(test).collect())
}

fn entry<'e, T: Default>(entries: &'e mut Vec<(String, T)>, name: &str) -> &'e mut T {
    let position = entries.iter().position(|(each, _)| each == name).unwrap_or_else(|| {
        entries.push((name.to_owned(), T::default()));
        entries.len() - 1
    });
    &mut entries[position].1
}

/// Returns an object with the members sorted, as Go writes maps.
fn sorted(mut members: Vec<(String, Json)>) -> Json {
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    Json::Object(members)
}
