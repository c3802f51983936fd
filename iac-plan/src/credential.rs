//! Recognition of credentials by their shape, and by the names of their variables.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The prefixes of tokens, and the minimum length of a token.
const PREFIXES: [(&str, usize); 14] = [
    ("AIza", 35),
    ("eyJhbGciOi", 20),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("ghu_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("npm_", 36),
    ("sk_live_", 24),
    ("rk_live_", 24),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxs-", 20),
];
/// The prefixes of access key ids. 16 capital letters and digits follow.
const ACCESS_KEYS: [&str; 2] = ["AKIA", "ASIA"];
const ACCESS_KEY_LENGTH: usize = 20;
/// The length of a secret access key.
const SECRET_KEY_LENGTH: usize = 40;

/// Returns `true` if a string, plain or in Base64, contains something with the shape of a credential: an access key, a
/// private key, or a token of a well-known service.
///
/// ```
/// use iac_plan::credential::has_credential;
///
/// assert!(has_credential("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"));
/// assert!(!has_credential("ami-0123456789abcdef0"));
/// ```
#[must_use]
pub fn has_credential(text: &str) -> bool {
    is_plain_credential(text)
        || (text.len() >= ACCESS_KEY_LENGTH
            && STANDARD
                .decode(text.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .is_some_and(|text| is_plain_credential(&text)))
}

fn is_plain_credential(text: &str) -> bool {
    let is_of_token = |byte: char| byte.is_ascii_alphanumeric() || matches!(byte, '/' | '+' | '_' | '-');
    text.contains("PRIVATE KEY-----") || text.split(|byte| !is_of_token(byte)).any(is_token)
}

fn is_token(word: &str) -> bool {
    let is_access_key = || {
        word.len() == ACCESS_KEY_LENGTH
            && ACCESS_KEYS.iter().any(|prefix| word.starts_with(prefix))
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    // Hashes have 40 characters, too, but a single case and no slash.
    let is_secret_key = || {
        word.len() == SECRET_KEY_LENGTH
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
            && word.bytes().any(|byte| byte.is_ascii_lowercase())
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| matches!(byte, b'/' | b'+'))
            && !word.contains(['_', '-'])
    };
    let has_prefix =
        || PREFIXES.iter().any(|(prefix, least)| word.len() >= *least && word.starts_with(prefix));
    is_access_key() || has_prefix() || is_secret_key()
}

/// Returns `true` if a name is that of a credential: `DB_PASSWORD`, `apiToken`.
///
/// ```
/// use iac_plan::credential::is_credential_name;
///
/// assert!(is_credential_name("DB_PASSWORD") && !is_credential_name("PASSWORD_MIN_LENGTH"));
/// ```
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    const ENDS: [&str; 10] = [
        "password",
        "passwd",
        "pwd",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "secretkey",
        "privatekey",
        "credentials",
    ];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
    ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_recognized_by_shape() {
        let credentials = [
            "AKIAIOSFODNN7EXAMPLE",
            "key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY;",
            "-----BEGIN RSA PRIVATE KEY-----",
            "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
            "ghp_0123456789abcdefghijklmnopqrstuvwxyzABCD",
            // The first of these in Base64.
            "QUtJQUlPU0ZPRE5ON0VYQU1QTEU=",
        ];
        for text in credentials {
            assert!(has_credential(text), "{text}");
        }
        let others = [
            "",
            "AKIA",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "arn:aws:iam::123456789012:role/AKIA-reader",
            "a/path/with/FORTY/characters/in/all/of/it",
            "aGVsbG8gd29ybGQ=",
        ];
        for text in others {
            assert!(!has_credential(text), "{text}");
        }
    }

    #[test]
    fn credential_names_are_recognized_by_suffix() {
        for name in ["PASSWORD", "db_password", "GITHUB_TOKEN", "clientSecret", "API_KEY", "secret-key"] {
            assert!(is_credential_name(name), "{name}");
        }
        for name in ["", "TOKEN_URL", "SECRET_ARN", "KEY", "PASSWORD_LENGTH"] {
            assert!(!is_credential_name(name), "{name}");
        }
    }
}
