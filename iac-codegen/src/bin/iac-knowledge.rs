//! Regenerates the knowledge of a provider from its schema.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use iac_codegen::import::{Input, import};
use iac_codegen::load::{Texts, load_raw, service_names};
use iac_codegen::print::{print_provider, print_service};

const USAGE: &str = "\
Regenerates the knowledge of a provider from its schema

Usage: terraform providers schema -json | iac-knowledge --knowledge DIR [OPTIONS]

Options:
  --knowledge DIR             Where the knowledge lives
  --schema FILE               Read the schema from a file instead of standard input
  --provider SOURCE           The provider, if the schema has several
  --provider-version VERSION  The provider's version, if not the one in the knowledge
  --facts FILE                Take facts from a file instead of the knowledge
  --services FILE             Take the types of each service from a file instead of the knowledge
  --check                     Write nothing, and fail if the knowledge would change";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(messages) => {
            report(&messages);
            ExitCode::SUCCESS
        }
        Err(message) => {
            report(&[format!("error: {message}")]);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is a command")]
fn report(messages: &[String]) {
    for message in messages {
        eprintln!("{message}");
    }
}

#[derive(Default)]
struct Args {
    knowledge: PathBuf,
    schema: Option<PathBuf>,
    provider: Option<String>,
    version: Option<String>,
    facts: Option<PathBuf>,
    services: Option<PathBuf>,
    check: bool,
}

fn parse_args(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
    let mut args = Args::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value\n\n{USAGE}"));
        match word.as_str() {
            "--knowledge" => args.knowledge = value()?.into(),
            "--schema" => args.schema = Some(value()?.into()),
            "--provider" => args.provider = Some(value()?),
            "--provider-version" => args.version = Some(value()?),
            "--facts" => args.facts = Some(value()?.into()),
            "--services" => args.services = Some(value()?.into()),
            "--check" => args.check = true,
            other => return Err(format!("`{other}` is not known\n\n{USAGE}")),
        }
    }
    if args.knowledge.as_os_str().is_empty() {
        return Err(format!("`--knowledge` is missing\n\n{USAGE}"));
    }
    Ok(args)
}

fn run(words: impl Iterator<Item = String>) -> Result<Vec<String>, String> {
    let args = parse_args(words)?;
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let schema = if let Some(path) = &args.schema {
        read(path)?
    } else {
        let mut schema = String::new();
        std::io::stdin().read_to_string(&mut schema).map_err(|error| format!("standard input: {error}"))?;
        schema
    };
    let facts = args.facts.as_deref().map(read).transpose()?;
    let services = args.services.as_deref().map(read).transpose()?;
    let earlier = if args.knowledge.join("provider.schema").exists() {
        let texts = Texts::read(&args.knowledge, |_| true).map_err(|errors| errors.to_string())?;
        Some(load_raw(&texts).map_err(|errors| errors.to_string())?)
    } else {
        None
    };
    let imported = import(Input {
        schema: &schema,
        source: args.provider.as_deref(),
        version: args.version.as_deref(),
        facts: facts.as_deref(),
        services: services.as_deref(),
        earlier: earlier.as_ref(),
    })
    .map_err(|errors| errors.to_string())?;
    let mut files = BTreeMap::new();
    files.insert("provider.schema".to_owned(), print_provider(&imported.knowledge.provider));
    for service in &imported.knowledge.services {
        files.insert(format!("{}.schema", service.name), print_service(service));
    }
    let mut messages: Vec<String> = imported.dropped.iter().map(|what| format!("dropped: {what}")).collect();
    let differing = write(&args, &files)?;
    if args.check && !differing.is_empty() {
        messages.push(format!("these differ: {}", differing.join(", ")));
        return Err(messages.join("\n"));
    }
    messages.push(format!("{} of {} files differ", differing.len(), files.len()));
    Ok(messages)
}

/// Writes the files that differ (or, for a check, none), removes those of services that are gone, and names them all.
fn write(args: &Args, files: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut differing = Vec::new();
    for (file, text) in files {
        let path = args.knowledge.join(file);
        if std::fs::read_to_string(&path).is_ok_and(|known| known == *text) {
            continue;
        }
        differing.push(file.clone());
        if !args.check {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    for service in service_names(&args.knowledge).map_err(|error| error.to_string())? {
        let file = format!("{service}.schema");
        if files.contains_key(&file) {
            continue;
        }
        if !args.check {
            let path = args.knowledge.join(&file);
            std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        differing.push(file);
    }
    Ok(differing)
}
