//! A value for each argument: of the right type and, as far as the knowledge and the name tell, accepted by the
//! provider.

use iac_codegen::emit::{Scope, variants};
use iac_codegen::model::{Attribute, Literal, Type};

use crate::examples;

/// Returns the value as Rust code.
pub(crate) fn value(scope: &Scope<'_>, attribute: &Attribute) -> String {
    of_type(scope, attribute, &attribute.ty)
}

fn of_type(scope: &Scope<'_>, attribute: &Attribute, ty: &Type) -> String {
    match ty {
        Type::String => string(scope, attribute),
        Type::Number => number(attribute),
        Type::Bool => "true".to_owned(),
        Type::List(element) | Type::Set(element) => format!("[{}]", of_type(scope, attribute, element)),
        Type::Map(element) => format!("[({MAP_KEY:?}, {})]", of_type(scope, attribute, element)),
        Type::Dynamic | Type::Tuple(_) => format!("{EXAMPLE:?}"),
        Type::Object(_) | Type::Nested(_) => panic!("{}: objects are built", attribute.name),
    }
}

fn number(attribute: &Attribute) -> String {
    let allowed = attribute.facts.allowed.iter().chain(&attribute.facts.default);
    let number = allowed.filter_map(|value| match value {
        Literal::Number(number) if number != "0" => Some(number.clone()),
        _ => None,
    });
    number.into_iter().next().unwrap_or_else(|| "1".to_owned())
}

fn string(scope: &Scope<'_>, attribute: &Attribute) -> String {
    if let (None, Some(name)) = (&attribute.reference, scope.enum_name(attribute)) {
        let values: Vec<&str> = attribute.facts.allowed.iter().filter_map(text_of).collect();
        let chosen = values.iter().position(|value| !value.is_empty()).unwrap_or_default();
        return format!("s::{name}::{}", variants(&values)[chosen]);
    }
    format!("{:?}", text(attribute))
}

fn text_of(value: &Literal) -> Option<&str> {
    match value {
        Literal::String(text) => Some(text),
        _ => None,
    }
}

fn text(attribute: &Attribute) -> String {
    let facts = &attribute.facts;
    let known = facts.allowed.iter().chain(&facts.default).filter_map(text_of).find(|text| !text.is_empty());
    if let Some(known) = known {
        return known.to_owned();
    }
    if examples::is_document(attribute) {
        return filled(examples::DOCUMENT);
    }
    let example = examples::of_reference(attribute).or_else(|| examples::by_name(&attribute.name));
    filled(example.unwrap_or(EXAMPLE))
}

/// Returns an example with a fixed number in place of `#`.
fn filled(example: &str) -> String {
    example.replace('#', "100")
}

/// Values of arguments whose allowed values are unknown.
pub(crate) fn free_values() -> Vec<String> {
    [EXAMPLE, MAP_KEY].into_iter().chain(examples::all()).map(filled).collect()
}

const EXAMPLE: &str = "example";
const MAP_KEY: &str = "key";
