//! Wrong programs, and what is said of them.

use iac_core::Moved;
use iac_core::diagnostic::Diagnostics;
use iac_core::diagnostic::render::render;
use iac_core::functions::nonsensitive;
use iac_core::prelude::*;
use iac_core::synth::Syntax;

use super::provider::{Network, Server};

/// What is printed for a program. Lines of Rust are shown as they stand in this file.
fn problems(build: impl FnOnce(&App, &Stack)) -> String {
    let app = App::new();
    let stack = app.stack("main");
    build(&app, &stack);
    shown(&app.synthesize(Syntax::Hcl).expect_err("the program is wrong"))
}

/// What is printed for diagnostics.
fn shown(diagnostics: &Diagnostics) -> String {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    let text = render(diagnostics, read, false);
    // Numbers of lines change with every edit of this file, and the margin is as wide as they are.
    let lines = text.lines().map(|line| {
        let content = line.trim_start();
        if content.starts_with(|first: char| first.is_ascii_digit()) {
            let (_, rust) = content.split_once(" | ").unwrap_or_default();
            format!("LL | {rust}")
        } else if content.starts_with("-->") || content.starts_with(":::") {
            format!("  {}.rs:LL:CC", content.rsplit_once(".rs:").unwrap_or((content, "")).0)
        } else if content.starts_with('|') || content.starts_with('=') {
            format!("   {content}")
        } else {
            line.to_owned()
        }
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
    }), @r#"
    error[duplicate-name]: `fake_network.main` is there twice
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ added again here
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main"));
       |               ------------------------------ added here first
       |
       = help: give one of them another name

    error[invalid-name]: `1 2` is not a name that Terraform takes
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("1 2"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: A name has letters, digits, `_` and `-`, and does not begin with a digit or `-`.
       = help: call it `_1_2`

    error[invalid-name]: `` is not a name that Terraform takes
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("", true));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: A name has letters, digits, `_` and `-`, and does not begin with a digit or `-`.
    "#);
}

#[test]
fn stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        app.stack("Main");
        app.stack("a/b");
        let other = Stack::new("other");
        other.add(Network::builder("first"));
        let network = other.add(Network::builder("main"));
        stack.add(Server::builder("a").network_id(network.id()));
        stack.depends_on(&other);
    }), @r#"
    error[duplicate-name]: the stack `Main` is there twice
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         app.stack("Main");
       |             ^^^^^^^^^^^^^^ made again here
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |     let stack = app.stack("main");
       |                     -------------- made here first

    error[invalid-name]: `a/b` is not a name for a stack
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         app.stack("a/b");
       |             ^^^^^^^^^^^^^
       |
       = note: A stack's name is also that of its directory: letters, digits, `_` and `-`.

    error[unknown-stack]: the stack `other` is not of this app
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.depends_on(&other);
       |               ^^^^^^^^^^^^^^^^^^^
       |
       = help: make both stacks with the same `App`

    error[unknown-stack]: `network_id` of `fake_server.a` refers to a stack that is not of this app
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Server::builder("a").network_id(network.id()));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: make both stacks with the same `App`
    "#);
}

#[test]
fn cycles_between_stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        let other = app.stack("other");
        let first = stack.add(Network::builder("first"));
        let second = other.add(Network::builder("second").peer_id(first.id()));
        stack.add(Network::builder("third").peer_id(second.id()));
    }), @r#"
    error[dependency-cycle]: dependency cycle: main → (peer_id) → other → (peer_id) → main
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("third").peer_id(second.id()));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `main` needs `other` for its `peer_id`
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         let second = other.add(Network::builder("second").peer_id(first.id()));
       |                            ---------------------------------------------------- `other` needs `main` for its `peer_id`
       |
       = note: Each needs the next one to exist first, so Terraform could create none of them.
       = help: take one of the references out, or move it into a resource of its own
    "#);
}

#[test]
fn addresses_of_other_stacks() {
    insta::assert_snapshot!(problems(|app, stack| {
        let elsewhere = app.stack("other");
        for name in ["first", "second", "third"] {
            elsewhere.add(Network::builder(name));
        }
        let other = elsewhere.add(Network::builder("main"));
        stack.add(Network::builder("main").depends_on(&other));
        stack.add(Moved::new("no address", &other));
    }), @r#"
    error[invalid-address]: `no address` is not the address of a resource: expected a name at `no address`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Moved::new("no address", &other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: an address looks like `aws_vpc.main` or `module.network.aws_subnet.a[0]`

    error[address-of-another-stack]: `depends_on` of `fake_network.main` refers to something of another stack
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main").depends_on(&other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform knows addresses of its own stack only; values can be passed between stacks.
       = help: to order whole stacks, use `Stack::depends_on`

    error[address-of-another-stack]: `to` of `moved` refers to something of another stack
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Moved::new("no address", &other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform knows addresses of its own stack only; values can be passed between stacks.
       = help: to order whole stacks, use `Stack::depends_on`
    "#);
}

#[test]
fn secrets() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("bad").password("hunter2"));
        stack.add(Network::builder("meant").password(plaintext("hunter2")));
    }), @r#"
    error[plaintext-secret]: the sensitive argument `password` of `fake_network.bad` is a literal
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("bad").password("hunter2"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: The configuration is an output: whoever reads it, reads the secret.
       = help: take it from a sensitive `Variable`, an ephemeral resource, or let the provider manage it
       = help: if it is meant to be readable, say so: `plaintext(…)`
    "#);
}

