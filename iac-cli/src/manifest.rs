//! `manifest.json`, which `iac synth` writes: stacks, their resources and their dependencies.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use iac_core::diagnostic::Location;
use iac_core::graph::{Edge, Graph};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::command_error::CommandError;

/// The stacks of a program.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    #[serde(deserialize_with = "known_version")]
    format_version: String,
    pub(crate) stacks: Vec<Stack>,
}

/// The parts of a manifest that a plan needs. They borrow from the text.
#[derive(Debug, Deserialize)]
pub(crate) struct ManifestIndex<'a> {
    #[serde(deserialize_with = "known_version")]
    #[expect(dead_code, reason = "reading it is the check")]
    format_version: String,
    #[serde(borrow)]
    pub(crate) stacks: Vec<StackIndex<'a>>,
}

/// A stack, and the source locations of its resources.
#[derive(Debug, Deserialize)]
pub(crate) struct StackIndex<'a> {
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) environment: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) path: Cow<'a, str>,
    /// The names of the stacks whose outputs it uses.
    #[serde(borrow, default)]
    pub(crate) depends_on: Vec<Cow<'a, str>>,
    /// The source locations of its resources.
    #[serde(rename = "resources")]
    pub(crate) sources: ResourceSources,
}

/// The source locations of a stack's resources. They are decoded on demand, because there are many and few are
/// needed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct ResourceSources(Option<Box<RawValue>>);

#[derive(Debug, Deserialize)]
struct ResourceSource<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow)]
    source: Option<LocationRef<'a>>,
    #[serde(borrow)]
    inner_source: Option<LocationRef<'a>>,
}

/// The source locations of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The line in the user's code.
    pub(crate) source: Location,
    /// The line inside the construct that the user's code calls.
    pub(crate) inner: Option<Location>,
}

#[derive(Debug, Deserialize)]
struct LocationRef<'a> {
    #[serde(borrow)]
    file: Cow<'a, str>,
    line: u32,
    column: u32,
}

impl ResourceSources {
    /// Returns the source locations of these resources by address.
    pub(crate) fn of(&self, addresses: &HashSet<&str>) -> Result<HashMap<String, Origin>, CommandError> {
        let Self(Some(text)) = self else { return Ok(HashMap::new()) };
        let resources: Vec<ResourceSource<'_>> = serde_json::from_str(text.get()).map_err(|error| {
            CommandError::because(format!("cannot parse the resources in `{}`", Manifest::FILE), error)
        })?;
        let location = |LocationRef { file, line, column }: LocationRef<'_>| Location {
            file: file.into(),
            line,
            column,
        };
        let line = |ResourceSource { address, source, inner_source }: ResourceSource<'_>| {
            if !addresses.contains(&*address) {
                return None;
            }
            let origin = Origin { source: location(source?), inner: inner_source.map(location) };
            Some((address.into_owned(), origin))
        };
        Ok(resources.into_iter().filter_map(line).collect())
    }
}

/// A stack: a Terraform root module and its dependency graph.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) environment: Option<String>,
    /// The directory of its files, relative to the manifest.
    pub(crate) path: String,
    /// The names of its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    /// The names of the stacks whose outputs it uses.
    pub(crate) depends_on: Vec<String>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) edges: Vec<Dependency>,
}

/// Anything that has an address: a resource, a variable, a module call.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    construct_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceLocation>,
    /// The line inside the construct that `source` calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_source: Option<SourceLocation>,
}

impl Resource {
    /// Returns `true` for managed resources: not for data sources, providers, variables or outputs.
    pub(crate) fn is_managed(&self) -> bool {
        let keywords = ["data", "ephemeral", "provider", "var", "local", "output", "check"];
        let first = self.address.split('.').next().unwrap_or_default();
        !keywords.contains(&first)
    }

    /// Returns the line in the user's code: `src/main.rs:12`.
    pub(crate) fn source_line(&self) -> Option<String> {
        self.source.as_ref().map(|source| format!("{}:{}", source.file, source.line))
    }
}

