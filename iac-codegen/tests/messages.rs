//! Tests that errors in knowledge are reported with file and line.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::borrow::Cow;

use iac_codegen::load::{KnowledgeFiles, load};
use iac_codegen::parse::{parse_provider, parse_service};

const PROVIDER: &str = "source example.com/a/b\nversion 1\nfacts none\n\nprovider b\n";
const SERVICE: &str = "resource b_net\n  id: string computed\n\nresource b_one\n  net_id: string optional\n";

/// Returns the error message for a service's file.
fn error(text: &str) -> String {
    parse_service("s.schema", "s", text).unwrap_err().to_string()
}

/// Returns the error messages for rules, given a valid service file.
fn rules_error(names: &'static str, references: &'static str, overlay: &'static str) -> String {
    let files = KnowledgeFiles {
        provider: Cow::Borrowed(PROVIDER),
        services: vec![(Cow::Borrowed("s"), Cow::Borrowed(SERVICE))],
        complete: true,
        names: Cow::Borrowed(names),
        references: Cow::Borrowed(references),
        overlay: Cow::Borrowed(overlay),
    };
    load(&files).unwrap_err().to_string()
}

#[test]
fn invalid_service_files_are_reported() {
    assert_eq!(
        error("table x\n"),
        "s.schema:1: expected `resource`, `data`, `ephemeral` or `provider`, found `table`"
    );
    assert_eq!(error("resource\n"), "s.schema:1: missing type name");
    assert_eq!(error("resource x old\n"), "s.schema:1: unknown keyword `old`");
    assert_eq!(error("resource x version=a\n"), "s.schema:1: `a` is not a count");
    assert_eq!(
        error("resource x\n\n# comment\n   a: string\n"),
        "s.schema:4: the indentation is an odd number of spaces"
    );
    assert_eq!(
        error("resource x\n    a: string\n"),
        "s.schema:2: unexpected indentation: the line above cannot contain this one"
    );
    assert_eq!(error("resource x\n  a string\n"), "s.schema:2: expected a name followed by `:`");
    assert_eq!(error("resource x\n  a: text optional\n"), "s.schema:2: `text` is not a type");
    assert_eq!(
        error("resource x\n  a: string\n"),
        "s.schema:2: missing `required`, `optional` or `computed`"
    );
    assert_eq!(error("resource x\n  a: string optional soon\n"), "s.schema:2: unknown keyword `soon`");
    assert_eq!(
        error("resource x\n  a: string optional default=b\n"),
        "s.schema:2: `b` is not a value: strings need double quotes"
    );
    assert_eq!(error("resource x\n  a: string optional norms=color\n"), "s.schema:2: `color` is not a norm");
    assert_eq!(
        error("resource x\n  a: string optional suppress=x\n"),
        "s.schema:2: `x` is not a reason to suppress"
    );
    assert_eq!(
        error("resource x\n  a: string optional allowed=1\n"),
        "s.schema:2: expected a list of values, found `1`"
    );
    assert_eq!(
        error("resource x\n  b: string optional\n  a: string optional\n"),
        "s.schema:3: `a` is out of order"
    );
    assert_eq!(error("resource x\nresource x\n"), "s.schema:2: `x` is out of order");
    assert_eq!(error("resource x\n  @requires a\n"), "s.schema:2: unknown keyword `@requires`");
    assert_eq!(
        error("resource x\n  a: block(tree)\n"),
        "s.schema:2: expected `single`, `group`, `list`, `set` or `map`, found `tree`"
    );
    assert_eq!(
        error("resource x\n  a: block(list) same_as=x.b\n"),
        "s.schema:2: no shape is defined at `x.b` before this line"
    );
    assert_eq!(
        error("resource x\n  a: string optional max=1\n"),
        "s.schema:2: `min`, `max` and `same_as` are only allowed for blocks and objects"
    );
}

