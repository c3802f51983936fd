//! Evaluation of block bodies according to their schema.

mod blocks;
mod nested;
mod source;

use blocks::{Collected, Expansion};
use iac_core::body::Body;
use iac_core::expression::Expression;
use iac_core::text::{Text, compare};
use iac_lang::eval::evaluator::{Environment, Evaluator};
use iac_lang::eval::{EvalError, Scope};
use iac_lang::types::{ObjectAttribute, Type, convert};
use iac_lang::value::{AttributePath, PathStep, Unknown, Value, ValueMap};
use source::{Entry, Source};

use crate::schema::{Attribute, Block, NestedBlock, NestingMode};

/// The result of evaluating a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// An object with every attribute and nested block of the schema: null or empty if not set, unknown in case of an
    /// error.
    pub value: Value,
    /// The errors, in source order.
    pub errors: Vec<EvalError>,
}

/// Evaluates a body according to its schema, to the value that Terraform passes to a provider.
///
/// Values are converted to the types of the schema. An attribute that is a list or set of objects may be written as
/// blocks, and in JSON syntax, where everything is an argument, a block may be written as an argument. Unsupported
/// arguments and blocks, and missing required ones, are errors.
#[must_use]
pub fn evaluate(body: &Body, schema: &Block, scope: &dyn Scope) -> Evaluated {
    let evaluator = Evaluator::new(scope);
    let mut walk = Walk { evaluator: &evaluator, errors: Vec::new(), path: Vec::new() };
    let value = walk.body(Source::Body(body), schema, None);
    Evaluated { value: Value::Object(value), errors: walk.errors }
}

/// A walk over a body and its schema.
struct Walk<'e, 's> {
    evaluator: &'e Evaluator<'s>,
    errors: Vec<EvalError>,
    /// The path of the current argument or block.
    path: Vec<PathStep>,
}

