//! What is wrong with knowledge is said, with file and line.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::borrow::Cow;

use iac_codegen::load::{Texts, load};
use iac_codegen::parse::{parse_provider, parse_service};

const PROVIDER: &str = "source example.com/a/b\nversion 1\nfacts none\n\nprovider b\n";
const SERVICE: &str = "resource b_net\n  id: string computed\n\nresource b_one\n  net_id: string optional\n";

/// The message about a service's file.
fn wrong(text: &str) -> String {
    parse_service("s.schema", "s", text).unwrap_err().to_string()
}

/// The messages about rules, where the file of a service is right.
fn wrong_rules(names: &'static str, references: &'static str, overlay: &'static str) -> String {
    let texts = Texts {
        provider: Cow::Borrowed(PROVIDER),
        services: vec![(Cow::Borrowed("s"), Cow::Borrowed(SERVICE))],
        complete: true,
        names: Cow::Borrowed(names),
        references: Cow::Borrowed(references),
        overlay: Cow::Borrowed(overlay),
    };
    load(&texts).unwrap_err().to_string()
}

#[test]
fn of_a_service() {
    assert_eq!(
        wrong("table x\n"),
        "s.schema:1: `resource`, `data`, `ephemeral` or `provider` is expected, found `table`"
    );
    assert_eq!(wrong("resource\n"), "s.schema:1: a type name is missing");
    assert_eq!(wrong("resource x old\n"), "s.schema:1: `old` is not known here");
    assert_eq!(wrong("resource x version=a\n"), "s.schema:1: `a` is no count");
    assert_eq!(
        wrong("resource x\n\n# comment\n   a: string\n"),
        "s.schema:4: an odd number of spaces stands before the text"
    );
    assert_eq!(
        wrong("resource x\n    a: string\n"),
        "s.schema:2: the line is indented, and nothing above can hold it"
    );
    assert_eq!(wrong("resource x\n  a string\n"), "s.schema:2: a name and a `:` are expected");
    assert_eq!(wrong("resource x\n  a: text optional\n"), "s.schema:2: `text` is no type");
    assert_eq!(
        wrong("resource x\n  a: string\n"),
        "s.schema:2: `required`, `optional` or `computed` is missing"
    );
    assert_eq!(wrong("resource x\n  a: string optional soon\n"), "s.schema:2: `soon` is not known here");
    assert_eq!(
        wrong("resource x\n  a: string optional default=b\n"),
        "s.schema:2: `b` is no value: text stands in double quotes"
    );
    assert_eq!(wrong("resource x\n  a: string optional norms=colour\n"), "s.schema:2: `colour` is no norm");
    assert_eq!(
        wrong("resource x\n  a: string optional suppress=x\n"),
        "s.schema:2: `x` is no reason to suppress"
    );
    assert_eq!(
        wrong("resource x\n  a: string optional allowed=1\n"),
        "s.schema:2: a list of values is expected, found `1`"
    );
    assert_eq!(
        wrong("resource x\n  b: string optional\n  a: string optional\n"),
        "s.schema:3: `a` stands out of order"
    );
    assert_eq!(wrong("resource x\nresource x\n"), "s.schema:2: `x` stands out of order");
    assert_eq!(wrong("resource x\n  @requires a\n"), "s.schema:2: `@requires` is not known here");
    assert_eq!(
        wrong("resource x\n  a: block(tree)\n"),
        "s.schema:2: `single`, `group`, `list`, `set` or `map` is expected, found `tree`"
    );
    assert_eq!(
        wrong("resource x\n  a: block(list) same_as=x.b\n"),
        "s.schema:2: nothing stands at `x.b`, or only below"
    );
    assert_eq!(
        wrong("resource x\n  a: string optional max=1\n"),
        "s.schema:2: `min`, `max` and `same_as` are for blocks and objects"
    );
}

