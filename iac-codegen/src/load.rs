//! Knowledge as a whole: the files of a directory, with rules and corrections applied.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use crate::names::Names;
use crate::references::References;
use iac_schema::Overlay;
use iac_schema::model::Knowledge;
use iac_schema::parse::{parse_provider, parse_service};
use iac_schema::{Error, Errors};

/// How the file of a service ends.
const SCHEMA: &str = ".schema";
/// The file of the provider itself.
const PROVIDER: &str = "provider";

/// The texts that make up what is known of a provider.
#[derive(Debug, Clone)]
pub struct Texts<'a> {
    /// `provider.schema`.
    pub provider: Cow<'a, str>,
    /// `<service>.schema`, each by the service's name.
    pub services: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Whether these are all services, so that a rule which nothing matches is an error.
    pub complete: bool,
    /// `names.rules`.
    pub names: Cow<'a, str>,
    /// `references.rules`.
    pub references: Cow<'a, str>,
    /// `overlay.rules`.
    pub overlay: Cow<'a, str>,
}

impl Texts<'static> {
    /// Reads a directory, and of the services those that are chosen. A missing file of rules has no rules.
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

/// The services that a directory has files for, sorted.
pub fn service_names(directory: &Path) -> Result<Vec<String>, Error> {
    let wrong = |error: std::io::Error| Error::new(&directory.display().to_string(), 0, error.to_string());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(wrong)? {
        let file = entry.map_err(wrong)?.file_name();
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

/// What is known of a provider, complete.
#[derive(Debug)]
pub struct Loaded {
    /// The knowledge, corrected, with references.
    pub knowledge: Knowledge,
    /// How its types are called in Rust.
    pub names: Names,
    /// Every kind of thing that something may refer to, by its Rust name; of all services, whether loaded or not.
    pub kinds: Vec<String>,
    /// Types that are the same thing as another one, by which it should be called.
    pub aliases: BTreeSet<String>,
}

/// Reads the knowledge as it came from the provider, without rules and corrections.
pub fn load_raw(texts: &Texts<'_>) -> Result<Knowledge, Errors> {
    let provider = parse_provider(&format!("{PROVIDER}{SCHEMA}"), &texts.provider)?;
    let mut errors = Errors::default();
    let mut services = Vec::with_capacity(texts.services.len());
    for (name, text) in &texts.services {
        match parse_service(&format!("{name}{SCHEMA}"), name, text) {
            Ok(service) => services.push(service),
            Err(error) => errors.0.push(error),
        }
    }
    errors.into_result()?;
    Ok(Knowledge { provider, services })
}

/// Reads the knowledge, corrects it and applies the rules.
pub fn load(texts: &Texts<'_>) -> Result<Loaded, Errors> {
    let mut knowledge = load_raw(texts)?;
    let names = Names::parse("names.rules", &texts.names, knowledge.provider.name())?;
    let mut overlay = Overlay::parse("overlay.rules", &texts.overlay)?;
    let mut references = References::parse("references.rules", &texts.references, &names)?;
    let mut errors = Errors::default();
    for service in &mut knowledge.services {
        let corrected = overlay.apply(service, &mut errors);
        let split = references.apply(service, &mut errors);
        if corrected || split {
            service.compact();
        }
        names.check_unique(service, &mut errors);
    }
    if texts.complete {
        names.check_used(&knowledge.services, &mut errors);
        overlay.check_used(&mut errors);
        references.check_used(&mut errors);
    }
    errors.into_result()?;
    Ok(Loaded { kinds: references.kinds(), aliases: references.aliases(), knowledge, names })
}
