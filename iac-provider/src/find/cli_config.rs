//! Terraform's CLI configuration, `.terraformrc`, as far as it configures the location of providers.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hcl::{Block, Body, Expression};

use super::Locations;
use super::mirror::Wanted;
use crate::error::ClientError;

/// The settings in a CLI configuration.
#[derive(Debug, Default)]
pub(super) struct CliConfig {
    pub(super) plugin_cache_dir: Option<PathBuf>,
    /// Directories of development overrides, by source address.
    pub(super) overrides: BTreeMap<String, PathBuf>,
    /// The filesystem mirrors, if there is a `provider_installation` block.
    pub(super) installation: Option<Vec<Installation>>,
}

/// A filesystem mirror.
#[derive(Debug)]
pub(super) struct Installation {
    pub(super) path: PathBuf,
    include: Vec<String>,
    exclude: Vec<String>,
}

impl Installation {
    /// Creates a mirror for all providers.
    pub(super) fn all(path: PathBuf) -> Self {
        Self { path, include: Vec::new(), exclude: Vec::new() }
    }

    /// Returns true if the mirror may provide a provider.
    pub(super) fn takes(&self, source: &str) -> bool {
        let matches = |pattern: &String| matches(pattern, source);
        (self.include.is_empty() || self.include.iter().any(matches)) && !self.exclude.iter().any(matches)
    }
}

/// Returns true if a source address matches a pattern such as `registry.terraform.io/*/*`.
fn matches(pattern: &str, source: &str) -> bool {
    let pattern = Wanted::new(pattern, None).source;
    let (mut pattern, mut source) = (pattern.split('/'), source.split('/'));
    loop {
        match (pattern.next(), source.next()) {
            (None, None) => return true,
            (Some(part), Some(other)) if part == "*" || part == other => {}
            _ => return false,
        }
    }
}

impl CliConfig {
    /// Reads the file named by the environment, or the one in the home directory.
    pub(super) fn read(locations: &Locations) -> Result<Self, ClientError> {
        let named =
            locations.variable("TF_CLI_CONFIG_FILE").or_else(|| locations.variable("TERRAFORM_CONFIG"));
        let own = || {
            let (directory, name) =
                if cfg!(windows) { ("APPDATA", "terraform.rc") } else { ("HOME", ".terraformrc") };
            locations.variable(directory).map(|directory| directory.join(name))
        };
        let Some(path) = named.or_else(own) else { return Ok(Self::default()) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(ClientError::Configuration { path, reason: error.to_string() }),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ClientError> {
        let body = hcl::parse(&blocks_for_quoted_names(text)).map_err(|error| {
            ClientError::Configuration { path: path.to_owned(), reason: error.to_string() }
        })?;
        let mut config = Self { plugin_cache_dir: attribute(&body, "plugin_cache_dir"), ..Self::default() };
        for block in body.blocks().filter(|block| block.identifier() == "provider_installation") {
            let methods = config.installation.get_or_insert_with(Vec::new);
            for method in block.body().blocks() {
                match method.identifier() {
                    "filesystem_mirror" => methods.extend(filesystem_mirror(method)),
                    "dev_overrides" => {
                        for (source, path) in method.body().blocks().filter_map(development) {
                            config.overrides.insert(source, path);
                        }
                    }
                    // Methods that require a download.
                    _ => {}
                }
            }
        }
        Ok(config)
    }
}

/// Rewrites quoted attribute names. The file is in an older language, which allows `"hashicorp/aws" = "/path"`; it
/// becomes `development "hashicorp/aws" { path = "/path" }`.
fn blocks_for_quoted_names(text: &str) -> String {
    let line = |line: &str| {
        let (name, value) = line.trim_start().strip_prefix('"')?.split_once('"')?;
        let value = value.trim_start().strip_prefix('=')?;
        Some(format!("development \"{name}\" {{ path = {value} }}\n"))
    };
    text.lines().map(|each| line(each).unwrap_or_else(|| format!("{each}\n"))).collect()
}

/// Returns a development override: the provider and its directory.
fn development(block: &Block) -> Option<(String, PathBuf)> {
    let source = block.labels().first()?.as_str();
    Some((Wanted::new(source, None).source, attribute(block.body(), "path")?))
}

fn attribute(body: &Body, name: &str) -> Option<PathBuf> {
    let attribute = body.attributes().find(|attribute| attribute.key() == name)?;
    if let Expression::String(text) = attribute.expr() { Some(text.into()) } else { None }
}

fn filesystem_mirror(block: &Block) -> Option<Installation> {
    let patterns = |name: &str| {
        let attribute = block.body().attributes().find(|attribute| attribute.key() == name);
        let Some(Expression::Array(elements)) = attribute.map(hcl::Attribute::expr) else {
            return Vec::new();
        };
        let text = |element: &Expression| match element {
            Expression::String(text) => Some(text.clone()),
            _ => None,
        };
        elements.iter().filter_map(text).collect()
    };
    let path = attribute(block.body(), "path")?;
    Some(Installation { path, include: patterns("include"), exclude: patterns("exclude") })
}