/// The shape of a nested block.
#[derive(Clone, Copy)]
enum Shape<'a> {
    /// The schema of a block.
    Block(&'a Block),
    /// The object type of an attribute that is written as blocks.
    Object(&'a [ObjectAttribute]),
}

impl Walk<'_, '_> {
    fn error(&mut self, summary: &'static str, detail: impl Into<String>) {
        self.report(EvalError::of(summary, detail));
    }

    /// Records an error with the current path.
    fn report(&mut self, mut error: EvalError) {
        let inner = std::mem::take(&mut error.path);
        error.path = AttributePath(self.path.iter().cloned().chain(inner.0).collect());
        self.errors.push(error);
    }

    /// Runs a closure with a step added to the path.
    fn at<T>(&mut self, step: impl Into<PathStep>, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.into());
        let result = act(self);
        self.path.pop();
        result
    }

    /// Evaluates the body of a block to an object.
    fn body(&mut self, source: Source<'_>, schema: &Block, environment: Environment<'_>) -> ValueMap {
        let mut attributes: Vec<Option<Value>> = Vec::new();
        attributes.resize_with(schema.attributes.len(), || None);
        let mut blocks: Vec<Collected> = Vec::new();
        blocks.resize_with(schema.blocks.len(), Collected::default);
        let mut as_blocks: Vec<(usize, Collected)> = Vec::new();
        source.for_each(&mut |name, entry| {
            if let Some(position) = find(&schema.attributes, name, |attribute| &attribute.name) {
                let attribute = &schema.attributes[position];
                let shape = if attribute.nested.is_none() { elements(&attribute.ty) } else { None };
                match (entry, shape) {
                    (Entry::Argument(expression), _) => {
                        attributes[position] = Some(self.attribute(attribute, expression, environment));
                    }
                    (entry, Some(shape)) => {
                        let collected = collected_at(&mut as_blocks, position);
                        self.blocks(
                            entry,
                            &Expansion { name, shape, labeled: false },
                            environment,
                            collected,
                        );
                    }
                    _ => self.error(
                        "Unsupported block type",
                        format!("`{name}` is an argument, not a block. Write `{name} = …`."),
                    ),
                }
            } else if let Some(position) = find(&schema.blocks, name, |block| &block.name) {
                let nested = &schema.blocks[position];
                let labeled = nested.mode == NestingMode::Map;
                let expansion = Expansion { name, shape: Shape::Block(&nested.block), labeled };
                self.blocks(entry, &expansion, environment, &mut blocks[position]);
            } else {
                self.undeclared(name, &entry, names(schema));
            }
        });
        for (position, collected) in as_blocks {
            attributes[position] = collected.into_attribute(&schema.attributes[position].ty);
        }
        self.assemble(schema, attributes, blocks)
    }

    /// Assembles all attributes and blocks of a schema, by name.
    fn assemble(
        &mut self,
        schema: &Block,
        attributes: Vec<Option<Value>>,
        blocks: Vec<Collected>,
    ) -> ValueMap {
        let mut members = Vec::with_capacity(attributes.len() + blocks.len());
        let mut blocks = schema.blocks.iter().zip(blocks).peekable();
        for (attribute, value) in schema.attributes.iter().zip(attributes) {
            while let Some((nested, collected)) =
                blocks.next_if(|(nested, _)| compare(&nested.name, &attribute.name).is_lt())
            {
                members.push((nested.name.clone(), self.nested_block(nested, collected)));
            }
            if attribute.required && matches!(value, None | Some(Value::Null)) {
                self.error(
                    "Missing required argument",
                    format!("The argument `{}` is required, but it is not set.", attribute.name),
                );
            }
            members.push((attribute.name.clone(), value.unwrap_or(Value::Null)));
        }
        for (nested, collected) in blocks {
            members.push((nested.name.clone(), self.nested_block(nested, collected)));
        }
        ValueMap::from_sorted(members)
    }

    /// Builds the value of all blocks of a type.
    fn nested_block(&mut self, schema: &NestedBlock, collected: Collected) -> Value {
        let count = collected.len();
        let NestedBlock { name, mode, min_items, max_items, .. } = schema;
        if !collected.is_unknown() {
            let single = matches!(mode, NestingMode::Single | NestingMode::Group);
            let most = if single { 1 } else { *max_items };
            if most > 0 && count > most {
                self.error(
                    "Too many blocks",
                    format!("The number of `{name}` blocks must be at most {most}, but is {count}."),
                );
            } else if count < *min_items {
                let detail =
                    format!("The number of `{name}` blocks must be at least {min_items}, but is {count}.");
                self.error("Insufficient blocks", detail);
            }
        }
        match mode {
            NestingMode::List => collected.into_list(),
            NestingMode::Set => collected.into_set(),
            NestingMode::Map => match collected.into_map() {
                Ok(map) => map,
                Err(label) => {
                    self.error("Duplicate block", format!("Two `{name}` blocks have the label {label:?}."));
                    Value::UNKNOWN
                }
            },
            NestingMode::Single => collected.into_single().unwrap_or(Value::Null),
            NestingMode::Group => match collected.into_single() {
                Some(value) => value,
                None => Value::Object(self.body(Source::Json(&[]), &schema.block, None)),
            },
        }
    }

    /// Evaluates an argument.
    fn attribute(
        &mut self,
        attribute: &Attribute,
        expression: &Expression,
        environment: Environment<'_>,
    ) -> Value {
        let result = self.evaluator.evaluate_in(expression, environment).and_then(|value| {
            match &attribute.nested {
                Some(schema) => nested::convert(value, schema),
                None => convert(value, &attribute.ty),
            }
            .map_err(|error| inappropriate(&attribute.name, error))
        });
        self.value_of(&attribute.name, result)
    }

    /// Returns the value, or reports the error and returns unknown.
    fn value_of(&mut self, name: &Text, result: Result<Value, EvalError>) -> Value {
        result.unwrap_or_else(|error| {
            self.at(name.clone(), |walk| walk.report(error));
            Value::UNKNOWN
        })
    }

    fn undeclared<'a>(&mut self, name: &str, entry: &Entry<'_>, names: impl Iterator<Item = &'a str>) {
        let (summary, mut detail) = match entry {
            Entry::Argument(_) => {
                ("Unsupported argument", format!("An argument named `{name}` is not expected here."))
            }
            _ => ("Unsupported block type", format!("Blocks of type `{name}` are not expected here.")),
        };
        let likeness = names.map(|other| (strsim::jaro_winkler(name, other), other));
        let best = likeness.max_by(|(left, _), (right, _)| left.total_cmp(right));
        if let Some((likeness, other)) = best
            && likeness > 0.85
        {
            detail.push_str(" Did you mean `");
            detail.push_str(other);
            detail.push_str("`?");
        }
        self.error(summary, detail);
    }

    /// Evaluates an object of an attribute that is written as blocks. Members that are not set are null.
    fn object(
        &mut self,
        source: Source<'_>,
        types: &[ObjectAttribute],
        environment: Environment<'_>,
        unknown: Option<&Unknown>,
    ) -> ValueMap {
        let mut attributes = vec![Value::Null; types.len()];
        let mut as_blocks: Vec<(usize, Collected)> = Vec::new();
        source.for_each(&mut |name, entry| {
            let Some(position) = find(types, name, |attribute| &attribute.name) else {
                self.undeclared(name, &entry, types.iter().map(|attribute| attribute.name.as_str()));
                return;
            };
            let ObjectAttribute { name, ty, .. } = &types[position];
            match (entry, elements(ty)) {
                _ if unknown.is_some() => {
                    attributes[position] = unknown.cloned().map_or(Value::Null, Value::Unknown);
                }
                (Entry::Argument(expression), _) => {
                    let result = self.evaluator.evaluate_in(expression, environment);
                    let result = result
                        .and_then(|value| convert(value, ty).map_err(|error| inappropriate(name, error)));
                    attributes[position] = self.value_of(name, result);
                }
                (entry, Some(shape)) => {
                    let collected = collected_at(&mut as_blocks, position);
                    self.blocks(entry, &Expansion { name, shape, labeled: false }, environment, collected);
                }
                _ => {
                    self.error(
                        "Unsupported block type",
                        format!("`{name}` is an argument, not a block. Write `{name} = …`."),
                    );
                }
            }
        });
        for (position, collected) in as_blocks {
            attributes[position] = collected.into_attribute(&types[position].ty).unwrap_or(Value::Null);
        }
        let names = types.iter().map(|attribute| attribute.name.clone());
        ValueMap::from_sorted(names.zip(attributes).collect())
    }
}

