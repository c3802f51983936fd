//! What the constructs come to, as it was reviewed; and what is said of wrong ones.

mod network;

use iac_core::Stack;

/// The configuration of a stack that a closure fills, or what is wrong with it.
fn rendered(fill: impl FnOnce(&Stack)) -> String {
    let stack = Stack::new("production");
    fill(&stack);
    let configuration = stack.render_hcl().unwrap_or_else(|problems| panic!("{problems}"));
    let (_header, configuration) = configuration.split_once("\n\n").expect("a header comes first");
    configuration.to_owned()
}

/// What is wrong with a stack that a closure fills: a line each.
fn problems(fill: impl FnOnce(&Stack)) -> String {
    let stack = Stack::new("production");
    fill(&stack);
    let problems = stack.render_hcl().expect_err("something is wrong");
    let lines = problems.iter().map(|problem| {
        let detail = problem.detail.as_deref().map(|detail| format!(" {detail}")).unwrap_or_default();
        format!("{}: {}.{detail}\n", problem.code, problem.summary)
    });
    lines.collect()
}
