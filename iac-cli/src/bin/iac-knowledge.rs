//! Regenerates provider knowledge from the provider's schema and from probes of its binary.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Parser;
use iac_codegen::import::{Imported, Input, changes, import};
use iac_codegen::load::{KnowledgeFiles, load, load_raw, service_names};
use iac_codegen::print::{print_provider, print_service};
use iac_provider::probe::{self, Observed};
use iac_provider::{Binary, Locations, Options, find};
use iac_schema::model::{EntityKind, Knowledge};
use indicatif::{ProgressBar, ProgressStyle};

/// The number of types that are probed at the same time.
const THREADS: usize = 12;
/// The file with the changes of all services.
const CHANGES: &str = "services.changes";
/// The time limit of a call. A call that exceeds it is retrying a connection.
const CALL_LIMIT: Duration = Duration::from_secs(20);

/// Regenerate provider knowledge from the provider's schema and from probes of its binary
///
/// The schema is read from standard input by default: `terraform providers schema -json | iac-knowledge --knowledge DIR`.
#[derive(Debug, Parser)]
#[command(name = "iac-knowledge", version)]
struct Args {
    /// Directory of the knowledge files
    #[arg(long, value_name = "DIR")]
    knowledge: PathBuf,

    /// Read the schema from this file instead of standard input
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,

    /// Read the schema from this provider binary, and probe each resource type for facts that the schema lacks
    #[arg(long, value_name = "FILE", requires = "answers", conflicts_with = "schema")]
    provider_binary: Option<PathBuf>,

    /// Record the answers of the binary in this directory, and do not probe types that have answers
    #[arg(long, value_name = "DIR", requires = "provider_binary")]
    answers: Option<PathBuf>,

    /// Select this provider if the schema has several
    #[arg(long, value_name = "SOURCE")]
    provider: Option<String>,

    /// Set the provider version; the default is the version of the binary or of the existing knowledge
    #[arg(long, value_name = "VERSION")]
    provider_version: Option<String>,

    /// Read facts from this file instead of the existing knowledge
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,

    /// Read the services of types from this file instead of the existing knowledge
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,

    /// Import another version than that of this directory, whose facts are kept with corrections applied
    #[arg(long, value_name = "DIR", conflicts_with_all = ["provider_binary", "facts"], requires = "provider_version")]
    earlier: Option<PathBuf>,

    /// Write changes to the files of this directory instead of whole files
    #[arg(long, value_name = "DIR")]
    base: Option<PathBuf>,

    /// Add parts that the schema lacks from the schema of an earlier minor version in this file
    #[arg(long, value_name = "FILE")]
    complete_from: Option<PathBuf>,

    /// Read facts from this description of the provider's source
    #[arg(long, value_name = "FILE")]
    source_facts: Option<PathBuf>,

    /// Compare with the description of the source that belongs to the existing knowledge
    #[arg(long, value_name = "FILE", requires = "source_facts")]
    earlier_source_facts: Option<PathBuf>,

