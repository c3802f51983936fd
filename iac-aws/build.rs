//! Writes typed Rust for the services that are enabled as features, and the index of `iac_aws::knowledge`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use iac_codegen::emit::emit;
use iac_codegen::load::{KnowledgeFiles, load, service_names};
use iac_codegen::names::identifier;

/// The directory with a text for each service.
const KNOWLEDGE: &str = "knowledge";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=knowledge");
    let files = KnowledgeFiles::read(Path::new(KNOWLEDGE), is_enabled)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    for file in emit(&load(&files)?) {
        fs::write(out.join(file.name), file.text)?;
    }
    fs::write(out.join("disabled.rs"), disabled()?)?;
    fs::write(out.join("knowledge.rs"), knowledge()?)?;
    Ok(())
}

fn is_enabled(service: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", service.to_uppercase())).is_some()
}

/// Modules that are left out, so that the compiler can say which feature a service belongs to.
fn disabled() -> Result<String, Box<dyn std::error::Error>> {
    let mut out = String::new();
    for service in service_names(Path::new(KNOWLEDGE))?.into_iter().filter(|service| !is_enabled(service)) {
        writeln!(out, "#[cfg(feature = {service:?})]\npub mod {} {{}}", identifier(&service))?;
    }
    Ok(out)
}

/// Constants for the texts of the knowledge, which the compiler reads from where they are.
fn knowledge() -> Result<String, Box<dyn std::error::Error>> {
    let directory = Path::new(KNOWLEDGE);
    let file =
        |name: &str| format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/knowledge/{name}\"))");
    let mut out = String::from(
        "/// The text of each service, by the service's name; sorted.\npub const SERVICES: &[(&str, &str)] = &[\n",
    );
    for service in service_names(directory)? {
        writeln!(out, "    ({service:?}, {}),", file(&format!("{service}.schema")))?;
    }
    out.push_str("];\n");
    for (name, doc, path) in [
        ("PROVIDER", "The text of the provider itself.", "provider.schema"),
        ("NAMES", "How types are called in Rust.", "names.rules"),
        ("REFERENCES", "What arguments refer to.", "references.rules"),
        ("OVERLAY", "Corrections.", "overlay.rules"),
    ] {
        writeln!(out, "/// {doc}\npub const {name}: &str = {};", file(path))?;
    }
    Ok(out)
}
