//! Schemas in the plugin protocol, decoded directly from the wire format.
//!
//! Tag 10 of an attribute has different wire types in the two protocol versions, and descriptions make up most of the
//! bytes. So this decoder reads the few relevant fields and skips the others.

use std::sync::Arc;

use iac_lang::types::{ObjectAttribute, Type};
use iac_plan::schema::{
    Attribute, Block, EntityKind, Facts, Groups, NestedAttributes, NestedBlock, NestingMode, Schema,
};

/// The maximum nesting depth of blocks; real providers stay far below.
const MAX_DEPTH: usize = 64;

/// The content of a field.
pub(crate) enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) fn number(&self) -> u64 {
        if let Self::Number(number) = self { *number } else { 0 }
    }

    pub(crate) fn is_true(&self) -> bool {
        self.number() != 0
    }
}

/// The fields of a message. An item is `None` if the bytes are not a valid message.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl Fields<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Field<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let key = self.varint()?;
        let field = match key & 7 {
            0 => Field::Number(self.varint()?),
            1 => Field::Bytes(self.take(8)?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Bytes(self.take(4)?),
            _ => return None,
        };
        Some((key >> 3, field))
    }
}

/// Decodes a schema; `None` if the bytes are invalid.
pub(crate) fn schema(kind: EntityKind, type_name: &str, bytes: &[u8], protocol: u8) -> Option<Schema> {
    let reader = Reader { protocol, no_facts: Arc::default() };
    let mut version = 0;
    let mut block = Block::default();
    for field in Fields(bytes) {
        match field? {
            (1, field) => version = field.number(),
            (2, field) => block = reader.block(field.bytes()?, MAX_DEPTH)?,
            _ => {}
        }
    }
    Some(Schema {
        kind,
        type_name: type_name.into(),
        version,
        legacy: false,
        customize_diff: false,
        has_secrets: block.has_secrets(),
        block: Arc::new(block),
        groups: Groups::default(),
    })
}

struct Reader {
    protocol: u8,
    no_facts: Arc<Facts>,
}

impl Reader {
    fn block(&self, bytes: &[u8], depth: usize) -> Option<Block> {
        let depth = depth.checked_sub(1)?;
        let mut block = Block::default();
        for field in Fields(bytes) {
            match field? {
                (2, field) => block.attributes.push(self.attribute(field.bytes()?, depth)?),
                (3, field) => block.blocks.push(self.nested_block(field.bytes()?, depth)?),
                _ => {}
            }
        }
        block.attributes.sort_by(|left, right| left.name.cmp(&right.name));
        block.blocks.sort_by(|left, right| left.name.cmp(&right.name));
        Some(block)
    }

    fn attribute(&self, bytes: &[u8], depth: usize) -> Option<Attribute> {
        let mut attribute = Attribute {
            name: iac_core::Text::default(),
            ty: Type::Any,
            nested: None,
            members: None,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            facts: Arc::clone(&self.no_facts),
        };
        for field in Fields(bytes) {
            match field? {
                (1, field) => attribute.name = field.text()?.into(),
                (2, field) => attribute.ty = parse_type(field.bytes()?)?,
                (4, field) => attribute.required = field.is_true(),
                (5, field) => attribute.optional = field.is_true(),
                (6, field) => attribute.computed = field.is_true(),
                (7, field) => attribute.sensitive = field.is_true(),
                (10, field) if self.protocol >= 6 => {
                    let nested = self.nested_attributes(field.bytes()?, depth)?;
                    attribute.ty = collection(nested.mode, block_type(&nested.block));
                    attribute.members = Some(Arc::clone(&nested.block));
                    attribute.nested = Some(nested);
                }
                (10, field) => attribute.write_only = field.is_true(),
                (11, field) if self.protocol >= 6 => attribute.write_only = field.is_true(),
                _ => {}
            }
        }
        if attribute.members.is_none() {
            attribute.members = self.members(&attribute.ty);
        }
        Some(attribute)
    }

