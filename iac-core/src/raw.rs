//! Expressions that a user writes in HCL's own syntax.

use hcl::edit::expr::{
    BinaryOperator as HclBinaryOperator, Expression as Hcl, ForExpr, FuncCall, Object, ObjectKey as HclKey,
    Traversal, TraversalOperator, UnaryOperator as HclUnaryOperator,
};
use hcl::edit::template::{Element, Strip};
use hcl::edit::{Decorated, Ident};

use crate::expr::{Expr, IntoExpression as _};
use crate::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, TemplatePart,
    UnaryOperator,
};
use crate::text::Text;
use crate::value::Number;

/// An expression in HCL's own syntax, past the types: for what there is no other way to say.
///
/// It may name what is in the stack by its address, and then depends on it. A text that is no expression is reported when
/// the stack is synthesised, and so are `%{` and `~` in templates and an index behind `[*]`, for which there are
/// conditionals, `join` and `for`.
///
/// ```
/// use iac_core::{Expr, raw};
///
/// let zone: Expr<String> = raw("var.zones[length(var.zones) - 1]");
/// ```
#[must_use]
pub fn raw<T: ?Sized>(text: &str) -> Expr<T> {
    let expression = match text.trim().parse::<Hcl>() {
        Ok(parsed) => Names::default()
            .expression(&parsed)
            .map_err(|reason| format!("`{text}` cannot be rendered: {reason}")),
        Err(error) => {
            let (line, column) = (error.location().line(), error.location().column());
            Err(format!("`{text}` is not an expression: {}, at {line}:{column}", error.message()))
        }
    };
    Expr::from_expression(expression.unwrap_or_else(|message| Operation::Invalid(message).into()))
}

/// Why there is no room in the model for something that HCL has.
type Reason = &'static str;

/// The variables that the loops around bind, outermost first.
#[derive(Default)]
struct Names(Vec<(String, Binding)>);

/// Each method gives the reason when there is no room in the model for something. There is another way to write each of
/// these, which says the same.
impl Names {
    fn expression(&mut self, hcl: &Hcl) -> Result<Expression, Reason> {
        Ok(match hcl {
            Hcl::Null(_) => Expression::Null,
            Hcl::Bool(value) => Expression::Bool(*value.value()),
            Hcl::Number(number) => {
                let text =
                    number.as_repr().map_or_else(|| number.value().to_string(), |text| text.to_string());
                text.parse::<Number>().map_err(|_| "a number is too large")?.into_expression()
            }
            Hcl::String(text) => Expression::string(text.as_str()),
            Hcl::Array(array) => Expression::List(self.all(array.iter())?),
            Hcl::Object(object) => self.object(object)?,
            Hcl::StringTemplate(template) => self.template(template.iter())?,
            Hcl::HeredocTemplate(heredoc) => self.template(heredoc.template.iter())?,
            Hcl::Parenthesis(parenthesis) => self.expression(parenthesis.inner())?,
            Hcl::Variable(name) => self.name(name),
            Hcl::Conditional(conditional) => Operation::Conditional(
                self.expression(&conditional.cond_expr)?,
                self.expression(&conditional.true_expr)?,
                self.expression(&conditional.false_expr)?,
            )
            .into(),
            Hcl::FuncCall(call) => self.call(call)?,
            Hcl::Traversal(traversal) => self.traversal(traversal)?,
            Hcl::UnaryOp(unary) => {
                Operation::Unary(unary_operator(*unary.operator.value()), self.expression(&unary.expr)?)
                    .into()
            }
            Hcl::BinaryOp(binary) => Operation::Binary(
                binary_operator(*binary.operator.value()),
                self.expression(&binary.lhs_expr)?,
                self.expression(&binary.rhs_expr)?,
            )
            .into(),
            Hcl::ForExpr(each) => self.each(each)?,
        })
    }

