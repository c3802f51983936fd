//! A stack during synthesis: its entries, their addresses and their dependencies.

use std::collections::{BTreeMap, HashMap};

use super::scan::{Findings, Named, scan};
use crate::address::is_identifier;
use crate::body::Body;
use crate::diagnostic::{Diagnostic, Diagnostics, closest};
use crate::expression::Target;
use crate::generic::{is_generic, is_valid};
use crate::graph::{Edge, Graph};
use crate::stack::{Entry, EntryKind, Stack};
use crate::text::Text;

/// The entries of a stack, including those added for references between stacks.
///
/// Graph nodes are numbered in this order: data sources that read other stacks, the user's entries, outputs for other
/// stacks. The user's entries thereby keep their order.
pub(super) struct RootModule<'a> {
    /// The stack's name, which is also the name of its directory.
    pub(super) name: Text,
    pub(super) environment: Option<Text>,
    entries: &'a [Entry],
    remote_states: Vec<Entry>,
    exports: Vec<Entry>,
    /// Bodies with replaced references to other stacks, by the user's entry.
    rewritten: HashMap<u32, Body>,
    functions: BTreeMap<Text, u32>,
    pub(super) graph: Graph,
}

/// Entries to add to a stack before its graph is built.
#[derive(Default)]
pub(super) struct Additions {
    pub(super) remote_states: Vec<Entry>,
    /// Entry, remote state and argument of each read.
    pub(super) reads: Vec<(u32, usize, Text)>,
    pub(super) exports: Vec<Entry>,
    pub(super) rewritten: HashMap<u32, Body>,
}

/// The entries of a stack as added by the user.
pub(super) struct Scanned<'a> {
    pub(super) stack: &'a Stack,
    pub(super) entries: &'a [Entry],
    /// The address of each entry; empty for blocks without one.
    pub(super) addresses: Vec<Text>,
    pub(super) findings: Findings,
}

impl<'a> Scanned<'a> {
    pub(super) fn new(stack: &'a Stack, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Self {
        let mut addresses = Vec::with_capacity(entries.len());
        let mut findings = Findings::default();
        for (position, entry) in (0..).zip(entries) {
            addresses.push(entry.kind.address(&entry.name).unwrap_or_default());
            scan(Target { stack: stack.0.id, entry: position }, entry, &mut findings, diagnostics);
        }
        let mut scanned = Self { stack, entries, addresses, findings };
        scanned.resolve_names(diagnostics);
        scanned
    }

    /// Resolves the names in raw expressions.
    fn resolve_names(&mut self, diagnostics: &mut Diagnostics) {
        let Findings { edges, named, .. } = &mut self.findings;
        if named.is_empty() {
            return;
        }
        let positions: HashMap<&str, u32> = self.addresses.iter().map(Text::as_str).zip(0..).collect();
        for Named { entry: from, attribute, address } in named.drain(..) {
            let entry = &self.entries[from as usize];
            match positions.get(address.as_str()) {
                Some(&to) if to == from && entry.kind == EntryKind::Variable => {}
                Some(&to) => edges.push(Edge { from, to, attribute }),
                // A check has data sources of its own.
                None if entry.kind == EntryKind::Check => {}
                None => diagnostics.push(unknown_reference(entry, &attribute, &address, &self.addresses)),
            }
        }
        edges.sort_by_key(|edge| edge.from);
    }

    pub(super) fn with(self, additions: Additions) -> RootModule<'a> {
        let Self { stack, entries, mut addresses, findings } = self;
        let Findings { mut edges, functions, .. } = findings;
        let Additions { remote_states, reads, exports, rewritten } = additions;
        let position =
            |length: usize| u32::try_from(length).expect("a stack has fewer than four billion entries");
        let (first, last) = (position(remote_states.len()), position(remote_states.len() + entries.len()));
        if first > 0 {
            for edge in &mut edges {
                edge.from += first;
                edge.to += first;
            }
            let address = |entry: &Entry| entry.kind.address(&entry.name).unwrap_or_default();
            addresses.splice(0..0, remote_states.iter().map(address));
            edges.extend(reads.into_iter().map(|(entry, remote_state, attribute)| Edge {
                from: first + entry,
                to: position(remote_state),
                attribute,
            }));
            edges.sort_by_key(|edge| edge.from);
        }
        for (export, from) in exports.iter().zip(last..) {
            addresses.push(export.kind.address(&export.name).unwrap_or_default());
            export.body.visit_expressions(&mut |name, value| {
                value.visit_references(&mut |reference| {
                    let to = first + reference.target.entry;
                    edges.push(Edge { from, to, attribute: name.clone() });
                });
            });
        }
        let graph = Graph::new(addresses, edges);
        RootModule {
            name: stack.0.name.clone(),
            environment: stack.0.environment.borrow().clone(),
            entries,
            remote_states,
            exports,
            rewritten,
            functions,
            graph,
        }
    }
}

