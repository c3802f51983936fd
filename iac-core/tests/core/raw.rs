//! Expressions in HCL's own syntax.

use iac_core::{Any, Expr, Output, Stack, json, raw};

use super::functions::hcl;

/// What a text comes out as.
fn written(text: &str) -> String {
    hcl(raw::<Any>(text))
}

#[test]
fn a_raw_expression_comes_out_formatted() {
    for (text, expected) in [
        ("x.a", "x.a"),
        (" a.b [ 0 ] . c", "a.b[0].c"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("-x>=1&&!y||z!=null", "-x >= 1 && !y || z != null"),
        ("a?b:c", "a ? b : c"),
        ("max([1,2]...)", "max([1, 2]...)"),
        ("provider::terraform::encode_expr( a )", "provider::terraform::encode_expr(a)"),
        ("a[*].b", "a[*].b"),
        ("a.*.b[0]", "(a[*].b)[0]"),
        ("a.0.b", "a[0].b"),
        (r#""x${a}y$${z}\n""#, r#""x${a}y$${z}\n""#),
        ("{a=1,\"b c\":2,(d)=3}", "{\n    a     = 1\n    \"b c\" = 2\n    (d)   = 3\n  }"),
        (
            "[for x in xs : [for y in x : y+z] if x!=1]",
            "[for value in xs : [for value2 in value : value2 + z] if value != 1]",
        ),
        ("{for k,v in m : v=>k...}", "{ for key, value in m : value => key... }"),
        ("0.1", "0.1"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn a_raw_expression_is_a_part_like_any_other() {
    let size: Expr<iac_core::Number> = raw("x.a + 1");
    assert_eq!(hcl(size * 2), "(x.a + 1) * 2");
    assert_eq!(hcl(json!({ "a": raw::<Any>("x.a") })), "jsonencode({ a = x.a })");
}

#[test]
fn a_text_that_is_no_expression_is_reported() {
    let problem = |text: &str| {
        let stack = Stack::new("test");
        stack.add(Output::new("x", raw::<Any>(text)));
        let diagnostics = stack.render_hcl().expect_err("the text is no expression").to_string();
        diagnostics.lines().next().unwrap_or_default().to_owned()
    };
    let texts = ["1 +", "", "a b", "1 # one", r#""%{ if a }b%{ endif }""#, r#""${~ a }""#, "a[*].b[0]"];
    insta::assert_snapshot!(texts.map(problem).join("\n"), @r#"
    error[invalid-expression]: `1 +` is not an expression: unexpected token, at 1:2
    error[invalid-expression]: `` is not an expression: unexpected token, at 1:1
    error[invalid-expression]: `a b` is not an expression: unexpected token, at 1:2
    error[invalid-expression]: `1 # one` is not an expression: unexpected token, at 1:2
    error[invalid-expression]: `"%{ if a }b%{ endif }"` cannot be rendered: `%{` in a template has no place in the model; use `a ? b : c` or `join("", [for …])` instead
    error[invalid-expression]: `"${~ a }"` cannot be rendered: `~` in a template has no place in the model; leave the white space out instead
    error[invalid-expression]: `a[*].b[0]` cannot be rendered: an index behind `[*]` has no place in the model; use `[for …]` instead
    "#);
}
