//! Policy documents of resources: as text, and as data sources.

use iac_lang::value::Value;
pub(super) use iac_review::access::{Condition, Document, Statement, matches};
use iac_review::policy::{Reading, Subject, Verdict, all_of};

/// The data source that makes policy documents.
pub(super) const DOCUMENT: &str = "aws_iam_policy_document";
/// The maximum number of documents that a document is merged from, so that cycles end.
const MAX_SOURCES: usize = 50;

/// The document of an argument.
#[derive(Debug)]
pub(super) enum Policy {
    /// There is none, or it is not a policy document.
    None,
    /// Nothing is known of it.
    Unknown,
    /// The document, as far as it is known.
    Known(Document),
}

impl Policy {
    /// Reads the document of an argument. If its text is only known after apply, the known parts come from the
    /// configuration: from a literal, or from the data sources that the argument refers to.
    pub(super) fn read(argument: &Reading<'_>) -> Self {
        if let Some(json) = argument.json() {
            return Document::parse(&json).map_or(Self::None, Self::Known);
        }
        if !argument.is_unknown() {
            return Self::None;
        }
        let sources = argument.referred_data(DOCUMENT);
        if sources.is_empty() {
            return Self::Unknown;
        }
        let mut document = Document::default();
        let mut left = MAX_SOURCES;
        for source in &sources {
            gather(source, &mut left, &mut document);
        }
        Self::Known(document)
    }

    /// Passes if the document has no statement that `find` finds, by its position. Unknown if a relevant part of the
    /// document is unknown.
    pub(super) fn has_none(
        &self,
        argument: &Reading<'_>,
        find: impl Fn(&Document) -> Option<usize>,
    ) -> Verdict {
        match self {
            Self::None => Verdict::Pass,
            Self::Unknown => Verdict::Unknown,
            Self::Known(document) => match find(document) {
                Some(position) => {
                    Verdict::fail().because(format!("statement {}", position + 1)).at(argument.path().clone())
                }
                None if document.has_unknowns => Verdict::Unknown,
                None => Verdict::Pass,
            },
        }
    }
}

/// Passes if no statement of a document matches the predicate. Unknown if a relevant part is unknown. A reference in a
/// statement stands for a single resource, never for the wildcard.
pub(super) fn no_statement(argument: &Reading<'_>, is_bad: impl Fn(&Statement) -> bool) -> Verdict {
    Policy::read(argument).has_none(argument, |document| document.statements.iter().position(&is_bad))
}

/// Passes if no statement of a document lets any principal in, in spite of its conditions and explicit denies.
pub(super) fn not_public(argument: &Reading<'_>) -> Verdict {
    Policy::read(argument).has_none(argument, public_statement)
}

/// Returns the position of the first statement that lets any principal in.
pub(super) fn public_statement(document: &Document) -> Option<usize> {
    document.public_statements().next().map(|(position, _)| position)
}

/// Passes if the text of an argument is a policy document: valid JSON, with statements that have an effect.
pub(super) fn is_valid(argument: &Reading<'_>) -> Verdict {
    let Some(text) = argument.text().filter(|text| !text.trim().is_empty()) else { return Verdict::Pass };
    let invalid = |problem: &str| Verdict::fail().because(problem.to_owned()).at(argument.path().clone());
    let document = match Value::parse_json(text) {
        Ok(document @ (Value::Object(_) | Value::Map(_))) => document,
        Ok(_) => return invalid("it is not an object"),
        Err(_) => return invalid("it is not valid JSON"),
    };
    // Policies of some services are not IAM documents.
    let Some(statements) = document.member("Statement") else { return Verdict::Pass };
    let statements = match statements {
        Value::List(elements) | Value::Tuple(elements) => elements.as_slice(),
        single => std::slice::from_ref(single),
    };
    all_of(statements.iter().enumerate().map(|(position, statement)| {
        let number = position + 1;
        match statement.member("Effect") {
            Some(Value::String(effect)) if ["Allow", "Deny"].contains(&effect.as_str()) => Verdict::Pass,
            Some(Value::Unknown(_)) => Verdict::Unknown,
            Some(_) => invalid(&format!("the `Effect` of statement {number} is neither `Allow` nor `Deny`")),
            None => invalid(&format!("statement {number} has no `Effect`")),
        }
    }))
}

