//! Our planner, with the table or with the provider's binary.

use std::collections::HashMap;
use std::env;
use std::fmt;
use std::path::Path;

use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::json::{Document, write};
use iac_plan::plan::{Options, Provider, Request, plan};
use iac_plan::state::State;
use iac_provider::{Binary, Locations, Options as ProviderOptions, find};
use serde_json::Value;

use super::Program;
use super::batch::provider;
use super::judge::{Answers, Planner, answers};

/// Our planner.
pub struct Ours {
    provider: Box<dyn Provider>,
}

impl fmt::Debug for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ours").finish_non_exhaustive()
    }
}

impl Ours {
    /// Creates a planner that uses the table.
    #[must_use]
    pub fn table() -> Self {
        Self { provider: Box::new(iac_aws_rules::table()) }
    }

    /// Creates a planner that asks the provider's binary, without a cache.
    ///
    /// # Panics
    ///
    /// Panics if the binary is not found.
    #[must_use]
    pub fn binary() -> Self {
        let directory = env::current_dir().expect("the directory exists");
        let found =
            find(iac_aws_rules::knowledge::SOURCE, Some("5.100.0"), &Locations::of(Path::new(&directory)))
                .unwrap_or_else(|error| {
                    panic!("the AWS provider is not found; `. .ci/terraform.sh` first: {error}")
                });
        let binary = Binary::open(found, ProviderOptions::default());
        Self {
            provider: Box::new(binary.unwrap_or_else(|error| panic!("the provider does not start: {error}"))),
        }
    }

    /// Plans a configuration from a state, and returns the plan in Terraform's JSON format.
    ///
    /// # Panics
    ///
    /// Panics if the configuration or the state is invalid.
    #[must_use]
    pub fn plan_files(&self, files: &MemoryFiles, state: &[u8]) -> Value {
        let module = load(".", files).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).module;
        let state = State::decode(state).unwrap_or_else(|error| panic!("{error}"));
        let plan = plan(&Request {
            module: &module,
            state: Some(&state),
            providers: &[iac_aws_rules::provider(&*self.provider)],
            variables: &HashMap::new(),
            files,
            options: &Options::default(),
        });
        let plan = plan.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let schema = |kind, name: &str| self.provider.schema(kind, name);
        let document = Document { plan: &plan, configuration: Some(&module), schema: &schema, members: &[] };
        let mut text = Vec::new();
        write(&document, &mut text).expect("memory can be written");
        serde_json::from_slice(&text).expect("the plan is valid JSON")
    }
}

impl Planner for Ours {
    fn plan(&self, programs: &[Program], state: &Value) -> Answers {
        let files = MemoryFiles::default().with("provider.tf.json", provider().to_string());
        let files = programs.iter().fold(files, |files, program| {
            files.with(&format!("p{}.tf.json", program.number), program.config().to_string())
        });
        answers(&self.plan_files(&files, state.to_string().as_bytes()))
    }
}
