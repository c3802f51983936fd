//! Calls of Terraform's functions come to what Terraform says that they come to.
//!
//! `cases/*.txt` hold expressions, each behind `> `, and under each what `jsonencode` of it came to in Terraform, or
//! `error`. The oracle test `function_cases` of the workspace asks Terraform again.

use std::fmt::Write as _;

use iac_core::config::MemoryFiles;
use iac_core::eval::functions::Context;
use iac_core::eval::{EvalError, NoScope, Resolved, Scope, Step, evaluate};
use iac_core::{Any, Value, raw};

/// A scope in which there are only functions.
struct Functions(MemoryFiles);

impl Scope for Functions {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        NoScope.resolve(root, steps).map(|_| unreachable!("nothing has a name"))
    }

    fn functions(&self) -> Option<Context<'_>> {
        let mut context = Context::new(&self.0);
        context.directory = Some("/work");
        context.home = Some("/home/user");
        Some(context)
    }
}

fn answer(expression: &str) -> String {
    let files = MemoryFiles::new()
        .with("hello.txt", "hello")
        .with("sub/page.tftpl", "%{ for name in names ~}\n- ${upper(name)}\n%{ endfor ~}\n")
        .with("only.tftpl", "${list}")
        .with("again.tftpl", "${templatefile(\"only.tftpl\", { list = 1 })}")
        .with("bytes", [0xff_u8, 0xfe].as_slice());
    let expression = raw::<Any>(&format!("jsonencode({expression})")).into_expression();
    match evaluate(&expression, &Functions(files)) {
        Ok(value) => match value.peel() {
            Value::String(json) => json.to_string(),
            other => format!("{other:?}"),
        },
        Err(_) => "error".to_owned(),
    }
}

/// Runs every case of a file.
#[track_caller]
fn check(cases: &str) {
    let mut wrong = String::new();
    let lines: Vec<&str> = cases.lines().collect();
    for case in lines.chunks(2) {
        let expression = case[0].strip_prefix("> ").expect("an expression stands behind `> `");
        let answer = answer(expression);
        if answer != case[1] {
            writeln!(wrong, "> {expression}\nTerraform: {}\nhere:      {answer}\n", case[1])
                .expect("text takes all");
        }
    }
    assert!(lines.len() > 10, "there are only {} lines", lines.len());
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

cases!(numeric text format lists maps conversion encoding yaml time_and_hash network_and_paths terraform);
