//! A buffered writer of JSON.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use iac_core::address::{InstanceKey, ModulePath, ResourceAddress, ResourceMode};
use iac_lang::value::{AttributePath, PathStep};

/// Writes compact JSON and inserts commas automatically.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    /// True if the next member or element needs a comma before it.
    comma: bool,
}

/// A position in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    length: usize,
    comma: bool,
}

impl Writer {
    pub(super) fn mark(&self) -> Mark {
        Mark { length: self.out.len(), comma: self.comma }
    }

    /// Discards the output since the mark.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.out.truncate(mark.length);
        self.comma = mark.comma;
    }

    /// Returns the output since the mark.
    pub(super) fn since(&self, mark: Mark) -> Option<&str> {
        std::str::from_utf8(self.out.get(mark.length..)?).ok()
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }

    /// Starts a new line for a member or element, so that line-based diffs of plans are readable.
    pub(super) fn line(&mut self) {
        self.separate();
        self.comma = false;
        self.out.push(b'\n');
    }

    pub(super) fn begin_object(&mut self) {
        self.separate();
        self.out.push(b'{');
        self.comma = false;
    }

    pub(super) fn end_object(&mut self) {
        self.out.push(b'}');
        self.comma = true;
    }

    pub(super) fn begin_array(&mut self) {
        self.separate();
        self.out.push(b'[');
        self.comma = false;
    }

    pub(super) fn end_array(&mut self) {
        self.out.push(b']');
        self.comma = true;
    }

    /// Writes the name of a member of the plan, on a line of its own.
    pub(super) fn section(&mut self, name: &str) {
        self.line();
        self.key(name);
    }

    /// Writes out the buffer once it is large enough.
    pub(super) fn flush(&mut self, to: &mut dyn io::Write) -> io::Result<()> {
        const CHUNK: usize = 1 << 16;
        if self.out.len() >= CHUNK {
            to.write_all(&self.out)?;
            self.out.clear();
        }
        Ok(())
    }

    /// Starts a new document after the previous ones, and returns its position.
    pub(super) fn restart(&mut self) -> usize {
        self.comma = false;
        self.out.len()
    }

    /// Writes the name of a member; its value follows.
    pub(super) fn key(&mut self, name: &str) {
        self.string(name);
        self.out.push(b':');
        self.comma = false;
    }

    /// Writes raw JSON.
    pub(super) fn raw(&mut self, json: &[u8]) {
        self.separate();
        self.out.extend_from_slice(json);
    }

    pub(super) fn null(&mut self) {
        self.raw(b"null");
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.raw(if value { b"true" } else { b"false" });
    }

    pub(super) fn number(&mut self, number: impl fmt::Display) {
        self.separate();
        write!(self.out, "{number}").expect("writing to memory never fails");
    }

    pub(super) fn string(&mut self, text: &str) {
        self.separate();
        self.out.push(b'"');
        escape(text, &mut self.out);
        self.out.push(b'"');
    }

    /// Writes the `Display` form of something as a string.
    pub(super) fn display(&mut self, what: impl fmt::Display) {
        self.separate();
        self.out.push(b'"');
        write!(Escaped(&mut self.out), "{what}").expect("writing to memory never fails");
        self.out.push(b'"');
    }

    pub(super) fn path(&mut self, path: &AttributePath) {
        self.begin_array();
        for step in &path.0 {
            match step {
                PathStep::Name(name) => self.string(name),
                PathStep::Index(index) => self.number(index),
            }
        }
        self.end_array();
    }

    /// Writes the members that identify a resource.
    pub(super) fn address(&mut self, address: &ResourceAddress) {
        self.key("address");
        self.display(address);
        if !address.modules.is_empty() {
            self.key("module_address");
            self.display(ModulePath(&address.modules));
        }
        self.key("mode");
        self.string(mode(address.mode));
        self.key("type");
        self.string(&address.resource_type);
        self.key("name");
        self.string(&address.name);
        if let Some(key) = &address.key {
            match key {
                InstanceKey::Number(number) => {
                    self.key("index");
                    self.number(number);
                }
                InstanceKey::String(text) => {
                    self.key("index");
                    self.string(text);
                }
                InstanceKey::Unknown => {
                    self.key("index_unknown");
                    self.bool(true);
                }
            }
        }
    }
}

/// Returns the name of a mode in Terraform's JSON.
const fn mode(mode: ResourceMode) -> &'static str {
    match mode {
        ResourceMode::Managed => "managed",
        ResourceMode::Data => "data",
        ResourceMode::Ephemeral => "ephemeral",
    }
}

/// A writer that escapes text.
struct Escaped<'a>(&'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(text, self.0);
        Ok(())
    }
}

/// The escape of each byte in a string: 0 for none, `u` for `\u00XX`, otherwise the letter after the backslash.
const ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < b' ' as usize {
        escapes[control] = b'u';
        control += 1;
    }
    escapes[b'\n' as usize] = b'n';
    escapes[b'\r' as usize] = b'r';
    escapes[b'\t' as usize] = b't';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes
};

fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    for (position, &byte) in bytes.iter().enumerate() {
        let letter = ESCAPES[byte as usize];
        if letter != 0 {
            out.extend_from_slice(&bytes[start..position]);
            start = position + 1;
            if letter == b'u' {
                write!(out, "\\u{byte:04x}").expect("writing to memory never fails");
            } else {
                out.extend_from_slice(&[b'\\', letter]);
            }
        }
    }
    out.extend_from_slice(&bytes[start..]);
}
