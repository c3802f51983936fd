//! Decoding of an instance's attributes to values.
//!
//! Attributes are plain JSON: only the schema tells whether `[]` is a list, a set or a block. The JSON is decoded
//! straight to a [`Value`], without an intermediate tree, because this runs once for each instance of a plan.

mod flatmap;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use iac_core::text::{Text, compare};
use iac_lang::types::{ObjectAttribute, Type};
use iac_lang::value::{AttributePath, PathStep, Value, ValueMap, composed};

use super::Attributes;
use super::reader::{Reader, Unexpected};
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, NestingMode, Schema};

/// Attributes decoded according to the schema.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// An object with every attribute and block of the schema. Attributes that are missing in the state are null, and
    /// collections of blocks that are missing or null are empty.
    pub value: Value,
    /// Attributes in the state that the schema does not have, because another version of the provider wrote them.
    pub superfluous: Vec<(AttributePath, Value)>,
}

/// An error for attributes that are not JSON or do not conform to the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttributesError {
    /// The path of the value; empty for the whole object.
    pub path: AttributePath,
    /// The kind of value that the schema requires.
    pub expected: &'static str,
    /// The kind of value found. The value itself may be sensitive, so it is not shown.
    pub found: &'static str,
}

impl fmt::Display for AttributesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, found } = self;
        write!(f, "expected {expected}, found {found}")?;
        if path.0.is_empty() { Ok(()) } else { write!(f, ", at `{path}`") }
    }
}

impl std::error::Error for AttributesError {}

impl Attributes<'_> {
    /// Decodes the attributes according to a schema.
    pub fn decode(&self, schema: &Schema) -> Result<Decoded, AttributesError> {
        match self {
            Self::Json(json) => decode(json, schema),
            Self::Flatmap(json) => flatmap::decode(json, &schema.block),
        }
    }

    /// Decodes the attributes without a schema, to objects and tuples. Attributes of old states become an object of
    /// strings by dotted path.
    pub fn decode_untyped(&self) -> Result<Value, AttributesError> {
        let (Self::Json(json) | Self::Flatmap(json)) = self;
        decode_untyped(json)
    }
}

/// Decodes the attributes of an instance according to a schema.
pub fn decode(json: &str, schema: &Schema) -> Result<Decoded, AttributesError> {
    let mut decoder = Decoder::new(json);
    let value = decoder.instance(&schema.block).map_err(|failure| failure.error())?;
    let place = |(steps, value): (Vec<_>, _)| (steps.into_iter().rev().collect(), value);
    Ok(Decoded { value, superfluous: decoder.superfluous.into_iter().map(place).collect() })
}

/// Decodes a value without a schema, to objects and tuples.
pub fn decode_untyped(json: &str) -> Result<Value, AttributesError> {
    Decoder::new(json).whole(Decoder::untyped)
}

/// Decodes a value of a type.
pub fn decode_typed(json: &str, ty: &Type) -> Result<Value, AttributesError> {
    Decoder::new(json).whole(|decoder| decoder.value(ty))
}

/// A mismatch and its path, innermost step first.
#[derive(Debug)]
struct Failure {
    unexpected: Unexpected,
    steps: Vec<PathStep>,
}

impl From<Unexpected> for Box<Failure> {
    #[cold]
    fn from(unexpected: Unexpected) -> Self {
        Self::new(Failure { unexpected, steps: Vec::new() })
    }
}

impl Failure {
    fn error(self) -> AttributesError {
        let Unexpected { expected, found, .. } = self.unexpected;
        AttributesError { path: self.steps.into_iter().rev().collect(), expected, found }
    }
}

type Result<T, E = Box<Failure>> = std::result::Result<T, E>;

