//! Names of credentials, and values that are no credentials despite such a name.

/// Last words of names, which may be joined to the words before: `dbpassword`.
const ENDS: [&str; 22] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "sharedkey",
    "sharedaccesskey",
    "authkey",
    "masterkey",
    "licensekey",
    "credential",
    "credentials",
    "secretaccesskey",
    "webhookurl",
];
/// Last words that also end other words: `bypass`.
const WORDS: [&str; 2] = ["pass", "pat"];

/// Returns true if a name is that of a credential: `DB_PASSWORD`, `apiToken`.
pub(super) fn is_credential_name(name: &str) -> bool {
    // `PASSWORD_1` and `password2` are names of passwords, too.
    let name = name.trim_end_matches(|character: char| !character.is_ascii_alphabetic());
    let joined: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    ENDS.iter().any(|end| joined.ends_with(end)) || is_word(name)
}

fn is_word(name: &str) -> bool {
    let last = name.rsplit(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_end = |word: &str| {
        let Some(start) = last.len().checked_sub(word.len()) else { return false };
        let Some((before, end)) = last.split_at_checked(start) else { return false };
        let is_camel_case = before.ends_with(|letter: char| letter.is_ascii_lowercase())
            && end.starts_with(|letter: char| letter.is_ascii_uppercase());
        end.eq_ignore_ascii_case(word) && (before.is_empty() || is_camel_case)
    };
    WORDS.iter().any(|word| is_end(word))
}

/// Returns true if the value of a credential name may be a credential: not a switch, a placeholder, or a reference to
/// a place where the credential is stored.
pub(super) fn is_literal(value: &str) -> bool {
    const REFERENCES: [&str; 19] = [
        "$",
        "`",
        "{{",
        "<",
        "%",
        "arn:",
        "(sensitive value",
        "@Microsoft.KeyVault(",
        "vault:",
        "vault/",
        "ssm:",
        "ssm/",
        "secretsmanager:",
        "secret:",
        "op://",
        "gcp-sm://",
        "sm://",
        "projects/",
        "ref+",
    ];
    const WORDS: [&str; 17] = [
        "",
        "true",
        "false",
        "null",
        "none",
        "nil",
        "undefined",
        "yes",
        "no",
        "on",
        "off",
        "required",
        "optional",
        "enabled",
        "disabled",
        "string",
        "plaintext",
    ];
    let value = value.trim();
    let is_word = || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_blank = || {
        value.len() > 2
            && value.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'#'))
    };
    // Azure Key Vault and others identify secrets by URL; the path of a file or a parameter contains no credential.
    let is_path = || {
        let is_absolute = value.starts_with('/') && !value.contains(char::is_whitespace);
        (is_absolute && value[1..].contains('/')) || value.contains(".vault.azure.net/secrets/")
    };
    !REFERENCES.iter().any(|start| value.starts_with(start)) && !is_word() && !is_blank() && !is_path()
}
