use super::{Form, Head, RenderError, Renderer, Resolve, Syntax};
use crate::body::{Block, Body};
use crate::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, Reference, Target,
    TemplatePart, UnaryOperator,
};
use crate::text::Text;

mod hcl;
mod json;

/// Resolves every entry to `aws_vpc.main`.
struct Main;

impl Resolve for Main {
    fn write(&self, _: Target, out: &mut String) {
        out.push_str("aws_vpc.main");
    }
}

fn render(syntax: Syntax, head: &Head<'_>, body: &Body) -> Result<String, RenderError> {
    let mut renderer = Renderer::new(Form::Configuration(syntax), Main);
    renderer.block(head, body)?;
    Ok(renderer.finish())
}

/// Renders a `locals` block with one value, and returns the rendered value.
fn render_value(syntax: Syntax, value: Expression) -> String {
    let mut body = Body::new();
    body.set("x", value);
    let text = render(syntax, &Head::new("locals", &[]), &body).unwrap();
    let (start, end) = match syntax {
        Syntax::Hcl => ("locals {\n  x = ", "\n}\n"),
        Syntax::Json => ("{\n  \"locals\": {\n    \"x\": ", "\n  }\n}\n"),
    };
    text.strip_prefix(start).and_then(|text| text.strip_suffix(end)).unwrap().to_owned()
}

fn text(text: &str) -> Expression {
    Expression::string(text)
}

fn name(name: &str) -> Expression {
    Operation::Name(name.into()).into()
}

fn raw(source: &str) -> Expression {
    Operation::Raw(source.to_owned()).into()
}

fn list(items: impl IntoIterator<Item = Expression>) -> Expression {
    Expression::List(items.into_iter().collect())
}

fn object<const N: usize>(elements: [(&str, Expression); N]) -> Expression {
    Expression::Object(elements.map(|(key, value)| (ObjectKey::Name(key.into()), value)).into())
}

fn call(function: &str, arguments: impl IntoIterator<Item = Expression>) -> Expression {
    Expression::call(function, arguments.into_iter().collect())
}

fn binary(operator: BinaryOperator, left: Expression, right: Expression) -> Expression {
    Operation::Binary(operator, left, right).into()
}

fn negate(operand: Expression) -> Expression {
    Operation::Unary(UnaryOperator::Negate, operand).into()
}

fn conditional(condition: Expression, yes: Expression, no: Expression) -> Expression {
    Operation::Conditional(condition, yes, no).into()
}

fn splat<const N: usize>(base: Expression, path: [&str; N]) -> Expression {
    Operation::Splat(base, path.map(Text::from).into()).into()
}

fn template(parts: impl IntoIterator<Item = TemplatePart>) -> Expression {
    Operation::Template(parts.into_iter().collect()).into()
}

fn literal(text: &str) -> TemplatePart {
    TemplatePart::Literal(text.to_owned())
}

fn part(expression: Expression) -> TemplatePart {
    TemplatePart::Interpolation(expression)
}

fn reference(attribute: &'static str) -> Expression {
    Reference { target: Target { stack: 0, entry: 0 }, attribute, sensitive: false }.into()
}

/// `for value in collection : result`.
fn for_list(collection: Expression, result: impl FnOnce(Expression) -> Expression) -> Expression {
    let value = Binding::fresh();
    let result = ForResult::List(result(Expression::Bound(value)));
    Operation::For(ForExpression { key: None, value, collection, result, condition: None }).into()
}

/// `for key, value in collection : key => value if condition`.
fn for_object(
    collection: Expression,
    value: impl FnOnce(Expression) -> Expression,
    condition: Option<Expression>,
) -> Expression {
    let (key, element) = (Binding::fresh(), Binding::fresh());
    let result = ForResult::Object {
        key: Expression::Bound(key),
        value: value(Expression::Bound(element)),
        group: false,
    };
    Operation::For(ForExpression { key: Some(key), value: element, collection, result, condition }).into()
}

fn body<const N: usize>(arguments: [(&str, Expression); N]) -> Body {
    let mut body = Body::new();
    for (name, value) in arguments {
        body.set(name, value);
    }
    body
}

/// `dynamic "name" { for_each = … content { … } }`.
fn dynamic(name: &str, for_each: &Expression, block: impl FnOnce(Expression) -> Body) -> Body {
    let iterator = Binding::fresh();
    let mut body = Body::new();
    body.push_block(name, block(Expression::Bound(iterator)));
    body.into_dynamic(for_each, iterator)
}

fn labeled(label: &str, body: Body) -> Block {
    Block { labels: vec![label.into()], ..Block::from(body) }
}
