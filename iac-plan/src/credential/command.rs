//! Credentials in the arguments of commands.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::names::{is_credential_name, is_literal};
use super::text::{is_number, unquoted};

/// Options of programs that take a credential, in a form that other programs use otherwise. An option that ends with `=`
/// is joined to its value.
const OPTIONS: [(&[&str], &str); 22] = [
    (&["mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin"], "-p="),
    (&["sshpass"], "-p"),
    (&["sshpass"], "-p="),
    (&["mongo", "mongosh", "mongodump", "mongorestore"], "-p"),
    (&["login"], "-p"),
    (&["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldappasswd", "ldapwhoami"], "-w"),
    (&["redis-cli"], "-a"),
    (&["sqlcmd", "bcp"], "-P"),
    (&["sqlcmd"], "-P="),
    (&["useradd", "usermod"], "-p"),
    (&["zip", "unzip"], "-P"),
    (&["7z", "7za"], "-p="),
    (&["openssl"], "-pass"),
    (&["openssl"], "-passin"),
    (&["openssl"], "-passout"),
    (&["openssl"], "-k"),
    (&["openssl"], "-K"),
    (&["consul", "nomad", "serf"], "-encrypt"),
    (&["consul"], "-encrypt="),
    (&["smtp", "swaks"], "-ap"),
    (&["snmpget", "snmpwalk"], "-A"),
    (&["ipmitool"], "-P"),
];

/// Programs whose last operand is a credential, and the words that have to be in the command.
const OPERANDS: [(&str, &str, usize); 6] = [
    ("htpasswd", "-b", 3),
    ("rabbitmqctl", "add_user", 4),
    ("rabbitmqctl", "change_password", 4),
    ("vault", "login", 3),
    ("net", "user", 4),
    ("setx", "", 3),
];

/// Returns true if a line passes a credential to a command: `--password …`, `-u user:…`, `mysql -p…`.
pub(super) fn has_option(line: &str) -> bool {
    if !line.contains([' ', '\t']) {
        return false;
    }
    if line.contains('|') && has_pipe(line) {
        return true;
    }
    line.split(['|', ';', '&']).any(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        credential_word(&words).is_some()
    })
}

/// Returns the position of the word with a credential in a command.
pub(super) fn credential_word(words: &[&str]) -> Option<usize> {
    let by_name = || long_option(words).or_else(|| user_option(words));
    let by_program = || {
        let programs = programs();
        let is_known = words.iter().any(|word| programs.contains(name_of(word)));
        is_known.then(|| known_option(words).or_else(|| operand(words))).flatten()
    };
    let has_dash = words.iter().any(|word| word.contains('-'));
    has_dash.then(by_name).flatten().or_else(by_program)
}

/// Returns the names of the programs whose arguments are examined.
fn programs() -> &'static HashSet<&'static str> {
    static PROGRAMS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let options = OPTIONS.iter().flat_map(|(programs, _)| programs.iter().copied());
        options.chain(OPERANDS.iter().map(|(program, ..)| *program)).collect()
    })
}

fn long_option(words: &[&str]) -> Option<usize> {
    let position = words.windows(2).position(|pair| {
        let (option, value) = (pair[0], unquoted(pair[1]));
        let is_value = !value.starts_with('-') && is_literal(value) && !value.contains(['$', '(']);
        let name = option.trim_matches(['"', '\'']).trim_start_matches('-');
        // Long options of some programs have a single dash: `-storepass …`, `-Password …`.
        is_value
            && option.starts_with(['-', '"', '\''])
            && option.contains('-')
            && name.len() > 2
            && !name.contains('=')
            && is_credential_name(name)
    })?;
    Some(position + 1)
}

