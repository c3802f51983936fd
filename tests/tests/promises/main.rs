//! Mistakes that must not compile, and the compiler's messages: each case is a program with one mistake.
//!
//! To update the messages: `TRYBUILD=overwrite cargo test -p iac-tests --test promises`.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

// The oracles enable all services, and then the compiler prints paths to distinguish types of the same name.
#[cfg(not(feature = "oracle"))]
#[test]
fn mistakes_are_rejected_with_helpful_messages() {
    trybuild::TestCases::new().compile_fail("tests/promises/cases/*.rs");
}

/// The compiler lists the implementors of a trait when it is not implemented, which is noise to users, and would change
/// the expected messages with every new construct.
#[test]
fn implementations_are_not_recommended() {
    const TRAITS: [&str; 4] = ["Grantee for ", "HasSecurityGroup for ", "IntoExpr<", "IntoExpression for "];
    let mut files = Vec::new();
    find_files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../iac-aws/src")), &mut files);
    let mut implementations = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut previous = "";
        for line in text.lines() {
            let is_implementation = line.starts_with("impl")
                && TRAITS.iter().any(|name| line.contains(&format!(" {name}")))
                && line.contains(" for ");
            if is_implementation {
                implementations += 1;
                assert_eq!(
                    previous,
                    "#[diagnostic::do_not_recommend]",
                    "above `{line}` in {}",
                    file.display()
                );
            }
            previous = line;
        }
    }
    assert!(implementations > 20, "found only {implementations} implementations");
}

fn find_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
