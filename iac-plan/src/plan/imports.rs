//! `import` blocks: existing objects that become managed.

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::Import;
use iac_lang::eval::functions::Context;
use iac_lang::eval::{EvalError, Resolved, Scope, evaluate};
use iac_lang::types::{Type, convert};
use iac_lang::value::{Number, Value};

use super::endpoint::Endpoint;
use super::evaluation::evaluation;
use super::expand::{Expansion, Repetition};
use super::imported::Imported;
use super::index::InstanceIndex;
use super::scope::ModuleScope;
use super::session::Session;

/// The scope of an import, where `each.key` is the index of an element of a list.
struct ImportScope<'s, 'a> {
    inner: ModuleScope<'s, 'a>,
    index: Option<usize>,
}

impl Scope for ImportScope<'_, '_> {
    fn resolve(&self, root: &str, steps: &[iac_lang::eval::Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        match (self.index, root, steps.first().and_then(iac_lang::eval::Step::name)) {
            (Some(index), "each", Some("key")) => {
                Ok(Resolved::owned(Value::Number(Number::from(index as u64)), 1))
            }
            _ => self.inner.resolve(root, steps),
        }
    }

    fn functions(&self) -> Option<Context<'_>> {
        self.inner.functions()
    }
}

impl Session<'_> {
    /// Evaluates an import.
    pub(crate) fn import(&mut self, import: &Import) {
        let elements = import.for_each.as_ref().and_then(|for_each| {
            // Only imports take lists; their keys are numbers.
            match evaluate(for_each, &self.scope(InstanceIndex::ROOT, &Repetition::None)).ok()?.split_mark() {
                (Value::List(elements) | Value::Tuple(elements), false) => Some(elements),
                _ => None,
            }
        });
        let is_list = elements.is_some();
        let repetitions = match (elements, &import.for_each) {
            (Some(elements), _) => {
                let each = |(index, value): (usize, Value)| Repetition::Each(index.to_string().into(), value);
                elements.into_iter().enumerate().map(each).collect()
            }
            (None, None) => vec![Repetition::None],
            (None, Some(for_each)) => {
                let meta = iac_lang::config::Meta { for_each: Some(for_each.clone()), ..Default::default() };
                let expansion = Expansion::of(&meta, &self.scope(InstanceIndex::ROOT, &Repetition::None));
                match expansion {
                    Ok(Expansion::Unknown(_)) => {
                        self.invalid_import(import, "The value of `for_each` must be known before apply.");
                        return;
                    }
                    Ok(expansion) => {
                        expansion.instances().into_iter().map(|(_, repetition)| repetition).collect()
                    }
                    Err(error) => {
                        self.errors.push(evaluation(&error, "import", Some(import.location.clone())));
                        return;
                    }
                }
            }
        };
        for (index, repetition) in repetitions.into_iter().enumerate() {
            let scope = ImportScope {
                inner: self.scope(InstanceIndex::ROOT, &repetition),
                index: is_list.then_some(index),
            };
            let Some(Endpoint::Resource(address)) = Endpoint::of(&import.to, &scope) else {
                self.invalid_import(import, "`to` must be the address of a resource instance.");
                continue;
            };
            let id = import.id.as_ref().map(|id| evaluate(id, &scope));
            let id = match id {
                None => Text::from_static("(by identity)"),
                Some(Ok(value)) => match convert(value.without_marks(), &Type::String).unwrap_or(Value::Null)
                {
                    Value::String(id) if !id.is_empty() => id,
                    Value::Unknown(_) => {
                        self.invalid_import(import, "The import ID must be known before apply.");
                        continue;
                    }
                    _ => {
                        self.invalid_import(import, "The import ID must be a nonempty string.");
                        continue;
                    }
                },
                Some(Err(error)) => {
                    self.errors.push(evaluation(&error, address.to_string(), Some(import.location.clone())));
                    continue;
                }
            };
            let imported = Imported { id, location: import.location.clone(), is_declared: false };
            self.imports.insert(address, imported);
        }
    }

    fn invalid_import(&mut self, import: &Import, detail: &str) {
        self.errors.push(
            Diagnostic::error("invalid-import", "Invalid import").detail(detail).at(import.location.clone()),
        );
    }

    /// Returns the import ID of an instance, unless the instance is in the state already.
    pub(crate) fn importing(&mut self, address: &ResourceAddress) -> Option<Text> {
        let imported = self.imports.get_mut(address)?;
        imported.is_declared = true;
        let id = imported.id.clone();
        self.prior.current(address).is_none().then_some(id)
    }

    /// Reports imports to addresses that are not in the configuration.
    pub(crate) fn check_imports(&mut self) {
        if !self.request.options.targets.is_empty() {
            return;
        }
        let mut missing: Vec<_> = self.imports.iter().filter(|(_, imported)| !imported.is_declared).collect();
        missing.sort_by(|left, right| left.0.cmp(right.0));
        let errors: Vec<_> = missing
            .into_iter()
            .map(|(address, imported)| {
                Diagnostic::error("invalid-import", "Configuration for import target does not exist")
                    .address(address.to_string())
                    .detail(format!(
                        "`{address}` is not in the configuration. Add a `resource` block for it."
                    ))
                    .at(imported.location.clone())
            })
            .collect();
        self.errors.extend(errors);
    }
}
