//! Simple limits, as lines of a table.

use std::ops::RangeInclusive;

use iac_lang::value::Value;
use iac_review::policy::{Limit as LimitKind, Reading, Rule, Subject, Verdict, deny};
use regex::Regex;

use super::{Limit as _, refused, unique};

/// A limit of one argument, or of resources of one type.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The id of its rule: `limit-lb-name-length`.
    pub id: String,
    /// The resource type.
    pub type_name: String,
    /// The address of the documentation.
    pub source: String,
    /// A configuration that AWS accepts.
    pub good: Case,
    /// A configuration that AWS refuses.
    pub bad: Case,
    kind: Kind,
}

/// A case of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// An argument with its enclosing blocks, and an expression of Terraform.
    Argument(Vec<String>, String),
    /// A configuration.
    Configuration(String),
}

#[derive(Clone, Debug)]
enum Kind {
    Argument(String, Check),
    /// AWS refuses a second resource, or overwrites the first one.
    Unique(Vec<unique::Key>),
    Single(Vec<unique::Key>),
    AtMost {
        most: usize,
        referrer: String,
        argument: String,
    },
}

#[derive(Clone, Debug)]
enum Check {
    Length(RangeInclusive<usize>),
    Bytes(RangeInclusive<usize>),
    Decoded(RangeInclusive<usize>),
    Compact(RangeInclusive<usize>),
    Matches(Regex),
    BeginsNot(Vec<String>),
    /// Also zero if the flag is set.
    Range(bool, RangeInclusive<i64>),
    OneOf(Vec<String>),
    Count(RangeInclusive<usize>),
    Prefix(RangeInclusive<u8>),
}

impl Fact {
    /// Returns the rule of the limit.
    #[must_use]
    pub fn rule(&self) -> Rule {
        let name = &self.type_name;
        let rule = |requirement: String, finding: String| {
            refused(&self.id, &requirement, &finding, &self.source).service(service(name))
        };
        match self.kind.clone() {
            Kind::Argument(path, check) => {
                let must = check.requirement();
                let what = check.subject();
                rule(
                    format!("`{path}` of `{name}` must {must}"),
                    format!("AWS refuses the {what} of `{path}` of `{name}`"),
                )
                .certainly(name, move |subject| check.verdict(&subject.at(&path)))
            }
            Kind::Unique(keys) => {
                let names = unique::names(&keys);
                rule(
                    format!("Resources of type `{name}` must differ in {names}"),
                    format!("AWS refuses a second `{name}` with the same {names}"),
                )
                .certainly(name, move |subject| unique::verdict(subject, &keys))
            }
            Kind::Single(keys) => {
                let names = unique::names(&keys);
                deny(self.id.clone(), format!("Resources of type `{name}` must differ in {names}"))
                    .finding(format!("Overwrites another `{name}` with the same {names}"))
                    .why("AWS has only one, so that each apply replaces the other one.")
                    .remedy(format!("Merge both into one. See {}.", self.source))
                    .service(service(name))
                    .limit(LimitKind::Excusable)
                    .certainly(name, move |subject| unique::verdict(subject, &keys))
            }
            Kind::AtMost { most, referrer, argument } => {
                deny(self.id.clone(), format!("`{name}` must have at most {most} of `{referrer}`"))
                    .finding(format!("`{name}` exceeds the quota of {most} of `{referrer}`"))
                    .why("AWS rejects it only during apply.")
                    .remedy(format!("Request a higher quota, and waive this rule. See {}.", self.source))
                    .service(service(name))
                    .limit(LimitKind::Excusable)
                    .certainly(name, move |subject| at_most(subject, most, &referrer, &argument))
            }
        }
    }
}

/// Returns the service of a type: `lb` of `aws_lb_listener`.
fn service(type_name: &str) -> String {
    let name = type_name.strip_prefix("aws_").unwrap_or(type_name);
    name.split('_').next().unwrap_or_default().to_owned()
}

fn at_most(subject: &Subject<'_>, most: usize, referrer: &str, argument: &str) -> Verdict {
    let address = subject.address();
    // References do not tell which instance they are for.
    if address.key.is_some() || address.modules.iter().any(|module| module.key.is_some()) {
        return Verdict::Pass;
    }
    let number = subject.referrers(referrer, argument).len();
    Verdict::of(number <= most).because(format!("{number} of `{referrer}`"))
}

