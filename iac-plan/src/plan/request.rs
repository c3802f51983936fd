//! What a plan is made of.

use std::collections::HashMap;
use std::fmt;

use iac_core::address::{ModuleStep, ResourceAddress};
use iac_core::text::Text;
use iac_lang::config::Module;
use iac_lang::files::Files;
use iac_lang::value::Value;

use crate::plan::Provider;
use crate::state::State;

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is wanted.
    pub module: &'a Module,
    /// What is there, as it was last seen.
    pub state: Option<&'a State<'a>>,
    /// Who is asked about resources.
    pub providers: &'a [ProviderEntry<'a>],
    /// The values of the root module's variables, as they were given: not yet of the variables' types.
    pub variables: &'a HashMap<Text, Value>,
    /// Files that functions read.
    pub files: &'a dyn Files,
    /// What else was asked for.
    pub options: &'a Options<'a>,
}

/// A provider, and what it is called.
#[derive(Clone, Copy)]
pub struct ProviderEntry<'a> {
    /// The source address: `registry.terraform.io/hashicorp/aws`.
    pub source: &'a str,
    /// The provider.
    pub provider: &'a dyn Provider,
}

impl fmt::Debug for ProviderEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderEntry").field("source", &self.source).finish_non_exhaustive()
    }
}

/// What is asked of a plan, beyond its inputs.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Everything is destroyed.
    pub destroy: bool,
    /// Only these, and what they depend on; empty for everything.
    pub targets: Vec<Target>,
    /// Instances that are replaced, even if nothing demands it.
    pub replace: Vec<ResourceAddress>,
    /// A fresher state: what differs in it is drift, and it is what is planned against.
    pub refreshed: Option<&'a State<'a>>,
    /// The workspace: `terraform.workspace`.
    pub workspace: Text,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            destroy: false,
            targets: Vec::new(),
            replace: Vec::new(),
            refreshed: None,
            workspace: Text::from_static("default"),
        }
    }
}

/// What `-target` names: a resource, an instance, or a module with everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A resource, or one of its instances.
    Resource(ResourceAddress),
    /// A module, or one of its instances.
    Module(Vec<ModuleStep>),
}
