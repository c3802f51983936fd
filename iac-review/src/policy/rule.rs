//! Rules: requirements for resource types, with a reason and a remedy.

use std::fmt;
use std::sync::Arc;

use iac_core::address::ResourceMode;
use iac_core::builder::ResourceHandle;
use iac_core::text::Text;

use super::{Subject, Verdict};

/// A requirement for resources of some types.
#[derive(Clone)]
pub struct Rule {
    /// The texts and properties of the rule.
    pub info: Arc<RuleInfo>,
    pub(super) checks: Vec<TypeCheck>,
}

/// The texts and properties of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleInfo {
    /// The id in kebab-case: `s3-versioned`.
    pub id: Text,
    /// The requirement, for lists of rules: `Security groups must not allow SSH from the internet`. No full stop.
    pub requirement: Text,
    /// The problem where the requirement is not met, for reports: `Security group allows SSH (port 22) from 0.0.0.0/0`. No
    /// full stop.
    pub finding: Text,
    /// The severity of findings.
    pub severity: Severity,
    /// The service, such as `s3`. Empty for rules of users.
    pub service: Text,
    /// The ids of the same rule in other tools: `CKV_AWS_21`, `AVD-AWS-0090`.
    pub aliases: Vec<Text>,
    /// The reason for the requirement.
    pub why: Text,
    /// The fix for a violation.
    pub remedy: Text,
    /// `true` if a violation makes something public or privileged.
    pub exposure: bool,
    /// The rules whose violation by the same part of a resource includes one of this rule.
    pub covered_by: Vec<Text>,
    /// `true` if the rule has to be enabled explicitly, since it does not fit every system.
    pub opt_in: bool,
    /// The kind of limit, if the rule is a limit of the service rather than a requirement of a policy. Passing one is no
    /// news, so that it does not count as an evaluation.
    pub limit: Option<Limit>,
}

/// A limit of the provider's service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A violation may be accepted: a quota that can be raised.
    Excusable,
    /// A violation cannot be applied, so that a waiver or a baseline does not help.
    Refused,
}

/// The severity of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The violation should be fixed.
    Warn,
    /// The violation is rejected.
    Deny,
}

