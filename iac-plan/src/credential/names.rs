//! Names of credentials, and values that are no credentials despite such a name.

/// Last words of names, which may be joined to the words before: `dbpassword`.
const ENDS: [&str; 40] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "motdepasse",
    "pwd",
    "secret",
    "token",
    "apikey",
    "appkey",
    "accesskey",
    "accountkey",
    "secretkey",
    "secretkeybase",
    "privatekey",
    "signingkey",
    "signaturekey",
    "encryptionkey",
    "sharedkey",
    "presharedkey",
    "sharedaccesskey",
    "authkey",
    "masterkey",
    "licensekey",
    "hmackey",
    "jwtkey",
    "sessionkey",
    "cookiekey",
    "adminkey",
    "functionkey",
    "hostkey",
    "credential",
    "credentials",
    "secretaccesskey",
    "webhookurl",
    "amzsignature",
    "googsignature",
    "requirepass",
];
/// Plurals of last words: their values are lists or maps of credentials.
const PLURALS: [&str; 5] = ["passwords", "secrets", "tokens", "apikeys", "passphrases"];
/// Last words that also end other words.
const WORDS: [&str; 4] = ["pat", "pw", "psk", "bearer"];
/// Words that end like the name of a password.
const OTHERS: [&str; 8] =
    ["bypass", "compass", "overpass", "underpass", "surpass", "trespass", "encompass", "trackpass"];
/// First words of switches (`rotate_secret`), and of references to credentials (`existingSecret`).
const SWITCHES: [&str; 15] = [
    "rotate",
    "require",
    "requires",
    "enable",
    "enabled",
    "disable",
    "allow",
    "manage",
    "generate",
    "has",
    "is",
    "prevent",
    "automount",
    "existing",
    "public",
];

/// Returns true if a name is that of a credential: `DB_PASSWORD`, `apiToken`.
pub(super) fn is_credential_name(name: &str) -> bool {
    // `PASSWORD_1` and `password2` are names of passwords, too.
    let name = name.trim_matches(|character: char| !character.is_ascii_alphabetic());
    let joined = joined(name);
    let is_end = || {
        ENDS.iter().any(|end| joined.ends_with(end))
            || (joined.ends_with("pass") && !OTHERS.iter().any(|other| joined.ends_with(other)))
            || is_word(name)
            || matches!(joined.as_str(), "authorization" | "proxyauthorization")
    };
    !name.is_empty() && is_end() && !is_switch(name)
}

/// Returns true if a name is that of several credentials: `passwords`, `auth.tokens`.
pub(super) fn is_plural_name(name: &str) -> bool {
    let joined = joined(name);
    PLURALS.iter().any(|end| joined.ends_with(end)) && !is_switch(name)
}

/// Returns true if a member of an object of credentials identifies or describes a credential and is none.
pub(super) fn is_description(name: &str) -> bool {
    const WORDS: [&str; 22] = [
        "name",
        "key",
        "id",
        "arn",
        "user",
        "username",
        "login",
        "email",
        "path",
        "file",
        "namespace",
        "type",
        "kind",
        "version",
        "region",
        "from",
        "ref",
        "host",
        "url",
        "description",
        "engine",
        "enabled",
    ];
    let last = words(name).last().map(str::to_ascii_lowercase).unwrap_or_default();
    WORDS.contains(&last.as_str())
}

fn joined(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Returns the words of a name, which are separated or in camel case.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|character: char| !character.is_ascii_alphanumeric()).flat_map(|part| {
        let bytes = part.as_bytes();
        let mut starts: Vec<usize> = vec![0];
        starts.extend(
            (1..bytes.len())
                .filter(|&at| bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase()),
        );
        starts.push(part.len());
        let pairs: Vec<&str> = starts.windows(2).map(|pair| &part[pair[0]..pair[1]]).collect();
        pairs.into_iter().filter(|word| !word.is_empty())
    })
}

fn is_switch(name: &str) -> bool {
    let mut words = words(name);
    let first = words.next().unwrap_or_default();
    words.next().is_some() && SWITCHES.iter().any(|word| first.eq_ignore_ascii_case(word))
}

fn is_word(name: &str) -> bool {
    let last = words(name).last().unwrap_or_default();
    WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// Returns true if the value of a credential name may be a credential: not a switch, a placeholder, or a reference to
/// a place where the credential is stored.
pub(super) fn is_literal(value: &str) -> bool {
    const REFERENCES: [&str; 20] = [
        "`",
        "{{",
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
        "method.request.",
        "integration.request.",
        "stageVariables.",
        "your-",
    ];
    const WORDS: [&str; 34] = [
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
        "write",
        "read",
        "default",
        "auto",
        "jwt",
        "aws_iam",
        "custom",
        "placeholder",
        "todo",
        "tbd",
        "redacted",
        "change_me",
        "change-me",
        "replace_me",
        "replace-me",
        "hidden",
        "inherit",
    ];
    let value = value.trim();
    let is_word = || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_blank = || {
        value.len() > 2
            && value.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'#'))
    };
    // Azure Key Vault and others identify secrets by URL; the path of a file or a parameter contains no credential.
    let is_path = || {
        let is_absolute = value.starts_with('/') && !value.contains([' ', '\t', '\n', '+', '=']);
        (is_absolute && value[1..].contains('/')) || value.contains(".vault.azure.net/secrets/")
    };
    let is_reference = || REFERENCES.iter().any(|start| value.starts_with(start)) || is_variable(value);
    !is_reference() && !is_word() && !is_blank() && !is_path()
}

/// Returns true for the syntaxes of variables: `${X}`, `$(x)`, `$X`, `%X%`, `%(x)s`, `<x>`.
fn is_variable(value: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'))
    };
    if let Some(rest) = value.strip_prefix('$') {
        let rest = rest.trim_start_matches('$');
        let name = rest.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
        let name = name.into_iter().next().unwrap_or_default();
        // `$X/path` and `$.path` refer, and `$ecret!` does not.
        return rest.is_empty()
            || rest.starts_with(['{', '(', '['])
            || is_name(rest)
            || rest.starts_with('.')
            || (!name.is_empty() && rest[name.len()..].starts_with(['/', ' ', '"', '-', ':']));
    }
    if let Some(rest) = value.strip_prefix('%') {
        return rest.starts_with(['(', '{', 's', 'v']) || rest.strip_suffix('%').is_some_and(is_name);
    }
    value.starts_with('<') && (value.ends_with('>') || value.starts_with("<%"))
}