#[test]
fn outputs_of_sensitive_values() {
    insta::assert_snapshot!(problems(|_, stack| {
        let password = stack.add(Variable::<String>::new("password").sensitive());
        let network = stack.add(Network::builder("main"));
        stack.add(Output::new("url", tf!("https://user:{}@example.com", &password)));
        stack.add(Output::new("document", json!({ "secrets": [network.secret()] })));
        stack.add(Output::new("marked", &password).sensitive());
        stack.add(Output::new("harmless", nonsensitive(&password)));
        let choice = stack.add(Variable::<bool>::new("choice"));
        stack.add(Output::new("chosen", if_else(choice, &password, "none")));
    }), @r#"
    error[sensitive-output]: `output.url` gives away a sensitive value
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("url", tf!("https://user:{}@example.com", &password)));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform prints outputs, and refuses to print what it knows to be sensitive.
       = help: mark the output with `.sensitive()`
       = help: if everybody may read the value, say so: `functions::nonsensitive(…)`

    error[sensitive-output]: `output.document` gives away a sensitive value
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("document", json!({ "secrets": [network.secret()] })));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform prints outputs, and refuses to print what it knows to be sensitive.
       = help: mark the output with `.sensitive()`
       = help: if everybody may read the value, say so: `functions::nonsensitive(…)`
    "#);
}

#[test]
fn references_as_text() {
    let app = App::new();
    let stack = app.stack("main");
    stack.add(
        Server::builder("a").network_id("${aws_vpc.main.id}").address("${HOSTNAME} is the script's own"),
    );
    let synthesis = app.synthesize(Syntax::Hcl).expect("it is a warning");
    insta::assert_snapshot!(shown(&synthesis.warnings), @r#"
    warning[reference-as-text]: `${aws_vpc.main.id}` in `network_id` of `fake_server.a` stays text
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |     stack.add(
       |           ^^^^
       |
       = note: Text is never interpreted, so this does not refer to anything.
       = help: give the attribute of a handle: `vpc.id()`, or `tf!("…{}…", vpc.id())` inside of text
    "#);
}

#[test]
fn a_second_backend() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Backend::local("a.tfstate"));
        stack.add(Backend::local("b.tfstate"));
    }), @r#"
    error[duplicate-backend]: the stack has a second place for its state
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Backend::local("b.tfstate"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add one `Backend` or `Cloud`
    "#);
}

#[test]
fn numbers_that_are_none() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("main").argument("size", f64::NAN));
    }), @r#"
    error[not-a-number]: `size` is not a finite number
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main").argument("size", f64::NAN));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn cycles_and_unknown_names_of_raw_expressions() {
    use iac_core::raw;

    insta::assert_snapshot!(problems(|_, stack| {
        let first = stack.add(Network::builder("first").peer_id(raw::<String>("fake_network.second.id")));
        stack.add(Network::builder("second").peer_id(first.id()));
        stack.add(Output::new("typo", raw::<String>("upper(fake_network.frist.id)")));
        stack.add(Output::new("syntax", raw::<String>("1 +")));
    }), @r#"
    error[invalid-expression]: `1 +` is not an expression: expected an expression, found the end of the input, at 1:4
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("syntax", raw::<String>("1 +")));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: It is in the argument `value`.

    error[unknown-reference]: `value` of `output.typo` refers to `fake_network.frist`, which is not there
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("typo", raw::<String>("upper(fake_network.frist.id)")));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `fake_network.first`?

    error[dependency-cycle]: dependency cycle: fake_network.first → (peer_id) → fake_network.second → (peer_id) → fake_network.first
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         let first = stack.add(Network::builder("first").peer_id(raw::<String>("fake_network.second.id")));
       |                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `fake_network.first` needs `fake_network.second` for its `peer_id`
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("second").peer_id(first.id()));
       |               ---------------------------------------------------- `fake_network.second` needs `fake_network.first` for its `peer_id`
       |
       = note: Each needs the next one to exist first, so Terraform could create none of them.
       = help: take one of the references out, or move it into a resource of its own
    "#);
}