impl Severity {
    /// Returns `warn` or `deny`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

pub(super) type Check = Arc<dyn Fn(&Subject<'_>) -> Verdict + Send + Sync>;

/// The check for resources of one type.
#[derive(Clone)]
pub(super) struct TypeCheck {
    pub(super) mode: ResourceMode,
    pub(super) type_name: Text,
    pub(super) check: Check,
}

/// A rule whose findings are errors.
///
/// The requirement is the text for lists of rules: "Security groups must not allow SSH from the internet".
/// [`Rule::finding`] sets the text for reports.
#[must_use]
pub fn deny(id: impl Into<Text>, requirement: impl Into<Text>) -> Rule {
    Rule::new(id.into(), requirement.into(), Severity::Deny)
}

/// A rule whose findings are warnings.
///
/// The requirement is the text for lists of rules: "S3 buckets should have versioning enabled". [`Rule::finding`] sets the
/// text for reports.
#[must_use]
pub fn warn(id: impl Into<Text>, requirement: impl Into<Text>) -> Rule {
    Rule::new(id.into(), requirement.into(), Severity::Warn)
}

impl Rule {
    fn new(id: Text, requirement: Text, severity: Severity) -> Self {
        let info = RuleInfo {
            id,
            finding: format!("Requirement not met: {requirement}").into(),
            requirement,
            severity,
            service: Text::default(),
            aliases: Vec::new(),
            why: Text::default(),
            remedy: Text::default(),
            exposure: false,
            covered_by: Vec::new(),
            opt_in: false,
            limit: None,
        };
        Self { info: Arc::new(info), checks: Vec::new() }
    }

    fn change(mut self, change: impl FnOnce(&mut RuleInfo)) -> Self {
        change(Arc::make_mut(&mut self.info));
        self
    }

    /// Sets the problem that reports state where the requirement is not met: "Security group allows SSH (port 22) from
    /// 0.0.0.0/0". Without it, reports state that the requirement is not met.
    #[must_use]
    pub fn finding(self, finding: impl Into<Text>) -> Self {
        self.change(|info| info.finding = finding.into())
    }

    /// Adds the ids of the same rule in other tools. Waivers may use these ids.
    #[must_use]
    pub fn known_as(self, ids: &[&str]) -> Self {
        self.change(|info| info.aliases.extend(ids.iter().map(|id| Text::from(*id))))
    }

    /// Sets the reason for the requirement.
    #[must_use]
    pub fn why(self, why: impl Into<Text>) -> Self {
        self.change(|info| info.why = why.into())
    }

    /// Sets the fix for a violation.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<Text>) -> Self {
        self.change(|info| info.remedy = remedy.into())
    }

    /// Sets the service.
    #[must_use]
    pub fn service(self, service: impl Into<Text>) -> Self {
        self.change(|info| info.service = service.into())
    }

    /// Marks the rule as one about exposure: a violation makes something public or privileged.
    #[must_use]
    pub fn exposure(self) -> Self {
        self.change(|info| info.exposure = true)
    }

    /// Names the rules whose violation by the same part of a resource includes one of this rule: a security group that opens
    /// all ports opens port 22 as well. Only the other one is reported then.
    #[must_use]
    pub fn covered_by(self, rules: &[&str]) -> Self {
        self.change(|info| info.covered_by.extend(rules.iter().map(|id| Text::from(*id))))
    }

    /// Marks the rule as opt-in: it is evaluated only if it is enabled explicitly.
    #[must_use]
    pub fn opt_in(self) -> Self {
        self.change(|info| info.opt_in = true)
    }

    /// Marks the rule as a limit of the provider's service.
    #[must_use]
    pub fn limit(self, limit: Limit) -> Self {
        self.change(|info| info.limit = Some(limit))
    }

    /// Adds the check for managed resources of a type.
    #[must_use]
    pub fn of(
        self,
        type_name: impl Into<Text>,
        check: impl Fn(&Subject<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        self.push(ResourceMode::Managed, type_name.into(), Arc::new(check))
    }

    /// Adds the check for data sources of a type.
    #[must_use]
    pub fn of_data(
        self,
        type_name: impl Into<Text>,
        check: impl Fn(&Subject<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        self.push(ResourceMode::Data, type_name.into(), Arc::new(check))
    }

    /// Adds the check for resources of a type, with the bindings of the provider.
    ///
    /// Attributes are named by their getters, so that a misspelled name does not compile.
    ///
    /// ```
    /// # use iac_core::bindings as c;
    /// # mod s3 {
    /// #     use iac_core::bindings as c;
    /// #     pub struct Bucket(c::Handle);
    /// #     static PROVIDER: c::ProviderType = c::ProviderType { local_name: "aws", source: "hashicorp/aws", version: "5" };
    /// #     impl c::ResourceHandle for Bucket {
    /// #         type Provider = ();
    /// #         const TYPE: c::ResourceType =
    /// #             c::ResourceType { name: "aws_s3_bucket", mode: c::ResourceMode::Managed, provider: &PROVIDER };
    /// #         fn from_handle(handle: c::Handle) -> Self { Self(handle) }
    /// #         fn handle(&self) -> &c::Handle { &self.0 }
    /// #     }
    /// #     impl Bucket { pub fn force_destroy(&self) -> c::Expr<bool> { self.0.get("force_destroy") } }
    /// # }
    /// use iac_review::policy::deny;
    ///
    /// let rule = deny("s3-force-destroy", "S3 buckets must not have `force_destroy` enabled")
    ///     .finding("S3 bucket has `force_destroy` enabled")
    ///     .on::<s3::Bucket>(|bucket| bucket.get(s3::Bucket::force_destroy).is_not(true));
    /// ```
    #[must_use]
    pub fn on<H: ResourceHandle>(
        self,
        check: impl Fn(&Subject<'_, H>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        let check: Check = Arc::new(move |subject| check(&subject.typed()));
        self.push(H::TYPE.mode, Text::from_static(H::TYPE.name), check)
    }

    fn push(mut self, mode: ResourceMode, type_name: Text, check: Check) -> Self {
        self.checks.push(TypeCheck { mode, type_name, check });
        self
    }

    /// Returns the resource types of the rule, in the order of their checks.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().map(|check| check.type_name.as_str())
    }
}

impl RuleInfo {
    /// Returns `true` if this is the id of the rule, or its id in another tool.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.id == *id || self.aliases.iter().any(|alias| *alias == *id)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<&str> = self.types().collect();
        f.debug_struct("Rule").field("info", &self.info).field("types", &types).finish_non_exhaustive()
    }
}

/// A list of rules with distinct ids.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Resource types that are another one under a second name, and that one.
    pub(super) type_aliases: &'static [(&'static str, &'static str)],
}

impl Rules {
    /// Sets the resource types that are another one under a second name: `("aws_alb", "aws_lb")`. Checks of the other type
    /// apply to them, too.
    #[must_use]
    pub fn with_type_aliases(self, aliases: &'static [(&'static str, &'static str)]) -> Self {
        Self { rules: self.rules, type_aliases: aliases }
    }

    /// Returns the rules in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// Returns the number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Returns `true` if there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Returns the rule with this id, or with this id in another tool.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let by_id = self.rules.iter().find(|rule| rule.info.id == *id);
        by_id.or_else(|| self.rules.iter().find(|rule| rule.info.is_called(id)))
    }

    /// Drops the opt-in rules that are not named, by id or by an id in another tool.
    #[must_use]
    pub fn with(self, named: &[&str]) -> Self {
        self.filter(|info| !info.opt_in || named.iter().any(|id| info.is_called(id)))
    }

    /// Drops the named rules, by id or by an id in another tool.
    #[must_use]
    pub fn without(self, named: &[&str]) -> Self {
        self.filter(|info| !named.iter().any(|id| info.is_called(id)))
    }

    /// Keeps the rules that match the predicate.
    #[must_use]
    pub fn filter(mut self, mut keep: impl FnMut(&RuleInfo) -> bool) -> Self {
        self.rules.retain(|rule| keep(&rule.info));
        self
    }
}

/// A rule replaces an earlier one with the same id.
impl Extend<Rule> for Rules {
    fn extend<I: IntoIterator<Item = Rule>>(&mut self, rules: I) {
        for rule in rules {
            match self.rules.iter_mut().find(|each| each.info.id == rule.info.id) {
                Some(each) => *each = rule,
                None => self.rules.push(rule),
            }
        }
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let mut all = Self::default();
        all.extend(rules);
        all
    }
}

impl IntoIterator for Rules {
    type Item = Rule;
    type IntoIter = std::vec::IntoIter<Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.rules.into_iter()
    }
}

impl<'a> IntoIterator for &'a Rules {
    type Item = &'a Rule;
    type IntoIter = std::slice::Iter<'a, Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
