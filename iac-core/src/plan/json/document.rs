//! The members of a plan's JSON document, and which other document text is that is no plan.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::ReadPlanError;
use crate::value::{Value, ValueMap};

/// The members of the document that are read; the others may be large.
#[derive(Default)]
pub(super) struct Members {
    read: ValueMap,
    /// The names of all members.
    names: Vec<String>,
}

impl Members {
    const READ: [&'static str; 12] = [
        "format_version",
        "variables",
        "resource_changes",
        "resource_drift",
        "deferred_changes",
        "output_changes",
        "action_invocations",
        "deferred_action_invocations",
        "checks",
        "applyable",
        "complete",
        "errored",
    ];

    pub(super) fn parse(text: &[u8]) -> Result<Self, ReadPlanError> {
        let parsed: Result<Self, _> = serde_json::from_slice(text);
        let members = parsed.map_err(|error| match first_line(text) {
            Some(line) if line.names.iter().any(|name| name == "@level") => {
                ReadPlanError::OtherDocument(OtherDocument::Log)
            }
            _ => ReadPlanError::Json(error),
        })?;
        members.check()?;
        Ok(members)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.read.get(name)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|each| each == name)
    }

    /// Refuses what is no plan: Terraform writes other documents that have a `format_version`, too.
    fn check(&self) -> Result<(), ReadPlanError> {
        let is_plan = self.has("resource_changes") || self.has("planned_values");
        let other = if self.has("provider_schemas") {
            Some(OtherDocument::Schemas)
        } else if self.has("lineage") || (self.has("serial") && self.has("resources")) {
            Some(OtherDocument::StateFile)
        } else if self.has("values") && !is_plan {
            Some(OtherDocument::State)
        } else if self.has("@level") {
            Some(OtherDocument::Log)
        } else if self.has("diagnostics") && self.has("valid") {
            Some(OtherDocument::Validation)
        } else if self.has("stacks") && !is_plan {
            Some(OtherDocument::Stacks)
        } else {
            None
        };
        if let Some(other) = other {
            return Err(ReadPlanError::OtherDocument(other));
        }
        match self.get("format_version") {
            Some(Value::String(version)) if matches!(version.split('.').next(), Some("0" | "1")) => {}
            Some(Value::String(version)) => return Err(ReadPlanError::Version(version.to_string())),
            _ => return Err(ReadPlanError::NotAPlan),
        }
        if is_plan { Ok(()) } else { Err(ReadPlanError::NoSections) }
    }
}

/// The first line of text, if it is a document by itself.
fn first_line(text: &[u8]) -> Option<Members> {
    let line = text.split(|byte| *byte == b'\n').next()?;
    serde_json::from_slice(line).ok()
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Document;

        impl<'de> Visitor<'de> for Document {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a plan")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                while let Some(name) = map.next_key::<String>()? {
                    if members.has(&name) {
                        return Err(A::Error::custom(format_args!("duplicate member `{name}`")));
                    }
                    if Members::READ.contains(&name.as_str()) {
                        let value = map.next_value::<Value>()?;
                        members.read.insert(name.as_str().into(), value);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                    members.names.push(name);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Document)
    }
}

/// A document of Terraform that is often taken for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherDocument {
    /// What `terraform show -json` prints of a state.
    State,
    /// A state file.
    StateFile,
    /// What `terraform providers schema -json` prints.
    Schemas,
    /// What `terraform plan -json` prints: messages, a line each.
    Log,
    /// What `terraform validate -json` prints.
    Validation,
    /// What `iac plan --json` writes of several stacks.
    Stacks,
}

impl OtherDocument {
    /// Returns what to do to get a plan.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::State | Self::StateFile | Self::Schemas | Self::Validation => {
                "save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`"
            }
            Self::Log => {
                "`terraform plan -json` prints messages; save the plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`"
            }
            Self::Stacks => "write one plan per stack: `iac plan --stack NAME --json`",
        }
    }
}

impl fmt::Display for OtherDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "a state, as `terraform show -json` prints it without a plan file",
            Self::StateFile => "a Terraform state file",
            Self::Schemas => "the schemas of providers",
            Self::Log => "the messages of `terraform plan -json`",
            Self::Validation => "the result of `terraform validate -json`",
            Self::Stacks => "the plans of several stacks",
        })
    }
}
