//! String templates.

use std::cell::RefCell;
use std::fmt;

use super::{Arn, Enumeration, Expr, Id, Number};
use crate::expression::{Expression, Operation, TemplatePart};

/// A string template in the syntax of [`format!`]: `tf!("arn:aws:s3:::{}/*", bucket.id())`.
///
/// The Rust compiler checks the template as it does for [`format!`]. Placeholders accept expressions of strings,
/// numbers and bools, and anything Rust can display; plain variables can be captured. Neither the template nor the
/// values are interpreted: `${` stays `${`.
///
/// ```
/// use iac_core::{Expr, tf};
///
/// fn policy_resource(bucket: &Expr<String>, prefix: &str) -> Expr<String> {
///     tf!("arn:aws:s3:::{}/{prefix}/*", bucket)
/// }
/// # let _ = policy_resource(&Expr::from("logs"), "a");
/// ```
#[macro_export]
macro_rules! tf {
    ($text:literal $(, $($arguments:tt)*)?) => {{
        let sink = $crate::TemplateSink::new();
        $crate::__tf_arguments!(sink, $text, [] $($($arguments)*)?);
        sink.finish()
    }};
}

/// Wraps each argument of [`tf!`], named or not, so that it becomes a separate part in the sink.
#[doc(hidden)]
#[macro_export]
macro_rules! __tf_arguments {
    ($sink:ident, $text:literal, [$($done:tt)*] $name:ident = $argument:expr $(, $($rest:tt)*)?) => {
        $crate::__tf_arguments!($sink, $text, [$($done)* , $name = $sink.argument($argument)] $($($rest)*)?)
    };
    ($sink:ident, $text:literal, [$($done:tt)*] $argument:expr $(, $($rest:tt)*)?) => {
        $crate::__tf_arguments!($sink, $text, [$($done)* , $sink.argument($argument)] $($($rest)*)?)
    };
    ($sink:ident, $text:literal, [$($done:tt)*]) => {
        $sink.write(::std::format_args!($text $($done)*))
    };
}

/// Collects the parts of a template while Rust formats it. [`tf!`](crate::tf) expands to it.
#[derive(Debug, Default)]
pub struct TemplateSink {
    parts: RefCell<Vec<TemplatePart>>,
}

impl TemplateSink {
    /// Creates a template without parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wraps an argument so that displaying it adds it as a part.
    pub fn argument<A: TemplateArgument>(&self, argument: A) -> impl fmt::Display + use<'_, A> {
        Argument { sink: self, part: argument.into_part() }
    }

    /// Appends formatted text.
    pub fn write(&self, text: fmt::Arguments<'_>) {
        fmt::Write::write_fmt(&mut &*self, text).expect("a sink accepts any text");
    }

    /// Returns the template, or a plain literal if it contains no expression.
    pub fn finish(self) -> Expr<String> {
        let mut parts = self.parts.into_inner();
        Expr::from_expression(match parts.as_mut_slice() {
            [] => Expression::string(""),
            [TemplatePart::Literal(text)] => Expression::string(std::mem::take(text)),
            _ => Operation::Template(parts).into(),
        })
    }

    fn push(&self, part: TemplatePart) {
        // A nested template is flattened into its parts.
        if let TemplatePart::Interpolation(Expression::Operation(operation)) = &part
            && let Operation::Template(inner) = &**operation
        {
            return inner.iter().for_each(|part| self.push(part.clone()));
        }
        let mut parts = self.parts.borrow_mut();
        match (parts.last_mut(), part) {
            (Some(TemplatePart::Literal(last)), TemplatePart::Literal(text)) => last.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
}

impl fmt::Write for &TemplateSink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !text.is_empty() {
            self.push(TemplatePart::Literal(text.to_owned()));
        }
        Ok(())
    }
}

struct Argument<'a> {
    sink: &'a TemplateSink,
    part: TemplatePart,
}

impl fmt::Display for Argument<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sink.push(self.part.clone());
        Ok(())
    }
}

/// A value that can be inserted into a template.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used in a template",
    label = "expected a string, a number, a bool, or an expression of one of these types"
)]
pub trait TemplateArgument {
    /// Converts the value into a part of the template.
    fn into_part(self) -> TemplatePart;
}

fn interpolation(expression: Expression) -> TemplatePart {
    match expression {
        Expression::String(text) => TemplatePart::Literal(text.as_str().to_owned()),
        expression => TemplatePart::Interpolation(expression),
    }
}

macro_rules! scalar {
    ($([$($parameter:tt)*] $type:ty;)*) => {$(
        impl<$($parameter)*> TemplateArgument for Expr<$type> {
            fn into_part(self) -> TemplatePart {
                interpolation(self.into_expression())
            }
        }
        impl<$($parameter)*> TemplateArgument for &Expr<$type> {
            fn into_part(self) -> TemplatePart {
                interpolation(self.expression().clone())
            }
        }
    )*};
}

scalar! {
    [] String;
    [] Number;
    [] bool;
    [] super::Any;
    [K] Id<K>;
    [K] Arn<K>;
    [E: Enumeration] E;
}

macro_rules! display {
    ($($type:ty)*) => {$(
        impl TemplateArgument for $type {
            fn into_part(self) -> TemplatePart {
                TemplatePart::Literal(self.to_string())
            }
        }
    )*};
}

display!(&str String &String char bool i8 i16 i32 i64 u8 u16 u32 u64 usize f64 crate::Text &crate::Text);

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(template: &Expr<String>) -> String {
        match template.expression() {
            Expression::String(text) => format!("{:?}", text.as_str()),
            Expression::Operation(operation) => match &**operation {
                Operation::Template(parts) => format!("{parts:?}"),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn expressions_are_interpolated_between_text() {
        let name: Expr<String> = Expr::from_expression(Expression::Symbol("each.key"));
        let env = "dev";
        assert_eq!(
            parts(&crate::tf!("{env}-{}-{last}${{x}}", &name, last = 3)),
            r#"[Literal("dev-"), Interpolation(Symbol("each.key")), Literal("-3${x}")]"#
        );
    }

    #[test]
    fn nested_template_is_flattened() {
        let name: Expr<String> = Expr::from_expression(Expression::Symbol("each.key"));
        let inner = crate::tf!("<{}>", &name);
        assert_eq!(
            parts(&crate::tf!("a{}b", inner)),
            r#"[Literal("a<"), Interpolation(Symbol("each.key")), Literal(">b")]"#
        );
    }

    #[test]
    fn template_without_expressions_is_a_literal() {
        assert_eq!(parts(&crate::tf!("a{}c", "b")), r#""abc""#);
        assert_eq!(parts(&crate::tf!("")), r#""""#);
    }
}
