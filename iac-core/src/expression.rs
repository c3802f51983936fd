//! The untyped syntax tree of Terraform's expression language.
//!
//! [`Expr<T>`](crate::Expr) is what users write; it wraps an [`Expression`], which is what the graph reads and the
//! renderers print. Text that comes from a user is always a literal here: only a [`Reference`], which is made by a
//! handle, refers to anything. This module evaluates nothing.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::expr::Gathered;
use crate::text::Text;

/// An expression of Terraform's language.
///
/// The common kinds stand here in 32 bytes; everything else is an [`Operation`] behind a pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other finite number.
    Float(f64),
    /// Literal text. Nothing in it is ever interpreted.
    String(Text),
    /// `[a, b]`.
    List(Vec<Self>),
    /// `{ key = value }`, in order.
    Object(Vec<(ObjectKey, Self)>),
    /// An attribute of something in a stack.
    Reference(Reference),
    /// A name that Terraform provides: `each.key`, `count.index`, `path.module`, `terraform.workspace`, `self`.
    Symbol(&'static str),
    /// A variable that an enclosing `for` or `dynamic` binds.
    Bound(Binding),
    /// Everything else.
    Operation(Box<Operation>),
}

/// The key of an element of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectKey {
    /// A literal key.
    Name(Text),
    /// `(expression) = value`.
    Computed(Expression),
}

/// An expression that is not a literal, a reference or a symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `"literal${expression}literal"`.
    Template(Vec<TemplatePart>),
    /// `name(arguments)`, or `name(arguments...)` when the last argument is expanded.
    Call {
        /// The function's name; provider functions are `provider::aws::arn_parse`.
        function: Text,
        /// The arguments, in order.
        arguments: Vec<Expression>,
        /// Whether the last argument is a list that stands for the remaining arguments.
        expand_last: bool,
    },
    /// `base.name`.
    Attribute(Expression, Text),
    /// `base[key]`.
    Index(Expression, Expression),
    /// `base[*].name`; the path may be empty.
    Splat(Expression, Vec<Text>),
    /// `condition ? yes : no`.
    Conditional(Expression, Expression, Expression),
    /// `left operator right`.
    Binary(BinaryOperator, Expression, Expression),
    /// `!operand` or `-operand`.
    Unary(UnaryOperator, Expression),
    /// `[for key, value in collection : result if condition]`, or the object form.
    For(ForExpression),
    /// An expression in HCL's own syntax, given by the user and known to parse.
    Raw(String),
    /// A name that the user says Terraform knows, at the beginning of a raw expression: `var`, `aws_vpc`.
    Name(Text),
    /// What a user meant to be an expression and is none: an error with this message when the stack is synthesised.
    Invalid(String),
    /// An expression that Terraform reads without evaluating it: the addresses of `depends_on`, `provider`,
    /// `ignore_changes`, or the type of a variable. In Terraform JSON it is a bare string.
    Static(Expression),
    /// A literal in a sensitive argument: an error when the stack is synthesised.
    Secret(Expression),
    /// A literal that its author means to stand in the configuration although the argument is sensitive.
    Plaintext(Expression),
    /// A list to which elements are added until the stack is synthesised, and what it holds: nothing before that.
    Gathered(Gathered, Expression),
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text as it is.
    Literal(String),
    /// `${expression}`.
    Interpolation(Expression),
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ForExpression {
    /// The variable that takes each key or index, where the result or condition needs it.
    pub key: Option<Binding>,
    /// The variable that takes each element.
    pub value: Binding,
    /// What is iterated over.
    pub collection: Expression,
    /// What each element yields.
    pub result: ForResult,
    /// Elements for which this is false are left out.
    pub condition: Option<Expression>,
}

/// What a `for` expression builds.
#[derive(Clone, Debug, PartialEq)]
pub enum ForResult {
    /// `[for … : element]`.
    List(Expression),
    /// `{for … : key => value}`, or `key => value...` when values of the same key are grouped.
    Object {
        /// The key of each element.
        key: Expression,
        /// The value of each element.
        value: Expression,
        /// Whether the values of equal keys are gathered into a list.
        group: bool,
    },
}

/// A variable that a `for` expression or a `dynamic` block binds.
///
/// It has no name: the renderers give names that do not clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Binding(u32);

impl Binding {
    /// Makes a variable that is different from all others of this process.
    #[must_use]
    pub fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// An attribute of an entry of a stack, or the whole entry when `attribute` is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What is referred to.
    pub target: Target,
    /// The attribute's name, or the empty string.
    pub attribute: &'static str,
    /// Whether the attribute's value is sensitive.
    pub sensitive: bool,
}

/// An entry of a stack: a resource, data source, module, variable, local value or provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The stack's number, unique in this process and in no output.
    pub stack: u32,
    /// The entry's position in the stack.
    pub entry: u32,
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl BinaryOperator {
    /// The operator as it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }

    /// How tightly the operator binds; a larger number binds tighter.
    #[must_use]
    pub const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual => 3,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Modulo => 6,
        }
    }
}

