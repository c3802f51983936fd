//! Terraform accepts the output of the constructs: their snapshots, each as a module of one configuration.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use iac_tests::terraform::{Terraform, command, succeed};

#[test]
fn terraform_accepts_every_construct() {
    let terraform = Terraform::new("constructs");
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iac-aws/tests/constructs/snapshots");
    let mut root = String::from("provider \"aws\" {\n  alias  = \"away\"\n  region = \"us-east-1\"\n}\n");
    let mut modules = 0;
    for entry in fs::read_dir(snapshots).expect("the snapshots exist") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        // Except diagnostics of invalid constructs, and Docker Compose input.
        if name.starts_with("invalid_") || name == "compose" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("it can be read");
        let (_head, text) = text[4..].split_once("---\n").expect("a snapshot has a head between lines");
        let directory = terraform.directory().join(&name);
        write_module(&directory, text);
        write!(
            root,
            "\nmodule \"{name}\" {{\n  source = \"./{name}\"\n  providers = {{\n    aws.away = aws.away\n  }}\n}}\n"
        )
        .expect("writing to a string does not fail");
        modules += 1;
    }
    assert!(modules > 20, "{modules} are not all");
    terraform.write("main.tf", &root);
    succeed(&mut command(terraform.directory(), &["init", "-input=false", "-no-color"]));
    let diagnostics = terraform.validate();
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
}

/// Writes a module, with the provider configurations passed to it, and the files that it reads.
fn write_module(directory: &Path, text: &str) {
    const SETTINGS: &str = "terraform {\n  required_providers {\n    aws = {\n      source                = \"hashicorp/aws\"\n      configuration_aliases = [aws.away]\n    }\n  }\n}\n\n";
    fs::create_dir_all(directory.join("assets")).expect("the temporary directory can be written");
    for (position, _) in text.match_indices("/assets/") {
        let file = text[position + "/assets/".len()..].split('"').next().unwrap_or_default();
        fs::write(directory.join("assets").join(file), "").expect("the temporary directory can be written");
    }
    // A module must not contain provider configurations.
    let blocks = text.split_inclusive("\n}\n").filter(|block| !block.trim_start().starts_with("provider "));
    let text: String = [SETTINGS].into_iter().chain(blocks).collect();
    fs::write(directory.join("main.tf"), text).expect("the temporary directory can be written");
}