/// Adds the statements of a data source and of the documents that it is merged from.
fn gather(data: &Subject<'_>, left: &mut usize, document: &mut Document) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    for list in ["source_policy_documents", "override_policy_documents"] {
        let texts = data.at(list);
        let sources = texts.referred_data(DOCUMENT);
        for source in &sources {
            gather(source, left, document);
        }
        let has_others = texts.is_unknown() || texts.elements().iter().any(Reading::is_unknown);
        document.has_unknowns |= sources.is_empty() && has_others;
        if sources.is_empty() {
            for text in texts.elements() {
                if let Some(source) = text.json().and_then(|json| Document::parse(&json)) {
                    document.has_unknowns |= source.has_unknowns;
                    document.statements.extend(source.statements);
                }
            }
        }
    }
    let own = own_document(data);
    document.has_unknowns |= own.has_unknowns;
    document.statements.extend(own.statements);
}

/// Returns the document of the `statement` blocks of a data source, as far as it is known.
pub(super) fn own_document(data: &Subject<'_>) -> Document {
    let blocks = data.at("statement");
    let statements: Vec<Statement> = blocks.elements().iter().map(block).collect();
    let has_unknowns = blocks.is_unknown() || statements.iter().any(|statement| statement.has_unknowns);
    Document { statements, has_unknowns }
}

/// Returns `true` if a statement of a data source has principals, known or not.
pub(super) fn has_principals(data: &Subject<'_>) -> bool {
    data.at("statement").elements().iter().any(|block| {
        ["principals", "not_principals"].iter().any(|name| {
            let principals = block.at(name);
            principals.is_unknown() || !principals.elements().is_empty()
        })
    })
}

fn block(block: &Reading<'_>) -> Statement {
    let text = |reading: Reading<'_>| reading.text().unwrap_or_default().to_owned();
    let condition = |condition: &Reading<'_>| Condition {
        operator: text(condition.at("test")),
        key: text(condition.at("variable")),
        values: strings(&condition.at("values")),
    };
    let is_unknown = |name: &&str| {
        let list = block.at(name);
        list.is_unknown() || list.elements().iter().any(Reading::is_unknown)
    };
    let mut statement = Statement {
        sid: text(block.at("sid")),
        is_allow: block.at("effect").text().is_none_or(|effect| effect == "Allow"),
        actions: strings(&block.at("actions")),
        resources: strings(&block.at("resources")),
        principals: principals(block, "principals"),
        not_actions: strings(&block.at("not_actions")),
        not_resources: strings(&block.at("not_resources")),
        not_principals: principals(block, "not_principals"),
        conditions: block.at("condition").elements().iter().map(condition).collect(),
        has_unknowns: block.is_unknown()
            || block.at("effect").is_unknown()
            || block.at("principals").is_unknown()
            || ["actions", "not_actions"].iter().any(is_unknown),
    };
    statement.widen();
    statement
}

fn principals(block: &Reading<'_>, name: &str) -> Vec<(String, String)> {
    let of_kind = |principals: &Reading<'_>| {
        let kind = principals.at("type").text().unwrap_or_default().to_owned();
        strings(&principals.at("identifiers")).into_iter().map(move |principal| (kind.clone(), principal))
    };
    block.at(name).elements().iter().flat_map(of_kind).collect()
}

/// Returns the strings of a list, with a placeholder for those that are unknown.
fn strings(list: &Reading<'_>) -> Vec<String> {
    let unknown = || iac_review::access::KNOWN_AFTER_APPLY.to_owned();
    if list.is_unknown() {
        return vec![unknown()];
    }
    let text = |each: &Reading<'_>| each.text().map_or_else(unknown, str::to_owned);
    list.elements().iter().map(text).collect()
}