    /// Returns the attributes of the objects in a type.
    fn members(&self, ty: &Type) -> Option<Arc<Block>> {
        match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => self.members(element),
            Type::Object(members) => {
                let attribute = |member: &ObjectAttribute| Attribute {
                    name: member.name.clone(),
                    ty: member.ty.clone(),
                    nested: None,
                    members: self.members(&member.ty),
                    required: false,
                    optional: member.optional,
                    computed: false,
                    sensitive: false,
                    write_only: false,
                    facts: Arc::clone(&self.no_facts),
                };
                let attributes = members.iter().map(attribute).collect();
                Some(Arc::new(Block { attributes, blocks: Vec::new() }))
            }
            _ => None,
        }
    }

    fn nested_attributes(&self, bytes: &[u8], depth: usize) -> Option<NestedAttributes> {
        let depth = depth.checked_sub(1)?;
        let mut mode = NestingMode::Single;
        let mut block = Block::default();
        for field in Fields(bytes) {
            match field? {
                (1, field) => block.attributes.push(self.attribute(field.bytes()?, depth)?),
                (3, field) => mode = nesting_mode(field.number())?,
                _ => {}
            }
        }
        block.attributes.sort_by(|left, right| left.name.cmp(&right.name));
        Some(NestedAttributes { mode, block: Arc::new(block) })
    }

    fn nested_block(&self, bytes: &[u8], depth: usize) -> Option<NestedBlock> {
        let mut nested = NestedBlock {
            name: iac_core::Text::default(),
            mode: NestingMode::Single,
            min_items: 0,
            max_items: 0,
            block: Arc::default(),
            facts: Arc::clone(&self.no_facts),
        };
        for field in Fields(bytes) {
            match field? {
                (1, field) => nested.name = field.text()?.into(),
                (2, field) => nested.block = Arc::new(self.block(field.bytes()?, depth)?),
                (3, field) => nested.mode = nesting_mode(field.number())?,
                (4, field) => nested.min_items = field.number(),
                (5, field) => nested.max_items = field.number(),
                _ => {}
            }
        }
        Some(nested)
    }
}

pub(crate) fn nesting_mode(number: u64) -> Option<NestingMode> {
    Some(match number {
        1 => NestingMode::Single,
        2 => NestingMode::List,
        3 => NestingMode::Set,
        4 => NestingMode::Map,
        5 => NestingMode::Group,
        _ => return None,
    })
}

fn collection(mode: NestingMode, object: Type) -> Type {
    match mode {
        NestingMode::Single | NestingMode::Group => object,
        NestingMode::List => Type::List(Box::new(object)),
        NestingMode::Set => Type::Set(Box::new(object)),
        NestingMode::Map => Type::Map(Box::new(object)),
    }
}

/// Returns the object type of a block's attributes.
fn block_type(block: &Block) -> Type {
    let member = |attribute: &Attribute| ObjectAttribute {
        name: attribute.name.clone(),
        ty: attribute.ty.clone(),
        optional: false,
        default: None,
    };
    Type::Object(block.attributes.iter().map(member).collect())
}

/// Parses a type in the protocol's JSON form: `["list","string"]`.
pub(crate) fn parse_type(bytes: &[u8]) -> Option<Type> {
    from_json(&serde_json::from_slice(bytes).ok()?)
}

fn from_json(json: &serde_json::Value) -> Option<Type> {
    if let Some(name) = json.as_str() {
        return Some(match name {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "dynamic" => Type::Any,
            _ => return None,
        });
    }
    let parts = json.as_array()?;
    let element = || Some(Box::new(from_json(parts.get(1)?)?));
    Some(match parts.first()?.as_str()? {
        "list" => Type::List(element()?),
        "set" => Type::Set(element()?),
        "map" => Type::Map(element()?),
        "tuple" => Type::Tuple(parts.get(1)?.as_array()?.iter().map(from_json).collect::<Option<_>>()?),
        "object" => {
            let optional: Vec<&str> = match parts.get(2) {
                Some(names) => names.as_array()?.iter().filter_map(serde_json::Value::as_str).collect(),
                None => Vec::new(),
            };
            let member = |(name, ty): (&String, &serde_json::Value)| {
                let optional = optional.contains(&name.as_str());
                Some(ObjectAttribute { name: name.into(), ty: from_json(ty)?, optional, default: None })
            };
            let mut members = parts.get(1)?.as_object()?.iter().map(member).collect::<Option<Vec<_>>>()?;
            members.sort_by(|left, right| left.name.cmp(&right.name));
            Type::Object(members)
        }
        _ => return None,
    })
}

