//! The questions about exposure, as data.

use std::collections::HashMap;

use iac_core::text::Text;

use crate::review::hazards::changes::correlate::Step;
use crate::review::hazards::changes::direction::Direction;
use crate::review::{Hazards, HazardsError};

/// The kinds of exposures, each of which is a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::review) enum Kind {
    Network,
    Reach,
    Policy,
    Sharing,
    Privilege,
}

impl Kind {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Network => "exposure-network",
            Self::Reach => "exposure-public",
            Self::Policy => "exposure-policy",
            Self::Sharing => "exposure-sharing",
            Self::Privilege => "exposure-privilege",
        }
    }

    fn parse(verb: &str) -> Option<Self> {
        Some(match verb {
            "opens" => Self::Reach,
            "admits" => Self::Policy,
            "shares" => Self::Sharing,
            "grants" => Self::Privilege,
            _ => return None,
        })
    }
}

/// The questions about exposure.
#[derive(Clone, Debug, Default)]
pub(in crate::review) struct Exposures {
    /// By resource type; `*` for all types.
    pub(super) arguments: HashMap<Text, Vec<ArgumentRule>>,
    /// Resources whose removal opens what they guarded.
    pub(super) guards: HashMap<Text, (Kind, Text)>,
    /// Arguments that are policy documents, or look like ones but are not.
    pub(super) documents: HashMap<Text, Vec<(Text, bool)>>,
    /// Arguments that let nobody in although their names say so, with the reason.
    pub(super) harmless: Vec<(Text, Text)>,
    pub(super) networks: HashMap<Text, Vec<NetworkSource>>,
}

/// A change of an argument that exposes the resource.
#[derive(Clone, Debug)]
pub(super) struct ArgumentRule {
    pub(super) path: Vec<Step>,
    pub(super) question: Question,
    pub(super) kind: Kind,
    pub(super) what: Text,
}

/// The question about the values of an argument before and after.
#[derive(Clone, Debug)]
pub(super) enum Question {
    Direction(Direction),
    /// The value, or an element of it, matches a pattern and did not before.
    Names {
        patterns: Vec<String>,
        except: Vec<String>,
    },
    /// The value, or an element of it, names another account.
    NamesOthers,
    /// The networks add up to the internet.
    Internet,
}

/// The place of network rules in a resource.
#[derive(Clone, Debug)]
pub(super) struct NetworkSource {
    /// The path of the block; empty if the resource is a rule.
    pub(super) block: Vec<String>,
    /// The arguments by role: `ports`, `protocol`, `sources`, `group`, `order`, `allow`, `deny`, `when`.
    pub(super) roles: HashMap<String, String>,
}

