//! Shapes of tokens and other credentials of well-known issuers.
//!
//! A checksum, which some formats have, adds evidence and never removes it: a token with a typing error deserves no
//! place in a report either.

mod format;

use std::sync::OnceLock;

use memchr::memmem::Finder;

use self::format::{Format, formats, starts_word};

/// Beginnings of URLs in which everything that follows is a credential, without the scheme.
const WEBHOOKS: [&str; 15] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",
    "hooks.slack-gov.com/services/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "outlook.office.com/webhook/",
    "webhook.office.com/webhookb2/",
    "hooks.zapier.com/hooks/catch/",
    "api.telegram.org/bot",
    "events.pagerduty.com/integration/",
    "open.feishu.cn/open-apis/bot/v2/hook/",
    "hook.eu1.make.com/",
    "hooks.tines.com/",
    "tines.com/webhook/",
];

/// The length of an AWS secret access key.
const SECRET_KEY_LENGTH: usize = 40;
/// The length of the shortest token.
const SHORTEST: usize = 16;

/// Returns true if a text contains a token, a private key, a hash of a password, or the URL of a webhook.
pub(super) fn has_token(text: &str) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let is_separator = |character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '/' | '+' | '_' | '-' | '.' | '~'))
    };
    has_private_key(text)
        || has_password_hash(text)
        || is_webhook(text)
        || issuer(text).is_some()
        || text.split(is_separator).any(|word| is_secret_key(word) || is_random(word) || has_checksum(word))
}

/// Returns the issuer of the first token in a text.
pub(super) fn issuer(text: &str) -> Option<&'static str> {
    let index = Index::get();
    let bytes = text.as_bytes();
    let prefixed = bytes.iter().enumerate().flat_map(|(position, byte)| {
        let candidates = index.by_first_byte.get(usize::from(*byte)).map_or(&[][..], Vec::as_slice);
        let is_start = !candidates.is_empty() && starts_word(bytes, position);
        let candidates = if is_start { candidates } else { &[] };
        candidates.iter().map(move |format| (*format, position))
    });
    let found =
        |(format, position): (&'static Format, usize)| format.match_at(text, position).map(|_| format.issuer);
    let others = || {
        index.others.iter().find_map(|(format, finder)| {
            finder.find_iter(bytes).find_map(|position| found((format, position)))
        })
    };
    prefixed.into_iter().find_map(found).or_else(others)
}

/// Formats by their first byte, and formats that begin with a run.
struct Index {
    by_first_byte: Vec<Vec<&'static Format>>,
    others: Vec<(&'static Format, Finder<'static>)>,
}

impl Index {
    fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(|| {
            let mut by_first_byte = vec![Vec::new(); 128];
            let mut others = Vec::new();
            for format in formats() {
                let literal = format.literal();
                if format.is_prefixed() {
                    by_first_byte[usize::from(literal.as_bytes()[0])].push(format);
                } else {
                    others.push((format, Finder::new(literal)));
                }
            }
            Self { by_first_byte, others }
        })
    }
}

fn has_private_key(text: &str) -> bool {
    const MARKS: [&str; 3] = ["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----", "PuTTY-User-Key-File-"];
    MARKS.iter().any(|mark| text.contains(mark))
}

/// Returns true if a text contains the hash of a password in the format of `crypt`, which can be guessed offline.
fn has_password_hash(text: &str) -> bool {
    const SCHEMES: [&str; 11] =
        ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2i", "$scrypt$"];
    const LEAST: usize = 22;
    let is_hash = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '/' | '$' | '=' | ',' | '+')
    };
    text.contains('$')
        && SCHEMES.iter().any(|scheme| {
            text.match_indices(scheme).any(|(position, _)| {
                let rest = &text[position + scheme.len()..];
                rest.chars().take_while(|character| is_hash(*character)).count() >= LEAST
            })
        })
}

fn is_webhook(text: &str) -> bool {
    // Placeholders, as in documentation, are shorter.
    const SHORTEST: usize = 12;
    let is_of_path = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'=' | b'+' | b'/' | b':')
    };
    text.contains("://")
        && WEBHOOKS.iter().any(|start| {
            text.split_once(start).is_some_and(|(_, rest)| {
                rest.bytes().take_while(|byte| is_of_path(*byte)).count() >= SHORTEST
            })
        })
}

