//! Generates calls of every setter of the AWS bindings, for the oracle in which Terraform validates the result.
//!
//! The calls are derived from the knowledge, not from the bindings, so a setter missing from the bindings does not
//! compile.
#![expect(clippy::print_stdout, reason = "a build script talks to Cargo by printing")]

#[cfg(feature = "oracle")]
mod calls;
#[cfg(feature = "oracle")]
#[path = "../src/random/choice.rs"]
mod choice;
#[cfg(feature = "oracle")]
#[path = "../src/random/examples.rs"]
mod examples;
#[cfg(feature = "oracle")]
mod values;

#[cfg(feature = "oracle")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::path::{Path, PathBuf};

    let knowledge = "../iac-aws/knowledge";
    println!("cargo::rerun-if-changed={knowledge}");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/random/choice.rs");
    println!("cargo::rerun-if-changed=src/random/examples.rs");
    let files = iac_codegen::load::KnowledgeFiles::read(Path::new(knowledge), |_| true)?;
    let loaded = iac_codegen::load::load(&files)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    std::fs::write(out.join("accepted.rs"), calls::write(&loaded))?;
    Ok(())
}

#[cfg(not(feature = "oracle"))]
fn main() {
    println!("cargo::rerun-if-changed=build");
}
