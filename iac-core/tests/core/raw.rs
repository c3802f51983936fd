//! Raw expressions in HCL syntax.

use iac_core::{Any, Expr, Output, Stack, json, raw};

use super::functions::hcl;

/// Returns the rendered form of a raw expression.
fn written(text: &str) -> String {
    hcl(raw::<Any>(text))
}

#[test]
fn raw_expressions_are_formatted() {
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
        ("a[*].b[0].c", "[for value in a[*] : value.b[0].c]"),
        ("a[*].b[*].c", "[for value in a[*] : value.b[*].c]"),
        ("a.*.b.0.c", "[for value in a[*] : value.b[0].c]"),
        (r#""x ${~ a ~} y""#, r#""x${a}y""#),
        (r#""${a}""#, "a"),
        (r#""$$$${a}""#, r#""$$$${a}""#),
        (r#""x%{ if a }b%{ endif }""#, r#""x${a ? "b" : ""}""#),
        (r#""x%{ for k, v in m ~} ${v} %{~ endfor }""#, r#""x${join("", [for key, value in m : value])}""#),
        ("core::max(1, 2)", "max(1, 2)"),
        ("a # one", "a"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn raw_expressions_can_be_nested() {
    let size: Expr<iac_core::Number> = raw("x.a + 1");
    assert_eq!(hcl(size * 2), "(x.a + 1) * 2");
    assert_eq!(hcl(json!({ "a": raw::<Any>("x.a") })), "jsonencode({ a = x.a })");
}

#[test]
fn invalid_raw_expressions_are_reported() {
    let problem = |text: &str| {
        let stack = Stack::new("test");
        stack.add(Output::new("x", raw::<Any>(text)));
        let diagnostics = stack.render_hcl().expect_err("the text is not an expression").to_string();
        diagnostics.lines().next().unwrap_or_default().to_owned()
    };
    let texts = ["1 +", "", "a b", r#""%{ if a }b""#, r#""${a""#, "[1, 2", "{a b}"];
    insta::assert_snapshot!(texts.map(problem).join("\n"), @r#"
    error[invalid-expression]: invalid expression `1 +`: expected an expression, found the end of the input, at 1:4
    error[invalid-expression]: invalid expression ``: expected an expression, found the end of the input, at 1:1
    error[invalid-expression]: invalid expression `a b`: unexpected `b` after the expression, at 1:3
    error[invalid-expression]: invalid expression `"%{ if a }b"`: unclosed directive, at 1:5
    error[invalid-expression]: invalid expression `"${a"`: expected `}` to close the interpolation, found `\"`, at 1:5
    error[invalid-expression]: invalid expression `[1, 2`: expected `]` to close the list, found the end of the input, at 1:6
    error[invalid-expression]: invalid expression `{a b}`: expected `=` after the key, found `b`, at 1:4
    "#);
}