/// `-u user:…`, `--user 'user:…'`, `-uuser:…`.
fn user_option(words: &[&str]) -> Option<usize> {
    let is_user = |value: &str| {
        let password = unquoted(value).split_once(':').map(|(_, password)| password);
        is_literal(unquoted(value))
            && !unquoted(value).contains(['$', '('])
            && password.is_some_and(|password| is_literal(password) && !is_number(password))
    };
    let is_option = |word: &str| matches!(word, "-u" | "--user" | "--proxy-user");
    let separate = words.windows(2).position(|pair| is_option(pair[0]) && is_user(pair[1]));
    let joined = || {
        let runs = |program: &str| words.iter().any(|word| name_of(word) == program);
        let position = words.iter().position(|word| word.strip_prefix("-u").is_some_and(is_user))?;
        runs("curl").then_some(position)
    };
    separate.map(|position| position + 1).or_else(joined)
}

fn known_option(words: &[&str]) -> Option<usize> {
    OPTIONS.iter().find_map(|(programs, option)| {
        let program = words.iter().position(|word| programs.contains(&name_of(word)))?;
        let is_value = |value: &str| {
            let value = unquoted(value);
            let value = value.strip_prefix("pass:").unwrap_or(value);
            let is_named = ["file:", "env:", "fd:", "stdin"].iter().any(|start| value.starts_with(start));
            value.len() > 2
                && is_literal(value)
                && !value.starts_with('-')
                && !value.contains("$(")
                && !is_named
        };
        let start = program + 1;
        let position = match option.strip_suffix('=') {
            // `-p5432` of another program is a port.
            Some(short) => words[start..].iter().position(|word| {
                let value = word.strip_prefix(short).map(|value| value.trim_start_matches('='));
                value.is_some_and(|value| is_value(value) && !is_long(word))
            })?,
            None => words[start..].windows(2).position(|pair| pair[0] == *option && is_value(pair[1]))? + 1,
        };
        Some(start + position)
    })
}

/// `mysql --port 3306 -ppassword`: an option such as `-protocol` is no password.
fn is_long(word: &str) -> bool {
    matches!(word, "-port" | "-protocol" | "-pipe" | "-print")
}

fn operand(words: &[&str]) -> Option<usize> {
    OPERANDS.iter().find_map(|(program, verb, least)| {
        let start = words.iter().position(|word| name_of(word) == *program)?;
        let words_after = &words[start..];
        let has_verb = verb.is_empty()
            || words_after.iter().any(|word| {
                word == verb || (verb.starts_with('-') && word.starts_with('-') && word.contains(&verb[1..]))
            });
        let operands: Vec<usize> = (start..words.len())
            .filter(|position| !words[*position].starts_with(['-', '/', '>', '<', '2']))
            .collect();
        let last = *operands.last()?;
        let is_named = *program != "setx" || is_credential_name(words.get(start + 1)?);
        let value = unquoted(words[last]);
        (has_verb && is_named && operands.len() >= *least && value.len() > 2 && is_literal(value))
            .then_some(last)
    })
}

/// `echo … | docker login --password-stdin`, `echo 'user:…' | chpasswd`.
fn has_pipe(line: &str) -> bool {
    const READERS: [&str; 6] =
        ["--password-stdin", "passwd --stdin", "chpasswd", "--with-token", "passwd ", "--passphrase-fd"];
    let Some((source, reader)) = line.split_once('|') else { return false };
    if !READERS.iter().any(|name| reader.contains(name)) {
        return false;
    }
    let mut words = source.split_whitespace().filter(|word| !matches!(*word, "sudo" | "-n" | "-e"));
    let is_echo = words.next().is_some_and(|word| matches!(name_of(word), "echo" | "printf"));
    let value = words.collect::<Vec<_>>().join(" ");
    let value = unquoted(&value);
    let password = value.rsplit_once(':').map_or(value, |(_, password)| password);
    is_echo && is_literal(password) && !password.contains("$(") && !password.starts_with('$')
}

fn name_of(word: &str) -> &str {
    let word = word.trim_matches(['"', '\'', '(', '`', '$']);
    word.rsplit('/').next().unwrap_or(word)
}