/// An operator before an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

impl Expression {
    /// Literal text.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// A call of a function.
    pub fn call(function: impl Into<Text>, arguments: Vec<Self>) -> Self {
        Operation::Call { function: function.into(), arguments, expand_last: false }.into()
    }

    /// `self.name`.
    #[must_use]
    pub fn attribute(self, name: impl Into<Text>) -> Self {
        Operation::Attribute(self, name.into()).into()
    }

    /// `self[key]`.
    #[must_use]
    pub fn index(self, key: Self) -> Self {
        Operation::Index(self, key).into()
    }

    /// An expression that Terraform does not evaluate: see [`Operation::Static`].
    #[must_use]
    pub fn into_static(self) -> Self {
        Operation::Static(self).into()
    }

    /// Calls `visit` for every reference in the expression, from left to right.
    pub fn visit_references(&self, visit: &mut impl FnMut(&Reference)) {
        self.visit(&mut |expression| {
            if let Self::Reference(reference) = expression {
                visit(reference);
            }
        });
    }

    /// Whether the value is fixed by the program: nothing in it refers to anything.
    ///
    /// Raw expressions may refer to anything, and a [`Operation::Plaintext`] literal is meant as it is: neither counts.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        let mut literal = true;
        self.visit(&mut |expression| match expression {
            Self::Reference(_) | Self::Symbol(_) | Self::Null => literal = false,
            Self::Operation(operation) => {
                literal &= !matches!(
                    **operation,
                    Operation::Raw(_) | Operation::Name(_) | Operation::Invalid(_) | Operation::Plaintext(_)
                );
            }
            _ => {}
        });
        literal
    }

    /// Calls `visit` for the expression and everything in it, parents first, from left to right.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        self.for_each_child(&mut |child| child.visit(visit));
    }
}

/// Writes the walk over the expressions directly inside an expression, once for `&` and once for `&mut`.
macro_rules! for_each_child {
    ($(#[$doc:meta])* $name:ident, $as_ref:ident $(, $mutable:tt)?) => {
        $(#[$doc])*
        pub fn $name<'a>(&'a $($mutable)? self, visit: &mut dyn FnMut(&'a $($mutable)? Expression)) {
            let operation = match self {
                Self::List(elements) => return elements.into_iter().for_each(visit),
                Self::Object(elements) => {
                    for (key, value) in elements {
                        if let ObjectKey::Computed(key) = key {
                            visit(key);
                        }
                        visit(value);
                    }
                    return;
                }
                Self::Operation(operation) => operation.$as_ref(),
                _ => return,
            };
            match operation {
                Operation::Template(parts) => {
                    for part in parts {
                        if let TemplatePart::Interpolation(expression) = part {
                            visit(expression);
                        }
                    }
                }
                Operation::Call { arguments, .. } => arguments.into_iter().for_each(visit),
                Operation::Attribute(inner, _)
                | Operation::Splat(inner, _)
                | Operation::Unary(_, inner)
                | Operation::Static(inner)
                | Operation::Secret(inner)
                | Operation::Plaintext(inner)
                | Operation::Gathered(_, inner) => visit(inner),
                Operation::Index(left, right) | Operation::Binary(_, left, right) => {
                    visit(left);
                    visit(right);
                }
                Operation::Conditional(condition, yes, no) => {
                    visit(condition);
                    visit(yes);
                    visit(no);
                }
                Operation::For(ForExpression { collection, result, condition, .. }) => {
                    visit(collection);
                    match result {
                        ForResult::List(element) => visit(element),
                        ForResult::Object { key, value, .. } => {
                            visit(key);
                            visit(value);
                        }
                    }
                    if let Some(condition) = condition {
                        visit(condition);
                    }
                }
                Operation::Raw(_) | Operation::Name(_) | Operation::Invalid(_) => {}
            }
        }
    };
}

impl Expression {
    for_each_child! {
        /// Calls `visit` for each expression directly inside this one, from left to right.
        for_each_child, as_ref
    }
    for_each_child! {
        /// Calls `visit` for each expression directly inside this one, from left to right, so that it can be changed.
        for_each_child_mut, as_mut, mut
    }
}

impl From<Operation> for Expression {
    fn from(operation: Operation) -> Self {
        Self::Operation(Box::new(operation))
    }
}

impl From<Reference> for Expression {
    fn from(reference: Reference) -> Self {
        Self::Reference(reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_four_words() {
        assert_eq!(size_of::<Expression>(), 32);
    }

    #[test]
    fn literals_are_told_from_what_refers() {
        let literal = Expression::call("jsonencode", vec![Expression::string("x")]);
        assert!(literal.is_literal());
        assert!(!Expression::List(vec![literal, Expression::Symbol("each.key")]).is_literal());
    }
}