impl Check {
    fn requirement(&self) -> String {
        match self {
            Self::Length(range) => format!("have {} to {} characters", range.start(), range.end()),
            Self::Bytes(range) => format!("have {} to {} bytes", range.start(), range.end()),
            Self::Decoded(range) => format!("have at most {} bytes, decoded from Base64", range.end()),
            Self::Compact(range) => {
                format!("have at most {} characters without white space", range.end())
            }
            Self::Matches(pattern) => format!("match `{pattern}`"),
            Self::BeginsNot(words) => format!("not begin with {}", words.join(", ")),
            Self::Range(zero, range) => {
                let zero = if *zero { "be 0 or " } else { "be " };
                format!("{zero}between {} and {}", range.start(), range.end())
            }
            Self::OneOf(values) => format!("be one of {}", values.join(", ")),
            Self::Count(range) => format!("have {} to {} elements", range.start(), range.end()),
            Self::Prefix(range) => {
                format!("have a prefix length between {} and {}", range.start(), range.end())
            }
        }
    }

    const fn subject(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Bytes(_) | Self::Decoded(_) | Self::Compact(_) => "size",
            Self::Matches(_) => "characters",
            Self::BeginsNot(_) => "beginning",
            Self::Range(..) | Self::OneOf(_) => "value",
            Self::Count(_) => "number of elements",
            Self::Prefix(_) => "prefix length",
        }
    }

    fn verdict(&self, value: &Reading<'_>) -> Verdict {
        let size = |holds: &dyn Fn(&str) -> bool| value.matches(|text| holds(text)).or(value.is_unset());
        match self {
            Self::Length(range) => size(&|text| range.contains(&text.chars().count())),
            Self::Bytes(range) => size(&|text| range.contains(&text.len())),
            // Four characters are three bytes, without the padding.
            Self::Decoded(range) => size(&|text| {
                let text = text.trim_end_matches('=');
                range.contains(&(text.len() * 3 / 4))
            }),
            Self::Compact(range) => {
                size(&|text| range.contains(&text.chars().filter(|each| !each.is_whitespace()).count()))
            }
            Self::Matches(pattern) => size(&|text| pattern.is_match(text)),
            Self::BeginsNot(words) => size(&|text| {
                let text = text.to_lowercase();
                !words.iter().any(|word| text.starts_with(word))
            }),
            Self::Range(zero, range) => {
                number(value, &|number| range.contains(&number) || *zero && number == 0)
            }
            Self::OneOf(values) => {
                number(value, &|number| values.iter().any(|each| *each == number.to_string()))
            }
            Self::Count(range) => {
                let number = value.elements().len();
                // Unknown if the collection is.
                let known = value.each(|_| Verdict::Pass);
                known.and(value.verdict(range.contains(&number)))
            }
            Self::Prefix(range) => size(&|text| {
                let length = text.rsplit_once('/').and_then(|(_, length)| length.parse::<u8>().ok());
                length.is_some_and(|length| range.contains(&length))
            }),
        }
    }
}

/// Checks a number, which may be written as a string. Passes if it is missing.
fn number(value: &Reading<'_>, holds: &dyn Fn(i64) -> bool) -> Verdict {
    let check = |value: &Value| match value {
        Value::Number(number) => number.to_string().parse().is_ok_and(holds),
        Value::String(text) => text.parse().is_ok_and(holds),
        _ => true,
    };
    value.holds(check).or(value.is_unset())
}

/// Parses the table.
///
/// # Errors
///
/// Fails with the first line that is invalid.
pub(super) fn parse(text: &str) -> Result<Vec<Fact>, String> {
    let mut source = String::new();
    let mut facts = Vec::new();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        match line.strip_prefix("source ") {
            Some(url) => url.clone_into(&mut source),
            None => facts.push(parse_fact(line, &source).ok_or_else(|| format!("invalid limit: {line}"))?),
        }
    }
    Ok(facts)
}

