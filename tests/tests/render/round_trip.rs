//! Invariant 2, second half: rendered HCL parses back to the same model.

use hcl::edit::Span as _;
use hcl::edit::structure::{Body as Parsed, Structure};
use iac_core::body::{Body, Content};
use iac_core::expression::Expression;
use iac_core::{Any, raw};

use crate::normal::{Variable, normal};
use crate::syntax::configuration;

/// Writes a body as lines: arguments sorted by name, and blocks by type.
#[derive(Debug, Default)]
struct Lines {
    arguments: Vec<String>,
    blocks: Vec<(String, Vec<String>)>,
}

impl Lines {
    fn finish(mut self) -> Vec<String> {
        self.arguments.sort();
        self.blocks.sort_by(|(a, _), (b, _)| a.cmp(b));
        let blocks = self.blocks.into_iter().flat_map(|(name, lines)| {
            let lines = lines.into_iter().map(|line| format!("  {line}"));
            std::iter::once(name).chain(lines).collect::<Vec<_>>()
        });
        self.arguments.into_iter().chain(blocks).collect()
    }
}

/// The scope of an iterator, whose attributes are `iterator.key` and `iterator.value`.
fn of_model(body: &Body, scope: &mut Vec<Variable>, addresses: &[String]) -> Vec<String> {
    let mut lines = Lines::default();
    for item in body.items() {
        match &item.content {
            Content::Argument(value) => {
                lines.arguments.push(format!("{} = {}", item.name, normal(value, scope, addresses)));
            }
            Content::Block(block) => {
                lines.blocks.push((item.name.to_string(), of_model(&block.body, scope, addresses)));
            }
            Content::Dynamic(dynamic) => {
                let mut content = vec![format!("for_each {}", normal(&dynamic.for_each, scope, addresses))];
                scope.push(Variable::Bound(dynamic.iterator));
                content.extend(of_model(&dynamic.block.body, scope, addresses));
                scope.pop();
                lines.blocks.push((item.name.to_string(), content));
            }
        }
    }
    lines.finish()
}

fn of_text(body: &Parsed, text: &str, scope: &mut Vec<Variable>) -> Vec<String> {
    let mut lines = Lines::default();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let value = normal(&parsed(&attribute.value, text), scope, &[]);
                lines.arguments.push(format!("{} = {value}", attribute.key.as_str()));
            }
            Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                let name = block.labels[0].as_str();
                let argument = |name| block.body.get_attribute(name).map(|attribute| &attribute.value);
                let for_each = parsed(argument("for_each").unwrap(), text);
                let mut content = vec![format!("for_each {}", normal(&for_each, scope, &[]))];
                let iterator =
                    argument("iterator").map_or(name, |iterator| iterator.as_variable().unwrap().as_str());
                scope.push(Variable::Named(iterator.to_owned()));
                content.extend(of_text(&block.body.get_blocks("content").next().unwrap().body, text, scope));
                scope.pop();
                lines.blocks.push((name.to_owned(), content));
            }
            Structure::Block(block) => {
                lines.blocks.push((block.ident.as_str().to_owned(), of_text(&block.body, text, scope)));
            }
        }
    }
    lines.finish()
}

fn parsed(expression: &hcl::edit::expr::Expression, text: &str) -> Expression {
    let range = expression.span().expect("parsed items have a position");
    raw::<Any>(&text[range]).into_expression()
}

#[test]
fn rendered_hcl_parses_back_to_the_same_model() {
    for seed in 0..100 {
        let configuration = configuration(seed, 10);
        let text = configuration.stack.render_hcl().unwrap();
        let parsed: Parsed = text.parse().unwrap_or_else(|error| panic!("{error}"));
        let addresses: Vec<String> =
            (0..configuration.things.len()).map(|n| format!("test_thing.t{n}")).collect();
        for (number, body) in configuration.things.iter().enumerate() {
            let name = format!("t{number}");
            let mut resources = parsed.get_blocks("resource");
            let block = resources.find(|block| block.labels[1].as_str() == name).unwrap();
            let actual = of_text(&block.body, &text, &mut Vec::new());
            let expected = of_model(body, &mut Vec::new(), &addresses);
            for (actual, expected) in actual.iter().zip(&expected) {
                assert_eq!(actual, expected, "{name} of {seed}");
            }
            assert_eq!(actual.len(), expected.len());
        }
    }
}
