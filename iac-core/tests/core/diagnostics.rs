//! Diagnostics of invalid programs.

use iac_core::Moved;
use iac_core::diagnostic::Diagnostics;
use iac_core::diagnostic::render::render;
use iac_core::functions::nonsensitive;
use iac_core::prelude::*;
use iac_core::synth::Syntax;

use super::provider::{Network, Server};

/// Returns the diagnostics of a program, with quoted lines of this file.
pub(crate) fn problems(build: impl FnOnce(&App, &Stack)) -> String {
    let app = App::new();
    let stack = app.stack("main");
    build(&app, &stack);
    shown(&app.synthesize(Syntax::Hcl).expect_err("the program is invalid"))
}

/// Renders diagnostics.
fn shown(diagnostics: &Diagnostics) -> String {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    let text = render(diagnostics, read, false);
    // Line numbers and the width of the margin change with every edit of this file, so they are normalized.
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
fn duplicate_and_invalid_names_are_reported() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("main"));
        stack.add(Network::builder("main"));
        stack.add(Network::builder("1 2"));
        stack.add(Output::new("", true));
    }), @r#"
    error[duplicate-name]: duplicate address `fake_network.main`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ duplicate added here
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main"));
       |               ------------------------------ first added here
       |
       = help: rename one of them

    error[invalid-name]: invalid name `1 2`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("1 2"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Names consist of letters, digits, `_` and `-`, and do not start with a digit or `-`.
       = help: rename it to `_1_2`

    error[invalid-name]: invalid name ``
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("", true));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Names consist of letters, digits, `_` and `-`, and do not start with a digit or `-`.
    "#);
}

#[test]
fn invalid_stacks_are_reported() {
    insta::assert_snapshot!(problems(|app, stack| {
        app.stack("Main");
        app.stack("a/b");
        let other = Stack::new("other");
        other.add(Network::builder("first"));
        let network = other.add(Network::builder("main"));
        stack.add(Server::builder("a").network_id(network.id()));
        stack.depends_on(&other);
    }), @r#"
    error[duplicate-name]: duplicate stack name `Main`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         app.stack("Main");
       |             ^^^^^^^^^^^^^^ duplicate created here
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |     let stack = app.stack("main");
       |                     -------------- first created here
       |
       = help: rename one of the stacks; names must differ in more than case

    error[invalid-name]: invalid stack name `a/b`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         app.stack("a/b");
       |             ^^^^^^^^^^^^^
       |
       = note: Stack names are also directory names: letters, digits, `_` and `-`, not starting with a digit or `-`.

    error[unknown-stack]: stack `other` belongs to another app
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.depends_on(&other);
       |               ^^^^^^^^^^^^^^^^^^^
       |
       = help: create both stacks with the same `App`

    error[unknown-stack]: `network_id` of `fake_server.a` refers to a stack of another app
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Server::builder("a").network_id(network.id()));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: create both stacks with the same `App`
    "#);
}

#[test]
fn cycles_between_stacks_are_reported() {
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
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `main` depends on `other` through `peer_id`
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         let second = other.add(Network::builder("second").peer_id(first.id()));
       |                            ---------------------------------------------------- `other` depends on `main` through `peer_id`
       |
       = note: Each member must be created after the one it depends on, so Terraform cannot create any of them.
       = help: remove one of the references, or move it to a separate resource
    "#);
}

#[test]
fn addresses_of_other_stacks_are_reported() {
    insta::assert_snapshot!(problems(|app, stack| {
        let elsewhere = app.stack("other");
        for name in ["first", "second", "third"] {
            elsewhere.add(Network::builder(name));
        }
        let other = elsewhere.add(Network::builder("main"));
        stack.add(Network::builder("main").depends_on(&other));
        stack.add(Moved::new("no address", &other));
    }), @r#"
    error[invalid-address]: `no address` is not a valid resource address: expected a name at `no address`
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Moved::new("no address", &other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: examples of addresses: `aws_vpc.main`, `module.network.aws_subnet.a[0]`

    error[address-of-another-stack]: `depends_on` of `fake_network.main` refers to an address in another stack
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("main").depends_on(&other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform addresses are local to a stack; only values can be passed between stacks.
       = help: to order stacks as a whole, use `Stack::depends_on`

    error[address-of-another-stack]: `to` of `moved` refers to an address in another stack
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Moved::new("no address", &other));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform addresses are local to a stack; only values can be passed between stacks.
       = help: to order stacks as a whole, use `Stack::depends_on`
    "#);
}

#[test]
fn literal_secrets_are_reported() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Network::builder("bad").password("hunter2"));
        stack.add(Network::builder("meant").password(plaintext("hunter2")));
    }), @r#"
    error[plaintext-secret]: sensitive argument `password` of `fake_network.bad` is a literal
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("bad").password("hunter2"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Anyone who can read the generated configuration can read the secret.
       = help: use a sensitive `Variable` or an ephemeral resource, or let the provider manage the secret
       = help: if the value is not secret, wrap it in `plaintext(…)`
    "#);
}

