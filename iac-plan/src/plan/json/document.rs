//! Members of a plan's JSON document, and recognition of documents that are not plans.

use std::fmt;
use std::sync::Arc;

use serde_core::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::ReadPlanError;
use iac_lang::value::{Value, ValueMap};

/// The members that are read. Others may be large.
const READ: [&str; 18] = [
    "action_invocations",
    "applyable",
    "checks",
    "complete",
    "condition_results",
    "deferred_action_invocations",
    "deferred_changes",
    "errored",
    "format_version",
    "output_changes",
    "plan_format_version",
    "provider_knowledge",
    "relevant_attributes",
    "resource_changes",
    "resource_drift",
    "state",
    "undecided_instances",
    "variables",
];
/// Other members of the format, including those of HCP Terraform's redacted plans and of this program.
const PASSED_OVER: [&str; 10] = [
    "configuration",
    "counts",
    "effects_digest",
    "planned_values",
    "prior_state",
    "provider_format_version",
    "provider_schemas",
    "review",
    "terraform_version",
    "timestamp",
];

/// The parts of the document that are read.
pub(super) struct Members {
    read: Value,
    /// The names of all members.
    names: Vec<String>,
    version: (u32, u32),
}

impl Members {
    pub(super) fn parse(text: &str) -> Result<Self, ReadPlanError> {
        let (read, names) = members(text, &READ).map_err(|error| {
            let first = text.lines().next().map(|line| members(line, &READ));
            match first {
                Some(Ok((_, names))) if names.iter().any(|name| name == "@level") => {
                    ReadPlanError::OtherDocument(OtherDocument::Log)
                }
                _ => ReadPlanError::Json(error),
            }
        })?;
        let mut members = Self { read: Value::Object(read), names, version: (0, 0) };
        members.version = members.check()?;
        Ok(members)
    }

    /// Returns the members that are read, as an object.
    pub(super) fn value(&self) -> &Value {
        &self.read
    }

    /// Returns the format version: major and minor.
    pub(super) fn version(&self) -> (u32, u32) {
        self.version
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|each| each == name)
    }

    /// Returns the names of members that the format does not define.
    pub(super) fn unknown_names(&self) -> impl Iterator<Item = &str> {
        let is_known = |name: &&str| READ.contains(name) || PASSED_OVER.contains(name);
        self.names.iter().map(String::as_str).filter(move |name| !is_known(name))
    }

    /// Returns the format version, or an error if the document is not a plan: other documents of Terraform have a
    /// `format_version`, too.
    fn check(&self) -> Result<(u32, u32), ReadPlanError> {
        let is_plan = self.has("resource_changes") || self.has("planned_values");
        let other = if self.has("lineage") || (self.has("serial") && self.has("resources")) {
            Some(OtherDocument::StateFile)
        } else if self.has("@level") {
            Some(OtherDocument::Log)
        } else if self.has("diagnostics") && self.has("valid") {
            Some(OtherDocument::Validation)
        } else if is_plan || self.has("plan_format_version") {
            None
        } else if self.has("provider_schemas") {
            Some(OtherDocument::Schemas)
        } else if self.has("values") {
            Some(OtherDocument::State)
        } else if self.has("stacks") {
            Some(OtherDocument::Stacks)
        } else {
            None
        };
        if let Some(other) = other {
            return Err(ReadPlanError::OtherDocument(other));
        }
        let Value::Object(read) = &self.read else { return Err(ReadPlanError::NotAPlan) };
        let version = read.get("format_version").or_else(|| read.get("plan_format_version"));
        let Some(Value::String(text)) = version else { return Err(ReadPlanError::NotAPlan) };
        let mut numbers = text.split('.').map(str::parse::<u32>);
        let version = match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
            (Some(Ok(major)), None) => (major, 0),
            _ => return Err(ReadPlanError::Version(text.to_string())),
        };
        if version.0 > 1 {
            return Err(ReadPlanError::Version(text.to_string()));
        }
        if is_plan || self.has("plan_format_version") { Ok(version) } else { Err(ReadPlanError::NoSections) }
    }
}

/// Counts the resources in `planned_values`.
pub(super) fn planned_resources(text: &str) -> Result<usize, ReadPlanError> {
    fn count(module: Option<&Value>) -> usize {
        let Some(Value::Object(module)) = module else { return 0 };
        let list = |name| match module.get(name) {
            Some(Value::Tuple(elements)) => elements.as_slice(),
            _ => &[],
        };
        list("resources").len() + list("child_modules").iter().map(|child| count(Some(child))).sum::<usize>()
    }
    let (members, _) = members(text, &["planned_values"]).map_err(ReadPlanError::Json)?;
    Ok(match members.get("planned_values") {
        Some(Value::Object(planned)) => count(planned.get("root_module")),
        _ => 0,
    })
}

/// Reads some members of an object and the names of all.
fn members(text: &str, read: &[&str]) -> Result<(ValueMap, Vec<String>), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = Chosen(read).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(members)
}

/// Deserializes the members with these names and skips the others.
struct Chosen<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Chosen<'_> {
    type Value = (ValueMap, Vec<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Chosen<'_> {
    type Value = (ValueMap, Vec<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plan")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut read = ValueMap::new();
        let mut names: Vec<String> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format_args!("duplicate member `{name}`")));
            }
            if self.0.contains(&name.as_str()) {
                let value = map.next_value::<Value>()?;
                read.insert(name.as_str().into(), value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            names.push(name);
        }
        Ok((read, names))
    }
}

/// The document that a plan was read from, so that it can be written back.
#[derive(Clone)]
pub struct SourceDocument(Arc<str>);

impl SourceDocument {
    pub(super) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(super) fn parse(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl fmt::Debug for SourceDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceDocument").field("bytes", &self.0.len()).finish()
    }
}

/// A document that is often mistaken for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherDocument {
    /// A state, as printed by `terraform show -json`.
    State,
    /// A state file.
    StateFile,
    /// The output of `terraform providers schema -json`.
    Schemas,
    /// The output of `terraform plan -json`: one log message per line.
    Log,
    /// The output of `terraform validate -json`.
    Validation,
    /// The output of `iac plan --json` for several stacks.
    Stacks,
}

impl OtherDocument {
    /// Returns the way to get a plan instead.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::State | Self::StateFile | Self::Schemas | Self::Validation => {
                "save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`"
            }
            Self::Log => {
                "`terraform plan -json` prints a log; save the plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`"
            }
            Self::Stacks => "write one plan per stack: `iac plan --stack NAME --json`",
        }
    }
}

impl fmt::Display for OtherDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "a state, as printed by `terraform show -json` without a plan file",
            Self::StateFile => "a Terraform state file",
            Self::Schemas => "the output of `terraform providers schema -json`",
            Self::Log => "the log of `terraform plan -json`",
            Self::Validation => "the output of `terraform validate -json`",
            Self::Stacks => "a list of plans of several stacks",
        })
    }
}
