//! Hash functions, and identifiers that are derived from hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};

use super::argument::{Arguments, Parameter, number, string};
use super::function::{Function, Outcome};
use super::string::text;
use super::{Context, FunctionError, filesystem};
use crate::value::Value;

const TEXT: &[Parameter] = &[string("str")];
const PATH: &[Parameter] = &[string("path")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total("base64sha256", TEXT, |arguments| of_text(arguments, base64::<Sha256>)),
    Function::total("base64sha512", TEXT, |arguments| of_text(arguments, base64::<Sha512>)),
    // The result differs on each call, so it is unknown until apply.
    Function::total("bcrypt", TEXT, |_| Value::UNKNOWN).variadic(number("cost")),
    Function::contextual("filebase64sha256", PATH, |arguments, context| {
        of_file(arguments, context, base64::<Sha256>)
    }),
    Function::contextual("filebase64sha512", PATH, |arguments, context| {
        of_file(arguments, context, base64::<Sha512>)
    }),
    Function::contextual("filemd5", PATH, |arguments, context| of_file(arguments, context, hex::<md5::Md5>)),
    Function::contextual("filesha1", PATH, |arguments, context| {
        of_file(arguments, context, hex::<sha1::Sha1>)
    }),
    Function::contextual("filesha256", PATH, |arguments, context| of_file(arguments, context, hex::<Sha256>)),
    Function::contextual("filesha512", PATH, |arguments, context| of_file(arguments, context, hex::<Sha512>)),
    Function::total("md5", TEXT, |arguments| of_text(arguments, hex::<md5::Md5>)),
    Function::total("sha1", TEXT, |arguments| of_text(arguments, hex::<sha1::Sha1>)),
    Function::total("sha256", TEXT, |arguments| of_text(arguments, hex::<Sha256>)),
    Function::total("sha512", TEXT, |arguments| of_text(arguments, hex::<Sha512>)),
    // The result differs on each call, so it is unknown until apply.
    Function::total("uuid", &[], |_| Value::UNKNOWN),
    Function::partial("uuidv5", &[string("namespace"), string("name")], uuid_v5),
];

fn hex<D: Digest>(content: &[u8]) -> String {
    to_hex(&D::digest(content))
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from(b"0123456789abcdef"[usize::from(digit)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn base64<D: Digest>(content: &[u8]) -> String {
    STANDARD.encode(D::digest(content))
}

fn of_text(arguments: &Arguments, digest: fn(&[u8]) -> String) -> Value {
    text(digest(arguments.text(0).as_bytes()))
}

fn of_file(arguments: &Arguments, context: &Context<'_>, digest: fn(&[u8]) -> String) -> Outcome {
    filesystem::read(arguments, context).map(|content| text(digest(&content)))
}

fn uuid_v5(arguments: &mut Arguments) -> Outcome {
    let namespace = match arguments.text(0).as_str() {
        "dns" => Some(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8),
        "url" => Some(0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8),
        "oid" => Some(0x6ba7_b812_9dad_11d1_80b4_00c0_4fd4_30c8),
        "x500" => Some(0x6ba7_b814_9dad_11d1_80b4_00c0_4fd4_30c8),
        other => parse_uuid(other),
    };
    let Some(namespace) = namespace else {
        return Err(FunctionError::Failed(format!("invalid namespace {:?}", arguments.text(0).as_str())));
    };
    let digest =
        sha1::Sha1::new().chain_update(namespace.to_be_bytes()).chain_update(arguments.text(1).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = to_hex(&bytes);
    Ok(text([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")))
}

/// Parses a UUID, with hyphens between its groups or without any.
fn parse_uuid(text: &str) -> Option<u128> {
    if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return u128::from_str_radix(text, 16).ok();
    }
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    let digits = groups.concat();
    let right = lengths.eq([8, 4, 4, 4, 12]) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    right.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}