#[test]
fn outputs_exposing_sensitive_values_are_reported() {
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
    error[sensitive-output]: `output.url` exposes a sensitive value
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("url", tf!("https://user:{}@example.com", &password)));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform displays outputs, and rejects outputs that contain sensitive values.
       = help: mark the output with `.sensitive()`
       = help: if the value is not secret, wrap it in `functions::nonsensitive(…)`

    error[sensitive-output]: `output.document` exposes a sensitive value
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("document", json!({ "secrets": [network.secret()] })));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Terraform displays outputs, and rejects outputs that contain sensitive values.
       = help: mark the output with `.sensitive()`
       = help: if the value is not secret, wrap it in `functions::nonsensitive(…)`
    "#);
}

#[test]
fn references_in_strings_are_reported() {
    let app = App::new();
    let stack = app.stack("main");
    stack.add(
        Server::builder("a").network_id("${aws_vpc.main.id}").address("${HOSTNAME} is the script's own"),
    );
    let synthesis = app.synthesize(Syntax::Hcl).expect("it is a warning");
    insta::assert_snapshot!(shown(&synthesis.warnings), @r#"
    warning[reference-as-text]: `${aws_vpc.main.id}` in `network_id` of `fake_server.a` is literal text, not a reference
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |     stack.add(
       |           ^^^^
       |
       = note: Rust strings are never interpolated by Terraform.
       = help: use an attribute of a handle: `vpc.id()`, or `tf!("…{}…", vpc.id())` inside a string
    "#);
}

#[test]
fn second_backend_is_reported() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Backend::local("a.tfstate"));
        stack.add(Backend::local("b.tfstate"));
    }), @r#"
    error[duplicate-backend]: the stack has more than one backend
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Backend::local("b.tfstate"));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: keep a single `Backend` or `Cloud`
    "#);
}

#[test]
fn nonfinite_numbers_are_reported() {
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
fn cycles_and_unknown_names_in_raw_expressions_are_reported() {
    use iac_core::raw;

    insta::assert_snapshot!(problems(|_, stack| {
        let first = stack.add(Network::builder("first").peer_id(raw::<String>("fake_network.second.id")));
        stack.add(Network::builder("second").peer_id(first.id()));
        stack.add(Output::new("typo", raw::<String>("upper(fake_network.frist.id)")));
        stack.add(Output::new("syntax", raw::<String>("1 +")));
    }), @r#"
    error[invalid-expression]: invalid expression `1 +`: expected an expression, found the end of the input, at 1:4
      --> iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Output::new("syntax", raw::<String>("1 +")));
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Found in argument `value`.

    error[unknown-reference]: `value` of `output.typo` refers to `fake_network.frist`, which does not exist
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
       |                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `fake_network.first` depends on `fake_network.second` through `peer_id`
       |
      ::: iac-core/tests/core/diagnostics.rs:LL:CC
       |
    LL |         stack.add(Network::builder("second").peer_id(first.id()));
       |               ---------------------------------------------------- `fake_network.second` depends on `fake_network.first` through `peer_id`
       |
       = note: Each member must be created after the one it depends on, so Terraform cannot create any of them.
       = help: remove one of the references, or move it to a separate resource
    "#);
}

#[test]
fn debug_output_in_text_is_an_error() {
    let app = App::new();
    let stack = app.stack("main");
    let network = stack.add(Network::builder("main"));
    let zones = stack.add(Network::builder("zones").for_each(["a"], |network, each| {
        stack.add(Output::new("key", format!("{:?}", each.key)));
        network
    }));
    stack.add(Output::new("id", format!("id={:?}", network.id())));
    stack.add(Output::new("pretty", format!("{:#?}", network.id())));
    stack.add(Output::new("handle", format!("{network:?}")));
    stack.add(Output::new("template", tf!("{}-{}", format!("{:?}", network.id()), network.id())));
    stack.add(Output::new("instance", format!("{:?}", zones.get("a").id())));
    stack.add(Output::new("all", format!("{:?}", zones.all(|zone| zone.id()))));
    stack.add(Output::new("text", "Symbol (Bound, Target { size: 1 }) of Binding(2)"));
    let diagnostics = app.synthesize(Syntax::Hcl).expect_err("the program is invalid");
    let found = diagnostics.iter().filter(|diagnostic| diagnostic.code == "debug-output").count();
    assert_eq!((found, diagnostics.iter().count()), (7, 7), "{diagnostics}");
    insta::assert_snapshot!(problems(|_, stack| {
        let network = stack.add(Network::builder("main"));
        stack.add(Network::builder("named").argument("name", format!("{:?}", network.id())));
    }));
}
