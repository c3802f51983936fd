//! What `iac synth` says of the stacks that it wrote: `manifest.json`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use iac_core::graph::{Edge, Graph};
use serde::{Deserialize, Serialize};

use crate::command_error::CommandError;

/// The stacks of a program.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format_version: String,
    pub(crate) stacks: Vec<Stack>,
}

/// One stack: a Terraform root module, and what depends on what in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) environment: Option<String>,
    /// The directory of its files, inside that of the manifest.
    pub(crate) path: String,
    /// The names of its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    /// The names of the stacks whose values it uses.
    pub(crate) depends_on: Vec<String>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) edges: Vec<Reference>,
}

/// Whatever has an address: a resource, a variable, a module.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    construct_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    /// The line inside a construct, where `source` is the line that uses the construct.
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_source: Option<Source>,
}

/// A place in the user's code.
#[derive(Debug, Serialize, Deserialize)]
struct Source {
    file: String,
    line: u32,
    column: u32,
}

/// A dependency.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// The address of what depends.
    pub(crate) from: String,
    /// The address of what it depends on.
    pub(crate) to: String,
    /// The argument that makes it depend.
    attribute: String,
}

impl Manifest {
    /// The file, inside the directory that `iac synth` wrote.
    pub(crate) const FILE: &str = "manifest.json";
    /// What this program understands.
    const MAJOR_VERSION: &str = "1";

    /// Reads the manifest of a directory that `iac synth` wrote.
    pub(crate) fn read(directory: &Path) -> Result<Self, CommandError> {
        #[derive(Deserialize)]
        struct Version {
            format_version: String,
        }
        let path = directory.join(Self::FILE);
        let text = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => CommandError::new(format!("there is no `{}`", path.display()))
                .hint("`iac synth --out DIR` writes a directory that has one"),
            _ => CommandError::file("cannot read", &path, error),
        })?;
        let damaged = |error| CommandError::because(format!("cannot understand `{}`", path.display()), error);
        let Version { format_version } = serde_json::from_slice(&text).map_err(damaged)?;
        if format_version.split('.').next() != Some(Self::MAJOR_VERSION) {
            let message = format!(
                "`{}` has format version {format_version}, which this `iac` cannot read",
                path.display()
            );
            return Err(CommandError::new(message).hint("use the `iac` of the version that the program uses"));
        }
        serde_json::from_slice(&text).map_err(damaged)
    }

    /// The text of a manifest, laid out for a reader.
    pub(crate) fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest has text for keys");
        text.push('\n');
        text
    }
}

impl Stack {
    /// What depends on what, by the positions of the resources.
    pub(crate) fn graph(&self) -> Result<Graph, CommandError> {
        let addresses: Vec<&str> = self.resources.iter().map(|resource| resource.address.as_str()).collect();
        let positions: HashMap<&str, u32> = addresses.iter().copied().zip(0..).collect();
        let position = |address: &String| {
            let unknown = || {
                CommandError::new(format!(
                    "the manifest of stack `{}` has an edge of the unknown `{address}`",
                    self.name
                ))
            };
            positions.get(address.as_str()).copied().ok_or_else(unknown)
        };
        let edge = |edge: &Reference| {
            let (from, to) = (position(&edge.from)?, position(&edge.to)?);
            Ok(Edge { from, to, attribute: edge.attribute.as_str().into() })
        };
        let edges = self.edges.iter().map(edge).collect::<Result<_, CommandError>>()?;
        Ok(Graph::new(addresses.into_iter().map(Into::into).collect(), edges))
    }

    /// Keeps the resources at these positions, and the edges between them.
    pub(crate) fn keep(&mut self, positions: &[u32]) {
        let positions: HashSet<u32> = positions.iter().copied().collect();
        let mut position = 0..;
        self.resources.retain(|_| position.next().is_some_and(|position| positions.contains(&position)));
        let kept: HashSet<&str> = self.resources.iter().map(|resource| resource.address.as_str()).collect();
        self.edges.retain(|edge| kept.contains(edge.from.as_str()) && kept.contains(edge.to.as_str()));
    }
}
