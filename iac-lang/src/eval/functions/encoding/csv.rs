//! CSV, according to RFC 4180.
//!
//! Not the crate `csv`, because it never reports an error of the notation. Terraform refuses a quotation mark in an
//! unquoted field, text after a closing quotation mark, and a missing one; `csv` makes up a field for each. It also ends
//! records at a lone carriage return, and keeps the one of a line end in a quoted field.

use iac_core::text::Text;

use crate::eval::functions::string::text;
use crate::value::{Value, ValueMap};

/// Decodes the rows below the header, each to an object.
pub(super) fn decode(document: &str) -> Result<Value, String> {
    let mut records = Records { rest: document, line: 1 };
    let header = records.next().ok_or("the header line is missing")??;
    let mut names: Vec<&str> = header.iter().map(String::as_str).collect();
    names.sort_unstable();
    if let Some((name, _)) = names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next) {
        return Err(format!("duplicate column {name:?}"));
    }
    let header: Vec<Text> = header.into_iter().map(Text::from).collect();
    let mut rows = Vec::new();
    while let Some(record) = records.next() {
        let line = records.line;
        let record = record?;
        if record.len() != header.len() {
            let (fields, columns) = (record.len(), header.len());
            return Err(format!("above line {line}: expected {columns} fields, found {fields}"));
        }
        rows.push(Value::Object(
            header.iter().cloned().zip(record.into_iter().map(text)).collect::<ValueMap>(),
        ));
    }
    Ok(Value::List(rows))
}

struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Iterator for Records<'_> {
    type Item = Result<Vec<String>, String>;

    /// Empty lines are skipped.
    fn next(&mut self) -> Option<Self::Item> {
        while let Some(rest) = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')) {
            self.rest = rest;
            self.line += 1;
        }
        (!self.rest.is_empty()).then(|| self.record())
    }
}

impl Records<'_> {
    fn record(&mut self) -> Result<Vec<String>, String> {
        let mut fields = Vec::new();
        loop {
            let field = match self.rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    self.quoted()?
                }
                None => self.plain()?,
            };
            fields.push(field);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
            self.line += usize::from(rest.is_some());
            self.rest = rest.unwrap_or("");
            return Ok(fields);
        }
    }

    fn plain(&mut self) -> Result<String, String> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let mut field = &self.rest[..end];
        if self.rest[end..].starts_with('\n') || end == self.rest.len() {
            field = field.strip_suffix('\r').unwrap_or(field);
        }
        if field.contains('"') {
            return Err(format!("line {}: quotation mark in an unquoted field", self.line));
        }
        self.rest = &self.rest[field.len()..];
        if let Some(rest) = self.rest.strip_prefix('\r')
            && rest.is_empty()
        {
            self.rest = rest;
        }
        Ok(field.to_owned())
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut field = String::new();
        loop {
            let Some((part, rest)) = self.rest.split_once('"') else {
                return Err(format!("line {}: missing quotation mark", self.line));
            };
            self.line += part.matches('\n').count();
            field.push_str(&part.replace("\r\n", "\n"));
            self.rest = rest;
            match rest.as_bytes() {
                [b'"', ..] => {
                    field.push('"');
                    self.rest = &rest[1..];
                }
                [] | [b',' | b'\n', ..] | [b'\r', b'\n', ..] => return Ok(field),
                _ => return Err(format!("line {}: text after a quotation mark", self.line)),
            }
        }
    }
}
