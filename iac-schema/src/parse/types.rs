//! Types as text.

use super::UNKNOWN_SHAPE;
use crate::model::{Attribute, Block, Service, ShapeId, Type};

/// Parses a complete type. Objects whose members are listed become shapes of the service; the shapes of others are
/// read later.
pub(crate) fn parse_type(service: &mut Service, text: &str) -> Result<Type, String> {
    let (ty, rest) = ty(service, text)?;
    if rest.is_empty() { Ok(ty) } else { Err(format!("unexpected `{rest}` after a type")) }
}

fn ty<'a>(service: &mut Service, text: &'a str) -> Result<(Type, &'a str), String> {
    let end = text.find(['(', ')', ',']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let simple = match word {
        "string" => Some(Type::String),
        "number" => Some(Type::Number),
        "bool" => Some(Type::Bool),
        "dynamic" => Some(Type::Dynamic),
        "object" if !rest.starts_with('(') => Some(Type::Object(UNKNOWN_SHAPE)),
        _ => None,
    };
    if let Some(simple) = simple {
        return Ok((simple, rest));
    }
    let mut rest = rest.strip_prefix('(').ok_or_else(|| format!("`{word}` is not a type"))?;
    let mut members: Vec<Attribute> = Vec::new();
    while !rest.starts_with(')') {
        if !members.is_empty() {
            rest = rest.strip_prefix(',').ok_or("missing `,` or `)` in a type")?;
        }
        let mut member = Attribute::default();
        if word == "object" {
            let (name, after) = rest.split_once('=').ok_or("missing `=` in an object type")?;
            member.optional = name.ends_with('?');
            name.trim_end_matches('?').clone_into(&mut member.name);
            rest = after;
        }
        (member.ty, rest) = ty(service, rest)?;
        members.push(member);
    }
    let rest = &rest[1..];
    let ty = match (word, members.len()) {
        ("object", _) => Type::Object(object(service, members)),
        ("tuple", _) => Type::Tuple(members.into_iter().map(|member| member.ty).collect()),
        ("list", 1) => Type::List(Box::new(members.remove(0).ty)),
        ("set", 1) => Type::Set(Box::new(members.remove(0).ty)),
        ("map", 1) => Type::Map(Box::new(members.remove(0).ty)),
        ("list" | "set" | "map", count) => return Err(format!("a {word} has one element type, not {count}")),
        _ => return Err(format!("`{word}` is not a type")),
    };
    Ok((ty, rest))
}

fn object(service: &mut Service, attributes: Vec<Attribute>) -> ShapeId {
    let shape = Block { attributes, ..Block::default() };
    let known = service.shapes.iter().position(|known| *known == shape);
    ShapeId(known.unwrap_or_else(|| {
        service.shapes.push(shape);
        service.shapes.len() - 1
    }))
}

#[cfg(test)]
mod tests {
    use super::parse_type;
    use crate::model::Service;
    use crate::print::print_type;

    fn service() -> Service {
        Service { name: String::new(), entities: Vec::new(), shapes: Vec::new() }
    }

    #[test]
    fn types_round_trip() {
        let text = "map(tuple(string,list(object(a=number,b?=set(bool),c=object())),dynamic,tuple()))";
        let mut service = service();
        let ty = parse_type(&mut service, text).unwrap();
        assert_eq!(print_type(&service, &ty), text);
    }

    #[test]
    fn invalid_types_are_reported() {
        let error = |text: &str| parse_type(&mut service(), text).unwrap_err();
        assert_eq!(error("text"), "`text` is not a type");
        assert_eq!(error("list(string,string)"), "a list has one element type, not 2");
        assert_eq!(error("list(string"), "missing `,` or `)` in a type");
        assert_eq!(error("object(string)"), "missing `=` in an object type");
        assert_eq!(error("string)"), "unexpected `)` after a type");
        assert_eq!(error("list("), "`` is not a type");
    }
}
