//! Mutation tests of the configuration reader and the planner.

use iac_core::config::{Files as _, MemoryFiles, VariableSources, load, variables};
use iac_core::diagnostic::Diagnostics;
use iac_core::diagnostic::render::render;
use iac_core::plan::{Options, Request, plan};

use super::harness::mutate;

/// Every kind of block, in both syntaxes.
const NATIVE: &str = include_str!("../../src/config/tests/all.tf");
const JSON: &str = include_str!("../../src/config/tests/all.tf.json");
/// A configuration that can be planned without a provider.
const PLAIN: &str = include_str!("plain.tf");

const WORDS: &[&str] = &[
    "${",
    "%{",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "~",
    "\\",
    "$$${",
    "<<EOT\n",
    "<<-EOT\n",
    "\nEOT\n",
    "%{ if a }",
    "%{ for x in y }",
    "%{ endif }",
    "%{ endfor }",
    "[*]",
    ".*",
    ".0",
    "...",
    "=>",
    "? :",
    "==",
    "!",
    "-",
    " + ",
    "for x in y : ",
    "1e99999999",
    "99999999999999999999999999",
    "null",
    "\u{feff}",
    "é",
    "\r\n",
    "\n",
    "/*",
    "#",
    "//",
    "\\u",
    "\\ud800",
    "each.key",
    "count.index",
    "var.a",
    "local.a",
    "self",
    "module.m",
    "dynamic \"a\" {\n",
];

/// Checks that diagnostics point into the input.
fn check(diagnostics: &Diagnostics, files: &MemoryFiles) {
    let text = |path: &str| Some(String::from_utf8_lossy(&files.read(path).ok()?).into_owned());
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.sources) {
        let lines = text(&label.source.file).map_or(0, |text| text.matches('\n').count() + 1);
        assert!(label.source.line as usize <= lines, "{} is behind the end", label.source);
    }
    assert!(!render(diagnostics, text, false).is_empty() || diagnostics.is_empty());
}

fn read(name: &str, content: &[u8]) {
    let files = MemoryFiles::new().with(name, content).with("m/main.tf", "output \"o\" {\n  value = 1\n}\n");
    let loaded = match load(".", &files) {
        Ok(loaded) => loaded,
        Err(diagnostics) => return check(&diagnostics, &files),
    };
    check(&loaded.warnings, &files);
    let sources = VariableSources::default();
    let values = variables(&loaded.module, &files, &sources).expect("no files are read").values;
    let request = Request {
        module: &loaded.module,
        state: None,
        providers: &[],
        variables: &values,
        files: &files,
        options: &Options::default(),
    };
    if let Err(diagnostics) = plan(&request) {
        check(&diagnostics, &files);
    }
}

#[test]
fn native_syntax_is_read_or_rejected() {
    mutate(&[NATIVE.as_bytes(), PLAIN.as_bytes()], WORDS, |content| read("main.tf", content));
}

#[test]
fn json_syntax_is_read_or_rejected() {
    mutate(&[JSON.as_bytes()], WORDS, |content| read("main.tf.json", content));
}

#[test]
fn variable_values_are_read_or_rejected() {
    let declared = "variable \"a\" {}\nvariable \"b\" {\n  type = map(list(string))\n}\n";
    let seeds: [&[u8]; 2] =
        [b"a = \"x\"\nb = {\n  k = [\"v\", 1]\n}\n", b"{\"a\": \"x\", \"b\": {\"k\": [1]}}"];
    for name in ["terraform.tfvars", "terraform.tfvars.json"] {
        mutate(&seeds, WORDS, |content| {
            let files = MemoryFiles::new().with("main.tf", declared).with(name, content);
            let module = load(".", &files).expect("it is valid").module;
            if let Err(diagnostics) = variables(&module, &files, &VariableSources::default()) {
                check(&diagnostics, &files);
            }
        });
    }
}
