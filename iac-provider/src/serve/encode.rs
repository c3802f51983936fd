//! Schemas in version 6 of the plugin protocol: the inverse of [`crate::wire`].

use iac_plan::schema::{Attribute, Block, NestedAttributes, NestedBlock, NestingMode, Schema};

use crate::wire::type_json;

/// Encodes a schema.
pub(super) fn schema(schema: &Schema) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, 1, schema.version);
    bytes(&mut out, 2, &block(&schema.block));
    out
}

fn block(block: &Block) -> Vec<u8> {
    let mut out = Vec::new();
    for each in &block.attributes {
        bytes(&mut out, 2, &attribute(each));
    }
    for each in &block.blocks {
        bytes(&mut out, 3, &nested_block(each));
    }
    out
}

fn attribute(attribute: &Attribute) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(&mut out, 1, attribute.name.as_bytes());
    match &attribute.nested {
        Some(nested) => bytes(&mut out, 10, &nested_attributes(nested)),
        None => bytes(&mut out, 2, type_json(&attribute.ty).to_string().as_bytes()),
    }
    let flags = [
        (4, attribute.required),
        (5, attribute.optional),
        (6, attribute.computed),
        (7, attribute.sensitive),
        (11, attribute.write_only),
    ];
    for (tag, flag) in flags {
        number(&mut out, tag, flag.into());
    }
    out
}

fn nested_attributes(nested: &NestedAttributes) -> Vec<u8> {
    let mut out = Vec::new();
    for each in &nested.block.attributes {
        bytes(&mut out, 1, &attribute(each));
    }
    number(&mut out, 3, mode(nested.mode));
    out
}

fn nested_block(nested: &NestedBlock) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(&mut out, 1, nested.name.as_bytes());
    bytes(&mut out, 2, &block(&nested.block));
    number(&mut out, 3, mode(nested.mode));
    number(&mut out, 4, nested.min_items);
    number(&mut out, 5, nested.max_items);
    out
}

const fn mode(mode: NestingMode) -> u64 {
    match mode {
        NestingMode::Single => 1,
        NestingMode::List => 2,
        NestingMode::Set => 3,
        NestingMode::Map => 4,
        NestingMode::Group => 5,
    }
}

/// Writes a field of bytes.
fn bytes(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag << 3 | 2);
    varint(out, content.len() as u64);
    out.extend(content);
}

/// Writes a numeric field, unless it has the default value.
fn number(out: &mut Vec<u8>, tag: u8, number: u64) {
    if number != 0 {
        out.push(tag << 3);
        varint(out, number);
    }
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while let more @ 1.. = number >> 7 {
        out.push((number & 0x7f) as u8 | 0x80);
        number = more;
    }
    out.push((number & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use iac_lang::types::Type;
    use iac_plan::schema::EntityKind;

    use super::*;
    use crate::wire;

    /// Encodes fields, and returns the bytes after decoding and encoding them again.
    fn again(encoded: &[u8]) -> Vec<u8> {
        schema(&wire::schema(EntityKind::Resource, "x_thing", encoded, 6).expect("the schema is valid"))
    }

    #[test]
    fn decoded_schema_is_encoded_to_the_same_bytes() {
        let long = "n".repeat(300);
        let decoded = |attributes: Vec<Attribute>, blocks: Vec<NestedBlock>| Block { attributes, blocks };
        let mut empty =
            wire::schema(EntityKind::Resource, "x_thing", &[], 6).expect("a message may be empty");
        let attribute = |name: &str, ty: Type| {
            let mut encoded = Vec::new();
            bytes(&mut encoded, 1, name.as_bytes());
            bytes(&mut encoded, 2, type_json(&ty).to_string().as_bytes());
            number(&mut encoded, 4, 1);
            number(&mut encoded, 11, 1);
            let mut content = Vec::new();
            bytes(&mut content, 2, &encoded);
            let mut message = Vec::new();
            bytes(&mut message, 2, &content);
            let schema = wire::schema(EntityKind::Resource, "x_thing", &message, 6).expect("it is valid");
            schema.block.attributes[0].clone()
        };
        let plain = attribute(&long, Type::Map(Box::new(Type::List(Box::new(Type::Number)))));
        let mut nested = attribute("nested", Type::Any);
        let objects = decoded(vec![attribute("member", Type::Bool)], Vec::new());
        nested.nested = Some(NestedAttributes { mode: NestingMode::Set, block: objects.clone().into() });
        let inner = NestedBlock {
            name: "rule".into(),
            mode: NestingMode::List,
            min_items: 1,
            max_items: 300,
            block: objects.into(),
            facts: std::sync::Arc::default(),
        };
        empty.version = 129;
        empty.block = decoded(vec![nested, plain], vec![inner]).into();

        let encoded = schema(&empty);
        assert_eq!(again(&encoded), encoded);
        let decoded = wire::schema(EntityKind::Resource, "x_thing", &encoded, 6).expect("it is valid");
        assert_eq!(decoded.version, 129);
        let [nested, plain] = decoded.block.attributes.as_slice() else { panic!("{decoded:?}") };
        assert!(plain.required && plain.write_only && !plain.computed);
        assert_eq!(nested.nested.as_ref().map(|nested| nested.mode), Some(NestingMode::Set));
        assert_eq!((decoded.block.blocks[0].min_items, decoded.block.blocks[0].max_items), (1, 300));
    }
}
