//! Objects, `for` expressions and splats.

use std::borrow::Cow;

use iac_core::expression::{Expression, ForExpression, ForResult, ObjectKey};
use iac_core::text::Text;

use super::evaluator::{Bindings, Environment, Evaluator, Variable};
use super::operators::truth;
use super::steps::{Step, elements, kind, kind_of_type, owned_elements};
use super::{EvalError, budget};
use crate::types::{self, Type};
use crate::value::{Number, Unknown, Value, ValueMap, composed};

impl Evaluator<'_> {
    /// Evaluates `{ key = value }`. The last value of a key wins.
    pub(super) fn object(
        &self,
        elements: &[(ObjectKey, Expression)],
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        let (mut unknown, mut sensitive) = (None, false);
        let mut attributes = Vec::with_capacity(elements.len());
        for (key, value) in elements {
            let name = match key {
                ObjectKey::Name(name) => Some(composed(name.clone())),
                ObjectKey::Computed(key) => {
                    let (key, mark) = self.owned(key, environment)?.split_mark();
                    sensitive |= mark;
                    if key == Value::Null {
                        return Err(EvalError::of("Null value as key", "Can't use a null value as a key."));
                    }
                    let name = object_key(&key, "Incorrect key type")?;
                    if name.is_none() {
                        unknown.get_or_insert(Value::unknown_of([&key]));
                    }
                    name
                }
            };
            let value = self.owned(value, environment)?;
            if let Some(name) = name {
                attributes.push((name, value));
            }
        }
        let object = unknown.unwrap_or_else(|| Value::Object(attributes.into_iter().collect()));
        Ok(object.mark_if(sensitive))
    }

    /// Evaluates `base[*].path`.
    pub(super) fn splat(
        &self,
        base: &Expression,
        path: &[Text],
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        let source = base;
        let base = self.value(base, environment)?;
        let sensitive = base.is_sensitive();
        if base.peel().is_null()
            && matches!(self.type_of(source, &base), Type::List(_) | Type::Set(_) | Type::Tuple(_))
        {
            let detail = "The elements of null cannot be selected.";
            return Err(EvalError::of("Splat of null value", detail));
        }
        // A value that is not a list becomes the only element, with its mark.
        let is_single =
            !matches!(base.peel(), Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Null);
        let mark = sensitive && is_single && !base.is_unknown();
        let each = |element: Cow<'_, Value>| {
            let steps = path.iter().map(|name| Step::Name(name));
            let value = steps.into_iter().try_fold(element, |value, step| step.of(value));
            value.map(|value| value.into_owned().mark_if(mark))
        };
        // An empty list does not tell the type of its elements, but the declaration may.
        if base.peel().elements().is_empty()
            && let Type::List(ty) | Type::Set(ty) = self.declared(source)
        {
            each(Cow::Owned(Value::Unknown(Unknown::of(*ty))))?;
        }
        let value = match base {
            base if base.is_unknown() => match base.peel() {
                Value::Unknown(base) => unknown_splat(base, |element| each(Cow::Owned(element))),
                _ => unreachable!("the base is unknown"),
            },
            Cow::Borrowed(value) => splat(elements(value.peel()), |element| each(Cow::Borrowed(element))),
            Cow::Owned(value) => {
                splat(owned_elements(value.split_mark().0), |element| each(Cow::Owned(element)))
            }
        };
        Ok(value?.mark_if(sensitive))
    }

    /// Evaluates `[for …]` and `{for …}`.
    pub(super) fn each(
        &self,
        each: &ForExpression,
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        let collection = self.value(&each.collection, environment)?;
        let mut builder = ForBuilder::new(&each.result, collection.is_sensitive());
        let mut visit =
            |key: &Value, value: &Value| self.each_element(each, key, value, environment, &mut builder);
        match collection.peel() {
            Value::Unknown(unknown) if !is_iterable(unknown.ty()) => {
                return Err(not_iterable(kind_of_type(unknown.ty())));
            }
            unknown @ Value::Unknown(_) => {
                return Ok(Value::unknown_of([unknown]).mark_if(collection.is_sensitive()));
            }
            Value::Null => {
                let detail = "A null value cannot be used as the collection in a 'for' expression.";
                return Err(EvalError::of("Iteration over null value", detail));
            }
            Value::List(elements) | Value::Tuple(elements) => {
                for (index, element) in (0_i64..).zip(elements) {
                    visit(&Value::Number(Number::from(index)), element)?;
                }
            }
            Value::Set(elements) => {
                for element in elements {
                    visit(element, element)?;
                }
            }
            Value::Map(elements) | Value::Object(elements) => {
                for (name, element) in elements.iter() {
                    visit(&Value::String(name.clone()), element)?;
                }
            }
            other => return Err(not_iterable(kind(other))),
        }
        builder.finish()
    }

    fn each_element(
        &self,
        each: &ForExpression,
        key: &Value,
        value: &Value,
        outer: Environment<'_>,
        builder: &mut ForBuilder,
    ) -> Result<(), EvalError> {
        budget::spend(1)?;
        let variable = Variable::Binding;
        let key = each.key.map(|binding| Bindings { variable: variable(binding), value: key, outer });
        let inner = Bindings { variable: variable(each.value), value, outer: key.as_ref().or(outer) };
        let environment = Some(&inner);
        if let Some(condition) = &each.condition {
            let condition = self.value(condition, environment)?;
            builder.sensitive |= condition.is_sensitive();
            match condition.peel() {
                Value::Null => {
                    let detail = "The value of the 'if' clause must not be null.";
                    return Err(EvalError::of("Condition is null", detail));
                }
                unknown @ Value::Unknown(_) => {
                    builder.unknown.get_or_insert_with(|| Value::unknown_of([unknown]));
                    return Ok(());
                }
                condition => match truth(condition) {
                    Some(true) => {}
                    Some(false) => return Ok(()),
                    None => {
                        let detail = "The 'if' clause value is invalid: a bool is required.";
                        return Err(EvalError::of("Invalid 'for' condition", detail));
                    }
                },
            }
        }
        match &each.result {
            ForResult::List(element) => {
                let element = self.owned(element, environment)?;
                builder.elements.push((Text::default(), element));
            }
            ForResult::Object { key, value, .. } => {
                let (key, sensitive) = self.owned(key, environment)?.split_mark();
                builder.sensitive |= sensitive;
                if key == Value::Null {
                    let detail = "Key expression in 'for' expression must not produce a null value.";
                    return Err(EvalError::of("Invalid object key", detail));
                }
                let name = object_key(&key, "Invalid object key")?;
                let value = self.owned(value, environment)?;
                match name {
                    Some(name) => builder.elements.push((name, value)),
                    None => drop(builder.unknown.get_or_insert(Value::unknown_of([&key]))),
                }
            }
        }
        Ok(())
    }
}

