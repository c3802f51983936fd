//! `rsadecrypt`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;

use super::FunctionError;
use super::argument::{Arguments, string};
use super::function::{Function, Outcome};
use super::string::text;

/// The maximum key size, in bits.
const MAX_KEY_BITS: u64 = 16_384;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::partial("rsadecrypt", &[string("ciphertext"), string("privatekey")], decrypt)];

/// Decrypts PKCS #1 version 1.5. Errors reveal nothing about the key.
fn decrypt(arguments: &mut Arguments) -> Outcome {
    let ciphertext = STANDARD.decode(arguments.text(0).as_bytes());
    let ciphertext = ciphertext.map_err(|error| arguments.error(0, format!("invalid Base64: {error}")))?;
    let key = Key::parse(arguments.text(1))
        .ok_or_else(|| arguments.error(1, "not an unencrypted RSA private key in PEM format"))?;
    let wrong = || FunctionError::Failed("cannot decrypt the ciphertext with this key".to_owned());
    let size = usize::try_from(key.modulus.bits().div_ceil(8)).map_err(|_| wrong())?;
    let number = BigUint::from_bytes_be(&ciphertext);
    if ciphertext.len() != size || number >= key.modulus {
        return Err(wrong());
    }
    let message = number.modpow(&key.exponent, &key.modulus).to_bytes_be();
    // `00 02`, at least eight nonzero bytes, `00`, and the plaintext; the first zero is lost in the number.
    let padded = message.strip_prefix(&[2]).filter(|_| message.len() + 1 == size).ok_or_else(wrong)?;
    let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8).ok_or_else(wrong)?;
    String::from_utf8(padded[end + 1..].to_vec()).map(text).map_err(|_| wrong())
}

/// A private key.
struct Key {
    modulus: BigUint,
    exponent: BigUint,
}

impl Key {
    /// Parses PEM in PKCS #1 or PKCS #8 form.
    fn parse(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: String = body.split_ascii_whitespace().collect();
        let der = STANDARD.decode(body).ok()?;
        let key = match label {
            "RSA PRIVATE KEY" => Self::pkcs1(&der),
            "PRIVATE KEY" => {
                let mut outer = Der(Der(&der).element(SEQUENCE)?);
                outer.element(INTEGER)?;
                outer.element(SEQUENCE)?;
                Self::pkcs1(outer.element(OCTETS)?)
            }
            _ => None,
        };
        key.filter(|key| {
            key.modulus.bits() > 88
                && key.modulus.bits() <= MAX_KEY_BITS
                && key.exponent.bits() <= MAX_KEY_BITS
        })
    }

    fn pkcs1(der: &[u8]) -> Option<Self> {
        let mut fields = Der(Der(der).element(SEQUENCE)?);
        let _version = fields.element(INTEGER)?;
        let modulus = BigUint::from_bytes_be(fields.element(INTEGER)?);
        let _public_exponent = fields.element(INTEGER)?;
        let exponent = BigUint::from_bytes_be(fields.element(INTEGER)?);
        Some(Self { modulus, exponent })
    }
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The unread rest of DER data.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// Returns the content of the next element, which must have this tag.
    fn element(&mut self, kind: u8) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            length @ 0..=0x7f => (length, rest),
            length @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(length - 0x80)?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (*found == kind).then_some(content)
    }
}
