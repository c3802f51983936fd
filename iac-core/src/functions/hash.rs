//! Hash, encryption and UUID functions.

use super::{argument, call};
use crate::expr::{Expr, IntoExpr, IntoExpression};

functions! {
    /// Returns the SHA-256 hash of a string in Base64.
    fn base64sha256(string: String) -> String;

    /// Returns the SHA-512 hash of a string in Base64.
    fn base64sha512(string: String) -> String;

    /// Returns the SHA-256 hash of a file in Base64.
    fn filebase64sha256(path: String) -> String;

    /// Returns the SHA-512 hash of a file in Base64.
    fn filebase64sha512(path: String) -> String;

    /// Returns the MD5 hash of a file in hexadecimal.
    fn filemd5(path: String) -> String;

    /// Returns the SHA-1 hash of a file in hexadecimal.
    fn filesha1(path: String) -> String;

    /// Returns the SHA-256 hash of a file in hexadecimal.
    fn filesha256(path: String) -> String;

    /// Returns the SHA-512 hash of a file in hexadecimal.
    fn filesha512(path: String) -> String;

    /// Returns the MD5 hash of a string in hexadecimal.
    fn md5(string: String) -> String;

    /// Decrypts an RSA-encrypted, Base64-encoded string with a private key in PEM format.
    fn rsadecrypt(ciphertext: String, privatekey: String) -> String;

    /// Returns the SHA-1 hash of a string in hexadecimal.
    fn sha1(string: String) -> String;

    /// Returns the SHA-256 hash of a string in hexadecimal.
    fn sha256(string: String) -> String;

    /// Returns the SHA-512 hash of a string in hexadecimal.
    fn sha512(string: String) -> String;

    /// Returns a random UUID, different each time Terraform runs.
    fn uuid() -> String;

    /// Returns the name-based UUID of a name in a namespace: `dns`, `url`, `oid`, `x500`, or a UUID.
    fn uuidv5(namespace: String, name: String) -> String;
}

/// Returns the bcrypt hash of a string. It is salted, so it differs each time Terraform runs. The default cost is 10.
#[must_use]
pub fn bcrypt(string: impl IntoExpr<String>, cost: Option<u8>) -> Expr<String> {
    let mut arguments = vec![argument(string)];
    arguments.extend(cost.map(IntoExpression::into_expression));
    call("bcrypt", arguments)
}
