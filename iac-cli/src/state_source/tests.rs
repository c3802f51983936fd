mod network;
mod others;
mod places;
#[cfg(unix)]
mod pulling;

use std::fs;
use std::path::Path;

use iac_core::body::Body;
use iac_core::expression::Expression;
use tempfile::TempDir;

use super::settings::Backend;
use super::*;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn message(error: &CommandError) -> String {
    format!("{}; {}", error.kind, error.hints.join("; "))
}

fn backend(kind: &str, settings: &[(&str, &str)]) -> Backend {
    let mut body = Body::new();
    for (name, value) in settings {
        body.set(*name, Expression::String((*value).into()));
    }
    Backend::of_block(Some(kind), &body)
}

fn remote(url: &str) -> Remote {
    Remote { url: url.to_owned(), settings: Vec::new(), workspace: None, leftover: None }
}

#[test]
fn state_names_are_parsed() {
    for (name, expected) in [
        ("-", StateSource::Stdin),
        ("a.tfstate", StateSource::File("a.tfstate".into())),
        ("s3:a", StateSource::File("s3:a".into())),
        ("s3://bucket/a", StateSource::Remote(remote("s3://bucket/a"))),
        ("https://host/a?b", StateSource::Remote(remote("https://host/a?b"))),
    ] {
        assert_eq!(StateSource::named(Path::new(name)), expected);
    }
}

#[test]
fn no_secret_of_an_address_is_shown() {
    let source = StateSource::named(Path::new("https://user:hunter2@host:8080/a/b?token=hunter2#hunter2"));
    assert_eq!(source.to_string(), "https://host:8080/a/b");
    assert!(!format!("{source:?}").contains("hunter2"));
}

#[test]
fn named_file_must_contain_a_state() {
    let directory = directory(&[("a.tfstate", "{}"), ("empty", ""), ("blank", " \n")]);
    let read = |name: &str| StateSource::named(&directory.path().join(name)).read();
    assert_eq!(read("a.tfstate").unwrap().text, b"{}");
    for (name, expected) in [
        ("missing", "cannot read `"),
        ("empty", "expected a state, but `"),
        ("blank", "expected a state, but `"),
    ] {
        let error = message(&read(name).unwrap_err());
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn state_that_is_too_large_is_not_read() {
    let directory = directory(&[]);
    let path = directory.path().join("large.tfstate");
    fs::File::create(&path).unwrap().set_len(LIMIT + 1).unwrap();
    let error = StateSource::named(&path).read().unwrap_err();
    assert!(error.kind.to_string().contains("exceeds the limit of 2 GiB"), "{}", error.kind);
}

#[test]
fn record_identifies_the_state() {
    let source = StateSource::File("a.tfstate".into());
    let record = |text: &str, seconds: u64| {
        let modified = Some(UNIX_EPOCH + Duration::from_secs(seconds));
        let found = Found { text: text.into(), modified, absent: None };
        found.decode(&source).unwrap().1.to_string()
    };
    let text = r#"{"version": 4, "serial": 7, "lineage": "5a7f"}"#;
    let expected = "a.tfstate (serial 7, lineage 5a7f, last modified 2001-09-09 01:46:40 UTC)";
    assert_eq!(record(text, 1_000_000_000), expected);
    assert_eq!(record(r#"{"format_version": "1.0"}"#, u64::from(u32::MAX) << 8), "a.tfstate");
    let nothing = StateSource::Nothing.read().unwrap();
    let record = nothing.decode(&StateSource::Nothing).unwrap().1;
    assert_eq!(record.to_string(), "none (`--no-state` was given)");
}
