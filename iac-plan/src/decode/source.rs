//! Sources of arguments and blocks: a body, or an object in JSON syntax.

use iac_core::body::{self, Body, Content};
use iac_core::expression::{Expression, ObjectKey};

/// A body, in native or JSON syntax.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Body(&'a Body),
    /// The elements of an object: arguments and blocks alike.
    Json(&'a [(ObjectKey, Expression)]),
}

/// An argument or block of a body.
#[derive(Clone, Copy)]
pub(super) enum Entry<'a> {
    /// An argument, or in JSON syntax possibly a block.
    Argument(&'a Expression),
    Block(&'a body::Block),
    Dynamic(&'a body::Dynamic),
    /// A `dynamic` block in JSON syntax: an object of `for_each`, `iterator` and `content`, or a list of them.
    JsonDynamic(&'a Expression),
}

impl<'a> Source<'a> {
    /// Calls `visit` with the name and content of each argument and block.
    pub(super) fn for_each(self, visit: &mut dyn FnMut(&'a str, Entry<'a>)) {
        match self {
            Self::Body(body) => {
                for item in body.items() {
                    match &item.content {
                        Content::Argument(expression) => argument(&item.name, expression, visit),
                        Content::Block(block) => visit(&item.name, Entry::Block(block)),
                        Content::Dynamic(dynamic) => visit(&item.name, Entry::Dynamic(dynamic)),
                    }
                }
            }
            Self::Json(elements) => {
                for (key, expression) in elements {
                    if let ObjectKey::Name(name) | ObjectKey::Computed(Expression::String(name)) = key {
                        argument(name, expression, visit);
                    }
                }
            }
        }
    }
}

fn argument<'a>(name: &'a str, expression: &'a Expression, visit: &mut dyn FnMut(&'a str, Entry<'a>)) {
    match (name, expression) {
        // A comment in JSON syntax.
        ("//", _) => {}
        ("dynamic", Expression::Object(blocks)) => {
            for (key, content) in blocks {
                if let ObjectKey::Name(name) | ObjectKey::Computed(Expression::String(name)) = key
                    && name != "//"
                {
                    visit(name, Entry::JsonDynamic(content));
                }
            }
        }
        ("dynamic", Expression::List(all)) => all.iter().for_each(|each| argument(name, each, visit)),
        _ => visit(name, Entry::Argument(expression)),
    }
}