impl RootModule<'_> {
    /// Returns an entry of the graph and its body.
    pub(super) fn entry(&self, node: u32) -> (&Entry, &Body) {
        let node = node as usize;
        let Some(position) = node.checked_sub(self.remote_states.len()) else {
            return (&self.remote_states[node], &self.remote_states[node].body);
        };
        if let Some(entry) = self.entries.get(position) {
            let rewritten = u32::try_from(position).ok().and_then(|position| self.rewritten.get(&position));
            (entry, rewritten.unwrap_or(&entry.body))
        } else {
            let entry = &self.exports[position - self.entries.len()];
            (entry, &entry.body)
        }
    }

    /// The providers whose functions are called, by local name, with the first calling entry.
    pub(super) fn function_providers(&self) -> impl Iterator<Item = (&Text, &Entry)> {
        self.functions.iter().map(|(provider, entry)| (provider, &self.entries[*entry as usize]))
    }

    /// Returns all entries in the order of the graph.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.remote_states.iter().chain(self.entries).chain(&self.exports)
    }

    /// Returns the address of an entry added by the user.
    pub(super) fn address(&self, target: Target) -> &Text {
        &self.graph.addresses()[self.remote_states.len() + target.entry as usize]
    }

    /// Returns the number of resources and data sources.
    pub(super) fn resources(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.kind, EntryKind::Resource(_))).count()
    }

    /// Reports invalid and duplicate names.
    pub(super) fn check_names(&self, diagnostics: &mut Diagnostics) {
        let addresses = self.graph.addresses();
        let mut first_of: HashMap<&str, u32> = HashMap::with_capacity(addresses.len());
        for (node, address) in (0..).zip(addresses) {
            let (entry, _) = self.entry(node);
            let unnamed_provider = matches!(entry.kind, EntryKind::Provider(_)) && entry.name.is_empty();
            if address.is_empty() {
                continue;
            }
            if let EntryKind::Resource(resource_type) = entry.kind
                && is_generic(resource_type)
                && !is_valid(resource_type)
            {
                diagnostics.push(invalid_type(resource_type.name, entry));
            } else if !unnamed_provider && !is_identifier(&entry.name) {
                diagnostics.push(invalid_name(address, entry));
            } else if let Some(&first) = first_of.get(address.as_str()) {
                diagnostics.push(duplicate_name(address, self.entry(first).0, entry));
            } else {
                first_of.insert(address, node);
            }
        }
    }
}

fn invalid_type(resource_type: &str, entry: &Entry) -> Diagnostic {
    Diagnostic::error("invalid-name", format!("invalid resource type `{resource_type}`"))
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("A resource type consists of the provider's name, `_` and a name: `cloudflare_dns_record`.")
}

fn invalid_name(address: &Text, entry: &Entry) -> Diagnostic {
    let replaced: String =
        entry.name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let suggestion = if is_identifier(&replaced) { replaced } else { format!("_{replaced}") };
    let diagnostic = Diagnostic::error("invalid-name", format!("invalid name `{}`", entry.name))
        .address(address.clone())
        .at(entry.source.outer)
        .detail("Names consist of letters, digits, `_` and `-`, and do not start with a digit or `-`.");
    if entry.name.is_empty() { diagnostic } else { diagnostic.hint(format!("rename it to `{suggestion}`")) }
}

fn unknown_reference(entry: &Entry, attribute: &Text, address: &str, addresses: &[Text]) -> Diagnostic {
    let summary =
        format!("`{attribute}` of `{}` refers to `{address}`, which does not exist", entry.display_address());
    let diagnostic = Diagnostic::error("unknown-reference", summary)
        .address(entry.display_address())
        .at(entry.source.outer);
    match closest(address, addresses.iter().map(Text::as_str)) {
        Some(similar) => diagnostic.hint(format!("did you mean `{similar}`?")),
        None => diagnostic.hint("use the getter of a handle, which always refers to an existing entry"),
    }
}

fn duplicate_name(address: &Text, first: &Entry, second: &Entry) -> Diagnostic {
    Diagnostic::error("duplicate-name", format!("duplicate address `{address}`"))
        .address(address.clone())
        .label(second.source.outer, "duplicate added here")
        .label(first.source.outer, "first added here")
        .hint("rename one of them")
}
