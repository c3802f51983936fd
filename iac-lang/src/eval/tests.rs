use iac_core::expression::{Binding, ForExpression, ForResult, ObjectKey, Operation, TemplatePart};
use iac_core::syntax::Parser;

use super::*;
use crate::files::MemoryFiles;

fn parse(text: &str) -> Expression {
    Parser::new(text).whole_expression().expect(text)
}

/// Nests an expression to a depth.
fn nested(depth: usize, outer: impl Fn(Expression) -> Expression) -> Expression {
    (0..depth).fold(Expression::Bool(true), |inner, _| outer(inner))
}

/// Every kind of expression that contains another one.
fn kinds() -> Vec<fn(Expression) -> Expression> {
    vec![
        |inner| Expression::List(vec![inner]),
        |inner| Expression::Object(vec![(ObjectKey::Name("a".into()), inner)]),
        |inner| Expression::Object(vec![(ObjectKey::Computed(inner), Expression::Null)]),
        |inner| Operation::Conditional(inner, Expression::Bool(true), Expression::Bool(false)).into(),
        |inner| Operation::Conditional(Expression::Bool(true), inner, Expression::Bool(false)).into(),
        |inner| Operation::Unary(iac_core::expression::UnaryOperator::Not, inner).into(),
        |inner| {
            let literal = TemplatePart::Literal("a".to_owned());
            Operation::Template(vec![literal, TemplatePart::Interpolation(inner)]).into()
        },
        |inner| Operation::Template(vec![TemplatePart::Interpolation(inner)]).into(),
        |inner| Operation::Splat(inner, Vec::new()).into(),
        |inner| Expression::call("try", vec![inner]),
        |inner| Expression::call("can", vec![inner]),
        |inner| Expression::List(vec![Expression::Null]).index(inner),
        |inner| {
            Operation::For(ForExpression {
                key: None,
                value: Binding::fresh(),
                collection: Expression::List(vec![Expression::Null]),
                result: ForResult::List(inner),
                condition: None,
            })
            .into()
        },
    ]
}

#[test]
fn deep_nesting_is_an_error_without_stack_overflow() {
    let is_too_deep = |error: &EvalError| error.summary == "Expression too deep";
    for kind in kinds() {
        // Any expression that the parser accepts can be evaluated on the stack of any thread.
        let allowed = evaluate(&nested(250, kind), &NoScope);
        assert!(!allowed.as_ref().is_err_and(is_too_deep), "{allowed:?}");
        // The drop is recursive too, so the depth must fit a thread's stack.
        let _ = evaluate(&nested(1000, kind), &NoScope);
    }
    let list = nested(1000, |inner| Expression::List(vec![inner]));
    assert!(evaluate(&list, &NoScope).is_err_and(|error| is_too_deep(&error)));
}

#[test]
fn long_operator_chains_are_evaluated() {
    let sum = vec!["1"; 200].join(" + ");
    assert_eq!(evaluate(&parse(&sum), &NoScope), Ok(Value::Number(200_i64.into())));
}

/// Recorded from Terraform 1.15; Terraform 1.11 refuses all of them.
#[test]
fn operand_that_fails_or_is_null_may_leave_the_other_one_to_decide() {
    let evaluated = |text: &str| match evaluate(&parse(text), &Unknowns) {
        Ok(value) if value.is_unknown() => "unknown".to_owned(),
        Ok(value) => format!("{value:?}"),
        Err(error) => error.summary.to_string(),
    };
    for (expression, expected) in [
        ("false && [][0]", "false"),
        ("[][0] && false", "false"),
        ("true || [][0]", "true"),
        ("true && [][0]", "Invalid index"),
        ("false || [][0]", "Invalid index"),
        ("u && [][0]", "unknown"),
        ("[][0] && u", "Invalid index"),
        ("[][0] && [0][1]", "Invalid index"),
        ("null && true", "false"),
        ("true && null", "false"),
        ("null || true", "true"),
        ("null && null", "false"),
        ("null || false", "Operation failed"),
        ("false && null", "false"),
        ("false && \"x\"", "Invalid operand"),
        ("false && (1 / 0 == 1)", "false"),
        ("false && [][0] || true", "true"),
    ] {
        assert_eq!(evaluated(expression), expected, "{expression}");
    }
}

