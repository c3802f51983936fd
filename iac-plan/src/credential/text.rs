//! Credentials inside of text: assignments, options, URLs and headers.

use super::names::{is_credential_name, is_literal};

/// Returns true if a text contains a URL with a password: `postgres://app:…@db/app`, whatever its scheme.
pub(super) fn has_url(text: &str) -> bool {
    let is_end = |character: char| {
        character.is_whitespace() || matches!(character, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\')
    };
    text.match_indices("://").any(|(position, separator)| {
        let rest = &text[position + separator.len()..];
        let authority = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
        // The variable part of a template may contain any of the characters that end an authority.
        password.is_some_and(|password| is_literal(password) && !password.contains("${"))
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

/// Returns true if a text contains a credential beside its name: `DB_PASSWORD=…`, `password: …`, `--token …`.
pub(super) fn has_assignment(text: &str) -> bool {
    let mut name_before = false;
    text.lines().any(|line| {
        let (is_value, is_name) = yaml_pair(line);
        let is_found = (name_before && is_value) || is_assigned(line) || has_option(line);
        name_before = is_name || (name_before && line.trim().is_empty());
        is_found
    })
}

/// Returns whether a line of YAML is a literal value, and whether it is the name of a credential:
/// `- name: DB_PASSWORD`, followed by `value: …`.
fn yaml_pair(line: &str) -> (bool, bool) {
    let line = line.trim().trim_start_matches("- ");
    let Some((name, value)) = line.split_once(':') else { return (false, false) };
    let value = unquoted(value);
    match name.trim() {
        "value" | "Value" => (is_literal(value), false),
        "name" | "Name" | "key" | "Key" => (false, is_credential_name(value)),
        _ => (false, false),
    }
}

/// Returns true if a line assigns a literal to the name of a credential.
///
/// Prose such as `Enter your password: it is secret` is no assignment: around `:` and a separated `=`, the name has to
/// be the first word and the value the last one.
fn is_assigned(line: &str) -> bool {
    line.match_indices(['=', ':']).any(|(position, separator)| {
        let (before, after) = (&line[..position], &line[position + separator.len()..]);
        // Comparisons, `::`, `:=` and the like are operators of programs.
        if after.starts_with(['=', ':', '~', '/']) || before.ends_with(['=', '!', '<', '>', ':']) {
            return false;
        }
        let is_close = separator == "=" && !before.ends_with(' ') && !after.starts_with(' ');
        let trimmed = before.trim_end().trim_end_matches(is_quote);
        let start = trimmed
            .rfind(|character: char| !is_of_name(character))
            .map_or(0, |at| at + trimmed[at..].chars().next().map_or(1, char::len_utf8));
        let name = &trimmed[start..];
        if !is_credential_name(name) {
            return false;
        }
        // `-H "X-Api-Key: …"`: the quotation ends after the value.
        let opening = trimmed[..start].chars().next_back().filter(|last| is_quote(*last));
        let around = opening.filter(|quote| !before.trim_end().ends_with(*quote));
        let lead = trimmed[..start].trim_end_matches(is_quote).trim();
        let is_first = matches!(lead, "" | "-" | "export" | "set" | "{" | "ENV" | "env" | "$env:")
            || lead.ends_with(['{', ','])
            || around.is_some();
        let quote = after.trim_start().chars().next().filter(|first| is_quote(*first));
        let value = match (quote.or(around), is_close) {
            (Some(end), _) => {
                after.trim_start().trim_start_matches(end).split(end).next().unwrap_or_default()
            }
            (None, true) => {
                let is_end = |character: char| {
                    character.is_whitespace() || matches!(character, ';' | '&' | ',' | '"' | '\'' | '|' | ')')
                };
                after.split(is_end).next().unwrap_or_default()
            }
            (None, false) => after.trim().trim_end_matches([',', ';']),
        };
        // A call or an attribute of a program is no literal.
        let is_expression = quote.is_none() && value.contains(['(', '[']);
        let is_word = quote.or(around).is_some() || !value.contains(char::is_whitespace);
        (is_close || is_first) && is_word && !is_expression && is_literal(value)
    })
}

/// Returns true if a line passes a credential as the option of a command: `--password …`, `-u user:…`.
fn has_option(line: &str) -> bool {
    if !line.contains('-') {
        return false;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let (option, value) = (pair[0], unquoted(pair[1]));
        let is_value = !value.starts_with('-') && is_literal(value) && !value.contains(['$', '(']);
        if let Some(name) = option.strip_prefix("--") {
            return is_value && !name.contains('=') && is_credential_name(name);
        }
        matches!(option, "-u" | "--user") && is_value && {
            let password = value.split_once(':').map(|(_, password)| password);
            password.is_some_and(|password| is_literal(password) && !is_number(password))
        }
    })
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\'', ','])
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}
