//! Terraform's state: the objects that exist, as Terraform last saw them.
//!
//! The decoder borrows from the source text and leaves the attributes of an instance undecoded until they are
//! requested, because most of a state is never looked at.

pub mod attributes;
mod decode;
mod error;
mod legacy;
mod parts;
mod reader;
mod show;
#[cfg(test)]
mod tests;
mod unique;
mod v4;

use std::borrow::Cow;

pub use error::StateError;
pub use reader::Position;

use iac_core::address::{InstanceKey, ModuleStep, ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

/// A decoded state.
#[derive(Clone, Debug, Default)]
pub struct State<'a> {
    /// The version of Terraform that wrote it.
    pub terraform_version: Option<Text>,
    /// The serial number, which each write increments.
    pub serial: u64,
    /// The lineage, which identifies the state.
    pub lineage: Text,
    /// The output values of the root module.
    pub outputs: Vec<Output>,
    /// The resources, in order.
    pub resources: Vec<Resource<'a>>,
    /// Check results, undecoded.
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
    /// True if the value is sensitive.
    pub sensitive: bool,
}

/// A resource with all its instances.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// The enclosing modules, outermost first.
    pub modules: Vec<ModuleStep>,
    /// The resource mode: managed or data.
    pub mode: ResourceMode,
    /// The type.
    pub type_name: Text,
    /// The name.
    pub name: Text,
    /// The provider's configuration: `provider["registry.terraform.io/hashicorp/aws"].west`.
    pub provider: Text,
    /// The instances, in order: current and deposed objects.
    pub instances: Vec<Instance<'a>>,
}

/// An instance of a resource.
#[derive(Clone, Debug)]
pub struct Instance<'a> {
    /// The instance key.
    pub key: Option<InstanceKey>,
    /// The key of a deposed object: its replacement was created, but it was not destroyed.
    pub deposed: Option<Text>,
    /// True if the object is tainted and so must be replaced.
    pub tainted: bool,
    /// The version of the type's schema that the attributes follow.
    pub schema_version: u64,
    /// The attributes, undecoded.
    pub attributes: Attributes<'a>,
    /// Paths of sensitive values, in addition to those that the schema marks as sensitive.
    pub sensitive: Vec<AttributePath>,
    /// The provider's private data, in base64.
    pub private: Option<Cow<'a, str>>,
    /// The schema version of the resource identity, and the identity, undecoded.
    pub identity: Option<(u64, &'a str)>,
    /// True if the replacement is created before this object is destroyed.
    pub create_before_destroy: bool,
    /// The recorded dependencies, undecoded: a JSON list of addresses.
    pub dependencies: Option<&'a str>,
}

/// The attributes of an instance, undecoded.
#[derive(Clone, Copy, Debug)]
pub enum Attributes<'a> {
    /// A JSON object, as in state version 4.
    Json(&'a str),
    /// A JSON object of strings by dotted path, as Terraform wrote before 0.12.
    Flatmap(&'a str),
}

impl<'a> State<'a> {
    /// Decodes a state: the content of a `terraform.tfstate`, or the output of `terraform show -json`. Empty input is
    /// an empty state.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, StateError> {
        // A saved plan is a ZIP file.
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(StateError::SavedPlan);
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| StateError::NotUtf8(Position::of(bytes, error.valid_up_to())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        decode::decode(text)
    }
}

impl Resource<'_> {
    /// Returns the address of an instance.
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
