//! `iac add`

mod choose;
mod references;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use iac_codegen::Errors;
use iac_codegen::import::{Input, import};
use iac_codegen::load::{KnowledgeFiles, load, load_raw};
use iac_codegen::model::Knowledge;
use iac_codegen::print::{print_provider, print_service};
use iac_provider::{Binary, Locations, Options, find, probe};

use super::new::iac_source::IacSource;
use super::new::source_args::IacSourceArgs;
use super::new::{Created, workspace_around};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::terminal::Terminal;

/// Add typed bindings of a provider
///
/// Writes a crate that generates a builder for each type of the provider. The schema is read from the provider's binary, which
/// is searched for where `terraform init` and Terraform's settings put it, or from a file. If the crate exists, its schema is
/// updated, and files written by hand are kept.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AddArgs {
    /// Source address of the provider, and its version if that is to be selected: `cloudflare/cloudflare@5.8.2`
    #[arg(value_name = "PROVIDER")]
    provider: String,

    /// Read the schema from this file, as `terraform providers schema -json` prints it
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,

    /// Include only types that match: `cloudflare_dns_*`. Can be repeated; a program compiles faster with fewer types
    #[arg(long, value_name = "PATTERN")]
    include: Vec<String>,

    /// Directory of the crate; the default is `iac-` and the provider's name
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    #[command(flatten)]
    source: IacSourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac add hashicorp/random                             Use the installed provider
  iac add cloudflare/cloudflare@5.8.2 --schema FILE    Use a schema from a file
  iac add hashicorp/google --include 'google_storage*' Include some types only";

const MANIFEST: &str = include_str!("../../templates/bindings/Cargo.toml.template");
const BUILD: &str = include_str!("../../templates/bindings/build.rs.template");
const LIBRARY: &str = include_str!("../../templates/bindings/lib.rs.template");

pub(crate) fn run(args: &AddArgs, terminal: &Terminal) -> CommandResult {
    let (source, version) = match args.provider.split_once('@') {
        Some((source, version)) => (source, Some(version)),
        None => (args.provider.as_str(), None),
    };
    let source = full_source(source)?;
    let name = source.rsplit('/').next().unwrap_or_default();
    let package = format!("iac-{name}");
    let directory = args.path.clone().unwrap_or_else(|| PathBuf::from(&package));
    let earlier = earlier(&directory.join("knowledge"))?;

    let (schema, version) = match &args.schema {
        Some(file) => {
            let text =
                fs::read_to_string(file).map_err(|error| CommandError::file("cannot read", file, error))?;
            (text, version.map(str::to_owned))
        }
        None => schema_of_binary(&source, version)?,
    };
    let schema = choose::choose(&schema, &args.include)?;
    let input = Input {
        source: Some(&source),
        version: version.as_deref(),
        earlier: earlier.as_ref(),
        ..Input::new(&schema)
    };
    let imported = import(input).map_err(|errors| {
        CommandError::because("cannot import the schema", errors).maybe_hint(
            version.is_none().then_some("add the version to the argument: `NAMESPACE/NAME@1.2.3`"),
        )
    })?;
    let files = Files { package: &package, source: &source, knowledge: &imported.knowledge };
    let dependencies = args.source.source()?;
    let types: usize = imported.knowledge.services.iter().map(|service| service.entities.len()).sum();
    let version = &imported.knowledge.provider.version;
    if earlier.is_some() {
        files.update(&directory)?;
        terminal.status("Updated", format_args!("`{package}`: {types} types of {name} {version}"));
        return Ok(Outcome::Success);
    }
    let absolute = std::path::absolute(&directory)
        .map_err(|error| CommandError::because("cannot determine the current directory", error))?;
    files.create(&absolute, &dependencies)?;
    terminal.status("Created", format_args!("`{package}`: {types} types of {name} {version}"));
    if let Some(workspace) = workspace_around(&absolute) {
        terminal.hint(format_args!("add the package to `members` in {}", workspace.display()));
    }
    terminal.hint(format_args!("depend on it: `{package} = {{ path = \"{}\" }}`", directory.display()));
    Ok(Outcome::Success)
}

/// Returns a source address with its host and namespace.
fn full_source(written: &str) -> Result<String, CommandError> {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
    };
    let parts: Vec<&str> = written.split('/').collect();
    match parts.as_slice() {
        parts if !parts.iter().all(|part| is_part(part)) => None,
        [name] => Some(format!("registry.terraform.io/hashicorp/{name}")),
        [namespace, name] => Some(format!("registry.terraform.io/{namespace}/{name}")),
        [host, namespace, name] => Some(format!("{host}/{namespace}/{name}")),
        _ => None,
    }
    .ok_or_else(|| {
        CommandError::new(format!("invalid source address `{written}`"))
            .hint("examples of source addresses: `random`, `cloudflare/cloudflare`, `registry.example.com/acme/cloud`")
    })
}

