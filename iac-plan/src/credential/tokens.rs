//! Shapes of tokens and other credentials of well-known issuers.
//!
//! Checksums, which some formats have, are not verified: a token with a typing error still deserves no place in a
//! report, and the prefixes are distinctive enough.

/// Characters that follow a prefix.
#[derive(Clone, Copy)]
enum Alphabet {
    /// Lowercase hexadecimal digits.
    Hex,
    /// Uppercase letters and digits.
    Upper,
    /// Letters, digits, `_` and `-`.
    Word,
    /// Letters, digits, `_`, `-`, `.`, `=`, `+` and `/`.
    Dotted,
}

impl Alphabet {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Dotted => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'=' | b'+' | b'/')
            }
        }
    }
}

use Alphabet::{Dotted, Hex, Upper, Word};

/// Prefixes of tokens, the minimum number of characters after the prefix, and their alphabet; by issuer.
const TOKENS: [(&str, usize, Alphabet); 119] = [
    // Adafruit IO, age, Alibaba Cloud
    ("aio_", 28, Word),
    ("AGE-SECRET-KEY-1", 50, Upper),
    ("LTAI5t", 18, Word),
    // Anthropic, Artifactory, Atlassian, Bitbucket
    ("sk-ant-", 32, Word),
    ("AKCp", 60, Word),
    ("ATATT3xFfGF0", 60, Dotted),
    ("ATCTT3xFfGN0", 60, Dotted),
    ("ATBB", 28, Word),
    // AWS access key IDs, Bedrock keys
    ("AKIA", 16, Upper),
    ("ASIA", 16, Upper),
    ("ABIA", 16, Upper),
    ("ACCA", 16, Upper),
    ("ABSKQmVkcm9ja0FQSUtleS", 60, Dotted),
    // Buildkite, CircleCI, Contentful, crates.io
    ("bkua_", 40, Hex),
    ("CCIPAT_", 40, Word),
    ("CCIPRJ_", 40, Word),
    ("CFPAT-", 40, Word),
    ("cioa", 32, Word),
    // Databricks, DigitalOcean, Docker Hub, Doppler, Dynatrace
    ("dapi", 32, Hex),
    ("dop_v1_", 64, Hex),
    ("doo_v1_", 64, Hex),
    ("dor_v1_", 64, Hex),
    ("dckr_pat_", 27, Word),
    ("dckr_oat_", 27, Word),
    ("dp.pt.", 40, Word),
    ("dp.st.", 40, Dotted),
    ("dp.ct.", 40, Word),
    ("dp.sa.", 40, Word),
    ("dt0c01.", 80, Dotted),
    // EasyPost, Figma, Flutterwave, Fly, Frame.io
    ("EZAK", 54, Word),
    ("EZTK", 54, Word),
    ("figd_", 40, Word),
    ("FLWSECK-", 32, Word),
    ("FLWSECK_TEST-", 32, Word),
    ("fm1_", 60, Dotted),
    ("fm2_", 60, Dotted),
    ("fio-u-", 60, Word),
    // GitHub
    ("ghp_", 36, Word),
    ("gho_", 36, Word),
    ("ghu_", 36, Word),
    ("ghs_", 36, Word),
    ("ghr_", 36, Word),
    ("github_pat_", 40, Word),
    // GitLab
    ("glpat-", 20, Word),
    ("gldt-", 20, Word),
    ("glptt-", 40, Hex),
    ("glrt-", 20, Word),
    ("glcbt-", 20, Word),
    ("glsoat-", 20, Word),
    ("glagent-", 40, Word),
    ("glimt-", 20, Word),
    ("glft-", 20, Word),
    ("gloas-", 40, Word),
    // Google, Grafana, Groq
    ("AIza", 35, Word),
    ("GOCSPX-", 28, Word),
    ("ya29.", 40, Dotted),
    ("glc_", 32, Dotted),
    ("glsa_", 41, Word),
    ("gsk_", 48, Word),
    // HashiCorp, Heroku, Hugging Face
    ("hvs.", 24, Word),
    ("hvb.", 60, Word),
    ("hvr.", 24, Word),
    ("HRKU-", 36, Word),
    ("hf_", 34, Word),
    ("api_org_", 34, Word),
    // Infracost, JSON Web Tokens, LangSmith, Linear
    ("ico-", 32, Word),
    ("eyJhbGciOi", 10, Word),
    ("eyJ0eXAiOi", 10, Word),
    ("lsv2_pt_", 40, Word),
    ("lsv2_sk_", 40, Word),
    ("lin_api_", 40, Word),
    // Mailgun, MongoDB Atlas, Netlify, New Relic, Notion, npm
    ("key-", 32, Hex),
    ("mdb_sa_sk_", 40, Word),
    ("nfp_", 36, Word),
    ("NRAK-", 27, Upper),
    ("NRII-", 32, Word),
    ("NRJS-", 19, Hex),
    ("ntn_", 43, Word),
    ("npm_", 36, Word),
    // OpenAI, OpenShift, Perplexity, PlanetScale, Postman, Prefect, Pulumi, PyPI
    ("sk-proj-", 40, Word),
    ("sk-svcacct-", 40, Word),
    ("sha256~", 43, Word),
    ("pplx-", 48, Word),
    ("pscale_tkn_", 32, Dotted),
    ("pscale_oauth_", 32, Dotted),
    ("pscale_pw_", 32, Dotted),
    ("PMAK-", 59, Word),
    ("pnu_", 36, Word),
    ("pul-", 40, Hex),
    ("pypi-AgEIcHlwaS5vcmc", 50, Word),
    // ReadMe, Replicate, RubyGems, Scalingo, Sendinblue, SendGrid
    ("rdme_", 70, Word),
    ("r8_", 37, Word),
    ("rubygems_", 48, Hex),
    ("tk-us-", 48, Word),
    ("xkeysib-", 64, Word),
    ("SG.", 60, Dotted),
    // Sentry, Shippo, Shopify, Slack, Sourcegraph
    ("sntrys_", 60, Dotted),
    ("sntryu_", 64, Hex),
    ("shippo_live_", 40, Hex),
    ("shpat_", 32, Word),
    ("shpca_", 32, Word),
    ("shppa_", 32, Word),
    ("shpss_", 32, Word),
    ("xoxa-", 15, Word),
    ("xoxb-", 15, Word),
    ("xoxp-", 15, Word),
    ("xoxr-", 15, Word),
    ("xoxs-", 15, Word),
    ("xapp-", 30, Word),
    ("sgp_", 40, Word),
    // Square, Stripe, Supabase, Tailscale, Typeform
    ("sq0atp-", 22, Word),
    ("sq0csp-", 43, Word),
    ("sk_live_", 16, Word),
    ("rk_live_", 16, Word),
    ("sk_test_", 16, Word),
    ("whsec_", 24, Dotted),
    ("sbp_", 40, Hex),
    ("tskey-", 30, Word),
    ("tfp_", 40, Dotted),
];

