//! References in an expression, found without evaluating it.

use iac_core::expression::{Expression, Operation};

/// A name in an expression with the steps after it: `aws_vpc.a[0].id`.
#[derive(Debug)]
pub struct Reference<'e> {
    /// The first name: `aws_vpc`.
    pub root: &'e str,
    /// The steps after it.
    pub steps: Vec<Step<'e>>,
}

/// A step after a name.
#[derive(Clone, Copy, Debug)]
pub enum Step<'e> {
    /// `.name`.
    Name(&'e str),
    /// `[expression]`.
    Key(&'e Expression),
    /// `[*]`.
    Splat,
}

impl<'e> Reference<'e> {
    /// Returns the name at an index: of `.name` or of `["name"]`, which are equivalent.
    #[must_use]
    pub fn name(&self, position: usize) -> Option<&'e str> {
        match self.steps.get(position) {
            Some(Step::Name(name)) => Some(name),
            Some(Step::Key(Expression::String(name))) => Some(name),
            _ => None,
        }
    }

    /// Returns the first name from an index on, skipping keys: `id` in `aws_vpc.a[0].id` from step 1.
    #[must_use]
    pub fn next_name(&self, position: usize) -> Option<&'e str> {
        match self.steps.get(position) {
            Some(Step::Name(name)) => Some(name),
            Some(Step::Key(_) | Step::Splat) => self.name(position + 1),
            None => None,
        }
    }
}

/// Calls `visit` for each reference in the expression, from left to right.
pub fn visit<'e>(expression: &'e Expression, visit: &mut dyn FnMut(Reference<'e>)) {
    let mut steps = Vec::new();
    let mut base = expression;
    while let Expression::Operation(operation) = base {
        match &**operation {
            Operation::Attribute(inner, name) => {
                steps.push(Step::Name(name));
                base = inner;
            }
            Operation::Index(inner, key) => {
                self::visit(key, visit);
                steps.push(Step::Key(key));
                base = inner;
            }
            Operation::Splat(inner, path) => {
                steps.extend(path.iter().rev().map(|name| Step::Name(name)));
                steps.push(Step::Splat);
                base = inner;
            }
            Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => base = inner,
            Operation::Name(root) => {
                steps.reverse();
                visit(Reference { root, steps });
                return;
            }
            _ => break,
        }
    }
    match base {
        Expression::Symbol(symbol) => {
            let (root, name) = symbol.split_once('.').unwrap_or((symbol, ""));
            if !name.is_empty() {
                steps.push(Step::Name(name));
            }
            steps.reverse();
            visit(Reference { root, steps });
        }
        base => base.for_each_child(&mut |child| self::visit(child, visit)),
    }
}
