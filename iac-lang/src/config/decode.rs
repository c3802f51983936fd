//! Conversion of blocks and arguments to the model.
//!
//! Errors are collected and decoding continues, so that one run reports all of them.

mod action;
mod constant;
mod module;
mod provisioner;
mod refactoring;
mod resource;
mod settings;
mod values;
pub(super) mod version;

use std::collections::HashMap;

use iac_core::address::is_identifier;
use iac_core::body::{self, Dynamic};
use iac_core::diagnostic::{Diagnostic, Diagnostics, closest};
use iac_core::expression::{Binding, Expression, Operation};
use iac_core::syntax::{Block, Body, Content, Item, Parser, SourcePosition, SyntaxError};
use iac_core::text::Text;

pub(super) use settings::complete;

use super::sources::{Source, Sources};
use super::{Condition, Location, Module};

/// The block types at the top level of a file.
const TOP_LEVEL: &[&str] = &[
    "resource",
    "data",
    "ephemeral",
    "action",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
];

/// Builds a module from the content of its files.
pub(super) struct Decoder<'a> {
    sources: Sources<'a>,
    module: Module,
    diagnostics: &'a mut Diagnostics,
    /// The position of each declaration that must be unique, by kind and name.
    declared: HashMap<(&'static str, Text, Text), SourcePosition>,
}

/// The local name and alias of a provider.
pub(super) type ProviderName = (Text, Option<Text>);

impl<'a> Decoder<'a> {
    pub(super) fn new(directory: String, sources: Sources<'a>, diagnostics: &'a mut Diagnostics) -> Self {
        let module = Module { directory, ..Module::default() };
        Self { sources, module, diagnostics, declared: HashMap::new() }
    }

    /// Decodes a top-level argument or block.
    pub(super) fn add(&mut self, item: Item) {
        let Item { name, position, content } = item;
        match content {
            Content::Block(block) => self.top_level(&name, position, block),
            Content::Argument(_) => self.report(
                position,
                Diagnostic::error("unknown-argument", format!("argument `{name}` outside of any block"))
                    .hint(format!("declare local values in a `locals` block: `locals {{ {name} = … }}`")),
            ),
        }
    }

    /// Reports a syntax error in a file.
    pub(super) fn syntax_error(&mut self, source: &Source, error: SyntaxError) {
        self.diagnostics.push(source.syntax_error(error));
    }

    /// Returns the decoded module.
    pub(super) fn finish(self) -> Module {
        self.module
    }

    fn top_level(&mut self, name: &str, position: SourcePosition, block: Block) {
        match name {
            "resource" | "data" | "ephemeral" => {
                if let Some(resource) = self.resource(name, position, block) {
                    self.module.resources.push(resource);
                }
            }
            "module" => self.call(position, block),
            "variable" => self.variable(position, block),
            "output" => self.output(position, block),
            "locals" => self.locals(position, block),
            "provider" => self.provider(position, block),
            "terraform" => self.terraform(position, block),
            "moved" => self.moved(position, block),
            "import" => self.import(position, block),
            "removed" => self.removed(position, block),
            "check" => self.check(position, block),
            "action" => self.action(position, block),
            _ => self.unknown(name, position, true, "a configuration file", &[], TOP_LEVEL),
        }
    }

    fn location(&self, position: SourcePosition) -> Location {
        self.sources.location(position)
    }

    pub(super) fn report(&mut self, position: SourcePosition, diagnostic: Diagnostic) {
        let location = self.location(position);
        self.diagnostics.push(diagnostic.at(location));
    }

