//! The inputs of a plan.

use std::collections::HashMap;
use std::fmt;

use iac_core::address::{ModuleStep, ResourceAddress};
use iac_core::text::Text;
use iac_lang::config::Module;
use iac_lang::files::Files;
use iac_lang::value::Value;

use crate::plan::Provider;
use crate::state::{Output, State};

/// The inputs of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The root module of the configuration.
    pub module: &'a Module,
    /// The state, as of the last refresh.
    pub state: Option<&'a State<'a>>,
    /// The providers that predict the outcome for resources.
    pub providers: &'a [ProviderEntry<'a>],
    /// The values of the root module's variables, as given: not yet converted to the variables' types.
    pub variables: &'a HashMap<Text, Value>,
    /// The files that functions may read.
    pub files: &'a dyn Files,
    /// Planning options.
    pub options: &'a Options<'a>,
}

/// A provider and its source address.
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

/// Planning options.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Destroy everything.
    pub destroy: bool,
    /// Plan only these targets and their dependencies; empty for everything.
    pub targets: Vec<Target>,
    /// Instances to replace even if nothing changes.
    pub replace: Vec<ResourceAddress>,
    /// A fresher state. Differences to it are drift, and the plan is made against it.
    pub refreshed: Option<&'a State<'a>>,
    /// The workspace: `terraform.workspace`.
    pub workspace: Text,
    /// The absolute path of the directory in which Terraform runs, for `path.cwd` and `abspath`; `None` if it is not
    /// known.
    pub working_directory: Option<Text>,
    /// The user's home directory, for paths that begin with `~`; `None` if it is not known.
    pub home: Option<Text>,
    /// The states of other configurations, for `terraform_remote_state`; `None` if they are not read.
    pub remote_states: Option<&'a dyn RemoteStates>,
}

/// Reads the states of other configurations.
pub trait RemoteStates: fmt::Debug + Sync {
    /// Returns the outputs of the state that a backend with this configuration keeps for a workspace; `None` if only
    /// Terraform can read it. Values may be unknown if the outputs are those of a plan that is not applied yet.
    ///
    /// # Errors
    ///
    /// Returns the reason why the state cannot be read, or that there is none.
    fn outputs(&self, backend: &str, config: &Value, workspace: &str) -> Result<Option<Vec<Output>>, String>;
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            destroy: false,
            targets: Vec::new(),
            replace: Vec::new(),
            refreshed: None,
            workspace: Text::from_static("default"),
            working_directory: None,
            home: None,
            remote_states: None,
        }
    }
}

/// A target of `-target`: a resource, a resource instance, or a module with all of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A resource or resource instance.
    Resource(ResourceAddress),
    /// A module or module instance.
    Module(Vec<ModuleStep>),
}
