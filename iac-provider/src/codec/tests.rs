use iac_lang::types::{ObjectAttribute, Type};
use iac_lang::value::{Value, ValueMap};
use iac_plan::schema::Block;

use super::*;

fn member(name: &str, ty: Type) -> ObjectAttribute {
    ObjectAttribute { name: name.into(), ty, optional: false, default: None }
}

fn json(text: &str) -> Value {
    Value::parse_json(text).unwrap()
}

fn list(value: Value) -> Value {
    match value {
        Value::Tuple(elements) => Value::List(elements),
        other => other,
    }
}

fn map(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Map(members),
        other => other,
    }
}

#[track_caller]
fn round_trip(value: &Value, ty: &Type) {
    let encoded = encode(value, Shape::Type(ty)).unwrap();
    assert_eq!(&decode(Some(&encoded), Shape::Type(ty)).unwrap(), value);
}

#[test]
fn values_round_trip() {
    let long = "x".repeat(70_000);
    for text in [
        "\"\"",
        "\"héllo\"",
        &format!("{:?}", &long[..40]),
        &format!("{:?}", &long[..300]),
        &format!("{long:?}"),
    ] {
        round_trip(&json(text), &Type::String);
    }
    for text in
        ["0", "-1", "-33", "127", "128", "-9223372036854775808", "18446744073709551615", "0.1", "1e300"]
    {
        round_trip(&json(text), &Type::Number);
    }
    let huge: Value = Value::Number("123456789012345678901234567890".parse().unwrap());
    round_trip(&huge, &Type::Number);
    for value in [Value::Null, Value::UNKNOWN, Value::Bool(true), Value::Bool(false)] {
        round_trip(&value, &Type::Bool);
    }
    let numbers = Type::List(Box::new(Type::Number));
    for length in [0, 15, 16, 65_536] {
        round_trip(&Value::List(vec![Value::UNKNOWN; length]), &numbers);
    }
    let lists = [("a".into(), list(json("[1]"))), ("b".into(), list(json("[]")))];
    round_trip(&Value::Map(lists.into()), &Type::Map(Box::new(numbers.clone())));
    round_trip(&json(r#"[1, "x"]"#), &Type::Tuple(vec![Type::Number, Type::String]));
    round_trip(&Value::Set(vec![Value::Bool(true), Value::UNKNOWN]), &Type::Set(Box::new(Type::Bool)));
    let object = Type::Object(vec![member("a", Type::Any), member("b", numbers)]);
    round_trip(&json(r#"{"a": {"c": [true, null, "x"]}, "b": null}"#), &object);
}

#[test]
fn encoding_matches_terraforms_bytes() {
    for (value, ty, bytes) in [
        (Value::UNKNOWN, Type::String, &[0xd4, 0, 0][..]),
        (list(json("[1, -2]")), Type::List(Box::new(Type::Number)), &[0x92, 1, 0xfe]),
        (json("0.5"), Type::Number, b"\xa30.5"),
        (
            json(r#"{"k": true}"#),
            Type::Object(vec![member("k", Type::Bool), member("n", Type::Bool)]),
            b"\x82\xa1k\xc3\xa1n\xc0",
        ),
        (json("true"), Type::Any, b"\x92\xc4\x06\"bool\"\xc3"),
    ] {
        assert_eq!(encode(&value, Shape::Type(&ty)).unwrap().msgpack, bytes, "{value:?}");
    }
}

#[test]
fn refined_unknowns_are_unknown() {
    let refined =
        DynamicValue { msgpack: b"\x92\xc7\x03\x0c\x81\x01\xc2\xa1x"[..].into(), json: bytes::Bytes::new() };
    let ty = Type::List(Box::new(Type::String));
    assert_eq!(
        decode(Some(&refined), Shape::Type(&ty)).unwrap(),
        Value::List(vec![Value::UNKNOWN, Value::String("x".into())])
    );
}

#[test]
fn json_is_decoded_by_type() {
    let value = DynamicValue {
        msgpack: bytes::Bytes::new(),
        json: br#"{"a": ["x"], "b": {"type": ["map", "number"], "value": {"k": 1}}}"#[..].into(),
    };
    let ty = Type::Object(vec![member("a", Type::Set(Box::new(Type::String))), member("b", Type::Any)]);
    let expected: ValueMap =
        [("a".into(), Value::Set(vec![Value::String("x".into())])), ("b".into(), map(json(r#"{"k": 1}"#)))]
            .into();
    assert_eq!(decode(Some(&value), Shape::Type(&ty)).unwrap(), Value::Object(expected));
}

#[test]
fn invalid_values_are_rejected() {
    let refused = |bytes: &[u8], ty: &Type| {
        let value = DynamicValue { msgpack: bytes::Bytes::copy_from_slice(bytes), json: bytes::Bytes::new() };
        decode(Some(&value), Shape::Type(ty)).expect_err("it is no value")
    };
    let list = Type::List(Box::new(Type::String));
    assert_eq!(refused(b"\x92\xa1x", &list), CodecError::Truncated);
    assert_eq!(refused(b"\xdd\xff\xff\xff\xff", &list), CodecError::Truncated);
    assert_eq!(refused(b"\xa1xx", &Type::String), CodecError::Trailing);
    assert_eq!(refused(b"\xc3", &Type::String), CodecError::Mismatch("a boolean".to_owned(), "a string"));
    assert_eq!(
        refused(b"\xc1", &Type::String),
        CodecError::Mismatch("a reserved byte".to_owned(), "a value")
    );
    assert!(
        matches!(refused(b"\x81\xa1x\xc0", &Type::Object(Vec::new())), CodecError::Mismatch(name, _) if name == "`x`")
    );
    let mut deep = vec![];
    for _ in 0..10_000 {
        deep.extend(b"\x92\xc4\x11[\"list\",\"dynamic\"]\x91");
    }
    assert!(matches!(refused(&deep, &Type::Any), CodecError::TooDeep | CodecError::Mismatch(..)));
    assert_eq!(decode(None, Shape::Block(&Block::default())), Err(CodecError::Missing));
    assert_eq!(
        encode(&Value::Bool(true), Shape::Type(&Type::Number)).map(|_| ()),
        Err(CodecError::Mismatch("a boolean".to_owned(), "a number"))
    );
}
