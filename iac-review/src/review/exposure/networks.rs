//! Exposures by network rules, wherever they are: in the firewall, or in resources of their own.

use std::collections::BTreeMap;

use iac_core::address::ResourceMode;
use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::Action;

use super::arguments::{elements, without_word};
use super::rules::{Kind, NetworkSource};
use super::{Context, Exposure};
use crate::access::{Addresses, NetworkRule, NetworkRules, PortRange, Protocol};

/// The rules of a firewall on both sides of a plan.
#[derive(Default)]
struct Firewall {
    before: NetworkRules,
    after: NetworkRules,
    /// The changes that add rules, with their rules.
    changes: Vec<(usize, AttributePath, NetworkRules)>,
    /// The changes whose new rules depend on unknown values.
    unknown: Vec<(usize, AttributePath)>,
    /// `true` if the rules are those of a stateless list, which has to let in replies to any port of a client.
    is_stateless: bool,
}

/// Adds the exposures by network rules.
pub(super) fn of_plan(context: &Context<'_>, found: &mut Vec<Exposure>) {
    let mut firewalls: BTreeMap<String, Firewall> = BTreeMap::new();
    for (position, change) in context.plan.changes.iter().enumerate() {
        if change.address.mode != ResourceMode::Managed || change.deposed.is_some() {
            continue;
        }
        let Some(sources) = context.hazards.exposures.networks.get(&change.address.resource_type) else {
            continue;
        };
        for source in sources {
            let before = context.before(position);
            let (old, _) = source.rules(before, &|_| true);
            let key = source.group(before).or_else(|| source.group(&change.after));
            let key = key.unwrap_or_else(|| change.address.to_string());
            let firewall = firewalls.entry(key).or_default();
            firewall.is_stateless |= source.roles.contains_key("stateless");
            firewall.before.0.extend(old.0);
            if matches!(change.action, Action::Delete | Action::Forget) {
                continue;
            }
            let is_left = |path: &AttributePath| context.is_left_to_provider(change, path);
            let (new, has_unknowns) = source.rules(&change.after, &is_left);
            firewall.after.0.extend(new.0.clone());
            if change.action != Action::NoOp {
                if has_unknowns {
                    firewall.unknown.push((position, source.path()));
                }
                firewall.changes.push((position, source.path(), new));
            }
        }
    }
    for firewall in firewalls.into_values() {
        let opened = firewall.opened();
        if opened.is_empty() {
            found.extend(firewall.unknown.into_iter().map(|(change, path)| Exposure {
                kind: Kind::Network,
                change,
                path,
                detail: None,
            }));
            continue;
        }
        found.extend(opened.into_iter().map(|(change, path, detail)| Exposure {
            kind: Kind::Network,
            change,
            path,
            detail: Some(detail),
        }));
    }
}

impl Firewall {
    /// Returns what is opened, each with the change that opens it.
    fn opened(&self) -> Vec<(usize, AttributePath, String)> {
        let open = self.after.newly_open(&self.before);
        let open = open.into_iter().filter(|range| !self.is_stateless || !range.is_for_replies());
        let mut found: Vec<(usize, AttributePath, Vec<String>)> = Vec::new();
        for range in open {
            let allows = |(_, _, rules): &&(usize, AttributePath, NetworkRules)| {
                rules.0.iter().any(|rule| rule.is_allow && rule.applies_to(range.protocol, range.ports.first))
            };
            // A change that only removes a rule that denies opens a port, too.
            let Some((change, path, _)) = self.changes.iter().find(allows).or_else(|| self.changes.first())
            else {
                continue;
            };
            match found.iter_mut().find(|(each, at, _)| each == change && at == path) {
                Some((.., phrases)) if phrases.contains(&range.to_string()) => {}
                Some((.., phrases)) => phrases.push(range.to_string()),
                None => found.push((*change, path.clone(), vec![range.to_string()])),
            }
        }
        found.into_iter().map(|(change, path, phrases)| (change, path, phrases.join(", "))).collect()
    }
}

impl NetworkSource {
    fn path(&self) -> AttributePath {
        self.block.iter().map(|name| PathStep::Name(name.as_str().into())).collect()
    }

    fn role(&self, name: &str) -> Option<&str> {
        self.roles.get(name).map(String::as_str)
    }

    /// Returns the name of the firewall, if it is known.
    fn group(&self, value: &Value) -> Option<String> {
        let argument = self.role("group").unwrap_or("id");
        elements(value.member(argument)).into_iter().find(|text| !text.is_empty())
    }