/// An attribute or block, or a member of an object type.
#[derive(Clone, Copy)]
enum Member<'s> {
    Attribute(&'s Attribute),
    Block(&'s NestedBlock),
    Element(&'s ObjectAttribute),
}

impl<'s> Member<'s> {
    const fn name(self) -> &'s Text {
        match self {
            Self::Attribute(attribute) => &attribute.name,
            Self::Block(block) => &block.name,
            Self::Element(element) => &element.name,
        }
    }

    /// Returns the value for a member that is missing.
    fn missing(self) -> Value {
        match self {
            Self::Block(block) => empty_block(block),
            Self::Attribute(_) | Self::Element(_) => Value::Null,
        }
    }
}

/// Returns the value of a nested block that is absent.
fn empty_block(nested: &NestedBlock) -> Value {
    match nested.mode {
        NestingMode::Single => Value::Null,
        NestingMode::Group => {
            let members = Members::of(&nested.block).map(|member| (member.name().clone(), member.missing()));
            Value::Object(ValueMap::from_sorted(members.collect()))
        }
        NestingMode::List => Value::List(Vec::new()),
        NestingMode::Set => Value::Set(Vec::new()),
        NestingMode::Map => Value::Map(ValueMap::new()),
    }
}

/// The members of a block or of an object type, by name.
#[derive(Clone, Default)]
struct Members<'s> {
    attributes: &'s [Attribute],
    blocks: &'s [NestedBlock],
    elements: &'s [ObjectAttribute],
}

impl<'s> Members<'s> {
    fn of(block: &'s Block) -> Self {
        Self { attributes: &block.attributes, blocks: &block.blocks, elements: &[] }
    }

    const fn len(&self) -> usize {
        self.attributes.len() + self.blocks.len() + self.elements.len()
    }

    fn find(&self, name: &str) -> Option<Member<'s>> {
        fn position<T>(members: &[T], name: &str, name_of: impl Fn(&T) -> &Text) -> Option<usize> {
            members.binary_search_by(|member| compare(name_of(member), name)).ok()
        }
        let attribute = position(self.attributes, name, |attribute| &attribute.name);
        let block = || position(self.blocks, name, |block| &block.name);
        let element = || position(self.elements, name, |element| &element.name);
        attribute
            .map(|position| Member::Attribute(&self.attributes[position]))
            .or_else(|| block().map(|position| Member::Block(&self.blocks[position])))
            .or_else(|| element().map(|position| Member::Element(&self.elements[position])))
    }
}

impl<'s> Iterator for Members<'s> {
    type Item = Member<'s>;

    #[inline]
    fn next(&mut self) -> Option<Member<'s>> {
        let block = self.blocks.split_first();
        if let Some((attribute, attributes)) = self.attributes.split_first()
            && block.is_none_or(|(block, _)| attribute.name < block.name)
        {
            self.attributes = attributes;
            return Some(Member::Attribute(attribute));
        }
        if let Some((block, blocks)) = block {
            self.blocks = blocks;
            return Some(Member::Block(block));
        }
        let (element, elements) = self.elements.split_first()?;
        self.elements = elements;
        Some(Member::Element(element))
    }
}

struct Decoder<'a> {
    reader: Reader<'a>,
    /// Attributes that the schema does not have, each with its path, innermost step first.
    superfluous: Vec<(Vec<PathStep>, Value)>,
}

impl<'a> Decoder<'a> {
    const fn new(json: &'a str) -> Self {
        Self { reader: Reader::new(json), superfluous: Vec::new() }
    }

    /// Reads the whole text.
    fn whole(mut self, read: impl FnOnce(&mut Self) -> Result<Value>) -> Result<Value, AttributesError> {
        let value = read(&mut self).and_then(|value| Ok(self.reader.end().map(|()| value)?));
        value.map_err(|failure| failure.error())
    }

    /// Reads the attributes of an instance. The result is never null.
    fn instance(&mut self, block: &Block) -> Result<Value> {
        let members = Members::of(block);
        let value = if self.reader.null() {
            Value::Object(members.map(|member| (member.name().clone(), member.missing())).collect())
        } else {
            self.object(&members)?
        };
        self.reader.end()?;
        Ok(value)
    }

    /// Reads a part, and prepends its step to the paths of errors and superfluous attributes.
    #[inline]
    fn part(
        &mut self,
        step: impl Fn() -> PathStep,
        read: impl FnOnce(&mut Self) -> Result<Value>,
    ) -> Result<Value> {
        let before = self.superfluous.len();
        match read(self) {
            Ok(value) => {
                if self.superfluous.len() > before {
                    self.superfluous[before..].iter_mut().for_each(|(steps, _)| steps.push(step()));
                }
                Ok(value)
            }
            Err(mut failure) => {
                failure.steps.push(step());
                Err(failure)
            }
        }
    }

