//! The walk over the configuration, level by level.

use std::sync::Arc;

use rayon::slice::ParallelSliceMut as _;

use crate::address::{ModuleStep, ResourceAddress};
use crate::builder::ResourceMode;
use crate::config::Resource;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::body;
use crate::plan::{Action, CheckKind, Completion, Plan, ResourceChange};
use crate::schema::EntityKind;

use super::endpoint::Endpoint;
use super::expand::Expansion;
use super::graph::{Dependencies, Kind, Level, Node};
use super::ignore::Ignored;
use super::managed::{self, Declared, Outcome, Work};
use super::modules::{Modules, ProviderReference};
use super::moved::Moves;
use super::prior::Prior;
use super::request::Request;
use super::session::{Placed, Session, evaluation};
use super::{conditions, data, scope, secret, threads, values};

/// What applying a configuration would change.
///
/// Nothing is read or written but what the request gives: files, the state, and what the providers answer.
pub fn plan(request: &Request<'_>) -> Result<Plan, Diagnostics> {
    let modules = Modules::new(request.module);
    let state = request.options.refreshed.or(request.state);
    let dependencies = || {
        let graph = Dependencies::new(&modules);
        graph.levels(&modules).map(|levels| (graph, levels))
    };
    let prior = || {
        let mut moves = Moves::new(&modules, state);
        (Prior::new(state, &mut moves), moves)
    };
    let (dependencies, (prior, mut moves)) = rayon::join(dependencies, prior);
    let (graph, levels) = dependencies.map_err(|cycle| {
        let mut errors = Diagnostics::default();
        errors.push(*cycle);
        errors
    })?;
    let mut session = Session::new(*request, modules, graph, prior);
    session.errors.extend(std::mem::take(&mut moves.errors));
    if request.options.destroy {
        session.destroy();
    } else {
        for level in &levels {
            session.level(level);
        }
        session.orphans();
        session.all_checks();
        session.check_imports();
        session.check_moves(&moves);
    }
    let mut plan = session.finish()?;
    secret::spread(&mut plan);
    Ok(plan)
}

/// The instances of a resource in an instance of a module.
struct Expanded {
    instance: usize,
    position: usize,
    expansion: Expansion,
}

impl<'a> Session<'a> {
    fn level(&mut self, level: &Level) {
        let mut works = Vec::new();
        let mut data = Vec::new();
        let mut expanded = Vec::new();
        for &node in &level.resources {
            self.inherit(node);
            if self.included[node as usize] {
                let Node { module, position, .. } = self.graph.node(node);
                self.expand(node, module, position, &mut works, &mut data, &mut expanded);
            }
        }
        let outcomes = managed::plan(self, &works);
        let data_outcomes = threads::map(&data, |(work, pending)| data::plan(self, work, *pending));
        let mut outcomes = outcomes.into_iter();
        let mut data_outcomes = data_outcomes.into_iter();
        for Expanded { instance, position, expansion } in expanded {
            let this = self.modules.get(self.instances[instance].module);
            let resource = &this.module.resources[position];
            let node = self.graph.id(self.instances[instance].module, Kind::Resource, position);
            let first = self.changes.len();
            let count = match resource.mode {
                ResourceMode::Managed => self.keep(node, &mut outcomes, &expansion),
                _ => self.keep(node, &mut data_outcomes, &expansion),
            };
            let placed = match count {
                0 if matches!(expansion, Expansion::Unknown) => Placed::Unknown,
                _ => Placed::new(&expansion, first),
            };
            self.instances[instance].resources[position] = placed;
            self.postconditions(instance, position, resource, &expansion);
        }
        for &node in &level.others {
            self.inherit(node);
            if self.included[node as usize] {
                self.other(node);
            }
        }
    }

    /// Keeps the outcomes of the instances of a resource, in order; says how many.
    fn keep(
        &mut self,
        node: u32,
        outcomes: &mut impl Iterator<Item = Outcome>,
        expansion: &Expansion,
    ) -> usize {
        let count = match expansion {
            Expansion::Single => 1,
            Expansion::Count(count) => usize::try_from(*count).unwrap_or(usize::MAX),
            Expansion::Each(elements) => elements.len(),
            Expansion::Unknown => {
                self.uncertain[node as usize] = true;
                0
            }
        };
        for outcome in outcomes.take(count) {
            let Outcome { change, errors, warnings } = outcome;
            self.pending[node as usize] |=
                change.action != Action::NoOp && change.address.mode == ResourceMode::Managed;
            self.uncertain[node as usize] |= !change.undecided.is_empty();
            self.changes.push(change);
            self.errors.extend(errors);
            self.warnings.extend(warnings);
        }
        count
    }

