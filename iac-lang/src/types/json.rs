//! Types in JSON, as in states, plans and schemas: `"string"`, `["list", "string"]`, `["object", { "name": "string"
//! }]`, with the names of optional attributes as a third element.

use std::fmt;

use iac_core::text::Text;
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{ObjectAttribute, Type};

impl Serialize for Type {
    /// Serializes the type without defaults.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("dynamic"),
            Self::String => serializer.serialize_str("string"),
            Self::Number => serializer.serialize_str("number"),
            Self::Bool => serializer.serialize_str("bool"),
            Self::List(element) => pair(serializer, "list", element),
            Self::Set(element) => pair(serializer, "set", element),
            Self::Map(element) => pair(serializer, "map", element),
            Self::Tuple(elements) => pair(serializer, "tuple", elements.as_slice()),
            Self::Object(attributes) => {
                let optional: Vec<&str> = attributes
                    .iter()
                    .filter(|attribute| attribute.optional)
                    .map(|attribute| attribute.name.as_str())
                    .collect();
                let mut sequence = serializer.serialize_seq(Some(2 + usize::from(!optional.is_empty())))?;
                sequence.serialize_element("object")?;
                sequence.serialize_element(&Attributes(attributes))?;
                if !optional.is_empty() {
                    sequence.serialize_element(&optional)?;
                }
                sequence.end()
            }
        }
    }
}

fn pair<S: Serializer>(
    serializer: S,
    kind: &str,
    content: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(2))?;
    sequence.serialize_element(kind)?;
    sequence.serialize_element(content)?;
    sequence.end()
}

struct Attributes<'a>(&'a [ObjectAttribute]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for attribute in self.0 {
            map.serialize_entry(attribute.name.as_str(), &attribute.ty)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypeVisitor)
    }
}

struct TypeVisitor;

impl<'de> Visitor<'de> for TypeVisitor {
    type Value = Type;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type, such as `\"string\"` or `[\"list\", \"string\"]`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Type, E> {
        Ok(match name {
            "dynamic" => Type::Any,
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            _ => return Err(E::custom(format!("{name:?} is not a type"))),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Type, A::Error> {
        let kind: String =
            sequence.next_element()?.ok_or_else(|| A::Error::custom("the name of the type is missing"))?;
        match kind.as_str() {
            "list" => content(&mut sequence).map(Box::new).map(Type::List),
            "set" => content(&mut sequence).map(Box::new).map(Type::Set),
            "map" => content(&mut sequence).map(Box::new).map(Type::Map),
            "tuple" => content(&mut sequence).map(Type::Tuple),
            "object" => {
                let ObjectAttributes(mut attributes) = content(&mut sequence)?;
                let optional: Vec<String> = sequence.next_element()?.unwrap_or_default();
                for attribute in &mut attributes {
                    attribute.optional = optional.iter().any(|name| attribute.name == **name);
                }
                Ok(Type::Object(attributes))
            }
            _ => Err(A::Error::custom(format!("{kind:?} is not a type"))),
        }
    }
}

fn content<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(sequence: &mut A) -> Result<T, A::Error> {
    sequence.next_element()?.ok_or_else(|| A::Error::custom("the type of the elements is missing"))
}

struct ObjectAttributes(Vec<ObjectAttribute>);

impl<'de> Deserialize<'de> for ObjectAttributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributesVisitor).map(Self)
    }
}

struct AttributesVisitor;

impl<'de> Visitor<'de> for AttributesVisitor {
    type Value = Vec<ObjectAttribute>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the types of an object's attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut attributes = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some((name, ty)) = map.next_entry::<String, Type>()? {
            attributes.push(ObjectAttribute::new(Text::from(name), ty));
        }
        attributes.sort_by(|left, right| left.name.cmp(&right.name));
        attributes.dedup_by(|next, first| next.name == first.name);
        Ok(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_round_trip_through_json() {
        for json in [
            r#""dynamic""#,
            r#"["list","string"]"#,
            r#"["set",["map","bool"]]"#,
            r#"["tuple",["number","string"]]"#,
            r#"["object",{"a":"string","b":["list","number"]}]"#,
            r#"["object",{"a":"string","b":"number"},["b"]]"#,
            r#"["object",{}]"#,
        ] {
            let ty: Type = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_string(&ty).expect("a type is JSON"), json);
        }
    }

    #[test]
    fn invalid_json_type_is_an_error() {
        for json in [r#""text""#, "[]", r#"["list"]"#, r#"["list",["x"]]"#, "1", r#"["object","string"]"#] {
            assert!(serde_json::from_str::<Type>(json).is_err(), "{json}");
        }
    }
}
