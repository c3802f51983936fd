//! Writes typed Rust for the services that are enabled as features.

use std::path::{Path, PathBuf};
use std::{env, fs};

use iac_codegen::emit::emit;
use iac_codegen::load::{Texts, load};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=knowledge");
    let texts = Texts::read(Path::new("knowledge"), |service| {
        env::var_os(format!("CARGO_FEATURE_{}", service.to_uppercase())).is_some()
    })?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    for file in emit(&load(&texts)?) {
        fs::write(out.join(file.name), file.text)?;
    }
    Ok(())
}
