//! The bindings of a provider that nobody has heard of are as written down. `bindings.rs` compiles what is written down.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use iac_codegen::emit::emit;
use iac_codegen::load::{Texts, load};

/// Set this variable to write the bindings down anew.
const REGENERATE: &str = "IAC_REGENERATE";

#[test]
fn bindings_are_as_written_down() {
    let fixture = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/provider"));
    let loaded = load(&Texts::read(&fixture.join("knowledge"), |_| true).unwrap()).unwrap();
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
            "{} differs: set {REGENERATE} to write it anew, and look",
            path.display()
        );
    }
}