/// Parts of tokens that do not begin with a distinctive prefix.
const INFIXES: [(&str, usize); 3] = [
    // HCP Terraform, OpenAI before projects, Azure client secrets
    (".atlasv1.", 40),
    ("T3BlbkFJ", 16),
    ("8Q~", 30),
];

/// Beginnings of URLs in which everything that follows is a credential, without the scheme.
const WEBHOOKS: [&str; 14] = [
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
];

/// The length of an AWS secret access key.
const SECRET_KEY_LENGTH: usize = 40;

/// Returns true if a text contains a token, a private key or the URL of a webhook.
pub(super) fn has_token(text: &str) -> bool {
    let is_private_key = || text.contains("PRIVATE KEY-----") || text.contains("PRIVATE KEY BLOCK-----");
    let is_separator = |character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '/' | '+' | '_' | '-' | '.' | '~'))
    };
    is_private_key() || is_webhook(text) || text.split(is_separator).any(is_token)
}

fn is_webhook(text: &str) -> bool {
    // Placeholders, as in documentation, are shorter.
    const SHORTEST: usize = 12;
    text.contains("://")
        && WEBHOOKS.iter().any(|start| {
            text.split_once(start).is_some_and(|(_, rest)| {
                rest.bytes().take_while(|byte| Dotted.has(*byte) || *byte == b':').count() >= SHORTEST
            })
        })
}

fn is_token(word: &str) -> bool {
    if word.len() < 16 {
        return false;
    }
    // A path or a longer word may end with a token: `x/ghp_…`.
    let starts = std::iter::once(word).chain(word.rsplit_once('/').map(|(_, last)| last));
    starts.into_iter().any(has_prefix) || is_secret_key(word) || has_infix(word)
}

fn has_prefix(word: &str) -> bool {
    TOKENS.iter().any(|(prefix, least, alphabet)| {
        word.strip_prefix(prefix).is_some_and(|rest| {
            let count = rest.bytes().take_while(|byte| alphabet.has(*byte)).count();
            let is_exact = !matches!(alphabet, Upper | Hex) || count == rest.len();
            let has_digit = || rest.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
            count >= *least
                && is_exact
                && has_digit()
                && (prefix.len() > 4 || !is_dashed(rest))
                && (!matches!(*prefix, "AKIA" | "ASIA" | "ABIA" | "ACCA") || count == 16)
        })
    })
}

/// Returns true for words joined by dashes, such as the name of a resource.
fn is_dashed(text: &str) -> bool {
    text.split('-').count() > 3
}

fn has_infix(word: &str) -> bool {
    INFIXES.iter().any(|(infix, least)| word.len() >= *least && word.contains(infix))
}

/// Returns true for the shape of an AWS secret access key. Hashes have 40 characters, too, but a single case and no
/// slash.
fn is_secret_key(word: &str) -> bool {
    word.len() == SECRET_KEY_LENGTH
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| matches!(byte, b'/' | b'+'))
        && !word.contains(['_', '-', '.', '~'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_recognized_with_enough_characters() {
        for (prefix, least, alphabet) in TOKENS {
            let digits = if matches!(alphabet, Upper) { "A1B2C3D4" } else { "a1b2c3d4" };
            let token =
                |count: usize| format!("{prefix}{}", digits.chars().cycle().take(count).collect::<String>());
            assert!(has_token(&token(least)), "{prefix}");
            assert!(has_token(&format!("export X=\"{}\"", token(least))), "{prefix}");
            assert!(!has_token(&token(least / 2)), "{prefix}");
        }
    }
}
