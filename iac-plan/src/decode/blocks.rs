//! Nested blocks: static, `dynamic`, and in JSON syntax.

use iac_core::expression::{Expression, ObjectKey, Operation};
use iac_core::text::Text;
use iac_lang::eval::EvalError;
use iac_lang::eval::evaluator::{Bindings, Environment, Variable};
use iac_lang::eval::steps::kind;
use iac_lang::types::{self, Type};
use iac_lang::value::{Number, Unknown, Value, ValueMap};

use super::source::{Entry, Source};
use super::{Shape, Walk};

/// The blocks of a type collected so far.
#[derive(Default)]
pub(super) struct Collected {
    elements: Vec<(Text, Value)>,
    /// The value that the number of blocks depends on, if it is unknown.
    unknown: Option<Unknown>,
}

impl Collected {
    pub(super) fn len(&self) -> u64 {
        self.elements.len() as u64
    }

    /// Returns true if the number of blocks is unknown.
    pub(super) const fn is_unknown(&self) -> bool {
        self.unknown.is_some()
    }

    fn into_values(self) -> Vec<Value> {
        self.elements.into_iter().map(|(_, value)| value).collect()
    }

    pub(super) fn into_list(self) -> Value {
        match self.unknown {
            Some(unknown) => Value::Unknown(unknown),
            None => Value::List(self.into_values()),
        }
    }

    pub(super) fn into_set(self) -> Value {
        match self.unknown {
            Some(unknown) => Value::Unknown(unknown),
            None => Value::set(self.into_values()),
        }
    }

    /// Returns a map by label, or the label that is duplicated.
    pub(super) fn into_map(mut self) -> Result<Value, Text> {
        if let Some(unknown) = self.unknown {
            return Ok(Value::Unknown(unknown));
        }
        self.elements.sort_by(|(left, _), (right, _)| left.cmp(right));
        match self.elements.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(pair[0].0.clone()),
            None => Ok(Value::Map(ValueMap::from_sorted(self.elements))),
        }
    }

    pub(super) fn into_single(self) -> Option<Value> {
        if let Some(unknown) = self.unknown {
            Some(Value::Unknown(unknown))
        } else {
            self.elements.into_iter().next().map(|(_, value)| value)
        }
    }

    /// Returns the value of an attribute that is written as blocks. Without any blocks, as when a `dynamic` block
    /// expands to nothing, it is not set.
    pub(super) fn into_attribute(self, ty: &Type) -> Option<Value> {
        match ty {
            _ if self.elements.is_empty() => None,
            Type::Set(_) => Some(self.into_set()),
            _ => Some(self.into_list()),
        }
    }
}

/// The target of an expansion.
pub(super) struct Expansion<'a> {
    pub(super) name: &'a str,
    pub(super) shape: Shape<'a>,
    /// True if each block has a label, its key in the resulting map.
    pub(super) labeled: bool,
}

/// A `dynamic` block.
struct Dynamic<'a> {
    for_each: &'a Expression,
    iterator: Variable<'a>,
    /// The label of each block, if blocks have one.
    label: Label<'a>,
    content: Source<'a>,
}

