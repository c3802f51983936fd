//! Rules about single settings, as data.

mod account;
mod analytics;
mod databases;
mod delivery;
mod storage;
mod streaming;

use iac_lang::value::Value;
use iac_review::policy::{Reading, Rule, Severity, Subject, Verdict, all_of, deny, warn};

/// A rule about settings of some types, all of which have to be as wanted.
#[derive(Clone, Copy, Debug)]
struct Setting {
    id: &'static str,
    severity: Severity,
    exposure: bool,
    requirement: &'static str,
    finding: &'static str,
    aliases: &'static [&'static str],
    why: &'static str,
    remedy: &'static str,
    /// The resource type, the path of the setting, and its value.
    checks: &'static [(&'static str, &'static str, Want)],
}

/// The wanted value of a setting.
#[derive(Clone, Copy, Debug)]
enum Want {
    /// True. The default is false.
    True,
    /// True, if the enclosing block is there.
    TrueIfSet,
    /// False or unset.
    NotTrue,
    /// Any value.
    Set,
    /// A KMS key, other than one that AWS manages.
    CustomerKey,
    /// A block of which one is not disabled by this member.
    Enabled(&'static str),
    /// At least this number. The default is less.
    AtLeast(i64),
    /// At least this number of backups, if the cluster has one of these engines and belongs to no replication group.
    AtLeastOfEngine(i64, &'static [&'static str]),
    /// One of these strings. The default is another one.
    OneOf(&'static [&'static str]),
    /// None of these strings. The default is another one.
    NotOneOf(&'static [&'static str]),
    /// A list with this element.
    Contains(&'static str),
    /// A list without this element.
    Lacks(&'static str),
    /// Blocks of which one has these two members with their values.
    Element(&'static str, &'static str, &'static str, &'static str),
    /// Blocks of which none has one of the values in this member.
    NoElement(&'static str, &'static [&'static str]),
    /// A JSON document whose member is not true.
    JsonNotTrue(&'static str),
}

/// Returns the rules, by service as the first part of their ids.
pub(super) fn rules() -> Vec<Rule> {
    let groups = [
        databases::SETTINGS,
        streaming::SETTINGS,
        analytics::SETTINGS,
        storage::SETTINGS,
        account::SETTINGS,
        delivery::SETTINGS,
    ];
    groups.into_iter().flatten().map(rule).collect()
}

fn rule(setting: &Setting) -> Rule {
    let service = setting.id.split('-').next().unwrap_or_default();
    let rule = match setting.severity {
        Severity::Deny => deny(setting.id, setting.requirement),
        Severity::Warn => warn(setting.id, setting.requirement),
    };
    let rule = rule.finding(setting.finding).known_as(setting.aliases).why(setting.why);
    let rule = rule.remedy(setting.remedy).service(service);
    let rule = if setting.exposure { rule.exposure() } else { rule };
    let mut types: Vec<&'static str> = setting.checks.iter().map(|(type_name, ..)| *type_name).collect();
    types.dedup();
    let checks = setting.checks;
    types.into_iter().fold(rule, |rule, type_name| {
        rule.of(type_name, move |it| {
            let own = checks.iter().filter(|(each, ..)| *each == type_name);
            all_of(own.map(|(_, path, want)| verdict(it, path, *want)))
        })
    })
}

fn verdict(it: &Subject<'_>, path: &str, want: Want) -> Verdict {
    let value = it.at(path);
    match want {
        Want::True => value.is(true),
        Want::TrueIfSet => {
            let block = path.rsplit_once('.').map_or(path, |(block, _)| block);
            value.is(true).when(it.at(block).is_set())
        }
        Want::NotTrue => value.is_not(true),
        Want::Set => value.is_set(),
        Want::CustomerKey => customer_key(&value),
        Want::Enabled(member) => value.some(|block| block.at(member).is_not(false)),
        Want::AtLeast(least) => value.at_least(least),
        Want::AtLeastOfEngine(least, engines) => {
            let is_single = it.at("replication_group_id").is_set().negate();
            value.at_least(least).when(it.at("engine").is_one_of(engines).and(is_single))
        }
        Want::OneOf(allowed) => value.is_one_of(allowed),
        Want::NotOneOf(refused) => is_one_of(&value, refused).negate().at(value.path().clone()),
        Want::Contains(element) => value.contains(element),
        Want::Lacks(element) => value.contains(element).negate().at(value.path().clone()),
        Want::Element(name, expected, member, wanted) => {
            value.some(|block| block.at(name).is(expected).and(block.at(member).is(wanted)))
        }
        Want::NoElement(member, refused) => value.none(|block| is_one_of(&block.at(member), refused)),
        Want::JsonNotTrue(member) => match value.json() {
            Some(document) => match document.member(member) {
                Some(Value::Bool(true)) => Verdict::fail().at(value.path().clone()),
                Some(Value::Unknown(_)) => Verdict::Unknown,
                _ => Verdict::Pass,
            },
            None if value.is_unknown() => Verdict::Unknown,
            None => Verdict::Pass,
        },
    }
}

/// Passes if a value is a KMS key, other than one that AWS manages and whose policy nobody can change.
pub(super) fn customer_key(key: &Reading<'_>) -> Verdict {
    // An unknown key is that of a resource.
    let is_managed = |key: &str| key.starts_with("alias/aws/") || key.contains(":alias/aws/");
    if key.text().is_some_and(is_managed) { Verdict::fail().at(key.path().clone()) } else { key.is_set() }
}

/// Passes if a value is one of these strings, or the Boolean that one of them writes.
fn is_one_of(value: &Reading<'_>, strings: &[&str]) -> Verdict {
    value.holds(|value| match value {
        Value::String(text) => strings.contains(&text.as_str()),
        Value::Bool(value) => strings.contains(&if *value { "true" } else { "false" }),
        _ => false,
    })
}