/// Encodes a type in the protocol's JSON form.
pub(crate) fn type_json(ty: &Type) -> serde_json::Value {
    let of = |keyword: &str, element: &Type| serde_json::json!([keyword, type_json(element)]);
    match ty {
        Type::Any => "dynamic".into(),
        Type::String => "string".into(),
        Type::Number => "number".into(),
        Type::Bool => "bool".into(),
        Type::List(element) => of("list", element),
        Type::Set(element) => of("set", element),
        Type::Map(element) => of("map", element),
        Type::Tuple(elements) => {
            serde_json::json!(["tuple", elements.iter().map(type_json).collect::<Vec<_>>()])
        }
        Type::Object(members) => {
            let members: serde_json::Map<_, _> =
                members.iter().map(|member| (member.name.to_string(), type_json(&member.ty))).collect();
            serde_json::json!(["object", members])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes a field of bytes.
    fn bytes(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut message = vec![tag << 3 | 2, u8::try_from(content.len()).unwrap()];
        message.extend(content);
        message
    }

    /// Encodes a numeric field.
    fn number(tag: u8, number: u8) -> Vec<u8> {
        vec![tag << 3, number]
    }

    #[test]
    fn schema_is_decoded_and_other_fields_are_skipped() {
        let attribute =
            [bytes(1, b"b"), bytes(2, br#""number""#), bytes(3, b"text"), number(5, 1), number(10, 1)];
        let inner = bytes(2, &[bytes(1, b"a"), bytes(2, br#"["set","string"]"#), number(4, 1)].concat());
        let nested = [bytes(1, b"c"), bytes(2, &inner), number(3, 2), number(5, 3)];
        let block = [bytes(3, &nested.concat()), bytes(2, &attribute.concat()), bytes(4, b"text")];
        let message = [number(1, 7), bytes(2, &block.concat())].concat();
        let schema = schema(EntityKind::Resource, "x_y", &message, 5).expect("it is a schema");
        assert_eq!(schema.version, 7);
        let attribute = schema.block.attribute("b").expect("it has `b`");
        assert!(attribute.optional && attribute.write_only && !attribute.required);
        assert_eq!(attribute.ty, Type::Number);
        let nested = schema.block.nested("c").expect("it has `c`");
        assert_eq!((nested.mode, nested.max_items), (NestingMode::List, 3));
        assert_eq!(nested.block.attribute("a").unwrap().ty, Type::Set(Box::new(Type::String)));
    }

    #[test]
    fn protocol_6_has_nested_attributes() {
        let member = [bytes(1, b"m"), bytes(2, br#""bool""#), number(11, 1)].concat();
        let object = [bytes(1, &member), number(3, 4)].concat();
        let attribute = [bytes(1, b"a"), bytes(10, &object)].concat();
        let message = bytes(2, &bytes(2, &attribute));
        let schema = schema(EntityKind::Resource, "x_y", &message, 6).expect("it is a schema");
        let attribute = schema.block.attribute("a").unwrap();
        let nested = attribute.nested.as_ref().expect("it has attributes");
        assert_eq!(nested.mode, NestingMode::Map);
        assert!(nested.block.attribute("m").unwrap().write_only);
        assert_eq!(type_json(&attribute.ty).to_string(), r#"["map",["object",{"m":"bool"}]]"#);
    }

    #[test]
    fn invalid_schema_is_none() {
        for message in
            [vec![0x12, 0x05, 1], vec![0xff; 12], bytes(2, &[0x0f]), bytes(2, &bytes(2, &bytes(2, b"[")))]
        {
            assert!(schema(EntityKind::Resource, "x_y", &message, 5).is_none(), "{message:?}");
        }
        let mut deep = Vec::new();
        for _ in 0..40 {
            deep = bytes(3, &bytes(2, &deep));
            deep.truncate(255);
        }
        assert!(schema(EntityKind::Resource, "x_y", &bytes(2, &deep[..120]), 5).is_none());
    }

    #[test]
    fn types_round_trip() {
        for text in [
            r#""string""#,
            r#"["list",["map","bool"]]"#,
            r#"["object",{"a":"dynamic","b":["tuple",["number","string"]]}]"#,
        ] {
            assert_eq!(type_json(&parse_type(text.as_bytes()).expect(text)).to_string(), text);
        }
        for text in ["", "\"strange\"", "[\"list\"]", "[]", "{}"] {
            assert_eq!(parse_type(text.as_bytes()), None, "{text}");
        }
    }
}
