//! Parses knowledge files: the inverse of [`print`](crate::print). `docs/contributing/knowledge.md` describes the format.

mod elsewhere;
mod facts;
mod types;

use std::collections::HashMap;

use crate::error::Error;
use crate::lines::{Line, Lines, Words};
use crate::model::{
    Attribute, Block, Entity, EntityKind, Facts, Function, Nested, NestedBlock, NestingMode, Parameter,
    Provider, Service, ShapeId, Type,
};
use crate::print::entity_path;

use elsewhere::Whole;
pub use elsewhere::{Head, heads, parse_entity};
pub(crate) use facts::fact;
pub(crate) use types::parse_type;

/// Placeholder for a shape whose members are not read yet.
const UNKNOWN_SHAPE: ShapeId = ShapeId(usize::MAX);

/// Parses the file of a service. `file` is used in error messages.
pub fn parse_service(file: &str, name: &str, text: &str) -> Result<Service, Error> {
    Parser::new(file, name, text)?.service()
}

/// Parses the file of the provider. `file` is used in error messages.
pub fn parse_provider(file: &str, text: &str) -> Result<Provider, Error> {
    let mut parser = Parser::new(file, "", text)?;
    let source = parser.setting("source")?;
    let version = parser.setting("version")?;
    let facts_source = parser.setting("facts")?;
    let mut functions = Vec::new();
    while let Some(line) = parser.lines.peek().filter(|line| line.text.starts_with("function ")) {
        parser.lines.advance()?;
        functions.push(parser.function(line)?);
    }
    let mut config = parser.service()?;
    let [Entity { kind: EntityKind::Provider, type_name, .. }] = config.entities.as_slice() else {
        return Err(Error::new(file, 0, "expected exactly one `provider` and nothing else"));
    };
    config.name.clone_from(type_name);
    Ok(Provider { source, version, facts_source, functions, config })
}

struct Parser<'a> {
    lines: Lines<'a>,
    service: Service,
    /// The current path: the entity and the names of the enclosing blocks.
    path: String,
    /// The shapes read so far, by path.
    shapes: HashMap<String, ShapeId>,
    /// The shape of an empty block.
    empty: Option<ShapeId>,
    /// The text of the whole service, if only one type of it is read.
    whole: Option<Whole<'a>>,
    /// The number of enclosing shapes that are defined in other types.
    away: usize,
}

impl<'a> Parser<'a> {
    fn new(file: &'a str, name: &str, text: &'a str) -> Result<Self, Error> {
        Ok(Self {
            lines: Lines::new(file, text)?,
            service: Service { name: name.to_owned(), entities: Vec::new(), shapes: Vec::new() },
            path: String::new(),
            shapes: HashMap::new(),
            empty: None,
            whole: None,
            away: 0,
        })
    }

    fn error(&self, line: Line<'_>, message: impl Into<String>) -> Error {
        Error::new(self.lines.file, line.number, message)
    }

    fn service(mut self) -> Result<Service, Error> {
        while let Some(line) = self.lines.take(0)? {
            let entity = self.entity(line)?;
            let key = (entity.kind, &entity.type_name);
            if self.service.entities.last().is_some_and(|last| (last.kind, &last.type_name) >= key) {
                return Err(self.error(line, format!("`{}` is out of order", entity.type_name)));
            }
            self.service.entities.push(entity);
        }
        Ok(self.service)
    }

    /// Parses a line of the provider's file: a keyword and a string.
    fn setting(&mut self, word: &str) -> Result<String, Error> {
        let expected = || format!("expected `{word}` followed by a string");
        let Some(line) = self.lines.take(0)? else { return Err(Error::new(self.lines.file, 0, expected())) };
        match line.text.split_once(' ') {
            Some((found, text)) if found == word => Ok(text.to_owned()),
            _ => Err(self.error(line, expected())),
        }
    }

    fn function(&mut self, line: Line<'a>) -> Result<Function, Error> {
        let mut words = Words(line.text);
        words.next();
        let name = words.next().unwrap_or_default().to_owned();
        let returns = match words.next() {
            Some("returns") => words
                .text()
                .and_then(|ty| parse_type(&mut self.service, ty))
                .map_err(|message| self.error(line, message))?,
            _ => return Err(self.error(line, "expected `returns=` followed by a type")),
        };
        let mut function = Function { name, returns, parameters: Vec::new(), variadic: None };
        while let Some(line) = self.lines.take(1)? {
            let (name, mut words) = self.name(line)?;
            let ty = parse_type(&mut self.service, words.token().unwrap_or_default())
                .map_err(|message| self.error(line, message))?;
            let mut parameter = Parameter { name: name.to_owned(), ty, nullable: false };
            let mut variadic = false;
            while let Some(word) = words.token() {
                match word {
                    "nullable" => parameter.nullable = true,
                    "variadic" => variadic = true,
                    other => return Err(self.error(line, format!("unknown keyword `{other}`"))),
                }
            }
            if function.variadic.is_some() {
                return Err(self.error(line, "a parameter follows the variadic one"));
            }
            if variadic {
                function.variadic = Some(parameter);
            } else {
                function.parameters.push(parameter);
            }
        }
        Ok(function)
    }

