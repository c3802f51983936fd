//! Loading of a knowledge directory, with rules and corrections applied.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use crate::names::Names;
use crate::references::References;
use iac_schema::Overlay;
use iac_schema::model::Knowledge;
use iac_schema::parse::{parse_provider, parse_service};
use iac_schema::{Error, Errors};

/// The file extension of a service's file.
const SCHEMA: &str = ".schema";
/// The name of the provider's file.
const PROVIDER: &str = "provider";

/// The contents of the files of a knowledge directory.
#[derive(Debug, Clone)]
pub struct KnowledgeFiles<'a> {
    /// `provider.schema`.
    pub provider: Cow<'a, str>,
    /// `<service>.schema`, by the service's name.
    pub services: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// True if all services are included, so that a rule without a match is an error.
    pub complete: bool,
    /// `names.rules`.
    pub names: Cow<'a, str>,
    /// `references.rules`.
    pub references: Cow<'a, str>,
    /// `overlay.rules`.
    pub overlay: Cow<'a, str>,
}

impl KnowledgeFiles<'static> {
    /// Reads a directory with the selected services. Missing rule files are treated as empty.
    pub fn read(directory: &Path, choose: impl Fn(&str) -> bool) -> Result<Self, Errors> {
        let mut complete = true;
        let mut services = Vec::new();
        for name in service_names(directory)? {
            if choose(&name) {
                let text = read(directory, &format!("{name}{SCHEMA}"))?;
                services.push((Cow::Owned(name), Cow::Owned(text)));
            } else {
                complete = false;
            }
        }
        let rules = |file: &str| {
            if directory.join(file).exists() {
                read(directory, file).map(Cow::Owned)
            } else {
                Ok(Cow::Borrowed(""))
            }
        };
        Ok(Self {
            provider: Cow::Owned(read(directory, &format!("{PROVIDER}{SCHEMA}"))?),
            services,
            complete,
            names: rules("names.rules")?,
            references: rules("references.rules")?,
            overlay: rules("overlay.rules")?,
        })
    }
}

/// Returns the services in a directory, sorted.
pub fn service_names(directory: &Path) -> Result<Vec<String>, Error> {
    let io_error = |error: std::io::Error| Error::new(&directory.display().to_string(), 0, error.to_string());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(io_error)? {
        let file = entry.map_err(io_error)?.file_name();
        if let Some(name) =
            file.to_str().and_then(|file| file.strip_suffix(SCHEMA)).filter(|name| *name != PROVIDER)
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn read(directory: &Path, file: &str) -> Result<String, Error> {
    let path = directory.join(file);
    std::fs::read_to_string(&path)
        .map_err(|error| Error::new(&path.display().to_string(), 0, error.to_string()))
}

/// The complete knowledge about a provider.
#[derive(Debug)]
pub struct Loaded {
    /// The knowledge, with corrections and references.
    pub knowledge: Knowledge,
    /// The Rust names of its types.
    pub names: Names,
    /// The Rust names of all kinds that can be referred to, including those of services that are not loaded.
    pub kinds: Vec<String>,
    /// Types that are an alias of another type, whose name is preferred.
    pub aliases: BTreeSet<String>,
}

/// Reads the imported knowledge, without rules and corrections.
pub fn load_raw(files: &KnowledgeFiles<'_>) -> Result<Knowledge, Errors> {
    let provider = parse_provider(&format!("{PROVIDER}{SCHEMA}"), &files.provider)?;
    let mut errors = Errors::default();
    let mut services = Vec::with_capacity(files.services.len());
    for (name, text) in &files.services {
        match parse_service(&format!("{name}{SCHEMA}"), name, text) {
            Ok(service) => services.push(service),
            Err(error) => errors.0.push(error),
        }
    }
    errors.into_result()?;
    Ok(Knowledge { provider, services })
}

/// Reads the knowledge, corrects it and applies the rules.
pub fn load(files: &KnowledgeFiles<'_>) -> Result<Loaded, Errors> {
    let mut knowledge = load_raw(files)?;
    let names = Names::parse("names.rules", &files.names, knowledge.provider.name())?;
    let mut overlay = Overlay::parse("overlay.rules", &files.overlay)?;
    let mut references = References::parse("references.rules", &files.references, &names)?;
    let mut errors = Errors::default();
    for service in &mut knowledge.services {
        let corrected = overlay.apply(service, &mut errors);
        let split = references.apply(service, &mut errors);
        if corrected || split {
            service.compact();
        }
        names.check_unique(service, &mut errors);
    }
    if files.complete {
        names.check_used(&knowledge.services, &mut errors);
        overlay.check_used(&mut errors);
        references.check_used(&mut errors);
    }
    errors.into_result()?;
    Ok(Loaded { kinds: references.kinds(), aliases: references.aliases(), knowledge, names })
}
