//! Addresses written as expressions, in `moved`, `import` and `removed` blocks.

use iac_core::address::{InstanceKey, ModulePath, ModuleStep, ResourceAddress, ResourceMode};
use iac_core::expression::{Expression, Operation};
use iac_core::text::Text;
use iac_lang::eval::{Scope, evaluate};
use iac_lang::value::Value;

/// The target of such an address, relative to its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A resource or resource instance.
    Resource(ResourceAddress),
    /// A module or module instance.
    Module(Vec<ModuleStep>),
}

enum Part {
    Name(Text),
    Key(InstanceKey),
}

impl Endpoint {
    /// Parses an address, evaluating its keys. `None` if the expression is not an address, or a key is unknown.
    pub(crate) fn of(expression: &Expression, scope: &dyn Scope) -> Option<Self> {
        let mut parts = Vec::new();
        let mut base = expression;
        loop {
            match base {
                Expression::Operation(operation) => match &**operation {
                    Operation::Attribute(inner, name) => {
                        parts.push(Part::Name(name.clone()));
                        base = inner;
                    }
                    Operation::Index(inner, key) => {
                        parts.push(Part::Key(key_of(evaluate(key, scope).ok()?)?));
                        base = inner;
                    }
                    Operation::Name(name) => {
                        parts.push(Part::Name(name.clone()));
                        break;
                    }
                    Operation::Static(inner) => base = inner,
                    _ => return None,
                },
                Expression::String(text) if parts.is_empty() => return text.parse().ok().map(Self::Resource),
                _ => return None,
            }
        }
        parts.reverse();
        Self::of_parts(parts)
    }

    fn of_parts(parts: Vec<Part>) -> Option<Self> {
        let mut parts = parts.into_iter().peekable();
        let name = |parts: &mut std::iter::Peekable<std::vec::IntoIter<Part>>| match parts.next() {
            Some(Part::Name(name)) => Some(name),
            _ => None,
        };
        let key = |parts: &mut std::iter::Peekable<std::vec::IntoIter<Part>>| match parts
            .next_if(|part| matches!(part, Part::Key(_)))
        {
            Some(Part::Key(key)) => Some(key),
            _ => None,
        };
        let mut modules = Vec::new();
        loop {
            if parts.peek().is_none() {
                return (!modules.is_empty()).then_some(Self::Module(modules));
            }
            let first = name(&mut parts)?;
            if first == "module" {
                let name = name(&mut parts)?;
                modules.push(ModuleStep { name, key: key(&mut parts) });
                continue;
            }
            let mode = match first.as_str() {
                "data" => ResourceMode::Data,
                "ephemeral" => ResourceMode::Ephemeral,
                _ => ResourceMode::Managed,
            };
            let resource_type = if mode == ResourceMode::Managed { first } else { name(&mut parts)? };
            let name = name(&mut parts)?;
            let key = key(&mut parts);
            let address = ResourceAddress { modules, mode, resource_type, name, key };
            return parts.next().is_none().then_some(Self::Resource(address));
        }
    }

    /// Returns true if the last step of the address has no key, so that it covers all instances.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::Resource(address) => address.key.is_none(),
            Self::Module(steps) => steps.last().is_none_or(|step| step.key.is_none()),
        }
    }

    /// Returns the enclosing modules, and the module itself if the address is a module.
    pub(crate) fn modules(&self) -> &[ModuleStep] {
        match self {
            Self::Resource(address) => &address.modules,
            Self::Module(steps) => steps,
        }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resource(address) => address.fmt(f),
            Self::Module(steps) => ModulePath(steps).fmt(f),
        }
    }
}

fn key_of(value: Value) -> Option<InstanceKey> {
    match value {
        Value::String(text) => Some(InstanceKey::String(text)),
        Value::Number(number) => {
            number.as_usize().and_then(|number| u64::try_from(number).ok()).map(InstanceKey::Number)
        }
        _ => None,
    }
}
