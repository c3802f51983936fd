//! The cause of a change: the references that lead back to the original change.

use std::sync::Arc;

use iac_core::address::ResourceMode;
use iac_core::body::{Content, Item};
use iac_core::expression::Expression;
use iac_core::text::Text;
use iac_lang::eval::evaluate;
use iac_lang::references::{Reference, Step, visit};
use iac_lang::value::{AttributePath, PathStep, Value};

use super::expand::Repetition;
use super::ignore::at;
use super::index::{ChangeIndex, Index, InstanceIndex};
use super::session::{InstanceRange, Session};
use super::work::WorkItem;
use crate::plan::{Action, Cause, ResourceChange};

/// The maximum number of references followed to find a cause. An expression may refer to the whole configuration.
const MAX_REFERENCES: usize = 256;

/// The maximum length of a chain of causes. The edit at the end of a longer chain is kept.
const MAX_CAUSES: usize = 8;

/// The origin of an expression's value: the index of the change of an instance, and the path of an attribute.
type Origin = (ChangeIndex, AttributePath);

/// A search for the origins of expressions.
struct Search<'s, 'a> {
    session: &'s Session<'a>,
    budget: usize,
    found: Vec<Origin>,
}

/// Returns the origins of an argument of a body.
fn origins(
    session: &Session<'_>,
    instance: InstanceIndex,
    repetition: &Repetition,
    items: &[Item],
    name: &str,
) -> Vec<Origin> {
    let mut search = Search { session, budget: MAX_REFERENCES, found: Vec::new() };
    for item in items.iter().filter(|item| item.name == *name) {
        match &item.content {
            Content::Argument(value) => search.expression(instance, repetition, value),
            Content::Block(block) => {
                block.body.visit_expressions(&mut |_, value| search.expression(instance, repetition, value));
            }
            Content::Dynamic(dynamic) => {
                search.expression(instance, repetition, &dynamic.for_each);
                dynamic
                    .block
                    .body
                    .visit_expressions(&mut |_, value| search.expression(instance, repetition, value));
            }
        }
    }
    search.found
}

impl Search<'_, '_> {
    fn expression(&mut self, instance: InstanceIndex, repetition: &Repetition, expression: &Expression) {
        let mut references = Vec::new();
        visit(expression, &mut |reference| references.push(reference));
        for reference in references {
            let Some(budget) = self.budget.checked_sub(1) else { return };
            self.budget = budget;
            self.reference(instance, repetition, &reference);
        }
    }

    fn reference(&mut self, instance: InstanceIndex, repetition: &Repetition, reference: &Reference<'_>) {
        let session = self.session;
        let module_instance = &session.instances[instance];
        let module = session.modules.get(module_instance.module);
        let Some(name) = reference.name(0) else { return };
        match reference.root {
            "local" => {
                if let Some(local) = module.local(name) {
                    self.expression(instance, repetition, &module.module.locals[local].value);
                }
            }
            "var" => {
                let (Some((parent, call)), Some(outer)) = (module.parent, module_instance.parent) else {
                    return;
                };
                let call = &session.modules.get(parent).module.calls[call];
                if let Some(argument) = call.arguments.argument(name) {
                    self.expression(outer, &module_instance.repetition, argument);
                }
            }
            "module" => self.module(instance, repetition, reference, name),
            "data" => self.resource(instance, repetition, reference, ResourceMode::Data, 1),
            "resource" => self.resource(instance, repetition, reference, ResourceMode::Managed, 1),
            "each" | "count" | "path" | "terraform" | "self" | "ephemeral" => {}
            _ => self.resource(instance, repetition, reference, ResourceMode::Managed, 0),
        }
    }

    fn module(
        &mut self,
        instance: InstanceIndex,
        repetition: &Repetition,
        reference: &Reference<'_>,
        name: &str,
    ) {
        let session = self.session;
        let module_instance = &session.instances[instance];
        let module = session.modules.get(module_instance.module);
        let Some(call) = module.call(name) else { return };
        let Some(child) = module.children[call] else { return };
        let range = &module_instance.calls[call];
        let Some(output) =
            reference.next_name(1).and_then(|output| session.modules.get(child).output(output))
        else {
            return;
        };
        let value = &session.modules.get(child).module.outputs[output].value;
        let selected = self.select(instance, repetition, range, reference.steps.get(1));
        for position in selected {
            let repetition = &session.instances[position].repetition;
            self.expression(position, repetition, value);
        }
    }