#[test]
fn of_the_provider() {
    let wrong = |text: &str| parse_provider("provider.schema", text).unwrap_err().to_string();
    assert_eq!(wrong(""), "provider.schema: `source` is expected, and a text after it");
    assert_eq!(wrong("source a\nfacts b\n"), "provider.schema:2: `version` is expected, and a text after it");
    assert_eq!(
        wrong("source a\nversion 1\nfacts none\nresource x\n"),
        "provider.schema: one `provider` is expected, and nothing beside it"
    );
    assert_eq!(
        wrong("source a\nversion 1\nfacts none\nfunction f\n"),
        "provider.schema:4: `returns=` and a type are expected"
    );
    assert_eq!(
        wrong(
            "source a\nversion 1\nfacts none\nfunction f returns=string\n  a: string variadic\n  b: string\n"
        ),
        "provider.schema:6: a parameter stands after the variadic one"
    );
}

#[test]
fn of_names() {
    assert_eq!(wrong_rules("s\n", "", ""), "names.rules:1: a service, `:` and prefixes are expected");
    assert_eq!(wrong_rules("s: t\n", "", ""), "names.rules:1: no type of `s` starts with `b_t_`");
    assert_eq!(wrong_rules("t: t\n", "", ""), "names.rules:1: there is no service `t`");
    assert_eq!(wrong_rules("s:\ns:\n", "", ""), "names.rules:2: `s` has a line already");
}

#[test]
fn of_references() {
    let wrong = |references| wrong_rules("", references, "");
    assert_eq!(wrong("use x\n"), "references.rules:1: `kind`, `refer` or `text` is expected, found `use`");
    assert_eq!(
        wrong("refer net_id id b_net\n"),
        "references.rules:1: `b_net` is no kind: a `kind` line above must say so"
    );
    assert_eq!(wrong("kind b_net id:id\n"), "references.rules:1: nothing refers to the kind `Net`");
    assert_eq!(
        wrong("kind b_net arn:id\nrefer net_id id b_net\n"),
        "references.rules:1: none of b_net has an attribute `arn`"
    );
    assert_eq!(wrong("kind b_net id:name\n"), "references.rules:1: `id` or `arn` is expected, found `name`");
    assert_eq!(
        wrong("kind b_net id:id\nrefer net_id id b_net\nrefer sub_*_id id b_net\n"),
        "references.rules:3: a `*` can only stand at the start of a pattern"
    );
    assert_eq!(
        wrong("kind b_net id:id\nrefer net_id id b_net\ntext ip_id\ntext b_one.ip_id\ntext b_two.x\n"),
        "references.rules:4: `b_one` has no `ip_id`\n\
         references.rules:3: nothing is called `ip_id` here\n\
         references.rules:5: there is no type `b_two`"
    );
    assert_eq!(
        wrong("kind b_net id:id\nrefer net_id id b_net\nrefer b_one.net_id id b_net\n"),
        "references.rules:3: the exception changes nothing"
    );
    assert_eq!(
        wrong("kind b_net id:id\nrefer net_id id b_net\ntext net_id\n"),
        "references.rules:3: `net_id` has a rule already"
    );
}

#[test]
fn of_corrections() {
    let wrong = |overlay| wrong_rules("", "", overlay);
    assert_eq!(wrong("b_one.net_id: force_new\n"), "overlay.rules:1: ` -- ` and a reason are missing");
    assert_eq!(wrong("b_one.net_id: -force_new -- x\n"), "overlay.rules:1: the correction changes nothing");
    assert_eq!(wrong("b_one.ip: force_new -- x\n"), "overlay.rules:1: `b_one` has no `ip`");
    assert_eq!(wrong("b_one.**.ip: force_new -- x\n"), "overlay.rules:1: `b_one` has no `**.ip`");
    assert_eq!(wrong("b_two.ip: force_new -- x\n"), "overlay.rules:1: there is no type `b_two`");
    assert_eq!(wrong("b_one.net_id: soon -- x\n"), "overlay.rules:1: `soon` is not known here");
    assert_eq!(wrong("b_one: -legacy -- x\n"), "overlay.rules:1: the correction changes nothing");
    assert_eq!(wrong("b_one: -conflicts_with=a,b -- x\n"), "overlay.rules:1: the correction changes nothing");
    assert_eq!(wrong("b_one.net_id force_new -- x\n"), "overlay.rules:1: a path and a `:` are expected");
}
