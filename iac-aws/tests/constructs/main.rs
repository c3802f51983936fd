//! What the constructs come to, as it was reviewed; and what is said of wrong ones.

mod network;

use iac_core::Stack;
use iac_core::diagnostic::Diagnostic;

/// Checks what a stack comes to that the closure fills, or what is wrong with it, against `snapshots/<name>.snap`.
fn check(name: &str, fill: impl FnOnce(&Stack)) {
    let stack = Stack::new("production");
    fill(&stack);
    let text = match stack.render_hcl() {
        // Each begins with the same header, and with the version of the provider.
        Ok(text) => text.split_once("\n}\n\n").expect("there are settings").1.to_owned(),
        Err(problems) => problems.iter().map(line).collect(),
    };
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

fn line(problem: &Diagnostic) -> String {
    let detail = problem.detail.as_deref().map(|detail| format!(" {detail}")).unwrap_or_default();
    format!("{}: {}.{detail}\n", problem.code, problem.summary)
}