fn parse_fact(line: &str, source: &str) -> Option<Fact> {
    let id = |type_name: &str, path: &str, kind: &str| {
        let name = type_name.strip_prefix("aws_").unwrap_or(type_name);
        format!("limit-{name}-{path}{kind}").replace(['_', '.'], "-")
    };
    let source = source.to_owned();
    let unique = line.strip_prefix("unique ").map(|rest| (rest, Kind::Unique as fn(_) -> _));
    let single = || line.strip_prefix("single ").map(|rest| (rest, Kind::Single as fn(_) -> _));
    if let Some((rest, kind)) = unique.or_else(single) {
        let mut words = rest.split_whitespace();
        let type_name = words.next()?.to_owned();
        let keys: Vec<_> = words.map(unique::Key::parse).collect();
        let [good, bad] = unique::cases(&type_name, &keys).map(Case::Configuration);
        let paths: Vec<&str> = keys.iter().map(|key| key.path.as_str()).collect();
        let id = id(&type_name, &paths.join("-"), "-unique");
        return Some(Fact { id, type_name, source, good, bad, kind: kind(keys) });
    }
    if let Some(rest) = line.strip_prefix("at-most ") {
        let words: Vec<_> = rest.split_whitespace().collect();
        let &[most, type_name, referrer, argument] = words.as_slice() else { return None };
        let most: usize = most.parse().ok()?;
        let case = |number: usize| {
            let referrers = (0..number).map(|number| {
                format!("resource \"{referrer}\" \"r{number}\" {{\n  {argument} = {type_name}.x.id\n}}\n")
            });
            let parent = format!("resource \"{type_name}\" \"x\" {{}}\n");
            Case::Configuration([parent].into_iter().chain(referrers).collect())
        };
        let id = id(type_name, referrer.strip_prefix("aws_").unwrap_or(referrer), "-quota");
        let kind = Kind::AtMost { most, referrer: referrer.to_owned(), argument: argument.to_owned() };
        return Some(Fact {
            id,
            type_name: type_name.to_owned(),
            source,
            good: case(most),
            bad: case(most + 1),
            kind,
        });
    }
    let (line, bad) = line.rsplit_once(" | ")?;
    let (line, good) = line.rsplit_once(" | ")?;
    let mut words = line.splitn(4, ' ');
    let (type_name, path, name, argument) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let check = parse_check(name, argument)?;
    let names = || path.split('.').map(str::to_owned).collect();
    let case = |value: &str| Some(Case::Argument(names(), repeated(value)?));
    Some(Fact {
        id: id(type_name, path, &format!("-{name}")),
        type_name: type_name.to_owned(),
        source,
        good: case(good)?,
        bad: case(bad)?,
        kind: Kind::Argument(path.to_owned(), check),
    })
}

fn parse_check(name: &str, argument: &str) -> Option<Check> {
    let words = || argument.split_whitespace().map(str::to_owned).collect();
    Some(match name {
        "length" => Check::Length(range(argument)?),
        "bytes" => Check::Bytes(range(argument)?),
        "decoded" => Check::Decoded(range(argument)?),
        "compact" => Check::Compact(range(argument)?),
        "matches" => Check::Matches(Regex::new(argument).ok()?),
        "begins-not" => Check::BeginsNot(words()),
        "range" => match argument.strip_prefix("0|") {
            Some(argument) => Check::Range(true, range(argument)?),
            None => Check::Range(false, range(argument)?),
        },
        "one-of" => Check::OneOf(words()),
        "count" => Check::Count(range(argument)?),
        "prefix" => Check::Prefix(range(argument)?),
        _ => return None,
    })
}

/// Parses `A..B`, which includes both.
fn range<N: std::str::FromStr>(text: &str) -> Option<RangeInclusive<N>> {
    let (start, end) = text.split_once("..")?;
    Some(start.parse().ok()?..=end.parse().ok()?)
}

/// Returns the expression of a case: `"x" * 3` is `"xxx"`, `["a"] * 2` is `["a0", "a1"]`.
fn repeated(value: &str) -> Option<String> {
    let Some((value, number)) = value.rsplit_once(" * ") else { return Some(value.to_owned()) };
    let number: usize = number.parse().ok()?;
    if let Some(text) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        return Some(format!("\"{}\"", text.repeat(number)));
    }
    let numbers = 0..number;
    Some(match value {
        "[\"a\"]" => {
            format!("[{}]", numbers.map(|number| format!("\"a{number}\"")).collect::<Vec<_>>().join(", "))
        }
        "{ a = \"b\" }" => {
            format!(
                "{{ {} }}",
                numbers.map(|number| format!("a{number} = \"b\"")).collect::<Vec<_>>().join(", ")
            )
        }
        _ => return None,
    })
}