    /// Reports an unsupported argument or block.
    fn unknown(
        &mut self,
        name: &str,
        position: SourcePosition,
        is_block: bool,
        owner: &str,
        arguments: &[&'static str],
        blocks: &[&'static str],
    ) {
        let (code, kind, known, others) = if is_block {
            ("unknown-block", "block", blocks, arguments)
        } else {
            ("unknown-argument", "argument", arguments, blocks)
        };
        let diagnostic = Diagnostic::error(code, format!("unsupported {kind} `{name}` in {owner}"));
        let hint = if others.contains(&name) {
            if is_block { format!("write `{name} = …`") } else { format!("write `{name} {{ … }}`") }
        } else if let Some(similar) = closest(name, known.iter().copied()) {
            format!("did you mean `{similar}`?")
        } else if known.is_empty() {
            "remove it".to_owned()
        } else {
            format!("expected one of: {}", known.join(", "))
        };
        self.report(position, diagnostic.hint(hint));
    }

    fn unknown_item(
        &mut self,
        item: &Item,
        owner: &str,
        arguments: &[&'static str],
        blocks: &[&'static str],
    ) {
        let is_block = matches!(item.content, Content::Block(_));
        self.unknown(&item.name, item.position, is_block, owner, arguments, blocks);
    }

    fn missing(&mut self, position: SourcePosition, owner: &str, name: &str) {
        let summary = format!("missing argument `{name}` in {owner}");
        self.report(
            position,
            Diagnostic::error("missing-argument", summary).hint(format!("add `{name} = …`")),
        );
    }

    /// Records a declaration that must be unique. Returns false if it is a duplicate.
    fn declare(&mut self, kind: &'static str, first: &Text, second: &Text, position: SourcePosition) -> bool {
        let key = (kind, first.clone(), second.clone());
        let Some(earlier) = self.declared.insert(key, position) else { return true };
        let name = match (first.is_empty(), second.is_empty()) {
            (_, true) => first.to_string(),
            (true, _) => second.to_string(),
            _ => format!("{first}.{second}"),
        };
        let diagnostic = Diagnostic::error("duplicate-name", format!("duplicate {kind} `{name}`"))
            .label(self.location(position), "second declaration")
            .label(self.location(earlier), "first declaration")
            .hint("rename or remove one of them");
        self.diagnostics.push(diagnostic);
        false
    }

    /// Returns the labels of a block, if their number is right.
    fn labels<const N: usize>(
        &mut self,
        block: &mut Block,
        position: SourcePosition,
        form: &str,
    ) -> Option<[Text; N]> {
        let labels = std::mem::take(&mut block.labels);
        if labels.len() != N {
            let position = labels.get(N).map_or(position, |label| label.position);
            let summary = format!("wrong number of labels: expected {N}, found {}", labels.len());
            self.report(
                position,
                Diagnostic::error("wrong-labels", summary).hint(format!("write `{form} {{ … }}`")),
            );
            return None;
        }
        for label in &labels {
            if !is_identifier(&label.text) {
                let summary = format!("invalid name `{}`", label.text);
                let diagnostic = Diagnostic::error("invalid-name", summary).hint(
                    "names consist of letters, digits, `_` and `-`, and do not start with a digit or `-`",
                );
                self.report(label.position, diagnostic);
            }
        }
        let mut labels = labels.into_iter().map(|label| label.text);
        Some(std::array::from_fn(|_| labels.next().unwrap_or_default()))
    }

    /// Returns a literal string, which needs no evaluation.
    fn literal_text(&mut self, value: Expression, position: SourcePosition, name: &str) -> Option<Text> {
        constant::text(value).unwrap_or_else(|_| {
            let summary = format!("`{name}` must be a literal string");
            let diagnostic = Diagnostic::error("not-literal", summary)
                .hint("Terraform reads this argument before it evaluates expressions");
            self.report(position, diagnostic);
            None
        })
    }

    /// Returns a literal Boolean, which needs no evaluation.
    fn literal_bool(&mut self, value: &Expression, position: SourcePosition, name: &str) -> Option<bool> {
        match value {
            Expression::Bool(value) => Some(*value),
            Expression::String(text) if *text == "true" => Some(true),
            Expression::String(text) if *text == "false" => Some(false),
            Expression::Null => None,
            _ => {
                let summary = format!("`{name}` must be `true` or `false`");
                let diagnostic = Diagnostic::error("not-literal", summary)
                    .hint("Terraform reads this argument before it evaluates expressions");
                self.report(position, diagnostic);
                None
            }
        }
    }

    /// Returns an expression that is not evaluated, such as an address or a type. JSON syntax and old configurations
    /// quote it.
    fn static_expression(&mut self, value: Expression, position: SourcePosition) -> Expression {
        let Expression::String(text) = &value else { return value };
        match Parser::new(text).whole_expression() {
            Ok(expression) => expression,
            Err(error) => {
                let summary = format!("invalid expression `{text}`: {}", error.message);
                self.report(position, Diagnostic::error("invalid-syntax", summary));
                value
            }
        }
    }

    /// Returns a list of expressions that are not evaluated.
    fn static_list(&mut self, value: Expression, position: SourcePosition, name: &str) -> Vec<Expression> {
        let Expression::List(elements) = value else {
            let summary = format!("`{name}` must be a list of references");
            self.report(
                position,
                Diagnostic::error("not-literal", summary).hint(format!("write `{name} = [ … ]`")),
            );
            return Vec::new();
        };
        elements.into_iter().map(|element| self.static_expression(element, position)).collect()
    }

    /// Returns the local name of a provider, with an optional alias: `aws.west`.
    fn provider_name(&mut self, value: Expression, position: SourcePosition) -> Option<ProviderName> {
        let value = self.static_expression(value, position);
        let found = match &value {
            // The provider `null`.
            Expression::Null => Some((Text::from_static("null"), None)),
            Expression::Operation(operation) => match &**operation {
                Operation::Name(provider) => Some((provider.clone(), None)),
                Operation::Attribute(Expression::Null, alias) => {
                    Some((Text::from_static("null"), Some(alias.clone())))
                }
                Operation::Attribute(provider, alias) => {
                    root_name(provider).map(|provider| (provider, Some(alias.clone())))
                }
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            let diagnostic = Diagnostic::error("not-literal", "expected a provider configuration")
                .hint("write the provider's local name and alias, such as `aws.west`");
            self.report(position, diagnostic);
        }
        if let Some((name, _)) = &found {
            self.provider_local_name(name, position);
        }
        found
    }

    /// Checks the local name of a provider, which is part of addresses in registries.
    fn provider_local_name(&mut self, name: &str, position: SourcePosition) {
        let is_invalid = |character: char| character == '_' || character.is_uppercase();
        if name.contains(is_invalid) || name.ends_with('-') || name.contains("--") {
            let diagnostic = Diagnostic::error("invalid-name", "Invalid provider local name")
                .detail(format!("`{name}` is not the name of a provider."));
            self.report(
                position,
                diagnostic.hint("names of providers have lowercase letters, digits and `-`"),
            );
        }
    }

    /// Reports what only another engine, or a later version of it, supports.
    fn other_engine(&mut self, construct: &str, since: &str, position: SourcePosition) {
        let diagnostic = Diagnostic::error("unsupported-version", format!("{construct} is not supported"))
            .detail(format!("The syntax exists since {since}, but its effects cannot be planned here."));
        self.report(position, diagnostic);
    }

    /// Reports an argument or block whose name is reserved for a later version of the language.
    fn reserved(&mut self, name: &str, position: SourcePosition, is_block: bool, owner: &str) {
        let kind = if is_block { "block type" } else { "argument" };
        let diagnostic = Diagnostic::error("reserved-name", format!("Reserved {kind} name in {owner}"))
            .detail(format!("The name `{name}` is reserved for use by Terraform in a future version."));
        self.report(position, diagnostic);
    }

    /// Decodes a block with `condition` and `error_message`.
    fn condition(&mut self, name: &str, position: SourcePosition, block: Block) -> Option<Condition> {
        const ARGUMENTS: &[&str] = &["condition", "error_message"];
        let owner = format!("`{name}`");
        let (mut condition, mut error_message) = (None, None);
        for item in block.body.items {
            match (item.name.as_str(), item.content) {
                ("condition", Content::Argument(value)) => condition = Some(value),
                ("error_message", Content::Argument(value)) => error_message = Some(value),
                (other, content) => {
                    let is_block = matches!(content, Content::Block(_));
                    self.unknown(other, item.position, is_block, &owner, ARGUMENTS, &[]);
                }
            }
        }
        if condition.is_none() {
            self.missing(position, &owner, "condition");
        }
        if error_message.is_none() {
            self.missing(position, &owner, "error_message");
        }
        let location = self.location(position);
        Some(Condition { condition: condition?, error_message: error_message?, location })
    }

    /// Converts the body of a block that a provider's schema describes.
    fn body(&mut self, body: Body) -> body::Body {
        let items = body.items.into_iter().filter_map(|item| self.item(item));
        body::Body::from_items(items.collect())
    }

    fn item(&mut self, item: Item) -> Option<body::Item> {
        let Item { name, position, content } = item;
        Some(match content {
            Content::Argument(value) => body::Item { name, content: body::Content::Argument(value) },
            Content::Block(block) if name == "dynamic" => {
                let (name, dynamic) = self.dynamic(position, block)?;
                body::Item { name, content: body::Content::Dynamic(Box::new(dynamic)) }
            }
            Content::Block(block) => body::Item { name, content: body::Content::Block(self.block(block)) },
        })
    }

    fn block(&mut self, block: Block) -> body::Block {
        let labels = block.labels.into_iter().map(|label| label.text).collect();
        body::Block { labels, body: self.body(block.body), keys: &[] }
    }

    fn dynamic(&mut self, position: SourcePosition, mut block: Block) -> Option<(Text, Dynamic)> {
        const ARGUMENTS: &[&str] = &["for_each", "iterator", "labels"];
        const OWNER: &str = "`dynamic`";
        let [name] = self.labels(&mut block, position, "dynamic \"block\"")?;
        let (mut for_each, mut iterator, mut content) = (None, name.clone(), None);
        let mut labels = Vec::new();
        for item in block.body.items {
            match (item.name.as_str(), item.content) {
                ("for_each", Content::Argument(value)) => for_each = Some(value),
                ("iterator", Content::Argument(value)) => {
                    let value = self.static_expression(value, item.position);
                    if let Some(name) = root_name(&value) {
                        iterator = name;
                    } else {
                        let diagnostic = Diagnostic::error("not-literal", "`iterator` must be a name");
                        self.report(
                            item.position,
                            diagnostic.hint("write `iterator = name`, without quotes"),
                        );
                    }
                }
                ("labels", Content::Argument(Expression::List(elements))) => {
                    for element in elements {
                        labels.extend(self.literal_text(element, item.position, "labels"));
                    }
                }
                ("content", Content::Block(inner)) => content = Some(inner.body),
                (other, content) => {
                    let is_block = matches!(content, Content::Block(_));
                    self.unknown(other, item.position, is_block, OWNER, ARGUMENTS, &["content"]);
                }
            }
        }
        let Some(for_each) = for_each else {
            self.missing(position, OWNER, "for_each");
            return None;
        };
        let Some(content) = content else {
            let diagnostic = Diagnostic::error("missing-block", "missing block `content` in `dynamic`");
            self.report(position, diagnostic.hint("add `content { … }` with the arguments of each block"));
            return None;
        };
        let mut body = self.body(content);
        let binding = Binding::fresh();
        body.change_expressions(&mut |_, expression| bind(expression, &iterator, binding));
        let block = body::Block { labels, body, keys: &[] };
        Some((name, Dynamic { for_each, iterator: binding, block }))
    }
}

/// Returns the name, if the expression is just a name.
fn root_name(expression: &Expression) -> Option<Text> {
    let Expression::Operation(operation) = expression else { return None };
    match &**operation {
        Operation::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// Replaces a name in an expression with a bound variable.
fn bind(expression: &mut Expression, name: &str, binding: Binding) {
    if let Expression::Operation(operation) = expression
        && matches!(&**operation, Operation::Name(other) if other == name)
    {
        *expression = Expression::Bound(binding);
        return;
    }
    expression.for_each_child_mut(&mut |child| bind(child, name, binding));
}
