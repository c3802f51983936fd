//! Resource addresses.

use std::fmt;
use std::str::FromStr;

use crate::text::Text;

/// What Terraform does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceMode {
    /// `resource`: created, updated and destroyed.
    Managed,
    /// `data`: read.
    Data,
    /// `ephemeral`: opened while Terraform runs, and never stored.
    Ephemeral,
}

/// The address of a resource or of one of its instances: `module.network["eu"].aws_subnet.a[0]`.
///
/// [`FromStr`] and [`Display`](fmt::Display) are inverses.
///
/// ```
/// use iac_core::ResourceAddress;
///
/// let address: ResourceAddress = "data.aws_ami.web[\"eu\"]".parse()?;
/// assert_eq!(address.resource_type, "aws_ami");
/// assert_eq!(address.to_string(), "data.aws_ami.web[\"eu\"]");
/// # Ok::<(), iac_core::ParseAddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceAddress {
    /// The enclosing modules, outermost first.
    pub modules: Vec<ModuleStep>,
    /// Managed resource, data source or ephemeral resource.
    pub mode: ResourceMode,
    /// The resource type: `aws_subnet`.
    pub resource_type: Text,
    /// The resource name: `a`.
    pub name: Text,
    /// The instance key, if the address names a single instance.
    pub key: Option<InstanceKey>,
}

/// One module step of an address: `module.network["eu"]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleStep {
    /// The name of the module call.
    pub name: Text,
    /// The instance key of the module, if it has one.
    pub key: Option<InstanceKey>,
}

/// The key of an instance created by `count` or `for_each`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InstanceKey {
    /// The index of a `count` instance.
    Number(u64),
    /// The key of a `for_each` instance.
    String(Text),
    /// An instance with an unknown key, written `[*]` by Terraform for deferred instances.
    Unknown,
}

/// Error returned when a string is not a valid address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseAddressError {
    /// The string.
    pub text: String,
    /// The expected token.
    pub expected: &'static str,
    /// The rest of the input, starting where parsing failed.
    pub rest: String,
}

impl fmt::Display for ParseAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, expected, rest } = self;
        write!(f, "`{text}` is not a valid resource address: expected {expected} at ")?;
        if rest.is_empty() { f.write_str("the end") } else { write!(f, "`{rest}`") }
    }
}

impl std::error::Error for ParseAddressError {}

/// Returns `true` if Terraform accepts the string as an identifier: letters, digits, `_` and `-`, not starting with a
/// digit or `-`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '-'))
}

/// A parser over the parts of an address.
struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn error(&self, expected: &'static str) -> ParseAddressError {
        ParseAddressError { text: self.text.to_owned(), expected, rest: self.rest.to_owned() }
    }

    fn name(&mut self) -> Result<&'a str, ParseAddressError> {
        let end = self.rest.find(['.', '[']).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !is_identifier(name) {
            return Err(self.error("a name"));
        }
        self.rest = rest;
        Ok(name)
    }

    fn dot(&mut self) -> Result<(), ParseAddressError> {
        self.rest = self.rest.strip_prefix('.').ok_or_else(|| self.error("`.`"))?;
        Ok(())
    }

    fn key(&mut self) -> Result<Option<InstanceKey>, ParseAddressError> {
        const EXPECTED: &str = "a number or a quoted key in brackets";
        let Some(inside) = self.rest.strip_prefix('[') else { return Ok(None) };
        let error = self.error(EXPECTED);
        if let Some(rest) = inside.strip_prefix("*]") {
            self.rest = rest;
            return Ok(Some(InstanceKey::Unknown));
        }
        let (key, rest) = if let Some(quoted) = inside.strip_prefix('"') {
            let (key, rest) = unquote(quoted).ok_or_else(|| error.clone())?;
            (InstanceKey::String(key.into()), rest)
        } else {
            let (digits, _) = inside.split_once(']').ok_or_else(|| error.clone())?;
            let number = digits.parse().map_err(|_| error.clone())?;
            (InstanceKey::Number(number), &inside[digits.len()..])
        };
        self.rest = rest.strip_prefix(']').ok_or(error)?;
        Ok(Some(key))
    }
}

/// Reads up to the closing quote. Returns the unescaped string and the rest of the input.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut unescaped = String::new();
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((unescaped, &text[position + 1..])),
            '\\' => unescaped.push(match characters.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other @ ('"' | '\\') => other,
                _ => return None,
            }),
            // `${` and `%{` are doubled, since the key is written as a template.
            '$' | '%' if text[position..].starts_with(&format!("{character}{character}{{")) => {
                characters.next();
                unescaped.push(character);
            }
            other => unescaped.push(other),
        }
    }
    None
}

/// Parses a module address: `module.network["eu"].module.private`. The root module's address is empty.
pub fn module_steps(text: &str) -> Result<Vec<ModuleStep>, ParseAddressError> {
    let mut parser = Parser { text, rest: text };
    let mut modules = Vec::new();
    while !parser.rest.is_empty() {
        if !modules.is_empty() {
            parser.dot()?;
        }
        if parser.name()? != "module" {
            return Err(parser.error("`module`"));
        }
        parser.dot()?;
        let name = parser.name()?.into();
        modules.push(ModuleStep { name, key: parser.key()? });
    }
    Ok(modules)
}