/// A scope in which every name is unknown.
struct Unknowns;

impl Scope for Unknowns {
    fn resolve(&self, _: &str, _: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        Ok(Resolved::owned(Value::UNKNOWN, 0))
    }

    fn functions(&self) -> Option<functions::Context<'_>> {
        None
    }
}

/// A scope without variables, with functions.
struct WithFunctions(MemoryFiles);

impl Scope for WithFunctions {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        Err(EvalError::of("Invalid reference", format!("{root}: {} steps", steps.len())))
    }

    fn functions(&self) -> Option<functions::Context<'_>> {
        Some(functions::Context::new(&self.0))
    }
}

#[test]
fn errors_do_not_show_sensitive_values() {
    for text in [
        r#"{ a = 1 }[sensitive("hunter2")]"#,
        r#"tomap({ a = 1 })[sensitive("hunter2")]"#,
        r#"["a"][sensitive("hunter2")]"#,
        r#"file(sensitive("hunter2"))"#,
        r#"filebase64(sensitive("hunter2"))"#,
        r#"parseint(sensitive("hunter2"), 10)"#,
        r#"tonumber(sensitive("hunter2"))"#,
        r#"jsondecode(sensitive("hunter2"))"#,
        r#"regex("a(", sensitive("hunter2"))"#,
        r#"cidrhost(sensitive("hunter2"), 1)"#,
        r#"lookup({}, sensitive("hunter2"))"#,
        r#"formatdate(sensitive("hunter2"), "2024-01-01T00:00:00Z")"#,
    ] {
        let error = evaluate(&parse(text), &WithFunctions(MemoryFiles::new())).expect_err(text).to_string();
        assert!(!error.contains("hunter2"), "{text}: {error}");
    }
}

#[test]
fn errors_describe_the_problem() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = evaluate(&parse(text), &NoScope).expect_err("it has no value");
        assert_eq!(error.to_string(), expected);
    }
    check("[1, 2][5]", "Invalid index: There is no element with the index 5: the collection has 2 elements.");
    check("{ a = 1 }.b", "Unsupported attribute: This object does not have an attribute named `b`.");
    check("{ a = 1 }[\"b\"]", "Invalid index: This object does not have an element with the key \"b\".");
    check(
        "[{ a = 1 }].a",
        "Unsupported attribute: This value is a list, so it does not have the attribute `a`. Use `[*].a` for all elements, or `[0].a` for the first one.",
    );
    check("1 / 0", "Operation failed: Division by zero.");
    check(
        "1 + true",
        "Invalid operand: Unsuitable value for the right operand: a number is required, not a bool.",
    );
    check(
        "\"a${[]}\"",
        "Invalid template interpolation value: A string is required in a template, not a tuple.",
    );
    check(
        "true ? [] : \"a\"",
        "Inconsistent conditional result types: The two results of a conditional must have compatible types, but one is a tuple and the other is a string.",
    );
    check("var.a", "Variables not allowed: Variables may not be used here.");
    check("upper(\"a\")", "Function calls not allowed: Functions cannot be called here.");
    check(
        "try([][0], {}.a)",
        "Error in function call: `try`: no expression succeeded:\n- There is no element with the index 0: the collection has no elements.\n- This object does not have an attribute named `a`.",
    );
}

