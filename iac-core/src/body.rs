//! The content of a block: arguments and nested blocks, in the order in which they were set.

use crate::expression::{Binding, Expression, ForExpression, ForResult, ObjectKey, Operation};
use crate::text::Text;

/// The content of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    items: Vec<Item>,
    comments: Vec<Text>,
}

/// An argument or a nested block.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The name of the argument or block.
    pub name: Text,
    /// The content.
    pub content: Content,
}

/// The content of an item: an argument's value or a nested block.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `name = expression`.
    Argument(Expression),
    /// `name { … }`.
    Block(Block),
    /// `dynamic "name" { … }`.
    Dynamic(Box<Dynamic>),
}

/// A nested block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The labels between the block type and the body.
    pub labels: Vec<Text>,
    /// The block's body.
    pub body: Body,
    /// All keys of the object, if the block is written for an attribute that holds objects; empty otherwise. HCL's
    /// block syntax may omit keys, Terraform JSON must list them all.
    pub keys: &'static [&'static str],
}

/// A `dynamic` block: one nested block for each element of a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Dynamic {
    /// The collection.
    pub for_each: Expression,
    /// The iterator, which has the attributes `key` and `value`.
    pub iterator: Binding,
    /// The block generated for each element.
    pub block: Block,
}

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: Vec::new(), comments: Vec::new() }
    }

    /// Creates a body from items; no argument may occur twice.
    #[must_use]
    pub const fn from_items(items: Vec<Item>) -> Self {
        Self { items, comments: Vec::new() }
    }

    /// Returns the arguments and blocks in the order in which they were set.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Returns the comments, which are written above the arguments.
    #[must_use]
    pub fn comments(&self) -> &[Text] {
        &self.comments
    }

    /// Adds a comment. It may span several lines.
    pub fn comment(&mut self, text: impl Into<Text>) {
        self.comments.push(text.into());
    }

    /// Returns `true` if the body has no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the value of an argument, if set.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Expression> {
        self.items.iter().find_map(|item| match &item.content {
            Content::Argument(value) if item.name == name => Some(value),
            _ => None,
        })
    }

    /// Returns the arguments in order.
    pub fn arguments(&self) -> impl Iterator<Item = (&Text, &Expression)> {
        self.items.iter().filter_map(|item| match &item.content {
            Content::Argument(value) => Some((&item.name, value)),
            _ => None,
        })
    }

    /// Returns the nested blocks of a type, except dynamic ones.
    pub fn blocks<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Block> + 'a {
        self.items.iter().filter_map(move |item| match &item.content {
            Content::Block(block) if item.name == name => Some(block),
            _ => None,
        })
    }

    /// Sets an argument. Replaces an earlier value in place.
    pub fn set(&mut self, name: impl Into<Text>, value: Expression) {
        self.replace(name.into(), Content::Argument(value));
    }

    /// Sets a block that may occur once. Replaces an earlier one in place.
    pub fn set_block(&mut self, name: impl Into<Text>, block: impl Into<Block>) {
        self.replace(name.into(), Content::Block(block.into()));
    }

    /// Appends a block.
    pub fn push_block(&mut self, name: impl Into<Text>, block: impl Into<Block>) {
        self.push(name.into(), Content::Block(block.into()));
    }

    /// Appends an element to a list argument, creating the argument if necessary.
    pub fn push_to_list(&mut self, name: impl Into<Text>, element: Expression) {
        let name = name.into();
        match self.argument_mut(&name) {
            Some(Expression::List(elements)) => elements.push(element),
            _ => self.set(name, Expression::List(vec![element])),
        }
    }

    /// Inserts an element into a map or object argument, creating the argument if necessary.
    pub fn insert_into_object(&mut self, name: impl Into<Text>, key: impl Into<Text>, value: Expression) {
        let name = name.into();
        let element = (ObjectKey::Name(key.into()), value);
        match self.argument_mut(&name) {
            Some(Expression::Object(elements)) => elements.push(element),
            _ => self.set(name, Expression::Object(vec![element])),
        }
    }

    /// Returns the single block of a type, creating it if necessary.
    pub fn block_mut(&mut self, name: &'static str) -> &mut Self {
        let is_block = |item: &Item| item.name == name && matches!(item.content, Content::Block(_));
        let position = self.items.iter().position(is_block).unwrap_or_else(|| {
            self.push_block(Text::from_static(name), Block::default());
            self.items.len() - 1
        });
        match &mut self.items[position].content {
            Content::Block(block) => &mut block.body,
            _ => unreachable!("the position is that of a block"),
        }
    }

    /// Converts the arguments into an object; nested blocks become lists of objects.
    #[must_use]
    pub fn into_object(self) -> Expression {
        let mut object = Self::new();
        for Item { name, content } in self.items {
            match content {
                Content::Argument(value) => object.set(name, value),
                Content::Block(block) => object.push_to_list(name, block.body.into_object()),
                Content::Dynamic(dynamic) => object.set(name, dynamic.into_list()),
            }
        }
        let elements = object.items.into_iter().filter_map(|Item { name, content }| match content {
            Content::Argument(value) => Some((ObjectKey::Name(name), value)),
            _ => None,
        });
        Expression::Object(elements.collect())
    }

    /// Removes all arguments and blocks with the name.
    pub fn remove(&mut self, name: &str) {
        self.items.retain(|item| item.name != name);
    }

    /// Appends the items and comments of another body.
    pub fn append(&mut self, other: Self) {
        self.items.extend(other.items);
        self.comments.extend(other.comments);
    }

    /// Turns each nested block into a dynamic one over `for_each`; arguments are unchanged.
    #[must_use]
    pub(crate) fn into_dynamic(self, for_each: &Expression, iterator: Binding) -> Self {
        let items = self.items.into_iter().map(|Item { name, content }| match content {
            Content::Block(block) => {
                let dynamic = Dynamic { for_each: for_each.clone(), iterator, block };
                Item { name, content: Content::Dynamic(Box::new(dynamic)) }
            }
            content => Item { name, content },
        });
        Self { items: items.collect(), comments: self.comments }
    }

    /// Calls `visit` with each expression of the body and the name of the argument that contains it, in order.
    pub fn visit_expressions<'a>(&'a self, visit: &mut impl FnMut(&'a Text, &'a Expression)) {
        for item in &self.items {
            match &item.content {
                Content::Argument(value) => visit(&item.name, value),
                Content::Block(block) => block.body.visit_expressions(visit),
                Content::Dynamic(dynamic) => {
                    visit(&item.name, &dynamic.for_each);
                    dynamic.block.body.visit_expressions(visit);
                }
            }
        }
    }

    /// Calls `change` with each expression of the body and the name of the argument that contains it, in order.
    pub fn change_expressions(&mut self, change: &mut impl FnMut(&Text, &mut Expression)) {
        for item in &mut self.items {
            match &mut item.content {
                Content::Argument(value) => change(&item.name, value),
                Content::Block(block) => block.body.change_expressions(change),
                Content::Dynamic(dynamic) => {
                    change(&item.name, &mut dynamic.for_each);
                    dynamic.block.body.change_expressions(change);
                }
            }
        }
    }

    fn argument_mut(&mut self, name: &str) -> Option<&mut Expression> {
        self.items.iter_mut().find_map(|item| match &mut item.content {
            Content::Argument(value) if item.name == name => Some(value),
            _ => None,
        })
    }

    fn push(&mut self, name: Text, content: Content) {
        if self.items.capacity() == 0 {
            // Most bodies have a handful of items: one allocation instead of three.
            self.items.reserve_exact(8);
        }
        self.items.push(Item { name, content });
    }

    fn replace(&mut self, name: Text, content: Content) {
        match self.items.iter_mut().find(|item| item.name == name) {
            Some(item) => item.content = content,
            None => self.push(name, content),
        }
    }
}

impl Dynamic {
    /// Converts the dynamic block into a list of objects: `[for each in [for k, v in for_each : {key = k, value = v}]
    /// : {…}]`.
    fn into_list(self) -> Expression {
        let Self { for_each, iterator, block } = self;
        let (key, value) = (Binding::fresh(), Binding::fresh());
        let pair = [("key", key), ("value", value)];
        let pair =
            pair.map(|(name, part)| (ObjectKey::Name(Text::from_static(name)), Expression::Bound(part)));
        let pairs = for_list(Some(key), value, for_each, Expression::Object(pair.into()));
        for_list(None, iterator, pairs, block.body.into_object())
    }
}

fn for_list(key: Option<Binding>, value: Binding, collection: Expression, element: Expression) -> Expression {
    let result = ForResult::List(element);
    Operation::For(ForExpression { key, value, collection, result, condition: None }).into()
}

impl From<Body> for Block {
    fn from(body: Body) -> Self {
        Self { body, ..Self::default() }
    }
}
