//! Tests with configurations in memory.

use iac_core::body;
use iac_core::diagnostic::render::render;
use iac_core::expression::Operation;

use super::*;
use crate::files::{Files as _, MemoryFiles};

fn files(sources: &[(&str, &str)]) -> MemoryFiles {
    sources.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(path, *text))
}

fn module(sources: &[(&str, &str)]) -> Module {
    load(".", &files(sources)).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).module
}

/// Formats the diagnostics of a configuration.
fn problems(sources: &[(&str, &str)]) -> String {
    let files = files(sources);
    let diagnostics = match load(".", &files) {
        Ok(loaded) => loaded.warnings,
        Err(diagnostics) => diagnostics,
    };
    let text = |path: &str| files.read(path).ok().and_then(|content| String::from_utf8(content).ok());
    render(&diagnostics, text, false)
}

/// Formats the model without positions.
fn shown(module: &Module) -> String {
    let debug = format!("{module:#?}");
    let mut lines = debug.lines();
    let mut shown = String::new();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("location: Location {") {
            lines.by_ref().find(|line| line.trim() == "},");
        } else {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    shown
}

const NATIVE: &str = include_str!("tests/all.tf");

const JSON: &str = include_str!("tests/all.tf.json");

#[test]
fn native_and_json_syntax_decode_to_the_same_model() {
    // In JSON syntax, a block of a provider's schema stays an argument, so the native one is written as an argument.
    assert_eq!(shown(&module(&[("main.tf", NATIVE)])), shown(&module(&[("main.tf.json", JSON)])));
}

#[test]
fn only_configuration_files_are_read() {
    let module = module(&[
        ("b.tf", "variable \"b\" {}"),
        ("a.tf.json", r#"{"variable": {"a": {}}}"#),
        ("c.tf", "\u{feff}variable \"c\" {\r\n  default = 1\r\n}\r\n"),
        (".hidden.tf", "x"),
        ("old.tf~", "x"),
        ("readme.md", "x"),
        ("dir/x.tf", "x"),
    ]);
    let names: Vec<_> = module.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(module.variables[2].location.to_string(), "c.tf:1:1");
}

#[test]
fn override_files_change_declarations_of_other_files() {
    let module = module(&[
        (
            "main.tf",
            r#"
            resource "x_y" "a" {
              size = 1
              name = "a"
              rule { from = 1 }
              rule { from = 2 }
              lifecycle {
                prevent_destroy = true
                ignore_changes  = [name]
              }
            }
            variable "v" { default = 1 }
            locals {
              l = 1
              k = 2
            }
            output "o" { value = 1 }
            terraform {
              backend "s3" {}
              required_providers { aws = { source = "hashicorp/aws", version = "1" } }
            }
            "#,
        ),
        (
            "a_override.tf",
            r#"
            resource "x_y" "a" {
              size = 2
              rule { from = 3 }
              lifecycle { ignore_changes = all }
            }
            variable "v" { sensitive = true }
            locals { l = 3 }
            output "o" { value = 2 }
            provider "aws" { region = "r" }
            terraform {
              backend "local" {}
              required_providers { aws = { source = "hashicorp/aws", version = "2" } }
            }
            "#,
        ),
        ("override.tf.json", r#"{"resource": {"x_y": {"a": {"size": 3}}}}"#),
    ]);
    let [resource] = &module.resources[..] else { panic!("there is one resource") };
    assert_eq!(resource.body.argument("size"), Some(&Expression::Integer(3)));
    assert_eq!(resource.body.argument("name"), Some(&Expression::string("a")));
    let froms: Vec<_> =
        resource.body.blocks("rule").map(|rule| rule.body.argument("from").cloned()).collect();
    assert_eq!(froms, [Some(Expression::Integer(3))]);
    assert!(resource.meta.lifecycle.prevent_destroy);
    assert_eq!(resource.meta.lifecycle.ignore_changes, IgnoreChanges::All);
    let [variable] = &module.variables[..] else { panic!("there is one variable") };
    assert!(variable.sensitive && variable.default == Some(Expression::Integer(1)));
    let locals: Vec<_> = module.locals.iter().map(|local| (local.name.as_str(), &local.value)).collect();
    assert_eq!(locals, [("k", &Expression::Integer(2)), ("l", &Expression::Integer(3))]);
    assert_eq!(module.outputs[0].value, Expression::Integer(2));
    assert_eq!(module.providers.len(), 1);
    assert_eq!(module.backend.as_ref().and_then(|(label, _)| label.as_deref()), Some("local"));
    assert_eq!(module.required_providers[0].version.as_deref(), Some("2"));
}

#[test]
fn local_and_installed_modules_are_found() {
    let sources = [
        ("main.tf", "module \"a\" { source = \"./a\" }\nmodule \"far\" {\n  source = \"org/far/aws\"\n}\n"),
        (
            "a/main.tf",
            "module \"b\" { source = \"../b\" }\nmodule \"deep\" { source = \"git::https://x\" }\n",
        ),
        ("b/main.tf", "variable \"b\" {}"),
        (".terraform/modules/far/main.tf", "output \"x\" { value = 1 }"),
        (
            ".terraform/modules/modules.json",
            r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far"}]}"#,
        ),
    ];
    let loaded = load(".", &files(&sources)).unwrap();
    let [a, far] = &loaded.module.calls[..] else { panic!("there are two calls") };
    let a = a.module.as_ref().unwrap();
    assert_eq!(a.calls[0].module.as_ref().unwrap().directory, "b");
    assert!(a.calls[1].module.is_none());
    assert_eq!(far.module.as_ref().unwrap().outputs.len(), 1);
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
}

#[test]
fn module_that_calls_itself_is_an_error() {
    insta::assert_snapshot!(problems(&[
        ("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"),
        ("a/main.tf", "module \"b\" {\n  source = \"../a/\"\n}\n"),
    ]), @r#"
    error[module-cycle]: module `b` calls itself
     --> a/main.tf:1:1
      |
    1 | module "b" {
      | ^^^^^^^^^^^^
      |
      = help: remove one of the calls
    "#);
}

const WRONG: &str = r#"
resorce "aws_vpc" "a" {}
variable "v" {
  defualt = 1
  type    = strin
  validaton {}
}
resource "aws_vpc" {}
resource "aws_vpc" "a b" {
  lifecycle {
    ignore_change = []
    prevent_destroy = var.x
  }
}
output "o" {}
module "m" {
  source = "./${x}"
}
moved {
  from = a.b
}
x = 1
"#;

#[test]
fn unsupported_arguments_and_blocks_are_errors() {
    insta::assert_snapshot!(problems(&[("main.tf", WRONG)]), @r#"
    error[unknown-block]: unsupported block `resorce` in a configuration file
     --> main.tf:2:1
      |
    2 | resorce "aws_vpc" "a" {}
      | ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `resource`?

    error[unknown-argument]: unsupported argument `defualt` in `variable`
     --> main.tf:4:3
      |
    4 |   defualt = 1
      |   ^^^^^^^^^^^
      |
      = help: did you mean `default`?

    error[invalid-type]: `strin` is not a type
     --> main.tf:5:3
      |
    5 |   type    = strin
      |   ^^^^^^^^^^^^^^^

    error[unknown-block]: unsupported block `validaton` in `variable`
     --> main.tf:6:3
      |
    6 |   validaton {}
      |   ^^^^^^^^^^^^
      |
      = help: did you mean `validation`?

    error[wrong-labels]: wrong number of labels: expected 2, found 1
     --> main.tf:8:1
      |
    8 | resource "aws_vpc" {}
      | ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `resource "type" "name" { … }`

    error[invalid-name]: invalid name `a b`
     --> main.tf:9:20
      |
    9 | resource "aws_vpc" "a b" {
      |                    ^^^^^^^
      |
      = help: names consist of letters, digits, `_` and `-`, and do not start with a digit or `-`

    error[unknown-argument]: unsupported argument `ignore_change` in `lifecycle`
      --> main.tf:11:5
       |
    11 |     ignore_change = []
       |     ^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `ignore_changes`?

    error[not-literal]: `prevent_destroy` must be `true` or `false`
      --> main.tf:12:5
       |
    12 |     prevent_destroy = var.x
       |     ^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: Terraform reads this argument before it evaluates expressions

    error[missing-argument]: missing argument `value` in `output`
      --> main.tf:15:1
       |
    15 | output "o" {}
       | ^^^^^^^^^^^^^
       |
       = help: add `value = …`

    error[not-literal]: `source` must be a literal string
      --> main.tf:17:3
       |
    17 |   source = "./${x}"
       |   ^^^^^^^^^^^^^^^^^
       |
       = help: Terraform reads this argument before it evaluates expressions

    error[missing-argument]: missing argument `source` in `module`
      --> main.tf:16:1
       |
    16 | module "m" {
       | ^^^^^^^^^^^^
       |
       = help: add `source = …`

    error[missing-argument]: missing argument `to` in `moved`
      --> main.tf:19:1
       |
    19 | moved {
       | ^^^^^^^
       |
       = help: add `to = …`

    error[unknown-argument]: argument `x` outside of any block
      --> main.tf:22:1
       |
    22 | x = 1
       | ^^^^^
       |
       = help: declare local values in a `locals` block: `locals { x = … }`
    "#);
}

#[test]
fn duplicate_declarations_are_errors() {
    insta::assert_snapshot!(problems(&[
        ("a.tf", "resource \"x\" \"a\" {}\ndata \"x\" \"a\" {}\nlocals {\n  l = 1\n}\n"),
        ("b.tf.json", "{\n  \"resource\": {\"x\": {\n    \"a\": {}}},\n  \"locals\": {\"l\": 2}\n}"),
    ]), @r#"
    error[duplicate-name]: duplicate resource `x.a`
     --> b.tf.json:3:5
      |
    3 |     "a": {}}},
      |     ^^^^^^^^^^ second declaration
      |
     ::: a.tf:1:1
      |
    1 | resource "x" "a" {}
      | ------------------- first declaration
      |
      = help: rename or remove one of them

    error[duplicate-name]: duplicate local value `l`
     --> b.tf.json:4:14
      |
    4 |   "locals": {"l": 2}
      |              ^^^^^^^ second declaration
      |
     ::: a.tf:4:3
      |
    4 |   l = 1
      |   ----- first declaration
      |
      = help: rename or remove one of them
    "#);
}

#[test]
fn syntax_errors_show_the_source() {
    insta::assert_snapshot!(problems(&[
        ("a.tf", "variable \"v\" {\n  default = [1, 2\n}\n"),
        ("b.tf.json", "{\"locals\": {\n  \"é\": \"x ${1 +}\"}}"),
        ("c.tf", "resource \"x\" \"y\" {\n  a = 1\n  a = 2\n}\n"),
    ]), @r#"
    error[invalid-syntax]: expected `]` to close the list, found `}`
     --> a.tf:3:1
      |
    3 | }
      | ^
      |
      = help: separate the elements of a list with commas

    error[invalid-syntax]: expected an expression, found `}`
     --> b.tf.json:2:16
      |
    2 |   "é": "x ${1 +}"}}
      |                ^^^^

    error[invalid-syntax]: duplicate argument `a`
     --> c.tf:3:3
      |
    3 |   a = 2
      |   ^^^^^
      |
      = help: keep one of the two
    "#);
}

#[test]
fn invalid_utf8_is_an_error() {
    let files = MemoryFiles::new().with("main.tf", b"a = 1\nb = \"\xff\"".to_vec());
    insta::assert_snapshot!(load(".", &files).unwrap_err(), @"
    error[file-not-read]: cannot read `main.tf`: line 2 is not valid UTF-8
      --> main.tf
    ");
    insta::assert_snapshot!(load("x", &files).unwrap_err(), @"error[no-configuration]: no configuration in `x`: entity not found");
}

#[test]
fn iterator_of_a_dynamic_block_is_bound() {
    let module = module(&[(
        "main.tf",
        "resource \"x_y\" \"a\" {\n  dynamic \"rule\" {\n    for_each = rule.value\n    content {\n      a = rule.value\n      b = [for rule in local.l : rule]\n      dynamic \"part\" {\n        for_each = rule.key\n        iterator = each_part\n        content {\n          a = [part.value, each_part.value, rule.value]\n        }\n      }\n    }\n  }\n}\nresource \"rule\" \"value\" {}\nresource \"part\" \"value\" {}\nlocals { l = [] }\n",
    )]);
    let [body::Item { name, content: body::Content::Dynamic(dynamic) }] = module.resources[0].body.items()
    else {
        panic!("there is one dynamic block")
    };
    assert_eq!(name, &"rule");
    let value = |binding| Expression::Bound(binding).attribute("value");
    let named = |name: &str| Expression::from(Operation::Name(name.into())).attribute("value");
    assert_eq!(dynamic.for_each, named("rule"));
    let inner = &dynamic.block.body;
    assert_eq!(inner.argument("a"), Some(&value(dynamic.iterator)));
    let Some(body::Content::Dynamic(part)) = inner.items().last().map(|item| &item.content) else {
        panic!("the last one is dynamic")
    };
    assert_eq!(part.for_each, Expression::Bound(dynamic.iterator).attribute("key"));
    let expected = vec![named("part"), value(part.iterator), value(dynamic.iterator)];
    assert_eq!(part.block.body.argument("a"), Some(&Expression::List(expected)));
}