    fn resource(
        &mut self,
        instance: InstanceIndex,
        repetition: &Repetition,
        reference: &Reference<'_>,
        mode: ResourceMode,
        at: usize,
    ) {
        let session = self.session;
        let module_instance = &session.instances[instance];
        let type_name = if at == 0 { Some(reference.root) } else { reference.name(0) };
        let resource = type_name.zip(reference.name(at)).and_then(|(type_name, name)| {
            session.modules.get(module_instance.module).resource(mode, type_name, name)
        });
        let Some(position) = resource else { return };
        let range = &module_instance.resources[position];
        let keyed = !matches!(range, InstanceRange::Single(_));
        let steps = reference.steps.iter().skip(at + 1 + usize::from(keyed));
        let path: AttributePath = steps.map_while(path_step).collect();
        let selected = self.select(instance, repetition, range, reference.steps.get(at + 1));
        self.found.extend(selected.into_iter().map(|position| (position, path.clone())));
    }

    /// Returns the instances that a key selects, or all instances within the budget.
    fn select<I: Index>(
        &mut self,
        instance: InstanceIndex,
        repetition: &Repetition,
        range: &InstanceRange<I>,
        step: Option<&Step<'_>>,
    ) -> Vec<I> {
        let positions = range.positions();
        let one = match (range, step) {
            (InstanceRange::Count(first, count), Some(Step::Key(key))) => {
                let key = evaluate(key, &self.session.scope(instance, repetition)).ok();
                match key.as_ref().map(Value::peel) {
                    Some(Value::Number(index)) => {
                        index.as_usize().filter(|index| index < count).map(|index| first.plus(index))
                    }
                    _ => None,
                }
            }
            (InstanceRange::Each(first, keys), Some(Step::Key(key))) => {
                let key = evaluate(key, &self.session.scope(instance, repetition)).ok();
                match key.as_ref().map(Value::peel) {
                    Some(Value::String(name)) => position_of(*first, keys, name),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(one) = one {
            return vec![one];
        }
        let positions: Vec<I> = positions.take(self.budget).collect();
        self.budget -= positions.len();
        positions
    }
}

fn position_of<I: Index>(first: I, keys: &[Text], name: &str) -> Option<I> {
    keys.binary_search_by(|key| key.as_str().cmp(name)).ok().map(|position| first.plus(position))
}

fn path_step(step: &Step<'_>) -> Option<PathStep> {
    match step {
        Step::Name(name) => Some(PathStep::Name((*name).into())),
        Step::Key(Expression::String(name)) => Some(PathStep::Name(name.clone())),
        Step::Key(Expression::Integer(index)) => usize::try_from(*index).ok().map(PathStep::Index),
        Step::Key(_) | Step::Splat => None,
    }
}

/// Returns the causes of a change: the paths that changed, each with the changed values that it refers to, back to
/// the edits. The causes of earlier changes are already known.
pub(crate) fn of(session: &Session<'_>, work: &WorkItem<'_>, change: &ResourceChange) -> Vec<Cause> {
    let mut causes = Vec::new();
    if matches!(change.action, Action::NoOp | Action::Create) {
        return causes;
    }
    let places =
        if change.replace_paths.is_empty() { edited(change, work) } else { change.replace_paths.clone() };
    for place in places.into_iter().take(MAX_CAUSES) {
        let Some(PathStep::Name(name)) = place.0.first() else { continue };
        let items = work.definition.resource.body.items();
        let origin = origins(session, work.module, &work.repetition, items, name).into_iter().find_map(
            |(position, path)| {
                let referred = &session.changes[position];
                is_changed(referred, &path).then_some((referred, path))
            },
        );
        match origin {
            Some((referred, path)) => {
                push(&mut causes, Cause { address: referred.address.clone(), path, via: Some(place) });
                for earlier in &referred.cause {
                    push(&mut causes, earlier.clone());
                }
            }
            None => push(&mut causes, Cause { address: change.address.clone(), path: place, via: None }),
        }
    }
    causes
}

fn push(causes: &mut Vec<Cause>, cause: Cause) {
    if causes.contains(&cause) {
        return;
    }
    if causes.len() == MAX_CAUSES {
        causes.pop();
    }
    causes.push(cause);
}

/// Returns the configured arguments that differ from the prior value.
fn edited(change: &ResourceChange, work: &WorkItem<'_>) -> Vec<AttributePath> {
    let (Value::Object(before), Value::Object(after)) = (&*change.before, &*change.after) else {
        return Vec::new();
    };
    let written = |name: &Text| work.definition.resource.body.items().iter().any(|item| item.name == *name);
    let differing = |name: &&Text| before.get(name) != after.get(name);
    let mut places: Vec<&Text> = after.keys().filter(differing).collect();
    // Configured arguments take precedence; removed ones are a cause only if nothing else differs.
    if places.iter().any(|name| written(name)) {
        places.retain(|name| written(name));
    }
    places.into_iter().map(|name| AttributePath(vec![PathStep::Name(name.clone())])).collect()
}

fn is_changed(change: &ResourceChange, path: &AttributePath) -> bool {
    change.action != Action::NoOp
        && !Arc::ptr_eq(&change.before, &change.after)
        && (path.0.is_empty() || at(&change.before, &path.0) != at(&change.after, &path.0))
}
