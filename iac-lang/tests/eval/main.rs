//! Expressions evaluate to the same values as in Terraform.
//!
//! `cases/*.txt` contain expressions, each after `> `, followed by the output of `terraform console` with `scope.tf`.
//! The oracle test `evaluation` of the workspace checks them against Terraform.

mod console;
mod scope;

use std::fmt::Write as _;

use iac_core::{Any, raw};
use iac_lang::eval::evaluate;
use scope::Module;

/// Runs every case of a file.
#[track_caller]
fn check(cases: &str) {
    let module = Module::new();
    let (mut count, mut wrong) = (0, String::new());
    let cases = cases.strip_prefix("> ").expect("a case begins with `> `");
    for case in cases.split("\n> ") {
        let (expression, expected) = case.split_once('\n').expect("each expression is followed by an answer");
        let answer = match evaluate(&raw::<Any>(expression).into_expression(), &module) {
            Ok(value) => console::print(&value),
            Err(error) => format!("error: {}", error.summary),
        };
        count += 1;
        if answer != expected.trim_end() {
            write!(wrong, "> {expression}\nTerraform: {expected}\nhere: {answer}\n\n")
                .expect("writing to a string does not fail");
        }
    }
    assert!(count > 30, "there are only {count} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

macro_rules! cases {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check(include_str!(concat!("cases/", stringify!($name), ".txt")));
            }
        )*
    };
}

cases!(
    access attempts conditionals conversions loops objects operators sensitive templates unknown unknown_results unknown_types
);