/// Returns true if a `for` expression may visit the elements of an unknown value of this type.
const fn is_iterable(ty: &Type) -> bool {
    !matches!(ty, Type::String | Type::Number | Type::Bool)
}

fn not_iterable(kind: &str) -> EvalError {
    let detail = format!("A {kind} cannot be used as the collection in a 'for' expression.");
    EvalError::of("Iteration over non-iterable value", detail)
}

/// Evaluates a splat for each element: to a list for a list, otherwise to a tuple. Unknown if the base is unknown.
fn splat<T>(
    elements: Option<(impl IntoIterator<Item = T>, bool)>,
    each: impl Fn(T) -> Result<Value, EvalError>,
) -> Result<Value, EvalError> {
    let Some((elements, is_list)) = elements else { return Ok(Value::UNKNOWN) };
    let values = elements.into_iter().map(each).collect::<Result<_, _>>()?;
    Ok(if is_list { Value::List(values) } else { Value::Tuple(values) })
}

/// Evaluates a splat of an unknown value, to find errors, and the type of the result.
fn unknown_splat(
    base: &Unknown,
    each: impl Fn(Value) -> Result<Value, EvalError>,
) -> Result<Value, EvalError> {
    let element =
        |ty: &Type| each(Value::Unknown(base.derived().with_type(ty.clone()))).map(|value| Type::of(&value));
    let derived = base.derived();
    match base.ty() {
        Type::Any => Ok(Value::Unknown(derived)),
        Type::List(ty) | Type::Set(ty) => {
            let ty = Type::List(Box::new(element(ty)?));
            // Elements of a set are counted as far as they are known to be different.
            Ok(derived.with_type(ty).not_null().with_lengths(base.lengths()).settled())
        }
        Type::Tuple(types) => {
            let types = types.iter().map(element).collect::<Result<_, _>>()?;
            Ok(Value::Unknown(derived.with_type(Type::Tuple(types)).not_null()))
        }
        // The value is the only element, unless it is null.
        ty => {
            let value = Value::Unknown(base.clone());
            let ty = ty.clone();
            let value = each(value)?;
            Ok(if base.is_not_null() && ty != Type::Any {
                Value::Tuple(vec![value])
            } else {
                Value::Unknown(derived)
            })
        }
    }
}