    /// Write nothing, and fail if the knowledge would change
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help and the version are errors to clap.
        Err(answer) => {
            let is_printed = answer.print().is_ok();
            return if is_printed && !answer.use_stderr() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match run(&args) {
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

fn run(args: &Args) -> Result<Vec<String>, String> {
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let binary = args.provider_binary.as_deref().map(|path| open(path, args)).transpose()?;
    let schema = if let Some(binary) = &binary {
        probe::schema_json(binary).ok_or("cannot read the schema of the provider")?
    } else if let Some(path) = &args.schema {
        read(path)?
    } else {
        let mut schema = String::new();
        std::io::stdin().read_to_string(&mut schema).map_err(|error| format!("standard input: {error}"))?;
        schema
    };
    let facts = args.facts.as_deref().map(read).transpose()?;
    let services = args.services.as_deref().map(read).transpose()?;
    let completed_from = args.complete_from.as_deref().map(read).transpose()?;
    let source_facts = args.source_facts.as_deref().map(read).transpose()?;
    let earlier_source_facts = args.earlier_source_facts.as_deref().map(read).transpose()?;
    let earlier = if let Some(directory) = &args.earlier {
        let files = KnowledgeFiles::read(directory, |_| true).map_err(|errors| errors.to_string())?;
        Some(load(&files).map_err(|errors| errors.to_string())?.knowledge)
    } else if args.knowledge.join("provider.schema").exists() {
        let files = KnowledgeFiles::read(&args.knowledge, |_| true).map_err(|errors| errors.to_string())?;
        Some(load_raw(&files).map_err(|errors| errors.to_string())?)
    } else {
        None
    };
    let version = args.provider_version.clone().or_else(|| Some(binary.as_ref()?.found().version.clone()));
    let mut imported = import(Input {
        schema: &schema,
        source: args.provider.as_deref(),
        version: version.as_deref(),
        facts: facts.as_deref(),
        services: services.as_deref(),
        earlier: earlier.as_ref(),
        completed_from: completed_from.as_deref(),
        source_facts: source_facts.as_deref(),
        earlier_source_facts: earlier_source_facts.as_deref(),
    })
    .map_err(|errors| errors.to_string())?;
    let mut messages: Vec<String> = imported.dropped.iter().map(|name| format!("dropped: {name}")).collect();
    messages.extend(imported.completed.iter().map(|path| format!("completed: {path}")));
    if let (Some(binary), Some(directory)) = (&binary, &args.answers) {
        messages.extend(probe_types(binary, &mut imported, directory)?);
    }
    let mut files = BTreeMap::new();
    files.insert("provider.schema".to_owned(), print_provider(&imported.knowledge.provider));
    let services =
        imported.knowledge.services.iter().map(|service| (service.name.clone(), print_service(service)));
    let services: BTreeMap<String, String> = services.collect();
    if let Some(base) = &args.base {
        let base = KnowledgeFiles::read(base, |_| true).map_err(|errors| errors.to_string())?;
        let base =
            base.services.into_iter().map(|(name, text)| (name.into_owned(), text.into_owned())).collect();
        files.insert(CHANGES.to_owned(), changes(&base, &services));
    } else {
        files.extend(services.into_iter().map(|(name, text)| (format!("{name}.schema"), text)));
    }
    let differing = write(args, &files)?;
    if args.check && !differing.is_empty() {
        messages.push(format!("stale files: {}", differing.join(", ")));
        return Err(messages.join("\n"));
    }
    messages.push(format!("{} of {} files changed", differing.len(), files.len()));
    Ok(messages)
}

/// Writes the files that differ, unless this is a check, removes those of services that no longer exist, and returns
/// the names of both.
fn write(args: &Args, files: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut differing = Vec::new();
    for (file, text) in files {
        let path = args.knowledge.join(file);
        if std::fs::read_to_string(&path).is_ok_and(|known| known == *text) {
            continue;
        }
        differing.push(file.clone());
        if !args.check {
            std::fs::create_dir_all(&args.knowledge)
                .and_then(|()| std::fs::write(&path, text))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    let known = if args.knowledge.is_dir() { service_names(&args.knowledge) } else { Ok(Vec::new()) };
    for service in known.map_err(|error| error.to_string())? {
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

fn open(path: &Path, args: &Args) -> Result<Binary, String> {
    let places = Locations { binary: Some(path.to_owned()), ..Locations::default() };
    let source = args.provider.as_deref().unwrap_or("registry.terraform.io/hashicorp/aws");
    let options = Options { limit: CALL_LIMIT, ..Options::default() };
    let found = find(source, args.provider_version.as_deref(), &places);
    found.and_then(|found| Binary::open(found, options)).map_err(|error| error.to_string())
}

/// Probes each resource type that has no recorded answers yet, and adds all answers to the knowledge.
fn probe_types(binary: &Binary, imported: &mut Imported, directory: &Path) -> Result<Vec<String>, String> {
    std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let file = |type_name: &str| directory.join(format!("{type_name}.json"));
    let types = resource_types(&imported.knowledge);
    let waiting: Vec<_> = types.iter().filter(|(_, _, name)| !file(name).exists()).collect();
    // Hidden if stderr is not a terminal.
    let progress = ProgressBar::new(waiting.len() as u64).with_style(
        ProgressStyle::with_template("     Probing [{bar:30}] {pos}/{len} types, {eta} left")
            .expect("the template is valid"),
    );
    let waiting = Mutex::new(waiting.into_iter());
    let failed = Mutex::new(None);
    let knowledge = &imported.knowledge;
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((service, entity, name)) = next else { break };
                    let hints = probe::hints(&knowledge.services[*service], *entity);
                    let observed = probe::observe(binary, name, hints);
                    progress.inc(1);
                    let Some(observed) = observed else { continue };
                    if let Err(error) = record(&file(name), &observed) {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        break;
                    }
                }
            });
        }
    });
    progress.finish_and_clear();
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut messages = Vec::new();
    for (service, entity, name) in types {
        let path = file(&name);
        let failed = |error: String| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        let observed: Observed = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        messages.extend(probe::apply(&mut imported.knowledge.services[service], entity, &observed));
    }
    imported.knowledge.services.iter_mut().for_each(iac_schema::model::Service::compact);
    Ok(messages)
}

/// Returns all resource types: the index of the service, the index in the service, and the name.
fn resource_types(knowledge: &Knowledge) -> Vec<(usize, usize, String)> {
    let mut types = Vec::new();
    for (service, each) in knowledge.services.iter().enumerate() {
        for (entity, each) in each.entities.iter().enumerate() {
            if each.kind == EntityKind::Resource {
                types.push((service, entity, each.type_name.clone()));
            }
        }
    }
    types
}

/// Writes the answers of a type. The file is replaced atomically, because an incomplete one would be taken for an
/// answer.
fn record(path: &Path, observed: &Observed) -> Result<(), String> {
    let text = serde_json::to_string_pretty(observed).map_err(|error| error.to_string())?;
    let unfinished = path.with_extension("tmp");
    let written = std::fs::write(&unfinished, text).and_then(|()| std::fs::rename(&unfinished, path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}
