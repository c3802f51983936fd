//! Wrong programs, and what is said of them.

use iac_core::diagnostic::render::render;
use iac_core::synth::Syntax;
use iac_core::{App, Backend, Configure as _, MetaArguments as _, Moved, Output, Stack, plaintext};

use super::provider::{Network, Server};

/// What is printed for a program. Lines of Rust are shown as they stand in this file.
fn problems(build: impl FnOnce(&App, &Stack)) -> String {
    let app = App::new();
    let stack = app.stack("main");
    build(&app, &stack);
    let diagnostics = app.synthesize(Syntax::Hcl).expect_err("the program is wrong");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    let text = render(&diagnostics, read, false);
    // Numbers of lines change with every edit of this file.
    let digits = |line: &str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    let lines = text.lines().map(|line| match line.split_once(" | ") {
        Some((_, rest)) if digits(line) => format!("LL | {rest}"),
        _ => match line.rsplit_once(".rs:") {
            Some((file, _)) => format!("{file}.rs:LL:CC"),
            None => line.to_owned(),
        },
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn names() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("main"));
        stack.add(Network::builder("main"));
        stack.add(Network::builder("1 2"));
        stack.add(Output::new("", true));
    }), @"");
}

#[test]
fn stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        app.stack("Main");
        app.stack("a/b");
        let other = Stack::new("other");
        let network = other.add(Network::builder("main"));
        stack.add(Server::builder("a").network_id(network.id()));
        stack.depends_on(&other);
    }), @"");
}

#[test]
fn cycles_between_stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        let other = app.stack("other");
        let first = stack.add(Network::builder("first"));
        let second = other.add(Network::builder("second").peer_id(first.id()));
        stack.add(Network::builder("third").peer_id(second.id()));
    }), @"");
}

#[test]
fn addresses_of_other_stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        let other = app.stack("other").add(Network::builder("main"));
        stack.add(Network::builder("main").depends_on(&other));
        stack.add(Moved::new("no address", &other));
    }), @"");
}

#[test]
fn secrets() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("bad").password("hunter2"));
        stack.add(Network::builder("meant").password(plaintext("hunter2")));
    }), @"");
}

#[test]
fn a_second_backend() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Backend::local("a.tfstate"));
        stack.add(Backend::local("b.tfstate"));
    }), @"");
}

#[test]
fn numbers_that_are_none() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("main").argument("size", f64::NAN));
    }), @"");
}
