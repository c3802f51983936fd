//! The walk over the configuration, level by level.

use std::sync::{Arc, PoisonError};

use iac_core::address::{ModuleStep, ResourceAddress, ResourceMode};
use iac_core::diagnostic::{Diagnostic, Diagnostics};
use iac_core::text::Text;
use iac_lang::config::{Resource, locate};
use iac_lang::value::Unknown;
use rayon::slice::ParallelSliceMut as _;

use super::dependencies::{Dependencies, Kind, Level, Node};
use super::endpoint::Endpoint;
use super::evaluation::evaluation;
use super::expand::Expansion;
use super::ignore::Ignored;
use super::index::{InstanceIndex, ModuleIndex, NodeIndex};
use super::managed;
use super::modules::{Modules, ProviderReference};
use super::moved::Moves;
use super::pending::Pending;
use super::prior::Prior;
use super::request::Request;
use super::session::{InstanceRange, Session};
use super::work::{Outcome, ResourceDefinition, WorkItem};
use super::{conditions, data, scope, secret, targets, values};
use crate::plan::{CheckKind, Completion, OutputChange, Plan, ResourceChange};
use crate::schema::EntityKind;
use crate::{decode, threads};

/// Plans the changes that applying a configuration would make.
///
/// Reads nothing beyond the request: its files, its state, and the answers of its providers. Writes nothing.
///
/// # Errors
///
/// Returns all errors of the configuration, the state and the providers.
pub fn plan(request: &Request<'_>) -> Result<Plan, Diagnostics> {
    let session = walk(request).map_err(|errors| locate(errors, request.files))?;
    if session.errors.has_errors() {
        return Err(locate(session.errors, request.files));
    }
    Ok(session.finish())
}

/// Plans everything that can be planned. Errors are among the warnings of the plan, and instances with errors have an
/// undecided value.
///
/// # Errors
///
/// Returns an error if references form a cycle.
pub fn plan_readable(request: &Request<'_>) -> Result<Plan, Diagnostics> {
    let session = walk(request).map_err(|errors| locate(errors, request.files))?;
    Ok(session.finish())
}

/// Plans everything. Errors that concern single objects are kept beside the changes.
fn walk<'a>(request: &Request<'a>) -> Result<Session<'a>, Diagnostics> {
    let modules = Modules::new(request.module);
    let state = request.options.refreshed.or(request.state);
    let dependencies = || {
        let dependencies = Dependencies::new(&modules);
        dependencies.levels(&modules).map(|levels| (dependencies, levels))
    };
    let prior = || {
        let mut moves = Moves::new(&modules, state);
        (Prior::new(state, &mut moves), moves)
    };
    let (dependencies, (prior, mut moves)) = rayon::join(dependencies, prior);
    let (dependencies, levels) = dependencies.map_err(|cycle| {
        let mut errors = Diagnostics::default();
        errors.push(*cycle);
        errors
    })?;
    let mut session = Session::new(*request, modules, dependencies, prior);
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
    Ok(session)
}

/// The instances of a resource in a module instance.
struct Expanded {
    instance: InstanceIndex,
    position: usize,
    expansion: Expansion,
}

impl<'a> Session<'a> {
    fn level(&mut self, level: &Level) {
        let mut items = Vec::new();
        let mut data = Vec::new();
        let mut expanded = Vec::new();
        for &node in &level.resources {
            if self.included[node] {
                let Node { module, position, .. } = self.dependencies.node(node);
                self.expand(node, module, position, &mut items, &mut data, &mut expanded);
            }
        }
        let outcomes = managed::plan(self, &items);
        let data_outcomes = threads::map(&data, |(work, pending)| data::plan(self, work, pending));
        let mut outcomes = outcomes.into_iter();
        let mut data_outcomes = data_outcomes.into_iter();
        for Expanded { instance, position, expansion } in expanded {
            let static_module = self.modules.get(self.instances[instance].module);
            let resource = &static_module.module.resources[position];
            let first = self.changes.next_key();
            let count = match resource.mode {
                ResourceMode::Managed => self.keep(&mut outcomes, &expansion),
                _ => self.keep(&mut data_outcomes, &expansion),
            };
            let range = match count {
                0 if matches!(expansion, Expansion::Unknown(_)) => InstanceRange::Unknown,
                _ => InstanceRange::new(&expansion, first),
            };
            self.instances[instance].resources[position] = range;
            self.postconditions(instance, position, resource, &expansion);
        }
        for &node in &level.others {
            if self.included[node] {
                self.other(node);
            }
        }
    }

