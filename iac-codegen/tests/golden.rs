//! Compares the bindings of a fictitious provider with a golden file, which `bindings.rs` compiles.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use iac_codegen::emit::emit;
use iac_codegen::load::{KnowledgeFiles, load};

/// Set this variable to update the golden file.
const REGENERATE: &str = "IAC_REGENERATE";

#[test]
fn bindings_match_the_golden_files() {
    let fixture = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/provider"));
    let loaded = load(&KnowledgeFiles::read(&fixture.join("knowledge"), |_| true).unwrap()).unwrap();
    let files = emit(&loaded);
    assert_eq!(files.len(), 2);
    for file in files {
        let path = fixture.join("bindings").join(&file.name);
        if std::env::var_os(REGENERATE).is_some() {
            std::fs::write(&path, &file.text).unwrap();
        }
        let known = std::fs::read_to_string(&path).unwrap();
        assert!(
            file.text == known,
            "{} differs: run `cargo xtask regenerate bindings`, and review the difference",
            path.display()
        );
    }
}