    fn entity(&mut self, line: Line<'a>) -> Result<Entity, Error> {
        let mut words = Words(line.text);
        let keyword = words.next().unwrap_or_default();
        let kind = EntityKind::ALL.into_iter().find(|kind| kind.keyword() == keyword);
        let kind = kind.ok_or_else(|| {
            self.error(
                line,
                format!("expected `resource`, `data`, `ephemeral` or `provider`, found `{keyword}`"),
            )
        })?;
        let type_name = words.next().ok_or_else(|| self.error(line, "missing type name"))?.to_owned();
        self.path = entity_path(kind, &type_name);
        let mut entity = Entity {
            kind,
            type_name,
            schema_version: 0,
            legacy: false,
            customize_diff: false,
            facts_source: None,
            conflicts_with: Vec::new(),
            exactly_one_of: Vec::new(),
            at_least_one_of: Vec::new(),
            required_with: Vec::new(),
            block: Block::default(),
        };
        while let Some(word) = words.next() {
            match word {
                "version" => {
                    entity.schema_version = words.number().map_err(|message| self.error(line, message))?;
                }
                "legacy" => entity.legacy = true,
                "customize_diff" => entity.customize_diff = true,
                "deprecated" => entity.block.deprecated = true,
                other => return Err(self.error(line, format!("unknown keyword `{other}`"))),
            }
        }
        while let Some(line) = self.lines.peek().filter(|line| line.depth == 1 && line.text.starts_with('@'))
        {
            self.lines.advance()?;
            let (word, text) = line.text.split_once(' ').unwrap_or((line.text, ""));
            if word == "@facts" {
                entity.facts_source = Some(text.to_owned());
            } else {
                let groups = entity
                    .groups(&word[1..])
                    .ok_or_else(|| self.error(line, format!("unknown keyword `{word}`")))?;
                groups.push(text.split(' ').map(str::to_owned).collect());
            }
        }
        entity.block = Block { deprecated: entity.block.deprecated, ..self.block(1, MemberContext::Block)? };
        Ok(entity)
    }

    /// Returns the name at the start of a line and the words after it.
    fn name(&self, line: Line<'a>) -> Result<(&'a str, Words<'a>), Error> {
        match line.text.split_once(':') {
            Some((name, rest)) if !name.is_empty() && !name.contains(' ') => Ok((name, Words(rest))),
            _ => Err(self.error(line, "expected a name followed by `:`")),
        }
    }

    fn block(&mut self, depth: usize, context: MemberContext) -> Result<Block, Error> {
        let mut block = Block::default();
        while let Some(line) = self.lines.take(depth)? {
            let (name, mut words) = self.name(line)?;
            let rest = words.0;
            if let Some(mode) = words.token().and_then(|ty| parenthesized(ty, "block")) {
                let nested = self.nested_block(line, name, mode, words)?;
                if block.blocks.last().is_some_and(|last| last.name >= nested.name) {
                    return Err(self.error(line, format!("`{name}` is out of order")));
                }
                block.blocks.push(nested);
            } else {
                let attribute = self.attribute(line, name, Words(rest), context)?;
                if block.attributes.last().is_some_and(|last| last.name >= attribute.name) {
                    return Err(self.error(line, format!("`{name}` is out of order")));
                }
                block.attributes.push(attribute);
            }
        }
        Ok(block)
    }

    fn attribute(
        &mut self,
        line: Line<'a>,
        name: &str,
        mut words: Words<'a>,
        context: MemberContext,
    ) -> Result<Attribute, Error> {
        let error = |message: String| Error::new(self.lines.file, line.number, message);
        let ty = words.token().unwrap_or_default();
        let ty = match parenthesized(ty, "nested") {
            Some(mode) => Type::Nested(Nested {
                mode: nesting_mode(mode).map_err(error)?,
                min_items: 0,
                max_items: 0,
                shape: UNKNOWN_SHAPE,
            }),
            None => parse_type(&mut self.service, ty).map_err(error)?,
        };
        let mut attribute = Attribute { name: name.to_owned(), ty, ..Attribute::default() };
        let mut nesting = Nesting::default();
        while let Some(word) = words.next() {
            match word {
                "required" => attribute.required = true,
                "optional" => attribute.optional = true,
                "computed" => attribute.computed = true,
                "sensitive" => attribute.sensitive = true,
                "write_only" => attribute.write_only = true,
                "deprecated" => attribute.deprecated = true,
                other => {
                    if !nesting.word(other, &mut words).map_err(error)? {
                        fact(&mut attribute.facts, other, &mut words).map_err(error)?;
                    }
                }
            }
        }
        if context == MemberContext::Block && !attribute.is_argument() && !attribute.computed {
            return Err(self.error(line, "missing `required`, `optional` or `computed`"));
        }
        if let Type::Nested(nested) = &mut attribute.ty {
            (nested.min_items, nested.max_items) = (nesting.min, nesting.max);
        }
        let context = if matches!(attribute.ty, Type::Nested(_)) {
            MemberContext::Block
        } else {
            MemberContext::Object
        };
        if let Some(shape) = attribute.ty.shape_mut() {
            *shape = self.shape(line, name, &nesting, context)?;
        } else if nesting.max != 0 || nesting.min != 0 || nesting.same_as.is_some() {
            return Err(
                self.error(line, "`min`, `max` and `same_as` are only allowed for blocks and objects")
            );
        }
        Ok(attribute)
    }

