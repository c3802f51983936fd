//! Hashes, encryption and identifiers.

use super::{argument, call};
use crate::expr::{Expr, IntoExpr, IntoExpression};

functions! {
    /// The SHA-256 hash of the text in Base64.
    fn base64sha256(string: String) -> String;

    /// The SHA-512 hash of the text in Base64.
    fn base64sha512(string: String) -> String;

    /// The SHA-256 hash of a file in Base64.
    fn filebase64sha256(path: String) -> String;

    /// The SHA-512 hash of a file in Base64.
    fn filebase64sha512(path: String) -> String;

    /// The MD5 hash of a file in hexadecimal.
    fn filemd5(path: String) -> String;

    /// The SHA-1 hash of a file in hexadecimal.
    fn filesha1(path: String) -> String;

    /// The SHA-256 hash of a file in hexadecimal.
    fn filesha256(path: String) -> String;

    /// The SHA-512 hash of a file in hexadecimal.
    fn filesha512(path: String) -> String;

    /// The MD5 hash of the text in hexadecimal.
    fn md5(string: String) -> String;

    /// The text that was encrypted with RSA, from Base64 and a private key in PEM format.
    fn rsadecrypt(ciphertext: String, privatekey: String) -> String;

    /// The SHA-1 hash of the text in hexadecimal.
    fn sha1(string: String) -> String;

    /// The SHA-256 hash of the text in hexadecimal.
    fn sha256(string: String) -> String;

    /// The SHA-512 hash of the text in hexadecimal.
    fn sha512(string: String) -> String;

    /// A random identifier, different each time Terraform runs.
    fn uuid() -> String;

    /// The identifier that belongs to a name in a namespace: `dns`, `url`, `oid`, `x500`, or an identifier.
    fn uuidv5(namespace: String, name: String) -> String;
}

/// The Blowfish hash of the text, salted, hence different each time Terraform runs. The cost is 10 where none is given.
#[must_use]
pub fn bcrypt(string: impl IntoExpr<String>, cost: Option<u8>) -> Expr<String> {
    let mut arguments = vec![argument(string)];
    arguments.extend(cost.map(IntoExpression::into_expression));
    call("bcrypt", arguments)
}