/// Returns the knowledge of a crate that exists.
fn earlier(directory: &Path) -> Result<Option<Knowledge>, CommandError> {
    if !directory.join("provider.schema").exists() {
        return Ok(None);
    }
    let files = KnowledgeFiles::read(directory, |_| true);
    let knowledge = files.and_then(|files| load_raw(&files));
    knowledge.map(Some).map_err(|errors| CommandError::because("cannot read the existing knowledge", errors))
}

/// Returns the schema and the version of the provider's binary.
fn schema_of_binary(source: &str, version: Option<&str>) -> Result<(String, Option<String>), CommandError> {
    let places = Locations::of(Path::new("."));
    let binary = find(source, version, &places).and_then(|found| Binary::open(found, Options::default()));
    let binary = binary.map_err(|error| {
        CommandError::because(format!("cannot read the schema of {source}"), error)
            .hint("run `terraform init`, or pass a schema with `--schema`")
    })?;
    let schema = probe::schema_json(&binary)
        .ok_or_else(|| CommandError::new(format!("the provider {source} returned an invalid schema")))?;
    Ok((schema, Some(binary.found().version.clone())))
}

/// The files of a crate of bindings.
struct Files<'a> {
    package: &'a str,
    source: &'a str,
    knowledge: &'a Knowledge,
}

impl Files<'_> {
    /// Returns the names and contents of the knowledge files that are never written by hand.
    fn schemas(&self) -> Vec<(String, String)> {
        let services = self.knowledge.services.iter();
        let mut files: Vec<_> = services
            .map(|service| (format!("knowledge/{}.schema", service.name), print_service(service)))
            .collect();
        files.push(("knowledge/provider.schema".to_owned(), print_provider(&self.knowledge.provider)));
        files
    }

    /// Writes a new crate, or nothing.
    fn create(&self, directory: &Path, dependencies: &IacSource) -> Result<(), CommandError> {
        let provider = self.source.trim_start_matches("registry.terraform.io/");
        let fill = |template: &str| {
            let mut text = template.replace("{{name}}", self.package).replace("{{provider}}", provider);
            for name in ["iac-core", "iac-codegen"] {
                text = text.replace(
                    &format!("{name} = {{ {{{{source}}}}"),
                    &format!("{name} = {{ {}", dependencies.to_toml(name)),
                );
            }
            text
        };
        let mut files = self.schemas();
        files.push(("knowledge/references.rules".to_owned(), self.references()));
        for (file, template) in [("Cargo.toml", MANIFEST), ("build.rs", BUILD), ("src/lib.rs", LIBRARY)] {
            files.push((file.to_owned(), fill(template)));
        }
        let mut created = Created::default();
        for (file, text) in files {
            let path = directory.join(file);
            created.file(&path, &text).map_err(|error| CommandError::file("cannot write", &path, error))?;
        }
        created.keep();
        Ok(())
    }

    /// Replaces the schemas of an existing crate, if the rules written by hand fit them.
    fn update(&self, directory: &Path) -> Result<(), CommandError> {
        let rules = |file: &str| match fs::read_to_string(directory.join("knowledge").join(file)) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => {
                Err(CommandError::file("cannot read", &directory.join("knowledge").join(file), error))
            }
        };
        let [names, references, overlay] = ["names.rules", "references.rules", "overlay.rules"].map(rules);
        self.check(&names?, &references?, &overlay?).map_err(|errors| {
            CommandError::because("the rules in `knowledge` do not fit the new schema", errors)
        })?;
        for (file, text) in self.schemas() {
            let path = directory.join(file);
            fs::write(&path, text).map_err(|error| CommandError::file("cannot write", &path, error))?;
        }
        Ok(())
    }

    /// Returns the references that the names of arguments suggest; none if they would not be accepted.
    fn references(&self) -> String {
        let guessed = references::guess(self.knowledge);
        if self.check("", &guessed, "").is_ok() { guessed } else { references::HEADER.to_owned() }
    }

    /// Reads the schemas with rules.
    fn check(&self, names: &str, references: &str, overlay: &str) -> Result<(), Errors> {
        let services = self.knowledge.services.iter();
        let files = KnowledgeFiles {
            provider: print_provider(&self.knowledge.provider).into(),
            services: services
                .map(|service| (service.name.as_str().into(), print_service(service).into()))
                .collect(),
            complete: true,
            names: names.into(),
            references: references.into(),
            overlay: overlay.into(),
        };
        load(&files).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::full_source;

    #[test]
    fn source_addresses_are_completed() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(full_source(written).ok().as_deref(), expected, "{written}");
        };
        check("random", Some("registry.terraform.io/hashicorp/random"));
        check("cloudflare/cloudflare", Some("registry.terraform.io/cloudflare/cloudflare"));
        check("example.com:8080/acme/cloud", Some("example.com:8080/acme/cloud"));
        check("a/b/c/d", None);
        check("a//b", None);
        check("../b", None);
    }
}
