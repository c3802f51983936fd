//! Terraform's state: what exists, as far as it was last seen.
//!
//! The decoder borrows from the text that it reads, and leaves the attributes of an instance undecoded until somebody
//! asks for them: most of a state is never looked at.

pub mod attributes;
mod error;
mod json;
mod legacy;
mod show;
#[cfg(test)]
mod tests;
mod unique;
mod v4;

use std::borrow::Cow;

pub use error::StateError;
pub use json::Position;

use iac_core::address::{InstanceKey, ModuleStep, ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

/// A state.
#[derive(Clone, Debug, Default)]
pub struct State<'a> {
    /// The version of Terraform that wrote it.
    pub terraform_version: Option<Text>,
    /// How often it was written.
    pub serial: u64,
    /// What tells it from other states.
    pub lineage: Text,
    /// The output values of the root module.
    pub outputs: Vec<Output>,
    /// The resources, in order.
    pub resources: Vec<Resource<'a>>,
    /// Results of checks, as they were written.
    pub check_results: Option<&'a str>,
}

/// An output value of the root module.
#[derive(Clone, Debug)]
pub struct Output {
    /// The name.
    pub name: Text,
    /// The value, unmarked even where it is sensitive.
    pub value: Value,
    /// The type, in Terraform's JSON form.
    pub ty: String,
    /// Whether it is sensitive.
    pub sensitive: bool,
}

/// A resource: all its instances.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// The modules around, outermost first.
    pub modules: Vec<ModuleStep>,
    /// Whether it is managed or read.
    pub mode: ResourceMode,
    /// The type.
    pub type_name: Text,
    /// The name.
    pub name: Text,
    /// The provider's configuration: `provider["registry.terraform.io/hashicorp/aws"].west`.
    pub provider: Text,
    /// The instances, in order: current and deposed ones.
    pub instances: Vec<Instance<'a>>,
}

/// An instance of a resource.
#[derive(Clone, Debug)]
pub struct Instance<'a> {
    /// Which one.
    pub key: Option<InstanceKey>,
    /// The key of an object that was to be destroyed after its replacement was created, and was not.
    pub deposed: Option<Text>,
    /// Whether it is to be replaced: its creation went wrong, or somebody said so.
    pub tainted: bool,
    /// The version of the type's schema that the attributes follow.
    pub schema_version: u64,
    /// The attributes, as they were written.
    pub attributes: Attributes<'a>,
    /// The places whose values are sensitive, beyond those that the schema says.
    pub sensitive: Vec<AttributePath>,
    /// What the provider keeps for itself, in base64.
    pub private: Option<Cow<'a, str>>,
    /// What the provider identifies it by, as it was written, and the version of that schema.
    pub identity: Option<(u64, &'a str)>,
    /// Whether it is created before its predecessor is destroyed.
    pub create_before_destroy: bool,
    /// The recorded dependencies, as they were written: a JSON list of addresses.
    pub dependencies: Option<&'a str>,
}

/// The attributes of an instance, undecoded.
#[derive(Clone, Copy, Debug)]
pub enum Attributes<'a> {
    /// A JSON object, as states have since version 4.
    Json(&'a str),
    /// A JSON object of texts by dotted paths, as states of Terraform before 0.12 have.
    Flatmap(&'a str),
}

impl<'a> State<'a> {
    /// Reads a state: what is in a `terraform.tfstate`, or what `terraform show -json` says of one. Nothing at all is an
    /// empty state.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, StateError> {
        // A saved plan is a zip file.
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(StateError::SavedPlan);
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| StateError::NotUtf8(Position::of(bytes, error.valid_up_to())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        v4::decode(text)
    }
}

impl Resource<'_> {
    /// The address of an instance.
    #[must_use]
    pub fn address(&self, key: Option<InstanceKey>) -> ResourceAddress {
        ResourceAddress {
            modules: self.modules.clone(),
            mode: self.mode,
            resource_type: self.type_name.clone(),
            name: self.name.clone(),
            key,
        }
    }
}
