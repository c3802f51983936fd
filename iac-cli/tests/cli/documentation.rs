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
            "the help in docs/reference/cli.md is stale: `{UPDATE}=1 cargo test -p iac-cli` writes it anew"
        );
    }
}

/// Replaces the `text` block below the heading of a command.
fn with_help(text: &str, command: &mut Command) -> String {
    let heading = format!("\n## `iac {}`\n", command.get_name());
    let (before, section) =
        text.split_once(&heading).unwrap_or_else(|| panic!("docs/reference/cli.md has no{heading}"));
    let (opening, closing) = ("```text\n", "\n```\n");
    let (introduction, rest) = section.split_once(opening).unwrap();
    let (_, after) = rest.split_once(closing).unwrap();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    format!("{before}{heading}{introduction}{opening}{}{closing}{after}", help.join("\n"))
}
