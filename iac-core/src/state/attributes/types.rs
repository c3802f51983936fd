//! Types as Terraform writes them in JSON: `"string"`, `["list", "number"]`, `["object", {"a": "bool"}]`.

use super::AttributesError;
use crate::state::json::{Reader, Unexpected};
use crate::types::{ObjectAttribute, Type};
use crate::value::AttributePath;

/// The type that a JSON text says.
pub fn decode_type(json: &str) -> Result<Type, AttributesError> {
    let mut reader = Reader::new(json);
    let ty = read(&mut reader).and_then(|ty| reader.end().map(|()| ty));
    ty.map_err(|Unexpected { expected, found, .. }| AttributesError {
        path: AttributePath::default(),
        expected,
        found,
    })
}

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Type, Unexpected> {
    const EXPECTED: &str = "a type";
    let offset = reader.offset();
    let unknown = Unexpected { offset, expected: EXPECTED, found: "another word" };
    if reader.peek() == Some(b'"') {
        return match &*reader.string(EXPECTED)? {
            "string" => Ok(Type::String),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "dynamic" => Ok(Type::Any),
            _ => Err(unknown),
        };
    }
    if !reader.enter(b'[', EXPECTED)? {
        return Err(Unexpected { offset, expected: EXPECTED, found: "an empty list" });
    }
    let kind = reader.string("the kind of a type")?;
    if !reader.more(b'[')? {
        return Err(Unexpected {
            offset,
            expected: "the type of the elements",
            found: "the end of the list",
        });
    }
    let ty = match &*kind {
        "list" => Type::List(Box::new(read(reader)?)),
        "set" => Type::Set(Box::new(read(reader)?)),
        "map" => Type::Map(Box::new(read(reader)?)),
        "tuple" => {
            let mut types = Vec::new();
            reader.list(|reader| Ok::<_, Unexpected>(types.push(read(reader)?)))?;
            Type::Tuple(types)
        }
        "object" => return object(reader),
        _ => return Err(unknown),
    };
    leave(reader)?;
    Ok(ty)
}

/// The attributes of an object type, and the names of those that are optional.
fn object(reader: &mut Reader<'_>) -> Result<Type, Unexpected> {
    let mut attributes = Vec::new();
    reader.object(|reader, name| {
        attributes.push(ObjectAttribute {
            name: name.into(),
            ty: read(reader)?,
            optional: false,
            default: None,
        });
        Ok::<_, Unexpected>(())
    })?;
    attributes.sort_by(|left, right| left.name.cmp(&right.name));
    attributes.dedup_by(|next, first| next.name == first.name);
    if reader.more(b'[')? {
        reader.list(|reader| {
            let name = reader.string("the name of an optional attribute")?;
            let position = attributes.binary_search_by(|attribute| attribute.name.as_str().cmp(&name));
            if let Ok(position) = position {
                attributes[position].optional = true;
            }
            Ok::<_, Unexpected>(())
        })?;
        leave(reader)?;
    }
    Ok(Type::Object(attributes))
}

fn leave(reader: &mut Reader<'_>) -> Result<(), Unexpected> {
    if reader.more(b'[')? { Err(reader.unexpected("the end of the type")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read() {
        let attribute =
            |name: &str, ty, optional| ObjectAttribute { name: name.into(), ty, optional, default: None };
        let object = Type::Object(vec![
            attribute("a", Type::Set(Box::new(Type::Number)), true),
            attribute("b", Type::Tuple(vec![Type::Bool, Type::Any]), false),
        ]);
        let json =
            r#"["map", ["object", {"b": ["tuple", ["bool", "dynamic"]], "a": ["set", "number"]}, ["a"]]]"#;
        assert_eq!(decode_type(json), Ok(Type::Map(Box::new(object))));
    }

    #[test]
    fn what_is_no_type_says_so() {
        for json in
            ["", "3", "[]", r#"["list"]"#, r#"["list", "string", 1]"#, r#""text""#, r#"["bag", "string"]"#]
        {
            assert!(decode_type(json).is_err(), "{json}");
        }
        assert!(decode_type(&r#"["list","#.repeat(1000)).is_err());
    }
}
