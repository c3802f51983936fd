//! The versions of hashicorp/aws that are known, and which of them answers for a configuration.

use iac_core::address::ResourceMode;
use iac_lang::config::satisfies;
use iac_lang::value::Value;
use iac_plan::plan::{KnowledgeRecord, Predictor, Table};
use iac_plan::schema::{EntityKind, Knowledge};
use iac_plan::state::State;

use crate::knowledge::{SOURCE, knowledge, table_of};

/// The known versions, newest first.
pub const VERSIONS: [&str; 2] = ["6.58.0", "5.100.0"];

/// The argument that all regional resources have since version 6.
const REGION: &str = "region";
/// The number of resources of a state that are examined.
const SAMPLE: usize = 40;

/// What tells the version of the provider that will be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The version in `.terraform.lock.hcl`.
    pub locked: Option<String>,
    /// The version of the installed binary, if none is locked.
    pub installed: Option<String>,
    /// The version constraints of all modules.
    pub constraints: Vec<String>,
    /// The version that wrote the state, if it tells.
    pub recorded: Option<Recorded>,
}

/// The version that wrote a state, as far as its contents tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// A version before 6.0.
    Before6,
    /// Version 6.0 or later.
    Since6,
}

impl Recorded {
    /// Returns the version that wrote a state; `None` if the state does not tell.
    #[must_use]
    pub fn of(state: &State<'_>) -> Option<Self> {
        let [new, old] = VERSIONS.map(knowledge);
        let aws = state.resources.iter().filter(|resource| resource.provider.contains("/hashicorp/aws\"]"));
        let mut examined = 0;
        let mut found = None;
        for resource in aws {
            let schema = |knowledge: &Knowledge| {
                knowledge.schema(EntityKind::Resource, &resource.type_name).ok().flatten()
            };
            let Some(instance) =
                resource.instances.first().filter(|_| resource.mode == ResourceMode::Managed)
            else {
                continue;
            };
            let (Some(new), old) = (schema(&new), schema(&old)) else { continue };
            let old_has = old.as_ref().is_some_and(|old| old.block.attribute(REGION).is_some());
            if old.as_ref().is_none_or(|old| instance.schema_version > old.version) {
                return Some(Self::Since6);
            }
            if old_has || new.block.attribute(REGION).is_none() {
                continue;
            }
            let Ok(Value::Object(attributes)) = instance.attributes.decode_untyped() else { continue };
            if attributes.get(REGION).is_some_and(|region| !region.is_null()) {
                return Some(Self::Since6);
            }
            found = Some(Self::Before6);
            examined += 1;
            if examined == SAMPLE {
                break;
            }
        }
        found
    }
}

/// The version that answers, and how it relates to the one that will be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The version that answers: one of [`VERSIONS`].
    pub version: &'static str,
    /// The difference to the version that will be used, as a sentence without a period.
    pub remark: Option<String>,
    /// True if the version that will be used is not a known one.
    pub is_other: bool,
}

impl Choice {
    /// Chooses the version that answers.
    #[must_use]
    pub fn new(evidence: &Evidence) -> Self {
        let mut choice = match (&evidence.locked, &evidence.installed) {
            (Some(locked), _) => Self::of(locked, "locked"),
            (None, Some(installed)) => Self::of(installed, "installed"),
            (None, None) => Self::constrained(evidence),
        };
        let is_before_6 = |version: &str| satisfies("< 6.0", version) == Some(true);
        let named = evidence.locked.as_deref().or(evidence.installed.as_deref());
        let used = named.unwrap_or(choice.version);
        if evidence.recorded == Some(Recorded::Since6) && is_before_6(used) {
            let by = match (&evidence.locked, &evidence.installed) {
                (Some(_), _) => "is locked",
                (None, Some(_)) => "is installed",
                (None, None) => "is required",
            };
            choice.remark = Some(format!(
                "the state was written by hashicorp/aws 6.0 or later, but {used} {by}, which cannot read all of it"
            ));
        }
        choice
    }

    fn exact(version: &'static str) -> Self {
        Self { version, remark: None, is_other: false }
    }

    fn other(version: &'static str, reason: &str) -> Self {
        let remark = format!("{reason}; this build knows {}", VERSIONS.join(" and "));
        Self { version, remark: Some(remark), is_other: true }
    }

    fn of(named: &str, how: &str) -> Self {
        match VERSIONS.into_iter().find(|version| *version == named) {
            Some(version) => Self::exact(version),
            None => Self::other(nearest(named), &format!("hashicorp/aws {named} is {how}")),
        }
    }

    fn constrained(evidence: &Evidence) -> Self {
        // Terraform reports constraints that it cannot read.
        let readable = || evidence.constraints.iter().filter(|each| satisfies(each, VERSIONS[0]).is_some());
        let allowed = |version: &&str| readable().all(|each| satisfies(each, version) == Some(true));
        let fits = |version: &&str| match evidence.recorded {
            Some(Recorded::Before6) => satisfies("< 6.0", version) == Some(true),
            Some(Recorded::Since6) => satisfies(">= 6.0", version) == Some(true),
            None => true,
        };
        let candidates: Vec<&'static str> = VERSIONS.into_iter().filter(allowed).collect();
        if let Some(version) = candidates.iter().find(|version| fits(version)).or(candidates.first()) {
            return Self::exact(version);
        }
        let all: Vec<&str> = readable().map(String::as_str).collect();
        let first = all
            .iter()
            .find_map(|each| each.find(|each: char| each.is_ascii_digit()).map(|start| &each[start..]));
        let version = nearest(first.unwrap_or_default());
        Self::other(version, &format!("the configuration requires hashicorp/aws {}", all.join(", ")))
    }

