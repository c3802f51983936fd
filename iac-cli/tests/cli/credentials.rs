//! A corpus of plans with and without credentials, reviewed in every format. Its table of precision and recall is in
//! docs/explanation/secrets.md.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::process::{Iac, fixture};

/// Rewrites the table if it is set.
const UPDATE: &str = "UPDATE_DOCS";
const FORMATS: [&str; 7] = ["text", "json", "markdown", "html", "sarif", "junit", "github"];
/// Generated strings that are shorter occur elsewhere by chance.
const SHORTEST: usize = 5;

/// Generates the secrets of a case. Equal placeholders of a case have equal values.
struct Generator {
    seed: u64,
    generated: Vec<String>,
}

impl Generator {
    fn characters(&self, placeholder: &str, alphabet: &[u8], length: usize) -> String {
        // FNV-1a seeds a linear congruential generator: values only have to differ.
        let start = self.seed ^ 0xcbf2_9ce4_8422_2325;
        let mut state = placeholder
            .bytes()
            .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(alphabet[(state >> 33) as usize % alphabet.len()])
        };
        (0..length).map(|_| next()).collect()
    }

    /// Returns the value of a placeholder without placeholders inside.
    fn value(&self, placeholder: &str) -> String {
        const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        if let Some((encoding, text)) = placeholder.split_once('|') {
            return match encoding {
                "b64" => STANDARD.encode(text),
                "url64" => URL_SAFE_NO_PAD.encode(text),
                "hexed" => text.bytes().fold(String::new(), |mut hex, byte| {
                    write!(hex, "{byte:02x}").unwrap();
                    hex
                }),
                "utf16" => {
                    STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
                }
                "gzip" => {
                    let mut encoder =
                        flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                    encoder.write_all(text.as_bytes()).unwrap();
                    STANDARD.encode(encoder.finish().unwrap())
                }
                _ => panic!("unknown encoding `{encoding}`"),
            };
        }
        let (name, length) = placeholder.split_once(' ').unwrap_or((placeholder, "0"));
        let alphabet: &[u8] = match name {
            "base62" | "github" => &BASE64[..62],
            "base64" => BASE64,
            "hex" => b"0123456789abcdef",
            "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "lower" => b"abcdefghijklmnopqrstuvwxyz0123456789",
            "secret" => return format!("Hq7w{}Rtz", self.characters("secret", b"0123456789", 4)),
            _ => panic!("unknown alphabet `{name}`"),
        };
        if name == "github" {
            let random = self.characters(placeholder, alphabet, 30);
            return format!("{random}{}", checksum(&random));
        }
        self.characters(placeholder, alphabet, length.parse().unwrap())
    }

    /// Replaces the placeholders in a text, the inner ones first.
    fn expand(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(start) = text.rfind("<<") {
            let Some(length) = text[start..].find(">>") else { break };
            let value = self.value(&text[start + 2..start + length]);
            text.replace_range(start..start + length + 2, &value);
            self.generated.push(value);
        }
        text
    }

    fn expand_all(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.expand(text).into(),
            Value::Array(elements) => elements.iter().map(|element| self.expand_all(element)).collect(),
            Value::Object(members) => {
                let members =
                    members.iter().map(|(name, member)| (self.expand(name), self.expand_all(member)));
                Value::Object(members.collect())
            }
            other => other.clone(),
        }
    }
}

/// Returns the last six characters of a token of GitHub.
fn checksum(random: &str) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(random.as_bytes()) as usize;
    let mut digits = vec![0; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % 62];
        rest /= 62;
    }
    String::from_utf8(digits).unwrap()
}

struct Case {
    line: usize,
    kind: String,
    address: String,
    /// What must not occur in any output.
    secrets: Vec<String>,
    /// What has to occur in the JSON; empty for a case with a credential.
    shown: Vec<String>,
}

/// Returns the cases and a plan that creates a resource for each.
fn cases() -> (Vec<Case>, Value) {
    let text = fs::read_to_string(fixture("credentials.jsonl")).unwrap();
    let mut cases = Vec::new();
    let mut changes = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.starts_with('#')) {
        let case: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("line {line}: {error}"));
        let mut generator = Generator { seed: line as u64, generated: Vec::new() };
        let after = generator.expand_all(&case["after"]);
        let shown = case["shown"].as_array().into_iter().flatten();
        let shown = shown.map(|text| generator.expand(text.as_str().unwrap())).collect::<Vec<_>>();
        let type_name = case["type"].as_str().unwrap();
        let address = format!("{type_name}.case_{line}");
        changes.push(json!({
            "address": address, "mode": "managed", "type": type_name, "name": format!("case_{line}"),
            "provider_name": format!("registry.terraform.io/hashicorp/{}", type_name.split('_').next().unwrap()),
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {},
                "before_sensitive": false, "after_sensitive": {}},
        }));
        let secrets = if shown.is_empty() { generator.generated } else { Vec::new() };
        let secrets = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST).collect();
        cases.push(Case { line, kind: case["kind"].as_str().unwrap().to_owned(), address, secrets, shown });
    }
    let plan = json!({"format_version": "1.2", "terraform_version": "1.11.4", "applyable": true, "complete": true,
        "errored": false, "resource_changes": changes});
    (cases, plan)
}