#[test]
fn invalid_provider_files_are_reported() {
    let error = |text: &str| parse_provider("provider.schema", text).unwrap_err().to_string();
    assert_eq!(error(""), "provider.schema: expected `source` followed by a string");
    assert_eq!(error("source a\nfacts b\n"), "provider.schema:2: expected `version` followed by a string");
    assert_eq!(
        error("source a\nversion 1\nfacts none\nresource x\n"),
        "provider.schema: expected exactly one `provider` and nothing else"
    );
    assert_eq!(
        error("source a\nversion 1\nfacts none\nfunction f\n"),
        "provider.schema:4: expected `returns=` followed by a type"
    );
    assert_eq!(
        error(
            "source a\nversion 1\nfacts none\nfunction f returns=string\n  a: string variadic\n  b: string\n"
        ),
        "provider.schema:6: a parameter follows the variadic one"
    );
}

#[test]
fn invalid_name_rules_are_reported() {
    assert_eq!(rules_error("s\n", "", ""), "names.rules:1: expected a service followed by `:` and prefixes");
    assert_eq!(rules_error("s: t\n", "", ""), "names.rules:1: no type of `s` starts with `b_t_`");
    assert_eq!(rules_error("t: t\n", "", ""), "names.rules:1: unknown service `t`");
    assert_eq!(rules_error("s:\ns:\n", "", ""), "names.rules:2: duplicate line for `s`");
}

#[test]
fn invalid_reference_rules_are_reported() {
    let error = |references| rules_error("", references, "");
    assert_eq!(error("use x\n"), "references.rules:1: expected `kind`, `refer` or `text`, found `use`");
    assert_eq!(
        error("refer net_id id b_net\n"),
        "references.rules:1: unknown kind `b_net`: declare it in a `kind` line above"
    );
    assert_eq!(error("kind b_net id:id\n"), "references.rules:1: nothing refers to the kind `Net`");
    assert_eq!(
        error("kind b_net arn:id\nrefer net_id id b_net\n"),
        "references.rules:1: no attribute `arn` in b_net"
    );
    assert_eq!(error("kind b_net id:name\n"), "references.rules:1: expected `id` or `arn`, found `name`");
    assert_eq!(
        error("kind b_net id:id\nrefer net_id id b_net\nrefer sub_*_id id b_net\n"),
        "references.rules:3: `*` is only allowed at the start of a pattern"
    );
    assert_eq!(
        error("kind b_net id:id\nrefer net_id id b_net\ntext ip_id\ntext b_one.ip_id\ntext b_two.x\n"),
        "references.rules:4: `b_one` has no `ip_id`\n\
         references.rules:3: no attribute matches `ip_id`\n\
         references.rules:5: unknown type `b_two`"
    );
    assert_eq!(
        error("kind b_net id:id\nrefer net_id id b_net\nrefer b_one.net_id id b_net\n"),
        "references.rules:3: the exception has no effect"
    );
    assert_eq!(
        error("kind b_net id:id\nrefer net_id id b_net\ntext net_id\n"),
        "references.rules:3: duplicate rule for `net_id`"
    );
}

#[test]
fn invalid_overlay_rules_are_reported() {
    let error = |overlay| rules_error("", "", overlay);
    assert_eq!(error("b_one.net_id: force_new\n"), "overlay.rules:1: missing ` -- ` and a reason");
    assert_eq!(error("b_one.net_id: -force_new -- x\n"), "overlay.rules:1: the correction has no effect");
    assert_eq!(error("b_one.ip: force_new -- x\n"), "overlay.rules:1: `b_one` has no `ip`");
    assert_eq!(error("b_one.**.ip: force_new -- x\n"), "overlay.rules:1: `b_one` has no `**.ip`");
    assert_eq!(error("b_two.ip: force_new -- x\n"), "overlay.rules:1: unknown type `b_two`");
    assert_eq!(error("b_one.net_id: soon -- x\n"), "overlay.rules:1: unknown keyword `soon`");
    assert_eq!(error("b_one: -legacy -- x\n"), "overlay.rules:1: the correction has no effect");
    assert_eq!(error("b_one: -conflicts_with=a,b -- x\n"), "overlay.rules:1: the correction has no effect");
    assert_eq!(error("b_one.net_id force_new -- x\n"), "overlay.rules:1: expected a path followed by `:`");
}