/// Returns the name of a key; `None` if it is unknown.
fn object_key(key: &Value, summary: &'static str) -> Result<Option<Text>, EvalError> {
    if let Value::Unknown(unknown) = key
        && unknown.ty().is_convertible_to(&Type::String)
    {
        return Ok(None);
    }
    let error = || EvalError::of(summary, format!("A key must be a string, not a {}.", kind(key)));
    types::text(key).map(Some).ok_or_else(error)
}

/// The elements that a `for` expression has produced so far.
struct ForBuilder {
    elements: Vec<(Text, Value)>,
    form: Form,
    /// The first unknown key or condition.
    unknown: Option<Value>,
    sensitive: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    List,
    Object,
    Groups,
}

impl ForBuilder {
    const fn new(result: &ForResult, sensitive: bool) -> Self {
        let form = match result {
            ForResult::List(_) => Form::List,
            ForResult::Object { group: false, .. } => Form::Object,
            ForResult::Object { group: true, .. } => Form::Groups,
        };
        Self { elements: Vec::new(), form, unknown: None, sensitive }
    }
}

impl ForBuilder {
    fn finish(self) -> Result<Value, EvalError> {
        if let Some(unknown) = self.unknown {
            return Ok(unknown.mark_if(self.sensitive));
        }
        let mut elements = self.elements;
        let value = match self.form {
            Form::List => Value::Tuple(elements.into_iter().map(|(_, element)| element).collect()),
            Form::Object => {
                // The sort is stable, so the values of a key stay in collection order.
                elements.sort_by(|(left, _), (right, _)| left.cmp(right));
                if let Some(pair) = elements.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                    let detail = format!(
                        "Two different items produced the key {:?} in this 'for' expression. If duplicates are expected, use \
                         the ellipsis (...) after the value expression to enable grouping by key.",
                        pair[0].0
                    );
                    return Err(EvalError::of("Duplicate object key", detail));
                }
                Value::Object(ValueMap::from_sorted(elements))
            }
            Form::Groups => {
                elements.sort_by(|(left, _), (right, _)| left.cmp(right));
                let mut groups: Vec<(Text, Vec<Value>)> = Vec::new();
                for (key, value) in elements {
                    match groups.last_mut() {
                        Some((last, values)) if *last == key => values.push(value),
                        _ => groups.push((key, vec![value])),
                    }
                }
                let groups = groups.into_iter().map(|(key, values)| (key, Value::Tuple(values)));
                Value::Object(ValueMap::from_sorted(groups.collect()))
            }
        };
        Ok(value.mark_if(self.sensitive))
    }
}