fn inappropriate(name: &str, error: iac_lang::types::ConvertError) -> EvalError {
    let detail = format!("Inappropriate value for attribute `{name}`: {error}.");
    EvalError::of("Incorrect attribute value type", detail).at(error.path)
}

fn find<T>(sorted: &[T], name: &str, name_of: impl Fn(&T) -> &Text) -> Option<usize> {
    sorted.binary_search_by(|each| compare(name_of(each), name)).ok()
}

fn names(schema: &Block) -> impl Iterator<Item = &str> {
    let attributes = schema.attributes.iter().map(|attribute| attribute.name.as_str());
    attributes.chain(schema.blocks.iter().map(|block| block.name.as_str()))
}

/// Returns the object type of a list or set of objects, which may be written as blocks.
fn elements(ty: &Type) -> Option<Shape<'_>> {
    match ty {
        Type::List(element) | Type::Set(element) => match &**element {
            Type::Object(attributes) => Some(Shape::Object(attributes)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the blocks collected for the attribute at an index.
fn collected_at(all: &mut Vec<(usize, Collected)>, position: usize) -> &mut Collected {
    let index = all.iter().position(|(each, _)| *each == position).unwrap_or_else(|| {
        all.push((position, Collected::default()));
        all.len() - 1
    });
    &mut all[index].1
}

#[cfg(test)]
mod tests;
