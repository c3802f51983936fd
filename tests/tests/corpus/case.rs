//! A case: configuration, state, and Terraform's plan.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use iac_lang::config;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::{Options, Plan, Provider, Request, Target, plan};
use iac_plan::state::State;
use iac_review::policy::Links;
use serde_json::Value as Json;

/// A case.
pub(crate) struct Case {
    pub name: String,
    arguments: Vec<String>,
    files: Vec<(String, String)>,
    state: String,
    /// By address: the actions, and the paths that force replacement, change or become unknown. `__error__` if
    /// Terraform rejects the configuration.
    pub expected: Json,
}

impl Case {
    /// Returns all cases.
    pub(crate) fn all() -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus/cases.jsonl.gz");
        let mut text = String::new();
        let file = std::fs::File::open(path).expect("the cases are there");
        GzDecoder::new(file).read_to_string(&mut text).expect("the cases are valid gzip");
        text.lines().map(|line| Self::of(serde_json::from_str(line).expect("each case is JSON"))).collect()
    }

    fn of(mut json: Json) -> Self {
        let text = |json: &Json| json.as_str().expect("valid UTF-8").to_owned();
        let files = json["files"].as_object().expect("files are by name");
        Self {
            name: text(&json["name"]),
            arguments: json["plan_args"].as_array().expect("arguments are a list").iter().map(text).collect(),
            files: files.iter().map(|(name, content)| (name.clone(), text(content))).collect(),
            state: text(&json["state"]),
            expected: json["expected"].take(),
        }
    }

    /// Returns `true` if the configuration contains a `provider` block.
    #[cfg(feature = "terraform")]
    pub(crate) fn configures_a_provider(&self) -> bool {
        self.files
            .iter()
            .any(|(_, content)| content.contains("provider \"") || content.contains("\"provider\":"))
    }

    /// Returns the references of the configuration.
    pub(crate) fn links(&self) -> Links {
        let files = self.memory();
        config::load(".", &files).map(|loaded| Links::from_configuration(&loaded.module)).unwrap_or_default()
    }

    fn memory(&self) -> MemoryFiles {
        let files = self.files.iter();
        files.fold(MemoryFiles::new(), |files, (name, content)| files.with(name, content.as_str()))
    }

    /// Returns our planner's answer, or the reason for its failure.
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
        let request = Request {
            module: &loaded.module,
            state: Some(&state),
            providers: &[iac_aws_rules::provider(provider)],
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