/// Results for a kind of cases.
#[derive(Default)]
struct Tally {
    found: usize,
    missed: Vec<usize>,
    shown: usize,
    hidden: Vec<usize>,
}

#[test]
fn credentials_of_the_corpus_are_hidden_in_every_format() {
    let (cases, plan) = cases();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("plan.json"), plan.to_string()).unwrap();
    let outputs = FORMATS.map(|format| {
        let args = ["review", "plan.json", "--format", format, "--max-bytes", "10000000"];
        Iac::new(&args).directory(directory.path()).run()
    });
    let printed = |format: &str| &outputs[FORMATS.iter().position(|each| *each == format).unwrap()];
    let document = printed("json");
    let document = &document[document.find('{').unwrap()..=document.rfind('}').unwrap()];
    let document: Value = serde_json::from_str(document).unwrap();
    let changes = document["resource_changes"].as_array().unwrap();
    let after: BTreeMap<&str, String> = changes
        .iter()
        .map(|change| (change["address"].as_str().unwrap(), change["change"]["after"].to_string()))
        .collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for case in &cases {
        let tally = tallies.entry(&case.kind).or_default();
        if case.shown.is_empty() {
            assert!(!case.secrets.is_empty(), "line {} has nothing to hide", case.line);
            let leaks = outputs.iter().any(|text| case.secrets.iter().any(|secret| text.contains(secret)));
            if leaks { tally.missed.push(case.line) } else { tally.found += 1 }
        } else {
            let is_shown = case.shown.iter().all(|text| after[case.address.as_str()].contains(text));
            if is_shown { tally.shown += 1 } else { tally.hidden.push(case.line) }
        }
    }
    hold_table(&table(&tallies));
}

fn table(tallies: &BTreeMap<&str, Tally>) -> String {
    let mut text = String::from(
        "| values | with a credential | recall | without one | shown |\n|---|--:|--:|--:|--:|\n",
    );
    let percent = |part: usize, whole: usize| {
        // No number of a corpus needs more than three digits.
        let tenths = (part * 2000 + whole) / (2 * whole.max(1));
        format!("{}.{}%", tenths / 10, tenths % 10)
    };
    let (mut found, mut positive, mut shown, mut negative, mut wrong) = (0, 0, 0, 0, Vec::new());
    for (kind, tally) in tallies {
        let (positives, negatives) = (tally.found + tally.missed.len(), tally.shown + tally.hidden.len());
        let of = |part, whole| if whole == 0 { String::new() } else { percent(part, whole) };
        let count = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        let (recall, share) = (of(tally.found, positives), of(tally.shown, negatives));
        writeln!(text, "| {kind} | {} | {recall} | {} | {share} |", count(positives), count(negatives))
            .unwrap();
        found += tally.found;
        positive += positives;
        shown += tally.shown;
        negative += negatives;
        wrong.extend(tally.missed.iter().chain(&tally.hidden));
    }
    wrong.sort_unstable();
    let wrong: Vec<String> = wrong.into_iter().map(usize::to_string).collect();
    let precision = percent(found, found + negative - shown);
    writeln!(
        text,
        "| **all** | {positive} | {} | {negative} | {} |",
        percent(found, positive),
        percent(shown, negative)
    )
    .unwrap();
    writeln!(text, "\nPrecision: {precision}. Classified wrongly: lines {} of the corpus.", wrong.join(", "))
        .unwrap();
    text
}

/// Compares the table with the documentation, so that any credential that is missed in the future fails.
fn hold_table(table: &str) {
    const START: &str = "<!-- credentials -->\n";
    const END: &str = "<!-- /credentials -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/explanation/secrets.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{START}\n{table}\n{END}{after}");
    if env::var_os(UPDATE).is_some() {
        fs::write(&path, &expected).unwrap();
    } else {
        assert!(
            text == expected,
            "the table is stale: run this test with {UPDATE}=1 and judge the difference\n{table}"
        );
    }
}