/// A location in source code.
#[derive(Debug, Serialize, Deserialize)]
struct SourceLocation {
    file: String,
    line: u32,
    column: u32,
}

/// A dependency.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Dependency {
    /// The address of the dependent.
    pub(crate) from: String,
    /// The address of the dependency.
    pub(crate) to: String,
    /// The argument of the dependent that refers to it.
    attribute: String,
}

impl Manifest {
    /// The name of the file in the output directory of `iac synth`.
    pub(crate) const FILE: &str = "manifest.json";

    /// Reads the manifest in an output directory of `iac synth`.
    pub(crate) fn read(directory: &Path) -> Result<Self, CommandError> {
        ManifestText::read(directory)?.parse()
    }

    /// Returns the manifest as formatted JSON.
    pub(crate) fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("the keys of a manifest are strings");
        text.push('\n');
        text
    }
}

/// A manifest that has been read but not parsed.
pub(crate) struct ManifestText {
    path: PathBuf,
    text: Vec<u8>,
}

impl ManifestText {
    pub(crate) fn read(directory: &Path) -> Result<Self, CommandError> {
        let path = directory.join(Manifest::FILE);
        let text = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => CommandError::new(format!("`{}` does not exist", path.display()))
                .hint("create it with `iac synth --out DIR`"),
            _ => CommandError::file("cannot read", &path, error),
        })?;
        Ok(Self { path, text })
    }

    /// Parses all or a part of the manifest. Fails if its format version is not supported.
    pub(crate) fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, CommandError> {
        #[derive(Deserialize)]
        struct Version {
            format_version: String,
        }
        let Self { path, text } = self;
        serde_json::from_slice(text).map_err(|error| match serde_json::from_slice::<Version>(text) {
            Ok(Version { format_version }) if format_version.split('.').next() != Some(MAJOR_VERSION) => {
                let message = format!("unsupported format version {format_version} in `{}`", path.display());
                CommandError::new(message).hint("use the version of `iac` that the program depends on")
            }
            _ => CommandError::because(format!("cannot parse `{}`", path.display()), error),
        })
    }
}

/// Checks the format version, which is the first member, before the rest is parsed.
fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let version = String::deserialize(deserializer)?;
    if version.split('.').next() == Some(MAJOR_VERSION) {
        Ok(version)
    } else {
        Err(D::Error::custom("unsupported format version"))
    }
}

/// The supported major version of the format.
const MAJOR_VERSION: &str = "1";

impl Stack {
    /// Returns the dependency graph. Its positions are those of `resources`.
    pub(crate) fn graph(&self) -> Result<Graph, CommandError> {
        let addresses: Vec<&str> = self.resources.iter().map(|resource| resource.address.as_str()).collect();
        let positions: HashMap<&str, u32> = addresses.iter().copied().zip(0..).collect();
        let position = |address: &String| {
            let unknown = || {
                CommandError::new(format!(
                    "invalid manifest: stack `{}` has an edge of the undeclared address `{address}`",
                    self.name
                ))
            };
            positions.get(address.as_str()).copied().ok_or_else(unknown)
        };
        let edge = |edge: &Dependency| {
            let (from, to) = (position(&edge.from)?, position(&edge.to)?);
            Ok(Edge { from, to, attribute: edge.attribute.as_str().into() })
        };
        let edges = self.edges.iter().map(edge).collect::<Result<_, CommandError>>()?;
        Ok(Graph::new(addresses.into_iter().map(Into::into).collect(), edges))
    }

    /// Keeps only the resources at these positions, and the edges between them.
    pub(crate) fn keep(&mut self, positions: &[u32]) {
        let positions: HashSet<u32> = positions.iter().copied().collect();
        let mut position = 0..;
        self.resources.retain(|_| position.next().is_some_and(|position| positions.contains(&position)));
        let kept: HashSet<&str> = self.resources.iter().map(|resource| resource.address.as_str()).collect();
        self.edges.retain(|edge| kept.contains(edge.from.as_str()) && kept.contains(edge.to.as_str()));
    }
}