    fn all<'a>(&mut self, expressions: impl Iterator<Item = &'a Hcl>) -> Result<Vec<Expression>, Reason> {
        expressions.map(|expression| self.expression(expression)).collect()
    }

    fn name(&self, name: &Ident) -> Expression {
        match self.0.iter().rev().find(|(bound, _)| bound == name.as_str()) {
            Some((_, binding)) => Expression::Bound(*binding),
            None => Operation::Name(name.as_str().into()).into(),
        }
    }

    fn object(&mut self, object: &Object) -> Result<Expression, Reason> {
        let mut elements = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key = match key {
                HclKey::Ident(name) => ObjectKey::Name(name.as_str().into()),
                HclKey::Expression(key) => match self.expression(key)? {
                    Expression::String(name) => ObjectKey::Name(name),
                    key => ObjectKey::Computed(key),
                },
            };
            elements.push((key, self.expression(value.expr())?));
        }
        Ok(Expression::Object(elements))
    }

    fn template<'a>(&mut self, elements: impl Iterator<Item = &'a Element>) -> Result<Expression, Reason> {
        let mut parts = Vec::new();
        for element in elements {
            parts.push(match element {
                Element::Literal(text) => TemplatePart::Literal(text.as_str().to_owned()),
                Element::Interpolation(interpolation) if interpolation.strip == Strip::None => {
                    TemplatePart::Interpolation(self.expression(&interpolation.expr)?)
                }
                Element::Interpolation(_) => {
                    return Err("`~` in a template has no place in the model; leave the white space out instead");
                }
                Element::Directive(_) => {
                    return Err("`%{` in a template has no place in the model; use `a ? b : c` or `join(\"\", [for …])` instead");
                }
            });
        }
        Ok(match &mut parts[..] {
            [] => Expression::string(""),
            [TemplatePart::Literal(text)] => Expression::string(std::mem::take(text)),
            _ => Operation::Template(parts).into(),
        })
    }

    fn call(&mut self, call: &FuncCall) -> Result<Expression, Reason> {
        let mut function = String::new();
        for namespace in &call.name.namespace {
            function.push_str(namespace.as_str());
            function.push_str("::");
        }
        function.push_str(call.name.name.as_str());
        let arguments = self.all(call.args.iter())?;
        let expand_last = call.args.expand_final();
        Ok(Operation::Call { function: function.into(), arguments, expand_last }.into())
    }

    fn traversal(&mut self, traversal: &Traversal) -> Result<Expression, Reason> {
        let mut expression = self.expression(&traversal.expr)?;
        let mut operators = traversal.operators.iter().map(Decorated::value).peekable();
        while let Some(operator) = operators.next() {
            expression = match operator {
                TraversalOperator::GetAttr(name) => expression.attribute(name.as_str()),
                TraversalOperator::Index(key) => expression.index(self.expression(key)?),
                TraversalOperator::LegacyIndex(index) => expression.index(Expression::Integer(
                    i64::try_from(*index.value()).map_err(|_| "an index is too large")?,
                )),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let mut path = Vec::new();
                    while let Some(TraversalOperator::GetAttr(name)) = operators.peek() {
                        path.push(Text::from(name.as_str()));
                        operators.next();
                    }
                    if matches!(operator, TraversalOperator::FullSplat(_)) && operators.peek().is_some() {
                        return Err("an index behind `[*]` has no place in the model; use `[for …]` instead");
                    }
                    Operation::Splat(expression, path).into()
                }
            };
        }
        Ok(expression)
    }

    fn each(&mut self, each: &ForExpr) -> Result<Expression, Reason> {
        let collection = self.expression(&each.intro.collection_expr)?;
        let outer = self.0.len();
        let mut bind = |name: &Ident| {
            let binding = Binding::fresh();
            self.0.push((name.as_str().to_owned(), binding));
            binding
        };
        let key = each.intro.key_var.as_ref().map(|name| bind(name));
        let value = bind(&each.intro.value_var);
        let result = self.result(each);
        let condition = each.cond.as_ref().map(|condition| self.expression(&condition.expr));
        self.0.truncate(outer);
        let (result, condition) = (result?, condition.transpose()?);
        Ok(Operation::For(ForExpression { key, value, collection, result, condition }).into())
    }

    fn result(&mut self, each: &ForExpr) -> Result<ForResult, Reason> {
        let value = self.expression(&each.value_expr)?;
        Ok(match &each.key_expr {
            Some(key) => ForResult::Object { key: self.expression(key)?, value, group: each.grouping },
            None => ForResult::List(value),
        })
    }
}

const fn unary_operator(operator: HclUnaryOperator) -> UnaryOperator {
    match operator {
        HclUnaryOperator::Neg => UnaryOperator::Negate,
        HclUnaryOperator::Not => UnaryOperator::Not,
    }
}

const fn binary_operator(operator: HclBinaryOperator) -> BinaryOperator {
    match operator {
        HclBinaryOperator::Or => BinaryOperator::Or,
        HclBinaryOperator::And => BinaryOperator::And,
        HclBinaryOperator::Eq => BinaryOperator::Equal,
        HclBinaryOperator::NotEq => BinaryOperator::NotEqual,
        HclBinaryOperator::Less => BinaryOperator::Less,
        HclBinaryOperator::LessEq => BinaryOperator::LessOrEqual,
        HclBinaryOperator::Greater => BinaryOperator::Greater,
        HclBinaryOperator::GreaterEq => BinaryOperator::GreaterOrEqual,
        HclBinaryOperator::Plus => BinaryOperator::Add,
        HclBinaryOperator::Minus => BinaryOperator::Subtract,
        HclBinaryOperator::Mul => BinaryOperator::Multiply,
        HclBinaryOperator::Div => BinaryOperator::Divide,
        HclBinaryOperator::Mod => BinaryOperator::Modulo,
    }
}
