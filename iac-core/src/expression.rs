//! The untyped syntax tree of Terraform's expression language.
//!
//! Users write [`Expr<T>`](crate::Expr), which wraps an [`Expression`]; the graph and the renderers work on this
//! tree. Text from the user is always a literal: only a [`Reference`], which is created by a handle, refers to
//! anything. This module evaluates nothing.

mod gathered;

use std::sync::atomic::{AtomicU32, Ordering};

pub use self::gathered::Gathered;
use crate::text::Text;

/// An expression of Terraform's language.
///
/// The common kinds are stored inline in 32 bytes; all others are an [`Operation`] behind a pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// Any other finite number.
    Float(f64),
    /// A literal string, which is never interpreted.
    String(Text),
    /// `[a, b]`.
    List(Vec<Self>),
    /// `{ key = value }`, in order.
    Object(Vec<(ObjectKey, Self)>),
    /// A reference to an attribute of an entry of a stack.
    Reference(Reference),
    /// A name provided by Terraform: `each.key`, `count.index`, `path.module`, `terraform.workspace`, `self`.
    Symbol(&'static str),
    /// A variable bound by an enclosing `for` or `dynamic`.
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
        /// True if the last argument is a list that is expanded into the remaining arguments.
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
    /// An expression in HCL syntax, written by the user and validated by the parser.
    Raw(String),
    /// A root name in a raw expression that Terraform resolves: `var`, `aws_vpc`.
    Name(Text),
    /// An invalid expression: an error with this message when the stack is synthesized.
    Invalid(String),
    /// An expression that Terraform reads without evaluating it: an address in `depends_on`, `provider` or
    /// `ignore_changes`, or the type of a variable. Terraform JSON writes it as a plain string.
    Static(Expression),
    /// A literal in a sensitive argument: an error when the stack is synthesized.
    Secret(Expression),
    /// A literal in a sensitive argument that its author marked as intentional.
    Plaintext(Expression),
    /// A list to which elements are added until the stack is synthesized, and its elements, which are filled in then.
    Gathered(Gathered, Expression),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Literal text.
    Literal(String),
    /// `${expression}`.
    Interpolation(Expression),
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ForExpression {
    /// The variable bound to each key or index, if the result or the condition uses it.
    pub key: Option<Binding>,
    /// The variable bound to each element.
    pub value: Binding,
    /// The collection.
    pub collection: Expression,
    /// The result for each element.
    pub result: ForResult,
    /// Elements for which this is false are omitted.
    pub condition: Option<Expression>,
}

/// The result of a `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ForResult {
    /// `[for … : element]`.
    List(Expression),
    /// `{for … : key => value}`, or `key => value...` if values with equal keys are grouped.
    Object {
        /// The key of each element.
        key: Expression,
        /// The value of each element.
        value: Expression,
        /// True if values with equal keys are grouped into a list.
        group: bool,
    },
}

/// A variable bound by a `for` expression or a `dynamic` block.
///
/// It is anonymous: the renderers choose names that do not clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Binding(u32);

impl Binding {
    /// Creates a variable distinct from all others of this process.
    #[must_use]
    pub fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A reference to an attribute of an entry, or to the whole entry if `attribute` is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The entry referred to.
    pub target: Target,
    /// The attribute's name, or the empty string.
    pub attribute: &'static str,
    /// True if the attribute's value is sensitive.
    pub sensitive: bool,
}

/// An entry of a stack: a resource, data source, module, variable, local value or provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The stack's number, unique in this process; never part of the output.
    pub stack: u32,
    /// The entry's position in the stack.
    pub entry: u32,
}

/// A binary operator.
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
    /// Returns the operator's symbol.
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

    /// Returns the operator's precedence; larger numbers bind tighter.
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

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

impl Expression {
    /// Creates a literal string.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// Creates a function call.
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

    /// Marks an expression as not evaluated by Terraform: see [`Operation::Static`].
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

    /// Marks the references to an entry as sensitive.
    pub(crate) fn mark_sensitive(&mut self, target: Target) {
        if let Self::Reference(reference) = self {
            reference.sensitive |= reference.target == target;
        }
        self.for_each_child_mut(&mut |child| child.mark_sensitive(target));
    }

    /// Returns `true` if the program determines the whole value, without references.
    ///
    /// Raw expressions may refer to anything, and [`Operation::Plaintext`] literals are intentional: neither counts
    /// as literal.
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

    /// Calls `visit` for the expression and all its descendants, parents first, from left to right.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        self.for_each_child(&mut |child| child.visit(visit));
    }
}

/// Generates the traversal of an expression's children, for `&` and for `&mut`.
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
        /// Calls `visit` for each child of this expression, from left to right.
        for_each_child, as_ref
    }
    for_each_child! {
        /// Calls `visit` with a mutable reference to each child of this expression, from left to right.
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
    fn expression_size_is_four_words() {
        assert_eq!(size_of::<Expression>(), 32);
    }

    #[test]
    fn literals_are_distinguished_from_references() {
        let literal = Expression::call("jsonencode", vec![Expression::string("x")]);
        assert!(literal.is_literal());
        assert!(!Expression::List(vec![literal, Expression::Symbol("each.key")]).is_literal());
    }
}
