//! Credentials beside their names in text.

use super::command::has_option;
use super::names::{is_credential_name, is_literal};

/// Returns true if a text contains a credential beside its name: `DB_PASSWORD=…`, `password: …`, `--token …`.
pub(super) fn has_assignment(text: &str) -> bool {
    text.lines().any(|line| is_assigned(line) || has_option(line) || has_statement(line))
        || has_pair(text)
        || has_password_list(text)
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
        let is_first = matches!(lead, "" | "-" | "export" | "set" | "{" | "ENV" | "env" | "$env:" | "$")
            || lead.ends_with(['{', ','])
            || around.is_some();
        let quote = after.trim_start().chars().next().filter(|first| is_quote(*first));
        let value = match (around.or(quote), is_close) {
            (Some(end), _) if around.is_some() => after.split(end).next().unwrap_or_default(),
            (Some(end), _) => after.trim_start()[1..].split(end).next().unwrap_or_default(),
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

/// Returns true if a line is a statement with a credential: of SQL, of a `.netrc` file, of a `.pgpass` file, of XML, or
/// of prose.
fn has_statement(line: &str) -> bool {
    has_sql(line) || has_login(line) || has_pgpass(line) || has_element(line) || has_substitution(line)
}

/// `IDENTIFIED BY '…'`, `WITH PASSWORD '…'`, `ConvertTo-SecureString "…"`.
fn has_sql(line: &str) -> bool {
    const STARTS: [&str; 3] = ["identified by", "password", "convertto-securestring"];
    if !line.contains(is_quote) {
        return false;
    }
    let lower = line.to_ascii_lowercase();
    STARTS.iter().any(|start| {
        lower.match_indices(start).any(|(position, _)| {
            let rest = line[position + start.len()..].trim_start();
            let quote = rest.chars().next().filter(|first| is_quote(*first));
            let value = quote.and_then(|quote| rest[1..].split_once(quote)).map(|(value, _)| value);
            value.is_some_and(|value| is_literal(value) && !value.contains(char::is_whitespace))
        })
    })
}

/// `login ci password …`, and `the password is …` if the value looks like one.
fn has_login(line: &str) -> bool {
    if !["passw", " is ", " was ", " to "].iter().any(|part| line.contains(part)) {
        return false;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_password = |word: &str| word == "password" || word == "passwd";
    let is_value = |word: &str| is_literal(word) && !word.starts_with('-');
    let has_login = || {
        let login = words.iter().position(|word| *word == "login");
        let password = words.iter().position(|word| is_password(word));
        login.is_some() && password.and_then(|at| words.get(at + 1)).is_some_and(|word| is_value(word))
    };
    let looks_random = |word: &str| {
        let word = unquoted(word).trim_end_matches(['.', ';']);
        word.len() >= 6
            && is_value(word)
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let is_line = || words.len() == 2 && is_password(words[0]) && looks_random(words[1]);
    let is_said = || {
        words.windows(3).any(|words| {
            is_credential_name(words[0]) && matches!(words[1], "is" | "was" | "to") && looks_random(words[2])
        })
    };
    has_login() || is_line() || is_said()
}

/// `db.internal:5432:app:app:…`.
fn has_pgpass(line: &str) -> bool {
    const COLONS: usize = 4;
    if line.bytes().filter(|byte| *byte == b':').count() < COLONS {
        return false;
    }
    line.split(|character: char| character.is_whitespace() || is_quote(character)).any(|word| {
        let fields: Vec<&str> = word.split(':').collect();
        let [host, port, database, user, password] = fields[..] else { return false };
        let is_host = host.contains('.') || matches!(host, "localhost" | "*");
        let is_port = port == "*" || port.parse::<u16>().is_ok();
        is_host
            && is_port
            && [database, user].iter().all(|field| !field.is_empty() && !field.contains('/'))
            && password.len() > 2
            && is_literal(password)
            && !is_number(password)
    })
}

/// `<password>…</password>` and `<add key="password" value="…"/>`.
fn has_element(line: &str) -> bool {
    if !line.contains('<') {
        return false;
    }
    let attribute = |tag: &str, names: [&str; 2]| {
        names.iter().find_map(|name| {
            let (_, rest) = tag.split_once(&format!(" {name}="))?;
            let quote = rest.chars().next().filter(|first| is_quote(*first))?;
            rest[1..].split_once(quote).map(|(value, _)| value.to_owned())
        })
    };
    line.match_indices('<').any(|(position, _)| {
        let rest = &line[position + 1..];
        let Some((tag, after)) = rest.split_once('>') else { return false };
        let content = after.split('<').next().unwrap_or_default().trim();
        let is_element = || {
            let name = tag.split_whitespace().next().unwrap_or_default();
            !content.is_empty() && is_credential_name(name) && is_literal(content)
        };
        let is_pair = || {
            let name = attribute(tag, ["key", "name"]);
            let value = attribute(tag, ["value", "content"]);
            name.zip(value).is_some_and(|(name, value)| is_credential_name(&name) && is_literal(&value))
        };
        is_element() || is_pair()
    })
}

/// The lines of `chpasswd` in cloud-init: `root:…`.
fn has_password_list(text: &str) -> bool {
    let is_login = |line: &str| {
        let Some((user, password)) = line.trim().trim_start_matches("- ").split_once(':') else {
            return false;
        };
        let is_user = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        !user.is_empty()
            && user.bytes().all(is_user)
            && !password.is_empty()
            && !password.contains(char::is_whitespace)
            && !matches!(password, "R" | "RANDOM")
            && is_literal(password)
    };
    text.contains("chpasswd:") && text.lines().any(is_login)
}

/// `s/__DB_PASSWORD__/…/`.
fn has_substitution(line: &str) -> bool {
    const STARTS: [(&str, char); 3] = [("s/", '/'), ("s|", '|'), ("s#", '#')];
    STARTS.iter().any(|(start, separator)| {
        line.match_indices(start).any(|(position, start)| {
            let mut parts = line[position + start.len()..].split(*separator);
            let is_start = position == 0 || line[..position].ends_with([' ', '\'', '"', ';']);
            let (pattern, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let is_named = !pattern.contains(char::is_whitespace) && is_credential_name(pattern);
            is_start && parts.next().is_some() && is_named && is_literal(value)
        })
    })
}

/// Returns true if a text in YAML or HCL contains a pair of a name and a value (`- name: DB_PASSWORD`, followed by
/// `value: …`), a block of text below the name of a credential, or a Kubernetes secret.
fn has_pair(text: &str) -> bool {
    let has_block = || text.lines().any(|line| line.trim_end().ends_with([':', '|', '>', '-', '+']));
    if !text.contains("alue") && !text.contains("kind: Secret") && !has_block() {
        return false;
    }
    let is_secret = text.lines().any(|line| matches!(line.trim_matches([' ', '"', ',']), "kind: Secret"));
    let (mut named, mut valued, mut block, mut data) = (false, false, None::<usize>, None::<usize>);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        let content = line.trim().trim_start_matches("- ");
        if line.trim_start().starts_with("- ") || line.trim() == "}" {
            (named, valued) = (false, false);
        }
        // Inline maps: `{name: DB_PASSWORD, value: …}`.
        for part in content.split(['{', '}', ',']) {
            let Some((name, value)) = part.split_once([':', '=']) else { continue };
            let value = unquoted(value);
            match name.trim().trim_matches(is_quote) {
                "value" | "Value" => valued |= is_literal(value),
                "name" | "Name" | "key" | "Key" => named |= is_credential_name(value),
                _ => {}
            }
        }
        if named && valued {
            return true;
        }
        if block
            .take()
            .is_some_and(|outer| indent > outer && !is_entry(content) && is_literal(unquoted(content)))
        {
            return true;
        }
        if data.is_some_and(|outer| indent <= outer) {
            data = None;
        }
        if let Some((name, value)) = content.split_once(':') {
            let name = name.trim_matches(is_quote);
            let is_block = matches!(value.trim(), "" | "|" | "|-" | "|+" | ">" | ">-" | ">+");
            if is_block && (is_credential_name(name) || super::names::is_plural_name(name)) {
                block = Some(indent);
            }
            if data.is_some() && !is_block && is_literal(unquoted(value)) {
                return true;
            }
            if is_secret && is_block && matches!(name, "data" | "stringData") {
                data = Some(indent);
            }
        }
    }
    false
}

/// Returns true for an entry of a map: `type: string`.
fn is_entry(content: &str) -> bool {
    content.ends_with(':') || content.contains(": ") || content.starts_with(['{', '['])
}

pub(super) fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

pub(super) fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\'', ','])
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}