    /// Returns the table that answers.
    #[must_use]
    pub fn table(&self) -> Table {
        let table = table_of(knowledge(self.version));
        let others = || VERSIONS.into_iter().filter(|version| *version != self.version).map(knowledge);
        let table = table.with_related_versions(others());
        if self.is_other { table.with_other_versions(others()) } else { table }
    }

    /// Returns the record for reports.
    #[must_use]
    pub fn record(&self) -> KnowledgeRecord {
        KnowledgeRecord {
            provider: SOURCE.into(),
            version: self.version.into(),
            predictor: Predictor::Table,
            remark: self.remark.as_deref().map(Into::into),
        }
    }
}

/// Returns the known version that is the most similar to another one.
fn nearest(version: &str) -> &'static str {
    let major = |version: &str| version.split('.').next().and_then(|major| major.trim().parse::<u64>().ok());
    let is_new = major(version).is_none_or(|version| Some(version) >= major(VERSIONS[0]));
    if is_new { VERSIONS[0] } else { VERSIONS[1] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(locked: Option<&str>, constraints: &[&str], recorded: Option<Recorded>, expected: (&str, &str)) {
        let evidence = Evidence {
            locked: locked.map(str::to_owned),
            installed: None,
            constraints: constraints.iter().map(|each| (*each).to_owned()).collect(),
            recorded,
        };
        let choice = Choice::new(&evidence);
        assert_eq!((choice.version, choice.remark.as_deref().unwrap_or_default()), expected);
    }

    #[test]
    fn lock_file_decides_before_constraints_and_state() {
        check(Some("5.100.0"), &[">= 5.0"], Some(Recorded::Before6), ("5.100.0", ""));
        check(Some("6.58.0"), &[], Some(Recorded::Before6), ("6.58.0", ""));
        let other =
            |version| format!("hashicorp/aws {version} is locked; this build knows 6.58.0 and 5.100.0");
        check(Some("6.20.0"), &[], None, ("6.58.0", &other("6.20.0")));
        check(Some("7.0.0"), &[], None, ("6.58.0", &other("7.0.0")));
        check(Some("4.67.0"), &[], None, ("5.100.0", &other("4.67.0")));
    }

    #[test]
    fn constraints_decide_without_a_lock_file() {
        check(None, &["~> 6.0"], None, ("6.58.0", ""));
        check(None, &["~> 5.0"], None, ("5.100.0", ""));
        check(None, &[">= 5.0", "< 6.0"], None, ("5.100.0", ""));
        check(None, &[">= 5.0"], None, ("6.58.0", ""));
        check(None, &["latest"], None, ("6.58.0", ""));
        check(
            None,
            &[">= 6.60"],
            None,
            (
                "6.58.0",
                "the configuration requires hashicorp/aws >= 6.60; this build knows 6.58.0 and 5.100.0",
            ),
        );
        check(
            None,
            &["~> 4.0", ">= 4.9"],
            None,
            (
                "5.100.0",
                "the configuration requires hashicorp/aws ~> 4.0, >= 4.9; this build knows 6.58.0 and 5.100.0",
            ),
        );
    }

    #[test]
    fn state_decides_if_constraints_leave_a_choice() {
        check(None, &[">= 5.0"], Some(Recorded::Before6), ("5.100.0", ""));
        check(None, &[], Some(Recorded::Since6), ("6.58.0", ""));
        check(None, &["~> 6.0"], Some(Recorded::Before6), ("6.58.0", ""));
        let text = "the state was written by hashicorp/aws 6.0 or later, but 5.100.0 is required, which cannot read all of it";
        check(None, &["~> 5.0"], Some(Recorded::Since6), ("5.100.0", text));
    }

    #[test]
    fn state_tells_the_version_that_wrote_it() {
        let state = |type_name: &str, version: u64, attributes: &str| {
            format!(
                r#"{{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{{}},"resources":[{{
                "mode":"managed","type":"{type_name}","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
                "instances":[{{"schema_version":{version},"attributes":{attributes}}}]}}]}}"#
            )
        };
        let recorded = |text: String| Recorded::of(&State::decode(text.as_bytes()).unwrap());
        assert_eq!(recorded(state("aws_vpc", 1, r#"{"id":"vpc-1"}"#)), Some(Recorded::Before6));
        assert_eq!(
            recorded(state("aws_vpc", 1, r#"{"id":"vpc-1","region":"eu-west-1"}"#)),
            Some(Recorded::Since6)
        );
        assert_eq!(recorded(state("aws_instance", 2, r#"{"id":"i-1"}"#)), Some(Recorded::Since6));
        // These types had an attribute of this name before.
        assert_eq!(recorded(state("aws_s3_bucket", 0, r#"{"region":"eu-west-1"}"#)), None);
        // Global types have none.
        assert_eq!(recorded(state("aws_iam_role", 0, r#"{"id":"a"}"#)), None);
    }
}