    /// Reads an object with these members. Terraform writes members sorted by name, so each is found where it is
    /// expected.
    fn object(&mut self, members: &Members<'_>) -> Result<Value> {
        let mut elements: Vec<(Text, Value)> = Vec::with_capacity(members.len());
        let mut rest = members.clone();
        let mut next = rest.next();
        let mut more = self.reader.enter(b'{', "an object")?;
        while more {
            if let Some(member) = next
                && self.reader.key_if(member.name())?
            {
                let value = self.part(|| member.name().clone().into(), |decoder| decoder.member(member))?;
                elements.push((member.name().clone(), value));
                next = rest.next();
            } else {
                let key = self.reader.key()?;
                // Members that sort before this one are missing.
                while let Some(member) = next
                    && member.name().as_str() <= &*key
                {
                    elements.push((member.name().clone(), member.missing()));
                    next = rest.next();
                }
                match members.find(&key) {
                    Some(member) => {
                        let value =
                            self.part(|| member.name().clone().into(), |decoder| decoder.member(member))?;
                        let position = elements.binary_search_by(|(name, _)| name.cmp(member.name()));
                        elements[position.expect("inserted above")].1 = value;
                    }
                    None => self.superfluous(key)?,
                }
            }
            more = self.reader.more(b'{')?;
        }
        while let Some(member) = next {
            elements.push((member.name().clone(), member.missing()));
            next = rest.next();
        }
        Ok(Value::Object(ValueMap::from_sorted(elements)))
    }

    fn superfluous(&mut self, name: Cow<'_, str>) -> Result<()> {
        let step = PathStep::Name(name.into());
        let value = self.part(|| step.clone(), Self::untyped)?;
        self.superfluous.push((vec![step], value));
        Ok(())
    }

    #[inline]
    fn member(&mut self, member: Member<'_>) -> Result<Value> {
        match member {
            Member::Attribute(Attribute { nested: None, ty, .. }) => self.value(ty),
            Member::Attribute(Attribute { nested: Some(nested), .. }) => self.nested_attributes(nested),
            Member::Element(element) => self.value(&element.ty),
            // Some providers write null for absent blocks, and accept it as absent.
            Member::Block(nested) if self.reader.null() => Ok(empty_block(nested)),
            Member::Block(nested) => self.nesting(nested.mode, &nested.block),
        }
    }

    fn nested_attributes(&mut self, nested: &NestedAttributes) -> Result<Value> {
        if self.reader.null() { Ok(Value::Null) } else { self.nesting(nested.mode, &nested.block) }
    }

    fn nesting(&mut self, mode: NestingMode, block: &Block) -> Result<Value> {
        let object = |decoder: &mut Self| {
            if decoder.reader.null() { Ok(Value::Null) } else { decoder.object(&Members::of(block)) }
        };
        match mode {
            NestingMode::Single | NestingMode::Group => object(self),
            NestingMode::List => self.elements(|decoder, _| object(decoder)).map(Value::List),
            NestingMode::Set => self.elements(|decoder, _| object(decoder)).map(Value::set),
            NestingMode::Map => self.map(object),
        }
    }

    /// Reads a value of a type. Primitive values are converted as Terraform does, such as strings to numbers.
    fn value(&mut self, ty: &Type) -> Result<Value> {
        if self.reader.null() {
            return Ok(Value::Null);
        }
        match ty {
            Type::String => self.text(),
            Type::Bool => self.bool(),
            Type::Number => self.number(),
            Type::List(element) => self.elements(|decoder, _| decoder.value(element)).map(Value::List),
            Type::Set(element) => self.elements(|decoder, _| decoder.value(element)).map(Value::set),
            Type::Map(element) => self.map(|decoder| decoder.value(element)),
            Type::Tuple(types) => self.tuple(types),
            Type::Object(elements) => self.object(&Members { elements, ..Members::default() }),
            Type::Any => self.dynamic(),
        }
    }

