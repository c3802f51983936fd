//! docs/reference/cli.md has the current help of every command.

use std::env;
use std::fs;
use std::path::Path;

use clap::Command;

/// Rewrites the help if it is set.
const UPDATE: &str = "UPDATE_DOCS";

#[test]
fn cli_reference_contains_the_current_help() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/reference/cli.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = text.clone();
    let mut root = iac_cli::command().term_width(100);
    root.build();
    for command in root.get_subcommands_mut() {
        expected = with_help(&expected, command);
    }
    if env::var_os(UPDATE).is_some() {
        fs::write(&path, &expected).unwrap();
    } else {
        assert!(
            text == expected,
            "the help in docs/reference/cli.md is stale: run `cargo xtask regenerate help`"
        );
    }
}

/// Replaces the `text` block below the heading of a command.
fn with_help(text: &str, command: &mut Command) -> String {
    let heading = format!("\n## `iac {}`\n", command.get_name());
    let (before, section) =
        text.split_once(&heading).unwrap_or_else(|| panic!("docs/reference/cli.md needs a section{heading}"));
    let (opening, closing) = ("```text\n", "\n```\n");
    let parts = section.split_once(opening).and_then(|(introduction, rest)| {
        // The block of a later section does not count.
        (!introduction.contains("\n## ")).then_some((introduction, rest.split_once(closing)?.1))
    });
    let (introduction, after) = parts.unwrap_or_else(|| {
        panic!("docs/reference/cli.md needs a `text` block with an empty line in the section{heading}")
    });
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    format!("{before}{heading}{introduction}{opening}{}{closing}{after}", help.join("\n"))
}
