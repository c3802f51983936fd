//! RSA decryption.

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, PrivateKey, hazmat};

use crate::eval::functions::FunctionError;
use crate::eval::functions::argument::Arguments;
use crate::eval::functions::function::Outcome;
use crate::eval::functions::string::text;

/// Decrypts PKCS #1 version 1.5. Errors reveal nothing about the key.
pub(super) fn decrypt(arguments: &mut Arguments) -> Outcome {
    let ciphertext = STANDARD.decode(arguments.text(0).as_bytes());
    let ciphertext = ciphertext.map_err(|error| arguments.error(0, format!("invalid Base64: {error}")))?;
    let key = parse(arguments.text(1))
        .ok_or_else(|| arguments.error(1, "not an unencrypted RSA private key in PEM format"))?;
    let wrong = || FunctionError::Failed("cannot decrypt the ciphertext with this key".to_owned());
    let message = decrypted(&key, &ciphertext).ok_or_else(wrong)?;
    String::from_utf8(message).map(text).map_err(|_| wrong())
}

/// Decrypts and removes the padding.
///
/// `PrivateKey::decrypt` would answer invalid padding with a made-up message, which protects servers that anybody may ask.
/// Terraform reports an error for it, and here nobody can ask many times, so only the raw decryption is the crate's.
fn decrypted(key: &PrivateKey, ciphertext: &[u8]) -> Option<Vec<u8>> {
    let size = key.size();
    (ciphertext.len() == size).then_some(())?;
    let number = BoxedUint::from_be_slice(ciphertext, key.n_bits_precision()).ok()?;
    let padded = hazmat::rsa_decrypt_and_check(key, None::<&mut Unblinded>, &number).ok()?.to_be_bytes();
    // `00 02`, at least eight nonzero bytes, `00`, and the message.
    let padded = padded.get(padded.len().checked_sub(size)?..)?.strip_prefix(&[0, 2])?;
    let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8)?;
    Some(padded[end + 1..].to_vec())
}

/// Parses PEM in PKCS #1, PKCS #8 or OpenSSH's form.
///
/// As in Terraform, the PEM may be surrounded by other text, and have headers and lines of any length. The crate's parser
/// of PEM accepts none of these, so it only gets the content.
fn parse(pem: &str) -> Option<PrivateKey> {
    let mut lines = pem.lines().map(str::trim_end).skip_while(|line| !line.starts_with("-----BEGIN "));
    let label = lines.next()?.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    let end = format!("-----END {label}-----");
    let mut body = String::new();
    loop {
        match lines.next()? {
            line if line == end => break,
            header if header.contains(':') => {}
            line => body.extend(line.split_ascii_whitespace()),
        }
    }
    let der = STANDARD.decode(body).ok()?;
    match label {
        "RSA PRIVATE KEY" => PrivateKey::from_pkcs1_der(&der).ok(),
        "PRIVATE KEY" => PrivateKey::from_pkcs8_der(&der).ok(),
        "OPENSSH PRIVATE KEY" => openssh(&der),
        _ => None,
    }
}

/// Parses the format of `ssh-keygen`.
fn openssh(content: &[u8]) -> Option<PrivateKey> {
    let mut fields = Fields(content.strip_prefix(b"openssh-key-v1\0")?);
    let [cipher, derivation, _options] = [fields.next()?, fields.next()?, fields.next()?];
    (cipher == b"none" && derivation == b"none").then_some(())?;
    fields.0 = fields.0.strip_prefix(&1_u32.to_be_bytes())?;
    let (_public, private) = (fields.next()?, fields.next()?);
    let (check, rest) = private.split_at_checked(4)?;
    let mut fields = Fields(rest.strip_prefix(check)?);
    (fields.next()? == b"ssh-rsa").then_some(())?;
    let mut number = || {
        let bytes = fields.next()?;
        let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
        BoxedUint::from_be_slice(bytes, u32::try_from(bytes.len() * 8).ok()?).ok()
    };
    let [modulus, exponent, private, _coefficient] = [number()?, number()?, number()?, number()?];
    let primes = vec![number()?, number()?];
    PrivateKey::from_components(modulus, exponent, private, primes).ok()
}

/// Fields, each after its length.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk()?;
        let (field, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        self.0 = rest;
        Some(field)
    }
}

/// No source of randomness. It would hide the time that decryption takes, which nobody can measure from outside here.
enum Unblinded {}

impl TryRng for Unblinded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        match *self {}
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        match *self {}
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        match *self {}
    }
}

impl TryCryptoRng for Unblinded {}
