//! Name resolution in a module instance.

use std::borrow::Cow;

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::config;
use iac_lang::eval::functions::{Context, FunctionError, ProviderFunctions};
use iac_lang::eval::{EvalError, Resolved, Scope, Step};
use iac_lang::types::Type;
use iac_lang::value::{Number, PathStep, Value, ValueMap};

use super::expand::Repetition;
use super::index::{ChangeIndex, Index, InstanceIndex, ModuleIndex};
use super::root_files::relative;
use super::session::{InstanceRange, Session};
use super::{Provider, ResourceChange, marks, typed, undecided};

/// Name resolution in a module instance, for one of its resources or calls.
pub(crate) struct ModuleScope<'s, 'a> {
    pub session: &'s Session<'a>,
    /// The module instance.
    pub instance: InstanceIndex,
    /// `each` and `count`.
    pub repetition: &'s Repetition,
    /// The value of `self`, in conditions.
    pub self_value: Option<&'s Value>,
    /// The data source of a `check` block, which only the check can refer to, and its value.
    pub nested: Option<(&'s config::Resource, &'s Value)>,
}

impl<'s, 'a> ModuleScope<'s, 'a> {
    pub(crate) const fn new(
        session: &'s Session<'a>,
        instance: InstanceIndex,
        repetition: &'s Repetition,
    ) -> Self {
        Self { session, instance, repetition, self_value: None, nested: None }
    }
}

impl<'a> Session<'a> {
    /// Returns the scope of a resource or call in a module instance.
    pub(crate) fn scope<'s>(
        &'s self,
        instance: InstanceIndex,
        repetition: &'s Repetition,
    ) -> ModuleScope<'s, 'a> {
        ModuleScope::new(self, instance, repetition)
    }
}

type Answer<'s> = Result<Resolved<'s>, EvalError>;

fn invalid(detail: impl Into<String>) -> EvalError {
    EvalError::new("Invalid reference", detail)
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Answer<'_> {
        let first = steps.first().and_then(Step::name);
        match (root, first) {
            ("var", Some(name)) => self.variable(name),
            ("local", Some(name)) => self.local(name),
            ("each", Some(name)) => self.each(name),
            ("count", Some("index")) => match self.repetition {
                Repetition::Count(index) => Ok(Resolved::owned(Value::Number(Number::from(*index)), 1)),
                _ => Err(EvalError::new(
                    "Reference to \"count\" in non-counted context",
                    "`count.index` is only available in blocks with `count`.",
                )),
            },
            ("path", Some(name)) => self.path(name),
            ("terraform", Some("workspace")) => {
                let workspace = self.session.request.options.workspace.clone();
                Ok(Resolved::owned(Value::String(workspace), 1))
            }
            ("terraform", Some("applying")) => Ok(Resolved::owned(Value::Bool(false), 1)),
            ("self", _) => match self.self_value {
                Some(value) => Ok(Resolved::borrowed(value, 0)),
                None => Err(EvalError::new(
                    "Invalid \"self\" reference",
                    "`self` is only available in postconditions, `provisioner` and `connection` blocks.",
                )),
            },
            ("module", Some(name)) => self.module(name, &steps[1..]),
            ("data", Some(type_name)) => self.resource(ResourceMode::Data, type_name, steps, 1),
            ("ephemeral", Some(type_name)) => self.resource(ResourceMode::Ephemeral, type_name, steps, 1),
            ("resource", Some(type_name)) => self.resource(ResourceMode::Managed, type_name, steps, 1),
            (type_name, Some(_)) => self.resource(ResourceMode::Managed, type_name, steps, 0),
            (name, None) => Err(invalid(format!(
                "`{name}` is not a complete reference. A reference to a resource consists of its type and its name."
            ))),
        }
    }

    fn declared_type(&self, root: &str, names: &[&str]) -> Option<Type> {
        let ("var", [name, rest @ ..]) = (root, names) else { return None };
        let static_module = self.session.modules.get(self.session.instances[self.instance].module);
        let variable = &static_module.module.variables[static_module.variable(name)?];
        let step = |ty: &Type, name: &&str| match ty {
            Type::Map(element) => Some((**element).clone()),
            ty => ty.attribute(name).cloned(),
        };
        rest.iter().try_fold(variable.ty.clone(), |ty, name| step(&ty, name)).map(|ty| ty.without_defaults())
    }

    fn functions(&self) -> Option<Context<'_>> {
        let options = self.session.request.options;
        let mut context = Context::new(&self.session.files);
        context.directory = options.working_directory.as_deref();
        context.home = options.home.as_deref();
        context.providers = Some(self);
        Some(context)
    }
}