    fn expand(
        &mut self,
        node: u32,
        module: usize,
        position: usize,
        works: &mut Vec<Work<'a>>,
        data: &mut Vec<(Work<'a>, bool)>,
        expanded: &mut Vec<Expanded>,
    ) {
        let resource: &'a Resource = &self.modules.get(module).module.resources[position];
        let asked = self.asked(module, resource);
        let kind = match resource.mode {
            ResourceMode::Managed => EntityKind::Resource,
            ResourceMode::Data => EntityKind::DataSource,
            ResourceMode::Ephemeral => EntityKind::Ephemeral,
        };
        let (ignored, invalid) = Ignored::of(&resource.meta.lifecycle.ignore_changes);
        for _ in invalid {
            self.errors.push(
                Diagnostic::error("invalid-ignore-changes", "Invalid ignore_changes")
                    .address(resource.address().to_string())
                    .detail("What is ignored is named by the path of an argument, as `tags[\"Name\"]`.")
                    .at(resource.location.clone()),
            );
        }
        let pending = resource.mode == ResourceMode::Data && self.waits(module, resource);
        let declared = Arc::new(Declared {
            resource,
            schema: asked.provider.and_then(|provider| provider.schema(kind, &resource.type_name)),
            asked,
            ignored,
            create_before_destroy: self.create_before_destroy[node as usize],
            uncertain: self.uncertain[node as usize],
        });
        for instance in self.instances_of[module].clone() {
            let this = &self.instances[instance];
            let address = ResourceAddress { modules: this.steps.clone(), ..resource.address() };
            let expansion = Expansion::of(&resource.meta, &self.scope(instance, &this.repetition));
            let expansion = expansion.unwrap_or_else(|error| {
                self.errors.push(evaluation(&error, address.to_string(), Some(resource.location.clone())));
                Expansion::Unknown
            });
            if matches!(expansion, Expansion::Unknown) {
                self.unknown_expansion(node, &address, resource);
            }
            for (key, repetition) in expansion.instances() {
                let address = ResourceAddress { key, ..address.clone() };
                let importing = match resource.mode {
                    ResourceMode::Managed => self.importing(&address),
                    _ => None,
                };
                let work = Work {
                    declared: Arc::clone(&declared),
                    module: instance,
                    repetition,
                    address,
                    importing,
                };
                match resource.mode {
                    ResourceMode::Managed => works.push(work),
                    _ => data.push((work, pending)),
                }
            }
            expanded.push(Expanded { instance, position, expansion });
        }
    }

    /// Which instances there are has to be known before the change is applied, unless it only is not known here.
    fn unknown_expansion(&mut self, node: u32, address: &ResourceAddress, resource: &Resource) {
        let argument = if resource.meta.count.is_some() { "count" } else { "for_each" };
        let detail = format!(
            "The value of `{argument}` depends on what is known only after the change is applied, so that it cannot be \
             said which instances there will be."
        );
        let diagnostic = |diagnostic: Diagnostic| {
            diagnostic.address(address.to_string()).detail(detail).at(resource.location.clone())
        };
        if self.may_be_known(node) {
            let summary = format!("The instances are not known offline: `{argument}` could not be evaluated");
            self.warnings.push(diagnostic(Diagnostic::warning("undecided-instances", summary)));
        } else if self.errors.is_empty() {
            let summary = format!("Invalid {argument} argument");
            self.errors.push(diagnostic(Diagnostic::error("unknown-instances", summary)));
        }
    }

    /// Whether what is not known of a node may be known to who applies the change.
    fn may_be_known(&self, node: u32) -> bool {
        self.uncertain[node as usize] || self.request.providers.iter().any(|entry| !entry.provider.is_exact())
    }

    /// Whether something changes that a data source is told to wait for.
    fn waits(&self, module: usize, resource: &Resource) -> bool {
        let mut waits = false;
        let mut look = |node: u32| waits |= self.pending[node as usize];
        self.graph.depends_on(&self.modules, module, &resource.meta.depends_on, &mut look);
        let mut parent = self.modules.get(module).parent;
        while let Some((module, call)) = parent {
            let this = self.modules.get(module);
            self.graph.depends_on(&self.modules, module, &this.module.calls[call].meta.depends_on, &mut look);
            parent = this.parent;
        }
        waits
    }

    fn other(&mut self, node: u32) {
        let Node { module, kind, position } = self.graph.node(node);
        match kind {
            Kind::Variable => self.variable(module, position),
            Kind::Local => self.local(module, position),
            Kind::Output => self.output(module, position),
            Kind::Provider => self.configure(module, position),
            Kind::Call => self.call(node, module, position),
            Kind::Import => self.import(&self.modules.get(module).module.imports[position]),
            Kind::Resource | Kind::CallOutputs | Kind::CallEnd => {}
        }
    }

    /// Makes the instances of a module.
    fn call(&mut self, node: u32, module: usize, position: usize) {
        let this = self.modules.get(module);
        let call = &this.module.calls[position];
        let Some(child) = this.children[position] else {
            self.uncertain[node as usize] = true;
            self.warnings.push(
                Diagnostic::warning(
                    "module-not-installed",
                    format!("The module {:?} is not there to be read", call.name),
                )
                .address(format!("module.{}", call.name))
                .detail("What is in it is not planned, and its outputs are not known.")
                .hint("Run `terraform init`, which fetches it.")
                .at(call.location.clone()),
            );
            return;
        };
        for instance in self.instances_of[module].clone() {
            let this = &self.instances[instance];
            let expansion = Expansion::of(&call.meta, &self.scope(instance, &this.repetition));
            let address = || values::address(&this.steps, "module", &call.name);
            let expansion = match expansion {
                Ok(expansion) => expansion,
                Err(error) => {
                    let diagnostic = evaluation(&error, address(), Some(call.location.clone()));
                    self.errors.push(diagnostic);
                    Expansion::Unknown
                }
            };
            if matches!(expansion, Expansion::Unknown) {
                let address = values::address(&self.instances[instance].steps, "module", &call.name);
                let argument = if call.meta.count.is_some() { "count" } else { "for_each" };
                if self.may_be_known(node) {
                    let summary =
                        format!("The instances are not known offline: `{argument}` could not be evaluated");
                    self.warnings.push(
                        Diagnostic::warning("undecided-instances", summary)
                            .address(address)
                            .at(call.location.clone()),
                    );
                } else if self.errors.is_empty() {
                    self.errors.push(
                        Diagnostic::error("unknown-instances", format!("Invalid {argument} argument"))
                            .address(address)
                            .detail(format!(
                                "The value of `{argument}` is known only after the change is applied."
                            ))
                            .at(call.location.clone()),
                    );
                }
                self.uncertain[node as usize] = true;
            }
            let steps = self.instances[instance].steps.clone();
            let first = self.instances.len();
            for (key, repetition) in expansion.instances() {
                let mut steps = steps.clone();
                steps.push(ModuleStep { name: call.name.clone(), key });
                self.add_instance(child, steps, Some(instance), repetition);
            }
            self.instances[instance].calls[position] = Placed::new(&expansion, first);
        }
    }

    fn configure(&mut self, module: usize, position: usize) {
        let configuration = &self.modules.get(module).module.providers[position];
        let alias = configuration.alias.as_deref();
        let asked = self.asked_by(ProviderReference { module, name: &configuration.name, alias });
        let Some(provider) = asked.provider else { return };
        let local_name = asked.source.rsplit('/').next().unwrap_or_default();
        let schema = provider
            .schema(EntityKind::Provider, local_name)
            .or_else(|| provider.schema(EntityKind::Provider, &configuration.name));
        let Some(schema) = schema else { return };
        let Some(&instance) = self.instances_of[module].first() else { return };
        let this = &self.instances[instance];
        let evaluated =
            body::evaluate(&configuration.body, &schema.block, &self.scope(instance, &this.repetition));
        let location = || Some(configuration.location.clone());
        let errors: Vec<_> =
            evaluated.errors.iter().map(|error| evaluation(error, asked.name.clone(), location())).collect();
        let failed = !errors.is_empty();
        self.errors.extend(errors);
        if failed {
            return;
        }
        if let Err(error) = provider.configure(&asked.name, &evaluated.value.without_marks()) {
            self.errors.push(
                Diagnostic::error("provider", error.summary.as_str())
                    .address(asked.name)
                    .detail(error.detail)
                    .at(configuration.location.clone()),
            );
        }
    }

    fn postconditions(
        &mut self,
        instance: usize,
        position: usize,
        resource: &Resource,
        expansion: &Expansion,
    ) {
        let lifecycle = &resource.meta.lifecycle;
        if lifecycle.preconditions.is_empty() && lifecycle.postconditions.is_empty() {
            return;
        }
        let module = self.instances[instance].module;
        let placed = self.instances[instance].resources[position].clone();
        for (change, (_, repetition)) in placed.positions().zip(expansion.instances()) {
            let change = &self.changes[change];
            let address = change.address.to_string();
            let itself = scope::whole(change);
            let mut scope = self.scope(instance, &repetition);
            let mut checked =
                conditions::check(&lifecycle.preconditions, &scope, "Resource precondition failed", &address);
            scope.itself = Some(&itself);
            let after = conditions::check(
                &lifecycle.postconditions,
                &scope,
                "Resource postcondition failed",
                &address,
            );
            checked.status = checked.status.max(after.status);
            checked.problems.extend(after.problems);
            checked.diagnostics.extend(after.diagnostics);
            let name = resource.address().to_string();
            self.conclude(CheckKind::Resource, module, ("", &name), address, checked);
        }
    }

    /// What the moves are not quite right about.
    fn check_moves(&mut self, moves: &Moves<'a>) {
        let declares = |path: &[&str], from: &Endpoint, whole: bool| self.declares(path, from, whole);
        let errors = moves.still_declared(declares);
        self.errors.extend(errors);
        for (from, to) in &moves.blocked {
            self.warnings.push(
                Diagnostic::warning("blocked-move", format!("`{from}` stays where it is"))
                    .address(from.to_string())
                    .detail(format!("It was to move to `{to}`, but there is something else in the state.")),
            );
        }
    }

    /// Whether the configuration has what an end of a move names.
    fn declares(&self, path: &[&str], end: &Endpoint, whole: bool) -> bool {
        let names = path.iter().copied().chain(end.modules().iter().map(|step| step.name.as_str()));
        let Some(module) = self.modules.find(names) else { return false };
        let depth = path.len();
        let mut instances = self.instances_of[module].iter().map(|instance| &self.instances[*instance]);
        match end {
            Endpoint::Module(_) if whole => true,
            Endpoint::Module(steps) => instances.any(|instance| instance.steps[depth..] == steps[..]),
            Endpoint::Resource(address) => {
                let this = self.modules.get(module);
                let Some(position) = this.resource(address.mode, &address.resource_type, &address.name)
                else {
                    return false;
                };
                let mut instances =
                    instances.filter(|instance| instance.steps[depth..] == address.modules[..]);
                instances.any(|instance| whole || instance.resources[position].contains(address.key.as_ref()))
            }
        }
    }

    fn finish(mut self) -> Result<Plan, Diagnostics> {
        if self.errors.has_errors() {
            return Err(self.errors);
        }
        sort_by_address(&mut self.changes);
        let drift = self.drift();
        let outputs = self.output_changes();
        let variables = self.variable_values();
        Ok(Plan {
            changes: self.changes,
            drift,
            outputs,
            variables,
            checks: self.checks,
            invocations: Vec::new(),
            completion: Completion {
                complete: Some(self.request.options.targets.is_empty()),
                ..Completion::default()
            },
            warnings: self.warnings,
            ..Plan::default()
        })
    }
}

/// Sorts the changes by address. They are large: each is moved to its place at once.
fn sort_by_address(changes: &mut [ResourceChange]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.par_sort_by(|left, right| {
        let (left, right) = (&changes[*left], &changes[*right]);
        left.address.cmp(&right.address).then_with(|| left.deposed.cmp(&right.deposed))
    });
    let mut place_of = vec![0; order.len()];
    for (place, position) in order.into_iter().enumerate() {
        place_of[position] = place;
    }
    for position in 0..changes.len() {
        while place_of[position] != position {
            let place = place_of[position];
            changes.swap(position, place);
            place_of.swap(position, place);
        }
    }
}

#[cfg(test)]
mod tests;
