//! The output shown in the book is the current output of `iac`.
//!
//! A sample is a `console` block below a marker, `<!-- run in DIR -->`: the directory is one of
//! `tests/fixtures/book`. The command is the block's first line, unless the marker has another one: `<!-- run in DIR:
//! exit 3: iac plan --config . -->`. An exit code other than 0 is part of the marker.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Iac;

/// Rewrites the samples if it is set.
const UPDATE: &str = "UPDATE_DOCS";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn samples_are_what_iac_prints() {
    let mut pages = vec![repository().join("README.md")];
    find(&repository().join("docs"), &mut pages);
    let mut samples = 0;
    let mut stale = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let (expected, count) = refreshed(&text);
        samples += count;
        if text == expected {
            continue;
        }
        if env::var_os(UPDATE).is_some() {
            fs::write(&page, expected).unwrap();
        } else {
            stale.push(page);
        }
    }
    assert!(samples > 2, "there are only {samples} samples");
    assert!(stale.is_empty(), "stale samples, which `cargo xtask regenerate samples` rewrites: {stale:?}");
}

fn find(directory: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// Returns the page with the current output in every sample, and the number of samples.
fn refreshed(page: &str) -> (String, usize) {
    let (marker, opening, closing) = ("<!-- run in ", "```console\n", "\n```\n");
    let mut parts = page.split(marker);
    let mut refreshed = parts.next().unwrap_or_default().to_owned();
    let mut count = 0;
    for part in parts {
        let (settings, block) = part.split_once(" -->\n").expect("a marker has an end");
        let block = block.strip_prefix(opening).expect("a `console` block follows a marker");
        let (block, rest) = block.split_once(closing).expect("a block has an end");
        let shown = block.lines().next().unwrap_or_default();
        let output = output(settings, shown.strip_prefix("$ ").expect("a sample begins with a command"));
        write!(refreshed, "{marker}{settings} -->\n{opening}{shown}\n{output}{closing}{rest}").unwrap();
        count += 1;
    }
    (refreshed, count)
}

/// Runs a sample's command.
fn output(settings: &str, shown: &str) -> String {
    let mut settings = settings.split(": ");
    let directory = repository().join("tests/fixtures/book").join(settings.next().unwrap_or_default());
    let (mut exit, mut command) = ("0", shown);
    for setting in settings {
        match setting.strip_prefix("exit ") {
            Some(code) => exit = code,
            None => command = setting,
        }
    }
    let args: Vec<&str> = command.strip_prefix("iac ").expect("samples run `iac`").split(' ').collect();
    let seen = Iac::new(&args).directory(&directory).run();
    let (code, output) = seen.split_once('\n').unwrap_or((&seen, ""));
    assert_eq!(code, format!("exit: {exit}"), "`{command}` in {}\n{output}", directory.display());
    // A terminal shows stdout and stderr together.
    output.replace("\n\nstderr:\n", "\n").replace("stdout:\n", "").trim_end().to_owned()
}
