//! Expansion of `count` and `for_each` to instances.

use iac_core::address::InstanceKey;
use iac_core::expression::Expression;
use iac_core::text::Text;
use iac_lang::config::Meta;
use iac_lang::eval::{EvalError, Scope, evaluate};
use iac_lang::value::{Number, Unknown, Value, ValueMap};

/// The maximum number of instances, so that a wrong number does not exhaust the memory.
const MAX_INSTANCES: u64 = 10_000_000;

/// The instances of a resource or module.
#[derive(Clone, Debug)]
pub(crate) enum Expansion {
    /// A single instance without a key.
    Single,
    /// `count` instances.
    Count(u64),
    /// One instance for each key and value, sorted by key.
    Each(Vec<(Text, Value)>),
    /// Unknown, as the value that they depend on.
    Unknown(Unknown),
}

/// The values of `each` and `count` in an instance.
#[derive(Clone, Debug, Default)]
pub(crate) enum Repetition {
    /// Neither is available.
    #[default]
    None,
    /// `count.index`.
    Count(u64),
    /// `each.key` and `each.value`.
    Each(Text, Value),
}

impl Expansion {
    /// Evaluates `count` or `for_each`.
    pub(crate) fn of(meta: &Meta, scope: &dyn Scope) -> Result<Self, EvalError> {
        match (&meta.count, &meta.for_each) {
            (Some(count), _) => {
                evaluate(count, scope).and_then(self::count).map_err(|error| about(error, count))
            }
            (None, Some(for_each)) => {
                evaluate(for_each, scope).and_then(each).map_err(|error| about(error, for_each))
            }
            (None, None) => Ok(Self::Single),
        }
    }

    /// Returns the instances, in order.
    pub(crate) fn instances(&self) -> Vec<(Option<InstanceKey>, Repetition)> {
        match self {
            Self::Single => vec![(None, Repetition::None)],
            Self::Count(count) => (0..*count)
                .map(|index| (Some(InstanceKey::Number(index)), Repetition::Count(index)))
                .collect(),
            Self::Each(elements) => {
                let instance = |(key, value): &(Text, Value)| {
                    (Some(InstanceKey::String(key.clone())), Repetition::Each(key.clone(), value.clone()))
                };
                elements.iter().map(instance).collect()
            }
            Self::Unknown(_) => Vec::new(),
        }
    }
}

/// Adds the expression that an error concerns.
fn about(mut error: EvalError, expression: &Expression) -> EvalError {
    error.concerns(expression);
    error
}

fn count(value: Value) -> Result<Expansion, EvalError> {
    let invalid = |detail: &str| Err(EvalError::new("Invalid count argument", detail));
    // Terraform takes a sensitive number, but not a sensitive `for_each`.
    let (value, _) = value.split_mark();
    let number: Number = match &value {
        Value::Unknown(unknown) => return Ok(Expansion::Unknown(unknown.clone())),
        Value::Null => return invalid("The value of `count` is null. A whole number is required."),
        Value::Number(number) => number.clone(),
        Value::String(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => return invalid("The value of `count` is not a number."),
        },
        _ => return invalid("The value of `count` is not a number."),
    };
    if number.is_negative() {
        return invalid("The value of `count` must not be negative.");
    }
    match number.as_usize().and_then(|number| u64::try_from(number).ok()) {
        Some(number) if number <= MAX_INSTANCES => Ok(Expansion::Count(number)),
        Some(_) => invalid("The value of `count` is too large."),
        None => invalid("The value of `count` is not a whole number."),
    }
}

fn each(value: Value) -> Result<Expansion, EvalError> {
    let invalid = |detail: String| Err(EvalError::new("Invalid for_each argument", detail));
    let (value, sensitive) = value.split_mark();
    if sensitive {
        return invalid(
            "The value of `for_each` must not be sensitive, because instance addresses would reveal it."
                .into(),
        );
    }
    match value {
        Value::Unknown(unknown) => Ok(Expansion::Unknown(unknown)),
        Value::Map(elements) | Value::Object(elements) => Ok(Expansion::Each(keyed(elements))),
        Value::Set(elements) => {
            let mut keys = Vec::with_capacity(elements.len());
            for element in elements {
                match element {
                    Value::String(key) => keys.push((key.clone(), Value::String(key))),
                    Value::Unknown(unknown) => return Ok(Expansion::Unknown(unknown)),
                    Value::Null => return invalid("The set in `for_each` must not contain null.".into()),
                    _ => return invalid("The set in `for_each` must contain only strings.".into()),
                }
            }
            keys.sort_by(|(left, _), (right, _)| left.cmp(right));
            Ok(Expansion::Each(keys))
        }
        Value::Null => invalid("The value of `for_each` is null. A map or a set of strings is required.".into()),
        Value::List(_) | Value::Tuple(_) => invalid(
            "The value of `for_each` is a list. A map or a set of strings is required; `toset` converts a list of strings."
                .into(),
        ),
        _ => invalid("The value of `for_each` must be a map or a set of strings.".into()),
    }
}

fn keyed(elements: ValueMap) -> Vec<(Text, Value)> {
    elements.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use iac_lang::eval::NoScope;

    use super::*;

    fn expand(count: Option<Expression>, for_each: Option<Expression>) -> Result<Expansion, EvalError> {
        Expansion::of(&Meta { count, for_each, ..Meta::default() }, &NoScope)
    }

    #[test]
    fn count_and_for_each_expand_to_instances() {
        let keys = |expansion: Expansion| {
            let instances = expansion.instances().into_iter();
            instances.map(|(key, _)| key).collect::<Vec<_>>()
        };
        let counted = expand(Some(Expression::string("2")), None).unwrap();
        assert_eq!(keys(counted), [0, 1].map(|index| Some(InstanceKey::Number(index))));
        assert_eq!(keys(expand(None, None).unwrap()), [None]);
        for wrong in
            [Expression::Integer(-1), Expression::Float(0.5), Expression::Null, Expression::string("x")]
        {
            let error = expand(Some(wrong), None).unwrap_err();
            assert_eq!(error.summary, "Invalid count argument");
        }
        let list = Expression::List(vec![Expression::string("a")]);
        assert_eq!(expand(None, Some(list)).unwrap_err().summary, "Invalid for_each argument");
        let object =
            Expression::Object(vec![(iac_core::expression::ObjectKey::Name("a".into()), Expression::Null)]);
        let each = expand(None, Some(object)).unwrap();
        assert_eq!(keys(each), [Some(InstanceKey::String("a".into()))]);
    }
}
