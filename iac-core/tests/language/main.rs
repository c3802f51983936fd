//! The tables of `docs/language.md`: every row is an example with the planner's result. Also tests configurations in
//! the style of widely used modules.

mod modules;

use std::collections::HashMap;
use std::fmt::Write as _;

use iac_core::config::{MemoryFiles, load};
use iac_core::plan::{Action, Options, Plan, Request, plan};

const DOCUMENT: &str = include_str!("../../../docs/language.md");

/// A module called by the examples.
const CHILD: &str = "variable \"in\" {}\noutput \"out\" {\n  value = \"${var.in}!\"\n}\n";

/// A row of a table.
struct Row {
    construct: String,
    example: String,
    expected: String,
}

fn rows() -> Vec<Row> {
    let cell = |cell: &str| cell.trim().replace('\u{1}', "|");
    let code = |text: String| text.trim_matches('`').replace('⏎', "\n");
    let mut rows = Vec::new();
    for line in DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('|').count() > 3 && line.contains('`'))
    {
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<_> = line.trim_matches('|').split('|').map(cell).collect();
        let [construct, example, expected] = <[String; 3]>::try_from(cells).expect("a row has three cells");
        rows.push(Row { construct, example: code(example), expected: code(expected) });
    }
    rows
}

fn planned(files: &MemoryFiles) -> Result<Plan, String> {
    let loaded = load(".", files).map_err(|diagnostics| diagnostics.to_string())?;
    let request = Request {
        module: &loaded.module,
        state: None,
        providers: &[],
        variables: &HashMap::new(),
        files,
        options: &Options::default(),
    };
    plan(&request).map_err(|diagnostics| diagnostics.to_string())
}

/// Returns the planner's result for an example.
fn result(base: &str, example: &str, expected: &str) -> Result<String, String> {
    let is_configuration = example.contains("{\n") && !example.starts_with('{');
    let example = if is_configuration {
        example.to_owned()
    } else {
        format!("output \"result\" {{\n  value = {example}\n}}\n")
    };
    let files = MemoryFiles::new().with("main.tf", format!("{base}\n{example}")).with("child/main.tf", CHILD);
    if expected == "read" {
        return load(".", &files).map(|_| expected.to_owned()).map_err(|diagnostics| diagnostics.to_string());
    }
    let plan = planned(&files)?;
    if let Some(output) = plan.outputs.iter().find(|output| output.name == "result") {
        return Ok(format!("{:?}", output.after));
    }
    let others = plan.changes.iter().filter(|change| change.address.to_string() != "terraform_data.new");
    let changes: Vec<_> = others
        .map(|change| match change.action {
            Action::Create => format!("{}: create", change.address),
            action => format!("{}: {action:?}", change.address),
        })
        .collect();
    Ok(if changes.is_empty() { "no other change".to_owned() } else { changes.join(", ") })
}

#[test]
fn every_row_of_the_tables_holds() {
    let (_, rest) = DOCUMENT.split_once("```hcl\n").expect("the page has a block of HCL");
    let (base, _) = rest.split_once("```").expect("the block has an end");
    let rows = rows();
    assert!(rows.len() > 70, "there are only {} rows", rows.len());
    let mut wrong = String::new();
    for Row { construct, example, expected } in rows {
        let result = result(base, &example, &expected).unwrap_or_else(|error| error);
        if result != expected {
            writeln!(wrong, "{construct}\n  documented: {expected}\n  planned:    {result}")
                .expect("writing to a string does not fail");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