    fn nested_block(
        &mut self,
        line: Line<'a>,
        name: &str,
        mode: &str,
        mut words: Words<'a>,
    ) -> Result<NestedBlock, Error> {
        let error = |message: String| Error::new(self.lines.file, line.number, message);
        let mode = nesting_mode(mode).map_err(error)?;
        let mut facts = Facts::default();
        let mut nesting = Nesting::default();
        while let Some(word) = words.next() {
            if !nesting.word(word, &mut words).map_err(error)? {
                fact(&mut facts, word, &mut words).map_err(error)?;
            }
        }
        let shape = self.shape(line, name, &nesting, MemberContext::Block)?;
        let nested = Nested { mode, min_items: nesting.min, max_items: nesting.max, shape };
        Ok(NestedBlock { name: name.to_owned(), nested, facts })
    }

    /// Returns the shape referenced by a line or defined below it.
    fn shape(
        &mut self,
        line: Line<'a>,
        name: &str,
        nesting: &Nesting<'_>,
        context: MemberContext,
    ) -> Result<ShapeId, Error> {
        if let Some(path) = nesting.same_as {
            if let Some(shape) = self.shapes.get(path) {
                return Ok(*shape);
            }
            let shape = self.elsewhere(path, context)?;
            return shape.ok_or_else(|| {
                self.error(line, format!("no shape is defined at `{path}` before this line"))
            });
        }
        let outer = self.path.len();
        self.path.push('.');
        self.path.push_str(name);
        let id = self.shape_below(line, nesting.deprecated, context)?;
        self.path.truncate(outer);
        Ok(id)
    }

    /// Reads the shape defined below a line, whose path is the current one.
    fn shape_below(
        &mut self,
        line: Line<'a>,
        deprecated: bool,
        context: MemberContext,
    ) -> Result<ShapeId, Error> {
        let block = Block { deprecated, ..self.block(line.depth + 1, context)? };
        let id = ShapeId(self.service.shapes.len());
        if block == Block::default() {
            return Ok(*self.empty.get_or_insert_with(|| {
                self.service.shapes.push(block);
                id
            }));
        }
        self.service.shapes.push(block);
        self.shapes.insert(self.path.clone(), id);
        Ok(id)
    }
}

/// The context of the lines below a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberContext {
    /// A block, or an object of a nested type.
    Block,
    /// An object of an object type.
    Object,
}

fn nesting_mode(word: &str) -> Result<NestingMode, String> {
    let mode = NestingMode::ALL.into_iter().find(|mode| mode.as_str() == word);
    mode.ok_or_else(|| format!("expected `single`, `group`, `list`, `set` or `map`, found `{word}`"))
}

/// The cardinality given on a block's line.
#[derive(Default)]
struct Nesting<'a> {
    min: u64,
    max: u64,
    deprecated: bool,
    same_as: Option<&'a str>,
}

impl<'a> Nesting<'a> {
    /// Consumes a word if it is part of the cardinality.
    fn word(&mut self, word: &str, words: &mut Words<'a>) -> Result<bool, String> {
        match word {
            "min" => self.min = words.number()?,
            "max" => self.max = words.number()?,
            "same_as" => self.same_as = Some(words.text()?),
            "deprecated_block" => self.deprecated = true,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Entity {
    /// Returns the groups of arguments for a keyword of the knowledge files.
    pub fn groups(&mut self, word: &str) -> Option<&mut Vec<Vec<String>>> {
        match word {
            "conflicts_with" => Some(&mut self.conflicts_with),
            "exactly_one_of" => Some(&mut self.exactly_one_of),
            "at_least_one_of" => Some(&mut self.at_least_one_of),
            "required_with" => Some(&mut self.required_with),
            _ => None,
        }
    }
}

fn parenthesized<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')
}
