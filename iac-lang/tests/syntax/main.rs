//! Parsed and evaluated sources, with the values that Terraform gives.

use iac_core::syntax::{Parser, Result, SyntaxError};
use iac_lang::eval::{EvalError, Resolved, Scope, Step, evaluate, functions};
use iac_lang::value::Value;

/// The values of the locals in the examples, by name.
#[derive(Debug)]
struct Locals(Value);

impl Scope for Locals {
    fn resolve(&self, _: &str, _: &[Step<'_>]) -> std::result::Result<Resolved<'_>, EvalError> {
        Ok(Resolved::borrowed(&self.0, 0))
    }

    fn functions(&self) -> Option<functions::Context<'_>> {
        None
    }
}

fn value(parsed: Result<iac_core::expression::Expression>) -> String {
    let locals = r#"{
        x = "X", t = true, l = ["a", "b"], z = [[{ q = 1 }, { q = 2 }]],
        o = [{ b = [{ c = 1 }, { c = 2 }] }, { b = [{ c = 3 }] }]
    }"#;
    let locals = Parser::new(locals).whole_expression().expect("the example is valid");
    let scope = Locals(evaluate(&locals, &Locals(Value::Null)).expect("the example is valid"));
    let evaluated = parsed.map(|expression| evaluate(&expression, &scope).map_err(|error| error.to_string()));
    match evaluated {
        Ok(Ok(value)) => format!("{value:?}"),
        Ok(Err(error)) => error,
        Err(SyntaxError { offset, message, .. }) => format!("{offset}: {message}"),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(value(Parser::new(text).whole_expression()), expected, "{text}");
}

#[test]
fn quoted_templates_are_parsed() {
    for (text, expected) in [
        (r#""$${x}""#, r#""${x}""#),
        (r#""$$${local.x}""#, r#""$${local.x}""#),
        (r#""$$$${local.x}""#, r#""$$${local.x}""#),
        (r#""$ $$ % %% $x""#, r#""$ $$ % %% $x""#),
        (r#""%%{x}""#, r#""%{x}""#),
        (r#""%%%{x""#, r#""%%{x""#),
        (r#""a$${local.x}$${b}""#, r#""a${local.x}${b}""#),
        (r#""$""#, r#""$""#),
        (r#""\u00e9\U0001F600\t\"\\""#, r#""é😀\t\"\\""#),
        (r#""a   ${~ local.x ~}   b""#, r#""aXb""#),
        (r#""a %{~ if local.t ~} b %{~ else ~} c %{~ endif ~} d""#, r#""abd""#),
        (r#""%{ if local.t }${local.x}%{ endif }""#, r#""X""#),
        (r#""${local.l}""#, r#"["a", "b"]"#),
        (r#""a${"b${"c"}"}""#, r#""abc""#),
        (r#""a${{ b = "}" }.b}""#, r#""a}""#),
        (r#"[for s in ["a"] : "${s}${~ "  x  " ~}  "]"#, r#"["a  x  "]"#),
    ] {
        check(text, expected);
    }
}

#[test]
fn heredocs_are_parsed() {
    for (text, expected) in [
        ("<<EOT\nEOT\n", r#""""#),
        ("<<EOT\na\nEOT is not\n  EOTX\n EOT", r#""a\nEOT is not\n  EOTX\n""#),
        (
            "<<EOT\n$$${local.x} $$$${y} %%{ \\n \"q\" \\\\\nEOT\n",
            r#""$${local.x} $$${y} %{ \\n \"q\" \\\\\n""#,
        ),
        (
            "<<-EOT\n    a\n      b\n    %{ if local.t ~}\n      c\n    %{ endif ~}\n    d\n  EOT\n",
            r#""a\n  b\n      c\n    d\n""#,
        ),
        ("<<EOT\n   ${~ local.x ~}   \n   b\nEOT\n", r#""X   b\n""#),
        ("<<-EOT\n\n      a\n\n    b\n  EOT\n", r#""\n  a\n\nb\n""#),
        ("<<-EOT\n    ${local.x}\n      b\n  EOT\n", r#""X\n  b\n""#),
        ("<<-EOT\n\ttab\n    four\n  EOT\n", r#""tab\n   four\n""#),
        ("<<EOT\r\nx\r\ny\r\nEOT\r\n", r#""x\r\ny\r\n""#),
        ("<<-EOT\r\n  x\r\n\r\n    y ${1 ~}\r\n  z\r\n  EOT\r\n", r#""x\r\n\r\n  y 1  z\r\n""#),
        ("[<<A\nx\nA\n, <<B\ny\nB\n]", r#"["x\n", "y\n"]"#),
        ("<<EOT\n${\n  \"EOT\"\n}\nEOT", r#""EOT\n""#),
    ] {
        check(text, expected);
    }
}

#[test]
fn operators_indexes_and_splats_are_parsed() {
    for (text, expected) in [
        ("1 + 2 * 3 - -4 == 11 ? \"y\" : \"n\"", r#""y""#),
        ("-1e3", "-1000"),
        ("!false && 7 % 4 >= 3 || 1 != 1", "true"),
        ("1 - 1 - 1", "-1"),
        ("0.1 + 0.2", "0.3"),
        ("100000000000000000000000000000000000001", "100000000000000000000000000000000000001"),
        ("true ? 1 : false ? 2 : 3", "1"),
        ("local.o[*].b[0].c", "[1, 3]"),
        ("local.o.*.b[0]", r#"[{"c": 1}, {"c": 2}]"#),
        ("local.o[*].b[*].c", "[[1, 2], [3]]"),
        ("local.z[0].*.q", "[1, 2]"),
        ("local.o.0.b.1.c", "2"),
        ("local.o.*.b.0.c", "[1, 3]"),
        ("local.l[\n0\n]", r#""a""#),
        (
            r#"{ 1 = "a", true = "b", null = "c", (local.x) = "d", "e-${local.x}" = 5, a-b = 1 }"#,
            r#"{"1": "a", "X": "d", "a-b": 1, "e-X": 5, "null": "c", "true": "b"}"#,
        ),
        ("{ a = 1\n b : 2, # two\n /* three */ c = 3 }", r#"{"a": 1, "b": 2, "c": 3}"#),
        ("{ for i, v in local.l : v => i if i > 0 }", r#"{"b": 1}"#),
        ("{ for v in [1, 2] : \"k\" => v... }", r#"{"k": [1, 2]}"#),
        ("[for x in [1, 2] : [for x in [3] : x]]", "[[3], [3]]"),
    ] {
        check(text, expected);
    }
}

#[test]
fn syntax_errors_have_a_position() {
    for (text, expected) in [
        ("", "0: expected an expression, found the end of the input"),
        ("1 +", "3: expected an expression, found the end of the input"),
        ("[1 2]", "3: expected `]` to close the list, found `2`"),
        ("f(1", "3: expected `)` to close the call to `f`, found the end of the input"),
        ("{ a = 1 b = 2 }", "8: expected a comma or a line end, found `b`"),
        ("{ a = 1", "7: expected `}` to close the object, found the end of the input"),
        ("true ? 1", "8: expected `:` in the conditional, found the end of the input"),
        ("\"a\nb\"", "2: missing closing quote on this line"),
        (r#""\q""#, "1: invalid escape sequence"),
        (r#""%{ else }""#, "4: unmatched directive `%{ else }`"),
        (r#""%{ if true }""#, "4: unclosed directive"),
        (r#""%{ x }""#, "4: unknown directive `x`"),
        ("<<EOT\nx\n", "0: unclosed heredoc: no line consists of the delimiter `EOT`"),
        ("[for x of y : x]", "7: expected `in` in the `for` expression, found `of`"),
        ("a.1x", "3: unexpected `x` after the expression"),
        ("a[0", "3: expected `]` to close the index, found the end of the input"),
        ("§", "0: expected an expression, found `§`"),
    ] {
        check(text, expected);
    }
}

#[test]
fn deep_nesting_is_a_syntax_error() {
    for (open, inner, close) in [
        ("[", "1", "]"),
        ("(", "1", ")"),
        ("{ a = ", "1", "}"),
        ("f(", "1", ")"),
        ("\"${", "a", "}\""),
        ("-", "a", ""),
        ("!", "a", ""),
        ("a ? ", "b", " : c"),
        ("a", "", "[0]"),
        ("", "a", ".b"),
        ("", "a", " + a"),
        ("", "a", "[*].a[0]"),
        ("[for x in ", "y", " : x]"),
    ] {
        for depth in [100_000, 240, 95, 80] {
            let text = [open.repeat(depth), inner.to_owned(), close.repeat(depth)].concat();
            match Parser::new(&text).whole_expression() {
                Ok(expression) => drop(value(Ok(expression.clone()))),
                Err(error) => assert!(
                    error.message.contains("levels deep") || error.message.contains("is missing"),
                    "{}",
                    error.message
                ),
            }
        }
    }
    let directives = ["%{ if a }".repeat(100_000), "%{ endif }".repeat(100_000)].concat();
    assert!(Parser::new(&directives).whole_template().unwrap_err().message.contains("levels deep"));
    let blocks = ["a {\n".repeat(100_000), "}\n".repeat(100_000)].concat();
    assert!(Parser::new(&blocks).file().unwrap_err().message.contains("levels deep"));
}