#[test]
fn undecided_values_stay_undecided_on_their_way() {
    struct Doubtful;
    impl Scope for Doubtful {
        fn resolve(&self, root: &str, _: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
            let value = match root {
                "doubtful" => Value::undecided("it is not read"),
                _ => Value::UNKNOWN,
            };
            Ok(Resolved::owned(value, 1))
        }

        fn functions(&self) -> Option<functions::Context<'_>> {
            static FILES: std::sync::LazyLock<crate::files::MemoryFiles> =
                std::sync::LazyLock::new(crate::files::MemoryFiles::new);
            Some(functions::Context::new(&*FILES))
        }
    }
    let doubt = |text: &str| {
        let expression = parse(text);
        let value = evaluate(&expression, &Doubtful).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        value.doubt().is_some()
    };
    for undecided in [
        "doubtful.x",
        "doubtful.x[0]",
        "[doubtful.x]",
        "doubtful.x + 1",
        "-doubtful.x",
        "!doubtful.x",
        "doubtful.x == 1",
        "doubtful.x == certain.x",
        "doubtful.x ? 1 : 2",
        "true ? doubtful.x : 2",
        "\"a-${doubtful.x}\"",
        "[for x in doubtful.x : x]",
        "[for x in [1] : x if doubtful.x]",
        "{for x in [1] : doubtful.x => x}",
        "{(doubtful.x) = 1}",
        "doubtful.x[*].y",
        "{a = 1}[doubtful.x]",
        "upper(doubtful.x)",
        "length(doubtful.x)",
        "formatlist(\"%s\", [doubtful.x])",
        "try(doubtful.x, 1)",
        "can(doubtful.x)",
        "concat(doubtful.x...)",
        "coalesce(doubtful.x, \"a\")",
        "jsonencode({a = doubtful.x})",
        "merge({a = 1}, doubtful.x)",
        "lookup({a = 1}, doubtful.x, 2)",
        "contains([doubtful.x], 1)",
        "plantimestamp()",
        "base64gzip(\"x\")",
        "provider::aws::arn_parse(\"x\")",
    ] {
        assert!(doubt(undecided), "{undecided}");
    }
    for certain in [
        "certain.x",
        "certain.x + 1",
        "timestamp()",
        "false ? doubtful.x : certain.x",
        "length([doubtful.x])",
        "{a = doubtful.x, b = certain.x}.b",
        "upper(certain.x)",
        "certain.x ? doubtful.x : 1",
    ] {
        assert!(!doubt(certain), "{certain}");
    }
}

#[test]
fn enough_is_known_of_some_unknown_values() {
    struct Later;
    impl Scope for Later {
        fn resolve(&self, root: &str, _: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
            let value = match root {
                "id" => Value::Unknown(crate::value::Unknown::AFTER_APPLY.not_null()),
                _ => Value::UNKNOWN,
            };
            Ok(Resolved::owned(value, 1))
        }

        fn functions(&self) -> Option<functions::Context<'_>> {
            static FILES: std::sync::LazyLock<crate::files::MemoryFiles> =
                std::sync::LazyLock::new(crate::files::MemoryFiles::new);
            Some(functions::Context::new(&*FILES))
        }
    }
    let value =
        |text: &str| evaluate(&parse(text), &Later).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    for (text, expected) in [
        ("id.x == null", "false"),
        ("id.x != null ? 1 : 0", "1"),
        ("-id.x == null", "false"),
        ("\"a-${later.x}\" == \"b\"", "false"),
        ("\"a-${later.x}\" != \"\"", "true"),
        ("startswith(\"pre-${later.x}\", \"pr\")", "true"),
        ("startswith(\"pre-${later.x}\", \"zzz\")", "false"),
        ("length(later.x ? [\"a\"] : [\"b\"])", "1"),
        ("length(concat(later.x ? [\"p\"] : [\"q\"], [\"r\"]))", "2"),
    ] {
        assert_eq!(value(text), value(expected), "{text}");
        assert!(!value(text).is_unknown(), "{text}");
    }
    for text in [
        "later.x == null",
        "startswith(\"pre${later.x}\", \"pre\")",
        "id.x[0] == null",
        "\"a-${later.x}\" == \"a-b\"",
        "\"${later.x}-a\" != \"\"",
        "startswith(\"pre-${later.x}\", \"pre-a\")",
        "length(later.x ? [\"a\"] : [])",
        "length(toset(later.x ? [\"a\", \"b\"] : [\"b\", \"b\"]))",
        "upper(\"a-${later.x}\") == \"b\"",
        "(later.x ? [\"a\"] : [\"b\"])[0] == null",
    ] {
        assert!(value(text).is_unknown(), "{text}");
    }
}
