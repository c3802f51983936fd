//! The actions that a plan invokes.

use std::fmt::Write as _;

use super::diff::{self, Pair};
use super::places::PathContext;
use super::tree::{self, Line};
use super::visible;
use iac_plan::plan::secret::Secrets;
use iac_plan::plan::{ActionInvocation, ActionTrigger, Plan};

/// An invoked or deferred action.
pub(super) struct Invoked {
    /// `action.aws_lambda_invoke.warm will be invoked after create of aws_lambda_function.web`
    pub(super) what: String,
    /// The lines of its configuration.
    pub(super) lines: Vec<Line>,
}

/// Returns the actions of a plan, in its order.
pub(super) fn invoked(plan: &Plan) -> Vec<Invoked> {
    plan.invocations.iter().map(|each| Invoked { what: what(each), lines: configuration(each) }).collect()
}

fn what(invocation: &ActionInvocation) -> String {
    let mut what = visible(&invocation.address);
    match invocation.deferred {
        Some(deferred) => {
            what.push_str(" is deferred to a later plan, because ");
            what.push_str(deferred.reason());
        }
        None => what.push_str(" will be invoked"),
    }
    match &invocation.trigger {
        ActionTrigger::Unknown => {}
        ActionTrigger::Invoke { caller: None } => what.push_str(", requested with `-invoke`"),
        ActionTrigger::Invoke { caller: Some(caller) } => {
            what.push_str(", requested with `-invoke` for ");
            what.push_str(&visible(caller));
        }
        ActionTrigger::Lifecycle { resource, event, on_failure, .. } => {
            let _ = write!(what, ": {} of {}", visible(words(event)), visible(resource));
            if let Some(on_failure) = on_failure {
                let _ = write!(what, " (on failure: {})", visible(words(on_failure)));
            }
        }
    }
    what
}

/// Splits a name into words: `AfterCreate` becomes `after create`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 2);
    for (position, character) in name.chars().enumerate() {
        if character.is_uppercase() && position > 0 {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

fn configuration(invocation: &ActionInvocation) -> Vec<Line> {
    let mut lines = Vec::new();
    if invocation.config.is_null() {
        return lines;
    }
    let context = PathContext::marked(Secrets::new(None, &invocation.config_sensitive));
    let pair = Pair { before: None, after: Some(&invocation.config) };
    tree::lines(&diff::object(pair, &context), 1, true, &mut lines);
    lines
}