    #[inline]
    fn text(&mut self) -> Result<Value> {
        const EXPECTED: &str = "a string";
        Ok(Value::String(match self.reader.peek() {
            Some(b'-' | b'0'..=b'9') => self.reader.number_text(EXPECTED)?.into(),
            Some(b't' | b'f') => Text::from_static(if self.reader.bool()? { "true" } else { "false" }),
            _ => self.reader.text(EXPECTED)?,
        }))
    }

    fn bool(&mut self) -> Result<Value> {
        if self.reader.peek() != Some(b'"') {
            return Ok(Value::Bool(self.reader.bool()?));
        }
        let before = self.reader.clone();
        match &*self.reader.string("true or false")? {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => {
                self.reader = before;
                Err(self.reader.unexpected("true or false"))?
            }
        }
    }

    fn number(&mut self) -> Result<Value> {
        if self.reader.peek() != Some(b'"') {
            return Ok(Value::Number(self.reader.number()?));
        }
        let before = self.reader.clone();
        if let Ok(number) = self.reader.string("a number")?.parse() {
            return Ok(Value::Number(number));
        }
        self.reader = before;
        Err(self.reader.unexpected("a number"))?
    }

    fn elements(&mut self, read: impl Fn(&mut Self, usize) -> Result<Value>) -> Result<Vec<Value>> {
        let mut elements = Vec::new();
        let mut more = self.reader.enter(b'[', "a list")?;
        while more {
            let position = elements.len();
            elements.push(self.part(|| position.into(), |decoder| read(decoder, position))?);
            more = self.reader.more(b'[')?;
        }
        Ok(elements)
    }

    fn tuple(&mut self, types: &[Type]) -> Result<Value> {
        let at = self.reader.offset();
        let elements =
            self.elements(|decoder, position| decoder.value(types.get(position).unwrap_or(&Type::Any)))?;
        if elements.len() == types.len() {
            return Ok(Value::Tuple(elements));
        }
        Err(Unexpected {
            offset: at,
            expected: "as many elements as in the type",
            found: "a different number",
        })?
    }

    fn map(&mut self, read: impl Fn(&mut Self) -> Result<Value>) -> Result<Value> {
        let mut elements = Vec::new();
        let mut more = self.reader.enter(b'{', "an object")?;
        while more {
            let key = composed(self.reader.key()?.into());
            let value = self.part(|| key.clone().into(), &read)?;
            elements.push((key, value));
            more = self.reader.more(b'{')?;
        }
        Ok(Value::Map(elements.into_iter().collect()))
    }

    /// Reads a value with its own type: `{"value": …, "type": …}`. Any other value is decoded without a type.
    fn dynamic(&mut self) -> Result<Value> {
        if self.reader.peek() == Some(b'{') {
            let mut wrapped = Self::new(self.reader.clone().skip()?);
            if let Some((value, ty)) = wrapped.wrapped()? {
                self.reader.skip()?;
                return decode_typed(value, &ty).map_err(|error| {
                    let unexpected = Unexpected { offset: 0, expected: error.expected, found: error.found };
                    Box::new(Failure { unexpected, steps: error.path.0.into_iter().rev().collect() })
                });
            }
        }
        self.untyped()
    }

    fn wrapped(&mut self) -> Result<Option<(&'a str, Type)>> {
        let (mut value, mut ty, mut others) = (None, None, false);
        self.reader.object(|reader, key| {
            match &*key {
                "value" => value = Some(reader.skip()?),
                "type" => ty = serde_json::from_str(reader.skip()?).ok(),
                _ => {
                    reader.skip()?;
                    others = true;
                }
            }
            Ok::<_, Box<Failure>>(())
        })?;
        Ok(value.zip(ty).filter(|_| !others))
    }

    fn untyped(&mut self) -> Result<Value> {
        match self.reader.peek() {
            Some(b'n') if self.reader.null() => Ok(Value::Null),
            Some(b'"') => Ok(Value::String(self.reader.text("a string")?)),
            Some(b't' | b'f') => Ok(Value::Bool(self.reader.bool()?)),
            Some(b'[') => self.elements(|decoder, _| decoder.untyped()).map(Value::Tuple),
            Some(b'{') => match self.map(Self::untyped)? {
                Value::Map(elements) => Ok(Value::Object(elements)),
                other => Ok(other),
            },
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.reader.number()?)),
            _ => Err(self.reader.unexpected("a value"))?,
        }
    }
}