impl Hazards {
    /// Adds questions about exposure. The format has one per line; `#` begins a comment:
    ///
    /// ```text
    /// TYPE.PATH DIRECTION: VERB WHAT      an argument, for the directions see `with_changes`
    /// TYPE removed: VERB WHAT             a resource that guards another one is destroyed
    /// TYPE.PATH is a policy document      an argument whose name does not end with `policy`
    /// TYPE.PATH is harmless: REASON       an argument that lets nobody in, although its name says so
    /// network TYPE BLOCK ROLE=ARGUMENT …  a block of network rules; `-` if the resource is a rule
    /// ```
    ///
    /// Directions for exposures only are `names PATTERN|PATTERN` (an element matches; `!PATTERN` excludes), `names another
    /// account`, and `reaches the internet` (networks). `*` stands for all types. The verbs are `opens` (to the internet),
    /// `admits` (any principal), `shares` (with others) and `grants` (a privilege).
    ///
    /// The roles are `sources`, `ports` (one argument with ranges, or two separated by a comma), `protocol`, `group` (the
    /// firewall that a rule belongs to), `order`, and `allow`, `deny` and `when` with a value: `allow=action:allow`.
    ///
    /// # Errors
    ///
    /// Fails if a line is not in this format.
    pub fn with_exposures(mut self, text: &str) -> Result<Self, HazardsError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                self.exposures.line(text).ok_or(HazardsError { line })?;
            }
        }
        Ok(self)
    }

    /// Returns the types and paths of the arguments that exposures are decided by, so that their existence can be checked.
    pub fn exposure_paths(&self) -> impl Iterator<Item = (&str, String)> {
        let path = |steps: &[Step]| steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".");
        let arguments = self.exposures.arguments.iter().flat_map(move |(type_name, rules)| {
            rules.iter().map(move |rule| (type_name.as_str(), path(&rule.path)))
        });
        let documents = self.exposures.documents.iter().flat_map(|(type_name, paths)| {
            paths.iter().map(move |(path, _)| (type_name.as_str(), path.to_string()))
        });
        let networks = self.exposures.networks.iter().flat_map(|(type_name, sources)| {
            sources.iter().map(move |source| (type_name.as_str(), source.block.join(".")))
        });
        let harmless =
            self.exposures.harmless.iter().map(|(type_name, path)| (type_name.as_str(), path.to_string()));
        arguments.chain(documents).chain(networks).chain(harmless)
    }

    /// Returns the arguments that let nobody in although their names say so.
    pub fn harmless_arguments(&self) -> impl Iterator<Item = (&str, String)> {
        self.exposures.harmless.iter().map(|(type_name, path)| (type_name.as_str(), path.to_string()))
    }

    /// Returns the types whose removal opens what they guard.
    pub fn guards(&self) -> impl Iterator<Item = &str> {
        self.exposures.guards.keys().map(Text::as_str)
    }
}

impl Exposures {
    /// Returns the types that there is a question about.
    pub(in crate::review) fn types(&self) -> impl Iterator<Item = &Text> {
        self.arguments.keys().chain(self.networks.keys())
    }

    pub(in crate::review) fn line(&mut self, line: &str) -> Option<()> {
        if let Some(rest) = line.strip_prefix("network ") {
            let mut words = rest.split_whitespace();
            let (type_name, block) = (words.next()?, words.next()?);
            let roles: Option<HashMap<String, String>> = words
                .map(|word| word.split_once('=').map(|(role, names)| (role.to_owned(), names.to_owned())))
                .collect();
            let block = if block == "-" { Vec::new() } else { block.split('.').map(str::to_owned).collect() };
            let source = NetworkSource { block, roles: roles? };
            self.networks.entry(type_name.into()).or_default().push(source);
            return Some(());
        }
        if let Some((type_name, path)) =
            line.strip_suffix(" is a policy document").and_then(|it| it.split_once('.'))
        {
            self.documents.entry(type_name.into()).or_default().push((path.into(), true));
            return Some(());
        }
        let (change, effect) = line.split_once(": ")?;
        if let Some((type_name, path)) = change.strip_suffix(" is harmless").and_then(|it| it.split_once('.'))
        {
            self.documents.entry(type_name.into()).or_default().push((path.into(), false));
            self.harmless.push((type_name.into(), path.into()));
            return Some(());
        }
        let (verb, _) = effect.split_once(' ')?;
        let kind = Kind::parse(verb)?;
        let (place, direction) = change.split_once(' ')?;
        if direction == "removed" {
            self.guards.insert(place.into(), (kind, effect.into()));
            return Some(());
        }
        let (type_name, path) = place.split_once('.')?;
        let rule = ArgumentRule {
            path: Step::parse(path)?,
            question: Question::parse(direction)?,
            kind,
            what: effect.into(),
        };
        self.arguments.entry(type_name.into()).or_default().push(rule);
        Some(())
    }
}

impl Question {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "names another account" => Self::NamesOthers,
            "reaches the internet" => Self::Internet,
            other => match other.strip_prefix("names ") {
                Some(patterns) => {
                    let (except, patterns): (Vec<&str>, Vec<&str>) =
                        patterns.split('|').partition(|pattern| pattern.starts_with('!'));
                    let except = except.iter().map(|pattern| pattern[1..].to_owned()).collect();
                    Self::Names { patterns: patterns.iter().map(|it| (*it).to_owned()).collect(), except }
                }
                None => Self::Direction(Direction::parse(other)?),
            },
        })
    }
}
