//! Limits of AWS that the provider does not check, so that only an apply would show them.
//!
//! Simple limits are lines of `limits.rules`, each with its source, a good and a bad case; `cross` has those that relate
//! several arguments or resources. A limit is not a policy: neither a waiver nor a baseline helps, except for quotas, which
//! AWS can raise, and for what is overwritten rather than refused.
//!
//! ```
//! let limits = iac_aws_rules::limits::rules();
//! assert!(limits.get("limit-lb-name-length").is_some());
//! ```

mod cross;
mod fact;
mod unique;

use std::sync::LazyLock;

use iac_review::policy::{Rule, Rules, Subject, Verdict};

pub use fact::{Case, Fact};

/// Returns the simple limits, as data.
#[must_use]
pub fn facts() -> &'static [Fact] {
    static FACTS: LazyLock<Vec<Fact>> = LazyLock::new(|| {
        fact::parse(include_str!("../limits.rules")).expect("the embedded limits are valid")
    });
    &FACTS
}

/// Returns all limits as rules, whose findings are errors.
#[must_use]
pub fn rules() -> Rules {
    let rules: Rules = facts().iter().map(Fact::rule).chain(cross::rules()).collect();
    rules.with_type_aliases(&super::policies::TYPE_ALIASES)
}

/// Checks of limits.
trait Limit {
    /// Adds a check that fails only for what AWS certainly refuses.
    ///
    /// A value that is not known yet is very likely within its limit, so that an unknown verdict would only be noise.
    fn certainly(
        self,
        type_name: &str,
        check: impl Fn(&Subject<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self;
}

impl Limit for Rule {
    fn certainly(
        self,
        type_name: &str,
        check: impl Fn(&Subject<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        self.of(type_name.to_owned(), move |subject| match check(subject) {
            Verdict::Unknown => Verdict::Pass,
            verdict => verdict,
        })
    }
}

/// Returns a rule about what AWS refuses.
fn refused(id: &str, requirement: &str, finding: &str, source: &str) -> Rule {
    iac_review::policy::deny(id.to_owned(), requirement.to_owned())
        .finding(finding.to_owned())
        .why("AWS rejects it only during apply.")
        .remedy(format!("See {source}."))
        .limit(iac_review::policy::Limit::Refused)
}

#[cfg(test)]
mod tests;