/// The functions of the providers, by their local names in the module.
impl ProviderFunctions for ModuleScope<'_, '_> {
    fn exists(&self, provider: &str, function: &str) -> Option<bool> {
        self.provider(provider)?.has_function(function)
    }

    fn call(
        &self,
        provider: &str,
        function: &str,
        arguments: &[Value],
    ) -> Option<Result<Value, FunctionError>> {
        let result = self.provider(provider)?.call(function, arguments)?;
        Some(result.map_err(|error| FunctionError::Failed(error.to_string())))
    }
}

impl<'a> ModuleScope<'_, 'a> {
    /// Returns the provider with this local name.
    fn provider(&self, name: &str) -> Option<&'a dyn Provider> {
        let module = self.session.instances[self.instance].module;
        self.session.provider(&self.session.modules.get(module).source(name))
    }
}

impl ModuleScope<'_, '_> {
    fn variable(&self, name: &str) -> Answer<'_> {
        let instance = &self.session.instances[self.instance];
        match self.session.modules.get(instance.module).variable(name) {
            Some(position) => Ok(Resolved::borrowed(&instance.variables[position], 1)),
            None => Err(EvalError::new(
                "Reference to undeclared input variable",
                format!("This module does not declare a variable `{name}`."),
            )),
        }
    }

    fn local(&self, name: &str) -> Answer<'_> {
        let instance = &self.session.instances[self.instance];
        match self.session.modules.get(instance.module).local(name) {
            Some(position) => Ok(Resolved::borrowed(&instance.locals[position], 1)),
            None => Err(EvalError::new(
                "Reference to undeclared local value",
                format!("This module does not declare a local value `{name}`."),
            )),
        }
    }

    fn each(&self, name: &str) -> Answer<'_> {
        match (self.repetition, name) {
            (Repetition::Each(key, _), "key") => Ok(Resolved::owned(Value::String(key.clone()), 1)),
            (Repetition::Each(_, value), "value") => Ok(Resolved::borrowed(value, 1)),
            (Repetition::Each(..), _) => Err(EvalError::new(
                "Invalid \"each\" attribute",
                "`each` only has the attributes `key` and `value`.",
            )),
            _ => Err(EvalError::new(
                "Reference to \"each\" in context without for_each",
                "`each` is only available in blocks with `for_each`.",
            )),
        }
    }

    fn path(&self, name: &str) -> Answer<'_> {
        let session = self.session;
        let module = |position: ModuleIndex| -> Text {
            relative(session.files.directory(), &session.modules.get(position).module.directory).into()
        };
        let path = match name {
            "module" => module(session.instances[self.instance].module),
            "root" => module(ModuleIndex::ROOT),
            "cwd" => {
                if let Some(directory) = &session.request.options.working_directory {
                    directory.clone()
                } else {
                    let value = Value::undecided("the working directory of Terraform is unknown");
                    return Ok(Resolved::owned(value, 1));
                }
            }
            _ => {
                let detail = "`path` only has the attributes `module`, `root` and `cwd`.";
                return Err(EvalError::new("Invalid \"path\" attribute", detail));
            }
        };
        Ok(Resolved::owned(Value::String(path), 1))
    }

    /// Resolves `module.name`; `steps` are those after the name.
    fn module(&self, name: &str, steps: &[Step<'_>]) -> Answer<'_> {
        let instance = &self.session.instances[self.instance];
        let static_module = self.session.modules.get(instance.module);
        let Some(call) = static_module.call(name) else {
            return Err(EvalError::new(
                "Reference to undeclared module",
                format!("This module does not call a module `{name}`."),
            ));
        };
        let undecided =
            |what: &str| Ok(Resolved::owned(Value::undecided(format!("module `{name}` {what}")), 1));
        let Some(child) = static_module.children[call] else { return undecided("is not installed") };
        match &instance.calls[call] {
            InstanceRange::Single(child_instance) => {
                let output = steps.first().and_then(Step::name);
                match output {
                    Some(output) => self.output(child, *child_instance, name, output, 2),
                    None => Ok(Resolved::owned(self.outputs(child, *child_instance), 1)),
                }
            }
            InstanceRange::Unknown => undecided("has an unknown number of instances"),
            range => {
                match (steps.first().and_then(|step| range.select(step)), steps.get(1).and_then(Step::name)) {
                    (Some(child_instance), Some(output)) => {
                        self.output(child, child_instance, name, output, 3)
                    }
                    (Some(child_instance), None) => {
                        Ok(Resolved::owned(self.outputs(child, child_instance), 2))
                    }
                    (None, _) => {
                        Ok(Resolved::owned(range.collect(|instance| self.outputs(child, instance)), 1))
                    }
                }
            }
        }
    }

    fn output(
        &self,
        child: ModuleIndex,
        instance: InstanceIndex,
        call: &str,
        name: &str,
        used: usize,
    ) -> Answer<'_> {
        match self.session.modules.get(child).output(name) {
            Some(position) => {
                Ok(Resolved::borrowed(&self.session.instances[instance].outputs[position], used))
            }
            None => Err(EvalError::new(
                "Unsupported attribute",
                format!("Module `{call}` has no output `{name}`."),
            )),
        }
    }

    fn outputs(&self, child: ModuleIndex, instance: InstanceIndex) -> Value {
        let outputs = &self.session.modules.get(child).module.outputs;
        let values = &self.session.instances[instance].outputs;
        let outputs = outputs.iter().zip(values);
        Value::Object(outputs.map(|(output, value)| (output.name.clone(), value.clone())).collect())
    }

    /// Resolves a resource; `at` is the index of the step with its name.
    fn resource(&self, mode: ResourceMode, type_name: &str, steps: &[Step<'_>], at: usize) -> Answer<'_> {
        let Some(name) = steps.get(at).and_then(Step::name) else {
            return Err(invalid(format!(
                "A reference to a resource consists of its type and its name, such as `{type_name}.name`."
            )));
        };
        if let Some((resource, value)) = self.nested
            && resource.type_name == *type_name
            && resource.name == *name
            && mode == ResourceMode::Data
        {
            return Ok(Resolved::borrowed(value, at + 1));
        }
        let instance = &self.session.instances[self.instance];
        let static_module = self.session.modules.get(instance.module);
        let Some(position) = static_module.resource(mode, type_name, name) else {
            return Err(EvalError::new(
                "Reference to undeclared resource",
                format!("This module does not declare `{}{type_name}.{name}`.", mode.prefix()),
            ));
        };
        let rest = &steps[at + 1..];
        let change = |position: ChangeIndex| &self.session.changes[position];
        match &instance.resources[position] {
            InstanceRange::Single(position) => Ok(attribute(change(*position), rest, at + 1)),
            InstanceRange::Unknown => {
                let reason = format!("the instances of `{}{type_name}.{name}` are unknown", mode.prefix());
                Ok(Resolved::owned(Value::undecided(reason), at + 1))
            }
            range => match rest.first().and_then(|step| range.select(step)) {
                Some(position) => Ok(attribute(change(position), &rest[1..], at + 2)),
                None => Ok(Resolved::owned(range.collect(|position| whole(change(position))), at + 1)),
            },
        }
    }
}

/// Resolves an attribute of an instance, if the steps begin with one, or the whole instance.
fn attribute<'s>(change: &'s ResourceChange, steps: &[Step<'_>], used: usize) -> Resolved<'s> {
    if change.address.mode == ResourceMode::Ephemeral {
        return Resolved::owned(Value::UNKNOWN, used);
    }
    let name = steps.first().and_then(Step::name);
    if !change.undecided.is_empty() {
        return undecided_attribute(change, name, used);
    }
    let (Value::Object(members), Some(name)) = (&*change.after, name) else {
        return Resolved::owned(whole(change), used);
    };
    let Some(value) = members.get(name) else {
        // With a schema, a missing attribute is an error; without one, it may exist.
        let value = if change.schema.is_some() { whole(change) } else { unknown_schema(change) };
        let used = if change.schema.is_some() { used } else { used + 1 };
        return Resolved::owned(value, used);
    };
    let mut value = Cow::Borrowed(value);
    if let Some(schema) = &change.schema {
        value = typed::attribute(value, &schema.block, name);
    }
    let value = match attribute_marks(change, name) {
        Marks::None => value,
        Marks::Whole => Cow::Owned(value.into_owned().mark()),
        Marks::Within(paths) => Cow::Owned(within(&value, &paths)),
    };
    Resolved { value, used: used + 1 }
}

fn unknown_schema(change: &ResourceChange) -> Value {
    let ResourceAddress { resource_type, .. } = &change.address;
    Value::undecided(format!("`{}` is undecided: the schema of `{resource_type}` is unknown", change.address))
}

/// Resolves an attribute of an instance that is undecided in part.
fn undecided_attribute<'s>(change: &ResourceChange, name: Option<&str>, used: usize) -> Resolved<'s> {
    let mut value = whole(change);
    let Some(name) = name else { return Resolved::owned(value, used) };
    if let Value::Object(members) = &mut value {
        if let Some(member) = members.get_mut(name) {
            return Resolved::owned(std::mem::replace(member, Value::Null), used + 1);
        }
        // With a schema, a missing attribute is an error; without one, it may exist.
        if change.schema.is_none() {
            return Resolved::owned(unknown_schema(change), used + 1);
        }
    }
    Resolved::owned(value, used)
}

enum Marks {
    None,
    Whole,
    Within(Vec<Vec<PathStep>>),
}

fn attribute_marks(change: &ResourceChange, name: &str) -> Marks {
    let is_here = |step: Option<&PathStep>| matches!(step, Some(PathStep::Name(first)) if *first == *name);
    let mut paths: Vec<Vec<PathStep>> = Vec::new();
    for path in &change.after_sensitive {
        if path.0.is_empty() {
            return Marks::Whole;
        }
        if is_here(path.0.first()) {
            paths.push(path.0[1..].to_vec());
        }
    }
    if let Some(schema) = &change.schema {
        let nested = match schema.block.attribute(name) {
            Some(attribute) if attribute.sensitive => return Marks::Whole,
            Some(attribute) => attribute.nested.is_some(),
            None => true,
        };
        if nested {
            let inside = marks::of_schema(schema, &change.after).into_iter();
            paths.extend(inside.filter(|path| is_here(path.0.first())).map(|path| path.0[1..].to_vec()));
        }
    }
    match paths.iter().any(Vec::is_empty) {
        true => Marks::Whole,
        false if paths.is_empty() => Marks::None,
        false => Marks::Within(paths),
    }
}

fn within(value: &Value, paths: &[Vec<PathStep>]) -> Value {
    let mut value = value.clone();
    for path in paths {
        marks::mark_at(&mut value, path);
    }
    value
}

/// Returns the value of an instance, with sensitive values marked.
pub(crate) fn whole(change: &ResourceChange) -> Value {
    if change.address.mode == ResourceMode::Ephemeral {
        return Value::UNKNOWN;
    }
    let mut value = marks::marked(undecided::seen(change), &change.after_sensitive);
    match &change.schema {
        Some(schema) => {
            typed::instance(&mut value, &schema.block);
            marks::marked(value, &marks::of_schema(schema, &change.after))
        }
        None => value,
    }
}

impl<I: Index> InstanceRange<I> {
    /// Returns the instance that a key selects. `None` if the key is invalid or selects nothing; applying it to the
    /// collection of all instances then reports the error.
    fn select(&self, step: &Step<'_>) -> Option<I> {
        match (self, step) {
            (Self::Count(first, count), Step::Key(key)) => match &**key {
                Value::Number(number) => {
                    number.as_usize().filter(|index| index < count).map(|index| first.plus(index))
                }
                _ => None,
            },
            (Self::Each(first, keys), step) => {
                let is_marked = matches!(step, Step::Key(key) if key.is_sensitive());
                let name = step.name().filter(|_| !is_marked)?;
                keys.binary_search_by(|key| key.as_str().cmp(name)).ok().map(|position| first.plus(position))
            }
            _ => None,
        }
    }

    /// Returns the collection of all instances: a tuple, or an object by key.
    fn collect(&self, value: impl Fn(I) -> Value) -> Value {
        match self {
            Self::Count(first, count) => {
                Value::Tuple((0..*count).map(|index| value(first.plus(index))).collect())
            }
            Self::Each(first, keys) => {
                let elements = keys.iter().enumerate();
                let elements = elements.map(|(position, key)| (key.clone(), value(first.plus(position))));
                Value::Object(elements.collect::<ValueMap>())
            }
            Self::Single(position) => value(*position),
            Self::Unknown => Value::undecided("the instances are unknown"),
        }
    }
}
