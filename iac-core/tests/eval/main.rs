//! Expressions come to what Terraform says that they come to.
//!
//! `cases/*.txt` hold expressions and what `terraform console` printed for them, beside `scope.tf`. The oracle test
//! `evaluation` asks Terraform again.

mod console;
mod scope;

use iac_core::eval::{Scope as _, evaluate};
use iac_core::{Expr, IntoExpression as _, raw};

use scope::Module;

/// Runs every case of a file.
#[track_caller]
fn check(cases: &str) {
    let module = Module::new();
    let (mut count, mut wrong) = (0, String::new());
    for case in cases.split("> ").skip(1).filter(|case| !case.starts_with('#')) {
        let (expression, expected) = case.split_once('\n').expect("an answer stands under each expression");
        let parsed: Expr<()> = raw(expression);
        let answer = match evaluate(&parsed.into_expression(), &module) {
            Ok(value) => console::print(&value),
            Err(error) => format!("error: {}", error.summary),
        };
        count += 1;
        if answer != expected.trim_end() {
            wrong.push_str(&format!("> {expression}\nTerraform: {expected}here: {answer}\n\n"));
        }
    }
    assert!(count > 30, "there are only {count} cases");
    assert!(wrong.is_empty(), "{wrong}");
}
