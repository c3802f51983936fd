//! Credentials in URLs and headers.

use super::names::is_literal;

/// Returns true if a text contains a URL with a credential: `postgres://app:…@db/app`, whatever its scheme, a token
/// instead of a user, or a signature.
pub(super) fn has_url(text: &str) -> bool {
    let is_end = |character: char| {
        character.is_whitespace() || matches!(character, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\')
    };
    text.match_indices("://").any(|(position, separator)| {
        let rest = &text[position + separator.len()..];
        let authority = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let Some(user) = user else { return has_unescaped_password(authority, rest) || has_signature(rest) };
        // The variable part of a template may contain any of the characters that end an authority.
        match user.split_once(':') {
            Some((_, password)) => is_literal(password) && !password.contains("${"),
            None => is_token(user),
        }
    }) || has_oracle(text)
}

/// Returns true for a password that contains one of the characters that end an authority: `postgres://u:a#b@db`.
fn has_unescaped_password(authority: &str, rest: &str) -> bool {
    let Some((_, start)) = authority.split_once(':') else { return false };
    let is_port = start.bytes().all(|byte| byte.is_ascii_digit());
    let word =
        rest.split(|character: char| character.is_whitespace() || matches!(character, '"' | '\'')).next();
    let after = word.unwrap_or_default().get(authority.len()..).unwrap_or_default();
    !is_port && is_literal(start) && !start.contains("${") && after.contains('@')
}

/// Returns true for a user that is a token: `https://…@sentry.io/1`.
fn is_token(user: &str) -> bool {
    const SHORTEST: usize = 20;
    let digits = user.bytes().filter(u8::is_ascii_digit).count();
    user.len() >= SHORTEST
        && digits > 2
        && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns true for a URL that is signed: a shared access signature of Azure, the code of an Azure function.
fn has_signature(rest: &str) -> bool {
    const SHORTEST: usize = 32;
    let url =
        rest.split(|character: char| character.is_whitespace() || matches!(character, '"' | '\'')).next();
    let Some((address, query)) = url.unwrap_or_default().split_once('?') else { return false };
    query.split('&').filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        let is_signature = match name {
            "sig" => query.contains("sv=") || query.contains("sp="),
            "code" => address.contains(".azurewebsites.net"),
            "Signature" | "X-Amz-Signature" | "X-Goog-Signature" => true,
            _ => false,
        };
        is_signature && value.len() >= SHORTEST && is_literal(value)
    })
}

/// Returns true for the address of an Oracle database with a user: `jdbc:oracle:thin:app/…@db`.
fn has_oracle(text: &str) -> bool {
    text.match_indices("oracle:").any(|(position, start)| {
        let address = text[position + start.len()..].split(char::is_whitespace).next().unwrap_or_default();
        let user = address.split_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once('/')).is_some_and(|(_, password)| is_literal(password))
    })
}

/// Returns true if a text contains a header with a credential: `Authorization: Basic …`.
pub(super) fn has_header(text: &str) -> bool {
    const SHORTEST: usize = 8;
    ["Bearer ", "bearer ", "Basic ", "basic ", "Authorization: Token ", "Authorization: "].iter().any(
        |start| {
            text.match_indices(start).any(|(position, _)| {
                let rest = &text[position + start.len()..];
                let value = rest
                    .split(|character: char| character.is_whitespace() || matches!(character, '"' | '\''));
                let value = value.into_iter().next().unwrap_or_default();
                // Words of prose have no digits.
                value.len() >= SHORTEST
                    && is_literal(value)
                    && value.bytes().any(|byte| byte.is_ascii_digit())
            })
        },
    )
}