/// Returns true for the shape of an AWS secret access key. Hashes have 40 characters, too, but a single case and no
/// slash.
fn is_secret_key(word: &str) -> bool {
    word.len() == SECRET_KEY_LENGTH
        && is_mixed(word)
        && word.bytes().any(|byte| matches!(byte, b'/' | b'+'))
        && !word.contains(['_', '-', '.', '~'])
}

fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns true for a prefix and a long random string, the form of most tokens: `vendor_…`. Names and hashes do not mix
/// upper case, lower case and digits.
fn is_random(word: &str) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 32..=120;
    const LEAST_DIGITS: usize = 3;
    let Some((prefix, random)) = word.rsplit_once(['_', '-']) else { return false };
    let digits = random.bytes().filter(u8::is_ascii_digit).count();
    let is_prefix = |prefix: &str| {
        let part = prefix.rsplit(['_', '-']).next().unwrap_or_default();
        (2..=12).contains(&part.len()) && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
    };
    LENGTHS.contains(&random.len())
        && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && is_mixed(random)
        && digits >= LEAST_DIGITS
        && prefix.len() <= 24
        && is_prefix(prefix)
        && !matches!(prefix, "sha256" | "sha384" | "sha512" | "pk_live" | "pk_test" | "sb_publishable")
}

/// Returns true if a word contains a token of GitHub or npm whose checksum is right, wherever it begins: the last six of
/// 36 characters are the CRC-32 of the others in Base62.
fn has_checksum(word: &str) -> bool {
    const PREFIXES: [&str; 6] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"];
    PREFIXES.iter().any(|prefix| {
        word.match_indices(prefix).any(|(position, _)| {
            let start = position + prefix.len();
            let random = word.get(start..start + 30);
            let checksum = word.get(start + 30..start + 36);
            random.zip(checksum).is_some_and(|(random, checksum)| base62_checksum(random) == checksum)
        })
    })
}

/// Returns the checksum of a token of GitHub or npm.
pub(super) fn base62_checksum(random: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(random.as_bytes()) as usize;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_recognized_with_enough_characters() {
        assert!(formats().len() > 200);
        for format in formats() {
            let token = format.example(|count, _| count);
            assert!(issuer(&token).is_some(), "{} {token}", format.issuer);
            assert!(has_token(&format!("export X=\"{token}\"")), "{} {token}", format.issuer);
            assert!(has_token(&format!("a\\n{token}\\n")), "{} {token}", format.issuer);
            let short = format.example(|count, _| count / 2);
            let position = short.find(format.literal()).expect("the literal is a part of the token");
            assert_eq!(format.match_at(&short, position), None, "{}", format.issuer);
        }
    }

    #[test]
    fn a_run_of_exact_length_may_not_continue() {
        let key = format!("AKIA{}", "K7F3M".repeat(4));
        assert!(has_token(&key[..20]) && !has_token(&key));
    }

    #[test]
    fn checksums_are_those_of_github() {
        // An expired token from a public description of the format.
        assert_eq!(base62_checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), "0mLq17");
        let random = "kT7fQ3mZkT7fQ3mZkT7fQ3mZkT7fQ3";
        let token = format!("npm_{random}{}", base62_checksum(random));
        assert!(has_token(&format!("prefixed{token}continued")));
        assert!(!has_token(&format!("prefixed-by-a-very-long-name-npm_{random}000000continued")));
    }

    #[test]
    fn prefixes_with_random_strings_are_tokens() {
        for text in ["vendor_kT7fQ3mZkT7fQ3mZkT7fQ3mZkT7fQ3mZ", "key: x-ab-kT7fQ3mZkT7fQ3mZkT7fQ3mZkT7fQ3mZ"]
        {
            assert!(has_token(text), "{text}");
        }
        let names = [
            "app-AKingdomOfNamesThatAreLongButHaveNoDigitsAtAll",
            "release_7f3a9c7f3a9c7f3a9c7f3a9c7f3a9c7f3a9c7f3a",
            "sha256-kT7fQ3mZkT7fQ3mZkT7fQ3mZkT7fQ3mZ",
            "kT7fQ3mZkT7fQ3mZkT7fQ3mZkT7fQ3mZ",
        ];
        for text in names {
            assert!(!has_token(text), "{text}");
        }
    }
}