    /// Stores the outcomes of a resource's instances, in order, and returns their number.
    fn keep(&mut self, outcomes: &mut impl Iterator<Item = Outcome>, expansion: &Expansion) -> usize {
        let count = match expansion {
            Expansion::Single => 1,
            Expansion::Count(count) => usize::try_from(*count).unwrap_or(usize::MAX),
            Expansion::Each(elements) => elements.len(),
            Expansion::Unknown(_) => 0,
        };
        for outcome in outcomes.take(count) {
            let Outcome { change, errors, warnings } = outcome;
            if self.untargeted.contains(&change.address) {
                self.changes.push(targets::unplanned(change));
                continue;
            }
            self.changes.push(change);
            self.errors.extend(errors);
            self.warnings.extend(warnings);
        }
        count
    }

    fn expand(
        &mut self,
        node: NodeIndex,
        module: ModuleIndex,
        position: usize,
        items: &mut Vec<WorkItem<'a>>,
        data: &mut Vec<(WorkItem<'a>, Pending)>,
        expanded: &mut Vec<Expanded>,
    ) {
        let resource: &'a Resource = &self.modules.get(module).module.resources[position];
        let selected = self.select_provider(module, resource);
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
                    .detail("`ignore_changes` must list paths of arguments, such as `tags[\"Name\"]`.")
                    .at(resource.location.clone()),
            );
        }
        let schema = selected.provider.and_then(|provider| provider.schema(kind, &resource.type_name));
        let refused = selected.provider.filter(|_| schema.is_none());
        if let Some(reason) = refused.and_then(|provider| provider.lacks(kind, &resource.type_name)) {
            self.errors.push(
                Diagnostic::error("invalid-resource-type", "Invalid resource type")
                    .address(resource.address().to_string())
                    .detail(reason)
                    .at(resource.location.clone()),
            );
        }
        for name in schema.iter().flat_map(|schema| ignored.unknown(&schema.block)) {
            let mut diagnostic = Diagnostic::error("invalid-ignore-changes", "Unsupported attribute")
                .address(resource.address().to_string())
                .detail(format!("`{}` has no argument, attribute or block `{name}`.", resource.type_name))
                .at(resource.location.clone());
            diagnostic.subject = Some((Text::from_static("lifecycle.ignore_changes"), 0));
            self.errors.push(diagnostic);
        }
        let awaited = (resource.mode == ResourceMode::Data).then(|| self.awaited(node));
        let definition = Arc::new(ResourceDefinition {
            resource,
            schema,
            selected,
            ignored,
            create_before_destroy: self.create_before_destroy[node],
        });
        for instance in self.instances_of[module].clone() {
            let module_instance = &self.instances[instance];
            let address = ResourceAddress { modules: module_instance.steps.clone(), ..resource.address() };
            let expansion = Expansion::of(&resource.meta, &self.scope(instance, &module_instance.repetition));
            let expansion = expansion.unwrap_or_else(|error| {
                self.errors.push(evaluation(&error, address.to_string(), Some(resource.location.clone())));
                Expansion::Unknown(Unknown::AFTER_APPLY)
            });
            if let Expansion::Unknown(unknown) = &expansion {
                self.unknown_expansion(unknown, address.to_string(), &resource.meta, &resource.location);
            }
            for (key, repetition) in expansion.instances() {
                let address = ResourceAddress { key, ..address.clone() };
                self.skip_untargeted(resource, &address);
                let importing = match resource.mode {
                    ResourceMode::Managed => self.importing(&address),
                    _ => None,
                };
                let work = WorkItem {
                    definition: Arc::clone(&definition),
                    module: instance,
                    repetition,
                    address,
                    importing,
                };
                if resource.mode == ResourceMode::Managed {
                    items.push(work);
                } else {
                    let pending = awaited.as_ref().map(|awaited| awaited.pending(self, instance));
                    data.push((work, pending.unwrap_or(Pending::No)));
                }
            }
            expanded.push(Expanded { instance, position, expansion });
        }
    }

    fn other(&mut self, node: NodeIndex) {
        let Node { module, kind, position } = self.dependencies.node(node);
        match kind {
            Kind::Variable => self.variable(module, position),
            Kind::Local => self.local(module, position),
            Kind::Output => self.output(module, position),
            Kind::Provider => self.configure(module, position),
            Kind::Call => self.call(module, position),
            Kind::Import => self.import(&self.modules.get(module).module.imports[position]),
            Kind::Resource | Kind::CallOutputs | Kind::CallEnd => {}
        }
    }

    /// Creates the instances of a called module.
    fn call(&mut self, module: ModuleIndex, position: usize) {
        let static_module = self.modules.get(module);
        let call = &static_module.module.calls[position];
        let Some(child) = static_module.children[position] else {
            self.not_installed(module, call);
            return;
        };
        for instance in self.instances_of[module].clone() {
            let module_instance = &self.instances[instance];
            let expansion = Expansion::of(&call.meta, &self.scope(instance, &module_instance.repetition));
            let steps = module_instance.steps.clone();
            let address = || values::address(&steps, "module", &call.name);
            let expansion = match expansion {
                Ok(expansion) => expansion,
                Err(error) => {
                    let diagnostic = evaluation(&error, address(), Some(call.location.clone()));
                    self.errors.push(diagnostic);
                    Expansion::Unknown(Unknown::AFTER_APPLY)
                }
            };
            if let Expansion::Unknown(unknown) = &expansion {
                self.unknown_expansion(unknown, address(), &call.meta, &call.location);
            }
            let first = self.instances.next_key();
            for (key, repetition) in expansion.instances() {
                let mut steps = steps.clone();
                steps.push(ModuleStep { name: call.name.clone(), key });
                self.add_instance(child, steps, Some(instance), repetition);
            }
            self.instances[instance].calls[position] = InstanceRange::new(&expansion, first);
        }
    }

    fn configure(&mut self, module: ModuleIndex, position: usize) {
        let configuration = &self.modules.get(module).module.providers[position];
        let alias = configuration.alias.as_deref();
        let selected = self.selected_provider(ProviderReference { module, name: &configuration.name, alias });
        let Some(provider) = selected.provider else { return };
        let local_name = selected.source.rsplit('/').next().unwrap_or_default();
        let schema = provider
            .schema(EntityKind::Provider, local_name)
            .or_else(|| provider.schema(EntityKind::Provider, &configuration.name));
        let Some(schema) = schema else { return };
        let Some(&instance) = self.instances_of[module].first() else { return };
        let module_instance = &self.instances[instance];
        let scope = self.scope(instance, &module_instance.repetition);
        let evaluated = decode::evaluate(&configuration.body, &schema.block, &scope);
        let location = || Some(configuration.location.clone());
        let errors: Vec<_> = evaluated
            .errors
            .iter()
            .map(|error| evaluation(error, selected.name.clone(), location()))
            .collect();
        if !errors.is_empty() {
            // Terraform does not start a provider that nothing uses.
            let node = self.dependencies.id(module, Kind::Provider, position);
            let is_used = self.dependencies.keys().any(|other| self.dependencies.of(other).contains(&node));
            let is_recorded = self.request.state.is_some_and(|state| {
                state.resources.iter().any(|resource| resource.provider == selected.name)
            });
            if is_used || is_recorded {
                self.errors.extend(errors);
            }
            return;
        }
        if let Err(error) = provider.configure(&selected.name, &evaluated.value.without_marks()) {
            self.errors.push(
                Diagnostic::error("provider", error.summary.as_str())
                    .address(selected.name)
                    .detail(error.detail)
                    .at(configuration.location.clone()),
            );
        }
    }

    fn postconditions(
        &mut self,
        instance: InstanceIndex,
        position: usize,
        resource: &Resource,
        expansion: &Expansion,
    ) {
        let lifecycle = &resource.meta.lifecycle;
        if lifecycle.preconditions.is_empty() && lifecycle.postconditions.is_empty() {
            return;
        }
        let module = self.instances[instance].module;
        let range = self.instances[instance].resources[position].clone();
        for (change, (_, repetition)) in range.positions().zip(expansion.instances()) {
            let change = &self.changes[change];
            let address = change.address.to_string();
            let self_value = scope::whole(change);
            let mut scope = self.scope(instance, &repetition);
            let mut checked =
                conditions::check(&lifecycle.preconditions, &scope, "Resource precondition failed", &address);
            scope.self_value = Some(&self_value);
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

    /// Reports problems with moves.
    fn check_moves(&mut self, moves: &Moves<'a>) {
        let declares = |path: &[&str], from: &Endpoint, whole: bool| self.declares(path, from, whole);
        let errors = moves.still_declared(declares);
        self.errors.extend(errors);
        for (from, to) in &moves.blocked {
            self.warnings.push(
                Diagnostic::warning("blocked-move", format!("cannot move `{from}` to `{to}`"))
                    .address(from.to_string())
                    .detail(format!("The state already has an object at `{to}`.")),
            );
        }
    }

    /// Returns true if the configuration declares the address of a move.
    fn declares(&self, path: &[&str], end: &Endpoint, whole: bool) -> bool {
        let names = path.iter().copied().chain(end.modules().iter().map(|step| step.name.as_str()));
        let Some(module) = self.modules.find(names) else { return false };
        let depth = path.len();
        let mut instances = self.instances_of[module].iter().map(|instance| &self.instances[*instance]);
        match end {
            Endpoint::Module(_) if whole => true,
            Endpoint::Module(steps) => instances.any(|instance| instance.steps[depth..] == steps[..]),
            Endpoint::Resource(address) => {
                let static_module = self.modules.get(module);
                let Some(position) =
                    static_module.resource(address.mode, &address.resource_type, &address.name)
                else {
                    return false;
                };
                let mut instances =
                    instances.filter(|instance| instance.steps[depth..] == address.modules[..]);
                instances.any(|instance| whole || instance.resources[position].contains(address.key.as_ref()))
            }
        }
    }

    fn finish(mut self) -> Plan {
        self.warnings.extend(std::mem::take(&mut self.errors));
        let drift = self.drift();
        let outputs = self.output_changes();
        let variables = self.variable_values();
        let shown = self.shown_outputs();
        let mut changes = Vec::from(self.changes);
        if !self.untargeted.is_empty() {
            changes.retain(|change| !self.untargeted.contains(&change.address));
        }
        sort_by_address(&mut changes);
        let mut plan = Plan {
            state: None,
            changes,
            undecided_instances: self.undecided_instances,
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
        };
        let declared = self.declared_secrets.into_inner().unwrap_or_else(PoisonError::into_inner);
        let shown = |output: &OutputChange| shown.contains(&output.name);
        secret::hide(&mut plan, &declared, shown);
        secret::spread(&mut plan);
        plan.warnings = locate(plan.warnings, self.request.files);
        plan
    }
}

/// Sorts the changes by address. They are large, so each one is moved only once.
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