impl FromStr for ResourceAddress {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, ParseAddressError> {
        let mut parser = Parser { text, rest: text };
        let mut modules = Vec::new();
        let mut first = parser.name()?;
        while first == "module" {
            parser.dot()?;
            let name = parser.name()?.into();
            modules.push(ModuleStep { name, key: parser.key()? });
            parser.dot()?;
            first = parser.name()?;
        }
        let mode = match first {
            "data" => ResourceMode::Data,
            "ephemeral" => ResourceMode::Ephemeral,
            _ => ResourceMode::Managed,
        };
        parser.dot()?;
        let mut second = parser.name()?;
        if mode != ResourceMode::Managed {
            parser.dot()?;
            first = second;
            second = parser.name()?;
        }
        let key = parser.key()?;
        if parser.rest.is_empty() {
            Ok(Self { modules, mode, resource_type: first.into(), name: second.into(), key })
        } else {
            Err(parser.error("the end"))
        }
    }
}

impl ResourceMode {
    /// Returns the prefix before the type in an address: empty, `data.` or `ephemeral.`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Managed => "",
            Self::Data => "data.",
            Self::Ephemeral => "ephemeral.",
        }
    }
}

impl ModulePath<'_> {
    /// Returns the address of a module, of which the names of the calls are given: `module.network.module.dns`. It is
    /// empty for the root module.
    pub fn of_names(names: impl IntoIterator<Item: fmt::Display>) -> String {
        let mut address = Self::prefix_of(names);
        address.pop();
        address
    }

    /// Returns the beginning of the addresses in such a module: `module.network.module.dns.`.
    pub fn prefix_of(names: impl IntoIterator<Item: fmt::Display>) -> String {
        names.into_iter().fold(String::new(), |mut prefix, name| {
            let _ = fmt::Write::write_fmt(&mut prefix, format_args!("module.{name}."));
            prefix
        })
    }
}

/// Displays the address of a module instance: `module.network["eu"].module.dns`.
#[derive(Clone, Copy, Debug)]
pub struct ModulePath<'a>(pub &'a [ModuleStep]);

impl fmt::Display for ModulePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, ModuleStep { name, key }) in self.0.iter().enumerate() {
            let dot = if position == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}")?;
            fmt_key(key.as_ref(), f)?;
        }
        Ok(())
    }
}

impl fmt::Display for ResourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.modules.is_empty() {
            write!(f, "{}.", ModulePath(&self.modules))?;
        }
        write!(f, "{}{}.{}", self.mode.prefix(), self.resource_type, self.name)?;
        fmt_key(self.key.as_ref(), f)
    }
}

fn fmt_key(key: Option<&InstanceKey>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    key.map_or(Ok(()), |key| write!(f, "[{key}]"))
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Unknown => f.write_str("*"),
            Self::String(text) => {
                f.write_str("\"")?;
                for (position, character) in text.char_indices() {
                    match character {
                        '"' => f.write_str("\\\"")?,
                        '\\' => f.write_str("\\\\")?,
                        '\n' => f.write_str("\\n")?,
                        '\r' => f.write_str("\\r")?,
                        '\t' => f.write_str("\\t")?,
                        '$' | '%' if text[position + 1..].starts_with('{') => {
                            write!(f, "{character}{character}")?;
                        }
                        other => write!(f, "{other}")?,
                    }
                }
                f.write_str("\"")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_addresses_without_keys() {
        assert_eq!(ModulePath::of_names(["a", "b"]), "module.a.module.b");
        assert_eq!(ModulePath::prefix_of(["a", "b"]), "module.a.module.b.");
        assert_eq!(ModulePath::of_names([""; 0]), "");
    }

    #[test]
    fn addresses_round_trip() {
        for text in [
            "aws_vpc.main",
            "aws_vpc.main[0]",
            r#"aws_vpc.main["a.b]\"\\"]"#,
            r#"aws_vpc.main["$${x}"]"#,
            "data.aws_ami.web",
            "module.a[*].aws_vpc.main[*]",
            "ephemeral.aws_secret.db",
            r#"module.a.module.b["x"].data.aws_ami.web[3]"#,
        ] {
            assert_eq!(text.parse::<ResourceAddress>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn invalid_addresses_are_rejected_with_a_reason() {
        for (text, expected) in [
            ("aws_vpc", "`.`"),
            ("", "a name"),
            ("aws_vpc.a.id", "the end"),
            ("aws_vpc.a[x]", "a number or a quoted key in brackets"),
            (r#"aws_vpc.a["x]"#, "a number or a quoted key in brackets"),
            ("module.m", "`.`"),
            ("aws_vpc.1", "a name"),
        ] {
            assert_eq!(text.parse::<ResourceAddress>().unwrap_err().expected, expected, "{text}");
        }
    }
}