#[derive(Clone, Copy)]
enum Label<'a> {
    None,
    Fixed(&'a Text),
    Computed(&'a Expression),
}

impl Walk<'_, '_> {
    /// Adds the blocks that an entry of a body expands to.
    pub(super) fn blocks(
        &mut self,
        entry: Entry<'_>,
        of: &Expansion<'_>,
        environment: Environment<'_>,
        into: &mut Collected,
    ) {
        match entry {
            Entry::Block(block) => {
                let label = block.labels.first().map_or(Label::None, Label::Fixed);
                let Some(label) = self.label(of, label, environment) else { return };
                self.push(label, Source::Body(&block.body), of, environment, into);
            }
            Entry::Dynamic(dynamic) => {
                if !of.labeled && !dynamic.block.labels.is_empty() {
                    let detail = format!("`{}` blocks have no labels, so `labels` cannot be set.", of.name);
                    self.error("Extraneous label", detail);
                }
                let dynamic = Dynamic {
                    for_each: &dynamic.for_each,
                    iterator: Variable::Binding(dynamic.iterator),
                    label: dynamic.block.labels.first().map_or(Label::None, Label::Fixed),
                    content: Source::Body(&dynamic.block.body),
                };
                self.dynamic(&dynamic, of, environment, into);
            }
            Entry::Argument(json) => self.json(json, of, environment, into),
            Entry::JsonDynamic(Expression::List(all)) => {
                for each in all {
                    self.json_dynamic(each, of, environment, into);
                }
            }
            Entry::JsonDynamic(json) => self.json_dynamic(json, of, environment, into),
        }
    }

    /// Adds a block.
    fn push(
        &mut self,
        label: Text,
        source: Source<'_>,
        of: &Expansion<'_>,
        environment: Environment<'_>,
        into: &mut Collected,
    ) {
        let index = into.elements.len();
        self.path.push(Text::from(of.name).into());
        self.path.push(if of.labeled { label.clone().into() } else { index.into() });
        let value = Value::Object(match of.shape {
            Shape::Block(schema) => self.body(source, schema, environment),
            Shape::Object(types) => self.object(source, types, environment, None),
        });
        self.path.truncate(self.path.len() - 2);
        into.elements.push((label, value));
    }

    /// Returns the label of a block; empty if blocks have none.
    fn label(&mut self, of: &Expansion<'_>, label: Label<'_>, environment: Environment<'_>) -> Option<Text> {
        let label = match (of.labeled, label) {
            (false, _) => return Some(Text::default()),
            (true, Label::None) => {
                self.error("Missing block label", format!("`{}` blocks require a label.", of.name));
                return None;
            }
            (true, Label::Fixed(label)) => return Some(label.clone()),
            (true, Label::Computed(label)) => self.evaluator.evaluate_in(label, environment),
        };
        match label.map(|label| types::text(&label)) {
            Ok(Some(label)) => return Some(label),
            Ok(None) => {
                self.error("Invalid dynamic block label", "A label must be a known string.");
            }
            Err(error) => self.report(error),
        }
        None
    }

    fn dynamic(
        &mut self,
        dynamic: &Dynamic<'_>,
        of: &Expansion<'_>,
        outer: Environment<'_>,
        into: &mut Collected,
    ) {
        let collection = match self.evaluator.evaluate_in(dynamic.for_each, outer) {
            Ok(collection) => collection,
            Err(error) => {
                into.unknown = Some(Unknown::AFTER_APPLY);
                return self.at(Text::from(of.name), |walk| walk.report(error));
            }
        };
        let (collection, sensitive) = collection.split_mark();
        let first = into.elements.len();
        let mut each = |key: Value, value: Value| {
            let pair = [(Text::from_static("key"), key), (Text::from_static("value"), value)];
            let pair = Value::Object(ValueMap::from_sorted(pair.into()));
            let bindings = Bindings { variable: dynamic.iterator, value: &pair, outer };
            if let Some(label) = self.label(of, dynamic.label, Some(&bindings)) {
                self.push(label, dynamic.content, of, Some(&bindings), into);
            }
        };
        match collection {
            Value::List(elements) | Value::Tuple(elements) => {
                for (index, element) in (0_i64..).zip(elements) {
                    each(Value::Number(Number::from(index)), element);
                }
            }
            Value::Set(elements) => elements.into_iter().for_each(|element| each(element.clone(), element)),
            Value::Map(elements) | Value::Object(elements) => {
                elements.into_iter().for_each(|(name, element)| each(Value::String(name), element));
            }
            Value::Unknown(unknown) => match of.shape {
                Shape::Block(_) => into.unknown = Some(unknown),
                // A single object with unknown members stands for all of them.
                Shape::Object(types) => {
                    let object = self.object(dynamic.content, types, outer, Some(&unknown));
                    into.elements.push((Text::default(), Value::Object(object)));
                }
            },
            other => {
                let detail = match other {
                    Value::Null => "Cannot use a null value in for_each.".to_owned(),
                    other => {
                        format!("Cannot use a {} in for_each: a list, set or map is required.", kind(&other))
                    }
                };
                let error = EvalError::of("Invalid dynamic for_each value", detail);
                self.at(Text::from(of.name), |walk| walk.report(error));
            }
        }
        if sensitive {
            for (_, element) in &mut into.elements[first..] {
                *element = std::mem::replace(element, Value::Null).mark();
            }
        }
    }

    /// Expands blocks in JSON syntax: an object for one block, or a list of them. A label is an enclosing key.
    fn json(
        &mut self,
        json: &Expression,
        of: &Expansion<'_>,
        environment: Environment<'_>,
        into: &mut Collected,
    ) {
        match json {
            Expression::Null => {}
            Expression::List(all) => all.iter().for_each(|each| self.json(each, of, environment, into)),
            Expression::Object(elements) if of.labeled => {
                for (key, content) in elements {
                    if let ObjectKey::Name(label) = key
                        && label != "//"
                    {
                        self.json_labeled(label, content, of, environment, into);
                    }
                }
            }
            Expression::Object(elements) => {
                self.push(Text::default(), Source::Json(elements), of, environment, into);
            }
            _ => self.error(
                "Unsupported argument",
                format!(
                    "`{}` is a block, not an argument. Write it without `=`, or generate blocks with `dynamic`.",
                    of.name
                ),
            ),
        }
    }

    fn json_labeled(
        &mut self,
        label: &Text,
        content: &Expression,
        of: &Expansion<'_>,
        environment: Environment<'_>,
        into: &mut Collected,
    ) {
        match content {
            Expression::List(all) => {
                for each in all {
                    self.json_labeled(label, each, of, environment, into);
                }
            }
            Expression::Object(elements) => {
                self.push(label.clone(), Source::Json(elements), of, environment, into);
            }
            _ => self.error("Incorrect JSON value type", format!("A `{}` block must be an object.", of.name)),
        }
    }

    fn json_dynamic(
        &mut self,
        json: &Expression,
        of: &Expansion<'_>,
        environment: Environment<'_>,
        into: &mut Collected,
    ) {
        let member = |wanted: &str| match json {
            Expression::Object(elements) => elements.iter().find_map(|(key, value)| match key {
                ObjectKey::Name(name) if name == wanted => Some(value),
                _ => None,
            }),
            _ => None,
        };
        let (Some(for_each), Some(content)) = (member("for_each"), member("content")) else {
            return self.error("Invalid dynamic block", "A dynamic block requires `for_each` and `content`.");
        };
        let content = match content {
            Expression::List(elements) if elements.len() == 1 => &elements[0],
            content => content,
        };
        let Expression::Object(content) = content else {
            return self
                .error("Invalid dynamic block", "The `content` of a dynamic block must be an object.");
        };
        let iterator = match member("iterator") {
            None => of.name,
            Some(Expression::String(name)) => name,
            Some(iterator) => match name_of(iterator) {
                Some(name) => name,
                None => {
                    return self
                        .error("Invalid dynamic block", "The `iterator` of a dynamic block must be a name.");
                }
            },
        };
        let label = match member("labels") {
            Some(Expression::List(labels)) => labels.first().map_or(Label::None, Label::Computed),
            _ => Label::None,
        };
        let content = Source::Json(content);
        self.dynamic(
            &Dynamic { for_each, iterator: Variable::Name(iterator), label, content },
            of,
            environment,
            into,
        );
    }
}

fn name_of(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Operation(operation) => match &**operation {
            Operation::Name(name) => Some(name),
            Operation::Static(inner) => name_of(inner),
            _ => None,
        },
        _ => None,
    }
}
