//! `variable`, `output` and `locals` blocks.

use iac_core::diagnostic::Diagnostic;
use iac_core::syntax::{Block, Content, Item, SourcePosition};
use iac_core::text::Text;

use super::Decoder;
use crate::config::{Local, Output, Variable};
use crate::types::Type;

/// Names that variables cannot have, because `module` blocks use them.
const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

impl Decoder<'_> {
    pub(super) fn variable(&mut self, position: SourcePosition, mut block: Block) {
        const ARGUMENTS: &[&str] =
            &["type", "default", "description", "sensitive", "ephemeral", "nullable", "deprecated", "const"];
        let Some([name]) = self.labels(&mut block, position, "variable \"name\"") else { return };
        if RESERVED.contains(&name.as_str()) {
            let summary = format!("reserved variable name `{name}`");
            let diagnostic = Diagnostic::error("invalid-name", summary)
                .hint("`module` blocks use this name for an argument of their own; rename the variable");
            self.report(position, diagnostic);
        }
        let mut variable = Variable {
            name: name.clone(),
            ty: Type::Any,
            takes_text: true,
            default: None,
            sensitive: false,
            ephemeral: false,
            nullable: true,
            validations: Vec::new(),
            location: self.location(position),
        };
        let mut constant = None;
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("type", Content::Argument(value)) => {
                    let value = self.static_expression(value, position);
                    match Type::parse(&value) {
                        Ok(ty) => {
                            variable.takes_text = matches!(ty, Type::String | Type::Number | Type::Bool);
                            variable.ty = ty;
                        }
                        Err(error) => {
                            self.report(position, Diagnostic::error("invalid-type", error.to_string()));
                        }
                    }
                }
                ("default", Content::Argument(value)) => {
                    self.constant(&value, position);
                    variable.default = Some(value);
                }
                ("description" | "deprecated", Content::Argument(value)) => {
                    self.literal_text(value, position, &name);
                }
                ("sensitive", Content::Argument(value)) => {
                    variable.sensitive = self.literal_bool(&value, position, &name).unwrap_or_default();
                }
                ("ephemeral", Content::Argument(value)) => {
                    variable.ephemeral = self.literal_bool(&value, position, &name).unwrap_or_default();
                }
                // Known while modules are installed, which is a matter of `terraform init`.
                ("const", Content::Argument(value)) => {
                    constant =
                        self.literal_bool(&value, position, &name).filter(|set| *set).map(|_| position);
                }
                ("nullable", Content::Argument(value)) => {
                    variable.nullable = self.literal_bool(&value, position, &name).unwrap_or(true);
                }
                ("validation", Content::Block(block)) => {
                    variable.validations.extend(self.condition("validation", position, block));
                }
                (_, content) => {
                    self.unknown_item(
                        &Item { name, position, content },
                        "`variable`",
                        ARGUMENTS,
                        &["validation"],
                    );
                }
            }
        }
        if let Some(position) = constant.filter(|_| variable.sensitive || variable.ephemeral) {
            let diagnostic = Diagnostic::error("conflicting-arguments", "Invalid constant variable").detail(
                "Variables that are known while modules are installed are neither sensitive nor ephemeral.",
            );
            self.report(position, diagnostic.hint("remove one of the arguments"));
        }
        if self.declare("variable", &name, &Text::default(), position) {
            self.module.variables.push(variable);
        }
    }

    pub(super) fn output(&mut self, position: SourcePosition, mut block: Block) {
        const ARGUMENTS: &[&str] = &["value", "description", "sensitive", "ephemeral", "depends_on"];
        let Some([name]) = self.labels(&mut block, position, "output \"name\"") else { return };
        let mut value = None;
        let (mut description, mut sensitive, mut ephemeral) = (None, false, false);
        let (mut depends_on, mut preconditions) = (Vec::new(), Vec::new());
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("value", Content::Argument(argument)) => value = Some(argument),
                ("description", Content::Argument(argument)) => {
                    description = self.literal_text(argument, position, &name);
                }
                ("deprecated", Content::Argument(argument)) => {
                    self.literal_text(argument, position, &name);
                }
                ("sensitive", Content::Argument(argument)) => {
                    sensitive = self.literal_bool(&argument, position, &name).unwrap_or_default();
                }
                ("ephemeral", Content::Argument(argument)) => {
                    ephemeral = self.literal_bool(&argument, position, &name).unwrap_or_default();
                }
                ("depends_on", Content::Argument(argument)) => {
                    depends_on = self.addresses(argument, position, &name);
                }
                ("precondition", Content::Block(block)) => {
                    preconditions.extend(self.condition("precondition", position, block));
                }
                (_, content) => {
                    self.unknown_item(
                        &Item { name, position, content },
                        "`output`",
                        ARGUMENTS,
                        &["precondition"],
                    );
                }
            }
        }
        if !self.declare("output", &name, &Text::default(), position) {
            return;
        }
        let Some(value) = value else { return self.missing(position, "`output`", "value") };
        let location = self.location(position);
        let output =
            Output { name, value, description, sensitive, ephemeral, depends_on, preconditions, location };
        self.module.outputs.push(output);
    }

    pub(super) fn locals(&mut self, position: SourcePosition, mut block: Block) {
        if self.labels::<0>(&mut block, position, "locals").is_none() {
            return;
        }
        for Item { name, position, content } in block.body.items {
            match content {
                Content::Argument(value) => {
                    if self.declare("local value", &name, &Text::default(), position) {
                        let location = self.location(position);
                        self.module.locals.push(Local { name, value, location });
                    }
                }
                Content::Block(_) => self.unknown(&name, position, true, "`locals`", &[], &[]),
            }
        }
    }
}
