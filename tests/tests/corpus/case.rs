//! A case: what is wanted, what is there, and what Terraform plans.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use iac_core::config::{self, MemoryFiles};
use iac_core::plan::{Options, Plan, Provider, ProviderEntry, Request, Target, plan};
use iac_core::policy::Links;
use iac_core::state::State;
use serde_json::Value as Json;

/// A case.
pub(crate) struct Case {
    pub name: String,
    arguments: Vec<String>,
    files: Vec<(String, String)>,
    state: String,
    /// By address: the actions, and the paths that replace, change and are unknown. `__error__` if Terraform refuses.
    pub expected: Json,
}

impl Case {
    /// All cases.
    pub(crate) fn all() -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus/cases.jsonl.gz");
        let mut text = String::new();
        let file = std::fs::File::open(path).expect("the cases are there");
        GzDecoder::new(file).read_to_string(&mut text).expect("the cases are compressed text");
        text.lines().map(|line| Self::of(serde_json::from_str(line).expect("each case is JSON"))).collect()
    }

    fn of(mut json: Json) -> Self {
        let text = |json: &Json| json.as_str().expect("it is text").to_owned();
        let files = json["files"].as_object().expect("files are by name");
        Self {
            name: text(&json["name"]),
            arguments: json["plan_args"].as_array().expect("arguments are a list").iter().map(text).collect(),
            files: files.iter().map(|(name, content)| (name.clone(), text(content))).collect(),
            state: text(&json["state"]),
            expected: json["expected"].take(),
        }
    }

    /// Whether there is a `provider` block in it.
    #[cfg(feature = "terraform")]
    pub(crate) fn configures_a_provider(&self) -> bool {
        self.files
            .iter()
            .any(|(_, content)| content.contains("provider \"") || content.contains("\"provider\":"))
    }

    /// What its configuration refers to.
    pub(crate) fn links(&self) -> Links {
        let files = self.memory();
        config::load(".", &files).map(|loaded| Links::from_configuration(&loaded.module)).unwrap_or_default()
    }

    fn memory(&self) -> MemoryFiles {
        let files = self.files.iter();
        files.fold(MemoryFiles::new(), |files, (name, content)| files.with(name, content.as_str()))
    }

    /// What this planner says, or why it does not.
    pub(crate) fn plan(&self, provider: &dyn Provider) -> Result<Plan, String> {
        let files = self.memory();
        let loaded = config::load(".", &files).map_err(|errors| errors.to_string())?;
        let state = State::decode(self.state.as_bytes()).map_err(|error| error.to_string())?;
        let mut options = Options::default();
        for argument in &self.arguments {
            match argument.split_once('=') {
                None if argument == "-destroy" => options.destroy = true,
                Some(("-target", address)) => {
                    options.targets.push(Target::Resource(address.parse().expect("it is an address")));
                }
                Some(("-replace", address)) => {
                    options.replace.push(address.parse().expect("it is an address"));
                }
                _ => panic!("{argument} is not known"),
            }
        }
        let source = "registry.terraform.io/hashicorp/aws";
        let request = Request {
            module: &loaded.module,
            state: Some(&state),
            providers: &[ProviderEntry { source, provider }],
            variables: &HashMap::new(),
            files: &files,
            options: &options,
        };
        plan(&request).map_err(|errors| {
            let details: Vec<_> = errors
                .iter()
                .map(|error| format!("{error} {:?} {:?}", error.address, error.detail))
                .collect();
            details.join("\n")
        })
    }
}