    /// Returns the rules in a resource, and `true` if there may be more because of unknown values.
    /// Values that the configuration leaves to the provider add none.
    fn rules(&self, resource: &Value, is_left: &dyn Fn(&AttributePath) -> bool) -> (NetworkRules, bool) {
        let mut blocks = vec![(resource, resource)];
        let mut has_unknowns = false;
        for name in &self.block {
            let mut inner = Vec::new();
            for (block, parent) in blocks {
                match block.member(name).map(Value::peel) {
                    Some(Value::List(values) | Value::Set(values) | Value::Tuple(values)) => {
                        inner.extend(values.iter().map(|value| (value.peel(), parent)));
                    }
                    Some(value @ (Value::Object(_) | Value::Map(_))) => inner.push((value, parent)),
                    Some(Value::Unknown(_)) => has_unknowns |= !is_left(&self.path()),
                    _ => {}
                }
            }
            blocks = inner;
        }
        let mut rules = NetworkRules::default();
        for (block, parent) in blocks.into_iter().filter(|(block, _)| block.members().is_some()) {
            has_unknowns |= self.add(block, parent, is_left, &mut rules);
        }
        (rules, has_unknowns)
    }

    /// Adds the rules in a block. Returns `true` if a part is unknown that they depend on.
    fn add(
        &self,
        block: &Value,
        parent: &Value,
        is_left: &dyn Fn(&AttributePath) -> bool,
        rules: &mut NetworkRules,
    ) -> bool {
        // An argument of the firewall itself begins with `^`.
        let get = |name: &str| match name.strip_prefix('^') {
            Some(name) => parent.member(name).map(Value::peel),
            None => block.member(name).map(Value::peel),
        };
        let all = |names: &str| -> Vec<String> {
            names.split(',').flat_map(|name| elements(get(name).filter(|value| !value.is_null()))).collect()
        };
        let is = |condition: &str| {
            condition.split_once(':').is_some_and(|(name, values)| {
                let found = all(name);
                values.split('|').any(|value| {
                    found.iter().any(|each| each.eq_ignore_ascii_case(value))
                        || (value == "null" && found.is_empty())
                })
            })
        };
        if self.roles.iter().any(|(role, condition)| role.starts_with("when") && !is(condition)) {
            return false;
        }
        let is_allow = match (self.role("allow"), self.role("deny")) {
            (Some(condition), _) => is(condition),
            (None, Some(condition)) => !is(condition),
            (None, None) => true,
        };
        let sources = self.role("sources").unwrap_or_default();
        let is_unknown = |name: &str| {
            let path = self.path().join(PathStep::Name(name.trim_start_matches('^').into()));
            get(name).is_some_and(|value| !value.is_wholly_known()) && !is_left(&path)
        };
        let has_unknowns = is_allow && sources.split(',').any(is_unknown);
        let addresses = all(sources);
        let addresses = Addresses::of(addresses.iter().map(|text| without_word(text)));
        let order = self.role("order").and_then(|name| all(name).first()?.parse().ok()).unwrap_or(0);
        let protocols = self.role("protocol").map(&all).unwrap_or_default();
        let protocols: Vec<Protocol> = match &protocols[..] {
            [] => vec![if self.roles.contains_key("protocol") { Protocol::Any } else { Protocol::Tcp }],
            names => names.iter().map(|name| Protocol::parse(name)).collect(),
        };
        if !addresses.is_empty() {
            for protocol in protocols {
                for ports in self.ports(&all) {
                    rules.0.push(NetworkRule {
                        order,
                        is_allow,
                        protocol,
                        ports,
                        sources: addresses.clone(),
                    });
                }
            }
        }
        has_unknowns
    }

    fn ports(&self, all: &impl Fn(&str) -> Vec<String>) -> Vec<PortRange> {
        let Some(names) = self.role("ports") else { return vec![PortRange::ALL] };
        if let Some((first, last)) = names.split_once(',').filter(|_| self.role("ranges").is_none()) {
            let port = |name: &str| all(name).first().and_then(|text| text.parse::<i64>().ok());
            return match (port(first), port(last)) {
                // Providers write both zero and -1 for all ports.
                (None | Some(-1), _) => vec![PortRange::ALL],
                (Some(first), last) => {
                    let number = |port: i64| u16::try_from(port).unwrap_or(u16::MAX);
                    let last = last.map_or(number(first), number);
                    vec![PortRange { first: number(first), last }]
                }
            };
        }
        let texts = all(names);
        let ranges: Vec<PortRange> = texts.iter().filter_map(|text| range(text)).collect();
        if ranges.is_empty() { vec![PortRange::ALL] } else { ranges }
    }
}

/// Parses `22`, `8000-8090`, `22/22` and `*`.
fn range(text: &str) -> Option<PortRange> {
    if matches!(text, "*" | "all" | "any" | "-1/-1" | "0" | "1-65535") {
        return Some(PortRange::ALL);
    }
    let (first, last) = text.split_once(['-', '/', ':']).unwrap_or((text, text));
    Some(PortRange { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? })
}
