//! Decoding of values from msgpack.

use iac_core::Text;
use iac_lang::types::Type;
use iac_lang::value::{Number, Value};
use iac_plan::schema::{Block, NestingMode};

use super::{CodecError, Shape};
use crate::wire::parse_type;

/// A reader of msgpack.
pub(super) struct Reader<'a>(&'a [u8]);

/// A token.
enum Token<'a> {
    Nil,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    String(&'a str),
    Binary(&'a [u8]),
    Array(usize),
    Map(usize),
    /// An unknown value. All extensions are; some carry refinements.
    Extension,
}

impl Token<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Nil => "null",
            Self::Bool(_) => "a boolean",
            Self::Signed(_) | Self::Unsigned(_) | Self::Float(_) => "a number",
            Self::String(_) => "a string",
            Self::Binary(_) => "bytes",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
            Self::Extension => "an unknown value",
        }
    }

    fn mismatch<T>(&self, expected: &'static str) -> Result<T, CodecError> {
        Err(CodecError::Mismatch(self.kind().to_owned(), expected))
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn end(&self) -> Result<(), CodecError> {
        if self.0.is_empty() { Ok(()) } else { Err(CodecError::Trailing) }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(*bytes)
    }

    /// Reads a length of this many bytes. It is not trusted: the content has to exist.
    fn length<const N: usize>(&mut self) -> Result<usize, CodecError> {
        let bytes = self.array::<N>()?;
        Ok(bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn text(&mut self, length: usize) -> Result<Token<'a>, CodecError> {
        let bytes = self.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Token::String(text)),
            Err(_) => Ok(Token::Binary(bytes)),
        }
    }

    fn extension(&mut self, length: usize) -> Result<Token<'a>, CodecError> {
        self.take(length + 1)?;
        Ok(Token::Extension)
    }

    fn token(&mut self) -> Result<Token<'a>, CodecError> {
        let [first] = self.array()?;
        Ok(match first {
            0x00..=0x7f => Token::Signed(first.into()),
            0x80..=0x8f => Token::Map(usize::from(first & 0x0f)),
            0x90..=0x9f => Token::Array(usize::from(first & 0x0f)),
            0xa0..=0xbf => self.text(usize::from(first & 0x1f))?,
            0xc0 => Token::Nil,
            0xc1 => return Err(CodecError::Mismatch("a reserved byte".to_owned(), "a value")),
            0xc2 | 0xc3 => Token::Bool(first == 0xc3),
            0xc4..=0xc6 => {
                let length = self.sized_length(first - 0xc4)?;
                Token::Binary(self.take(length)?)
            }
            0xc7..=0xc9 => {
                let length = self.sized_length(first - 0xc7)?;
                self.extension(length)?
            }
            0xca => Token::Float(f32::from_be_bytes(self.array()?).into()),
            0xcb => Token::Float(f64::from_be_bytes(self.array()?)),
            0xcc => Token::Unsigned(u8::from_be_bytes(self.array()?).into()),
            0xcd => Token::Unsigned(u16::from_be_bytes(self.array()?).into()),
            0xce => Token::Unsigned(u32::from_be_bytes(self.array()?).into()),
            0xcf => Token::Unsigned(u64::from_be_bytes(self.array()?)),
            0xd0 => Token::Signed(i8::from_be_bytes(self.array()?).into()),
            0xd1 => Token::Signed(i16::from_be_bytes(self.array()?).into()),
            0xd2 => Token::Signed(i32::from_be_bytes(self.array()?).into()),
            0xd3 => Token::Signed(i64::from_be_bytes(self.array()?)),
            0xd4..=0xd8 => self.extension(1 << (first - 0xd4))?,
            0xd9..=0xdb => {
                let length = self.sized_length(first - 0xd9)?;
                self.text(length)?
            }
            0xdc => Token::Array(self.length::<2>()?),
            0xdd => Token::Array(self.length::<4>()?),
            0xde => Token::Map(self.length::<2>()?),
            0xdf => Token::Map(self.length::<4>()?),
            0xe0..=0xff => Token::Signed(first.cast_signed().into()),
        })
    }

    fn sized_length(&mut self, size: u8) -> Result<usize, CodecError> {
        match size {
            0 => self.length::<1>(),
            1 => self.length::<2>(),
            _ => self.length::<4>(),
        }
    }

    /// Reads a value of a shape.
    pub(super) fn value(&mut self, shape: Shape<'_>, depth: usize) -> Result<Value, CodecError> {
        let depth = depth.checked_sub(1).ok_or(CodecError::TooDeep)?;
        let token = self.token()?;
        match token {
            Token::Nil => return Ok(Value::Null),
            Token::Extension => return Ok(Value::UNKNOWN),
            _ => {}
        }
        match shape {
            Shape::Type(ty) => self.typed(&token, ty, depth),
            Shape::Block(block) => self.block(&token, block, depth),
            Shape::Blocks(mode, block) => {
                let inner = Shape::Block(block);
                match mode {
                    NestingMode::Single | NestingMode::Group => self.block(&token, block, depth),
                    NestingMode::List => self.elements(&token, inner, depth).map(Value::List),
                    NestingMode::Set => self.elements(&token, inner, depth).map(Value::set),
                    NestingMode::Map => self.map(&token, inner, depth),
                }
            }
        }
    }

    fn typed(&mut self, token: &Token<'a>, ty: &Type, depth: usize) -> Result<Value, CodecError> {
        match ty {
            Type::Any => {
                let Token::Array(2) = token else { return token.mismatch("a type and a value") };
                let json = match self.token()? {
                    Token::Binary(json) => json,
                    Token::String(json) => json.as_bytes(),
                    other => return other.mismatch("a type"),
                };
                let Some(ty) = parse_type(json) else { return token.mismatch("a type and a value") };
                self.value(Shape::Type(&ty), depth)
            }
            Type::String => match token {
                Token::String(text) => Ok(Value::String((*text).into())),
                _ => token.mismatch("a string"),
            },
            Type::Bool => match token {
                Token::Bool(value) => Ok(Value::Bool(*value)),
                _ => token.mismatch("a boolean"),
            },
            Type::Number => match number(token) {
                Some(number) => Ok(Value::Number(number)),
                None => token.mismatch("a number"),
            },
            Type::List(element) => self.elements(token, Shape::Type(element), depth).map(Value::List),
            Type::Set(element) => self.elements(token, Shape::Type(element), depth).map(Value::set),
            Type::Map(element) => self.map(token, Shape::Type(element), depth),
            Type::Tuple(types) => {
                let Token::Array(length) = token else { return token.mismatch("a tuple") };
                if *length != types.len() {
                    return token.mismatch("a tuple with as many elements as its type");
                }
                let elements = types.iter().map(|ty| self.value(Shape::Type(ty), depth));
                elements.collect::<Result<_, _>>().map(Value::Tuple)
            }
            Type::Object(attributes) => self.object(token, depth, |name| {
                let position = attributes.binary_search_by(|each| each.name.as_str().cmp(name)).ok()?;
                let attribute = &attributes[position];
                Some((&attribute.name, Shape::Type(&attribute.ty)))
            }),
        }
    }

    fn block(&mut self, token: &Token<'a>, block: &Block, depth: usize) -> Result<Value, CodecError> {
        self.object(token, depth, |name| {
            if let Some(attribute) = block.attribute(name) {
                return Some((&attribute.name, Shape::Type(&attribute.ty)));
            }
            let nested = block.nested(name)?;
            Some((&nested.name, Shape::Blocks(nested.mode, &nested.block)))
        })
    }

    fn object<'s>(
        &mut self,
        token: &Token<'a>,
        depth: usize,
        member: impl Fn(&str) -> Option<(&'s Text, Shape<'s>)>,
    ) -> Result<Value, CodecError> {
        let Token::Map(length) = token else { return token.mismatch("an object") };
        let mut members = Vec::with_capacity(self.capacity(*length));
        for _ in 0..*length {
            let token = self.token()?;
            let Token::String(name) = token else { return token.mismatch("a name") };
            let Some((name, shape)) = member(name) else {
                return Err(CodecError::Mismatch(format!("`{name}`"), "an attribute of the schema"));
            };
            members.push((name.clone(), self.value(shape, depth)?));
        }
        Ok(Value::Object(members.into_iter().collect()))
    }

    fn elements(
        &mut self,
        token: &Token<'a>,
        shape: Shape<'_>,
        depth: usize,
    ) -> Result<Vec<Value>, CodecError> {
        let Token::Array(length) = token else { return token.mismatch("a list") };
        let mut elements = Vec::with_capacity(self.capacity(*length));
        for _ in 0..*length {
            elements.push(self.value(shape, depth)?);
        }
        Ok(elements)
    }

    fn map(&mut self, token: &Token<'a>, shape: Shape<'_>, depth: usize) -> Result<Value, CodecError> {
        let Token::Map(length) = token else { return token.mismatch("a map") };
        let mut elements = Vec::with_capacity(self.capacity(*length));
        for _ in 0..*length {
            let token = self.token()?;
            let Token::String(key) = token else { return token.mismatch("a key") };
            elements.push((Text::from(key), self.value(shape, depth)?));
        }
        Ok(Value::Map(elements.into_iter().collect()))
    }

    /// Returns the capacity to reserve; each element takes at least one byte.
    fn capacity(&self, length: usize) -> usize {
        length.min(self.0.len())
    }
}

fn number(token: &Token<'_>) -> Option<Number> {
    match token {
        Token::Signed(number) => Some((*number).into()),
        Token::Unsigned(number) => Some((*number).into()),
        Token::Float(number) => Number::from_f64(*number),
        Token::String(text) => text.parse().ok(),
        _ => None,
    }
}
