//! Generates typed Rust for the services enabled as features, and the index of `iac_aws::knowledge`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use iac_codegen::emit::emit;
use iac_codegen::load::{KnowledgeFiles, load, service_names};
use iac_codegen::names::identifier;

/// Directory with one knowledge file per service.
const KNOWLEDGE: &str = "knowledge";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=knowledge");
    let files = KnowledgeFiles::read(Path::new(KNOWLEDGE), is_enabled)?;
    let out =
        PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; run this build script with Cargo")?);
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

/// Empty modules for disabled services, so that the compiler can name the feature a service needs.
fn disabled() -> Result<String, Box<dyn std::error::Error>> {
    let mut out = String::new();
    for service in service_names(Path::new(KNOWLEDGE))?.into_iter().filter(|service| !is_enabled(service)) {
        writeln!(out, "#[cfg(feature = {service:?})]\npub mod {} {{}}", identifier(&service))?;
    }
    Ok(out)
}

/// Constants that embed the knowledge files with `include_str!`, in place.
fn knowledge() -> Result<String, Box<dyn std::error::Error>> {
    let directory = Path::new(KNOWLEDGE);
    let file =
        |name: &str| format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/knowledge/{name}\"))");
    let mut out = String::from(
        "/// Name and schema of each service, sorted by name.\npub const SERVICES: &[(&str, &str)] = &[\n",
    );
    for service in service_names(directory)? {
        writeln!(out, "    ({service:?}, {}),", file(&format!("{service}.schema")))?;
    }
    out.push_str("];\n");
    for (name, doc, path) in [
        ("PROVIDER", "Schema of the provider configuration.", "provider.schema"),
        ("NAMES", "Rules for the Rust names of types.", "names.rules"),
        ("REFERENCES", "Rules for references between types.", "references.rules"),
        ("OVERLAY", "Corrections of facts, each with its reason.", "overlay.rules"),
    ] {
        writeln!(out, "/// {doc}\npub const {name}: &str = {};", file(path))?;
    }
    Ok(out)
}
