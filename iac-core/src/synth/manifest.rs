//! `manifest.json`: the contents of a program, for tools that work on it without running it.
//!
//! ```json
//! {
//!   "format_version": "1.0",
//!   "stacks": [{
//!     "name": "network", "environment": "production", "path": "network", "files": ["main.tf", "model.json"],
//!     "depends_on": [],
//!     "resources": [{
//!       "address": "aws_vpc.main", "construct_path": "main",
//!       "source": {"file": "src/main.rs", "line": 9, "column": 21}
//!     }],
//!     "edges": [{"from": "aws_subnet.a", "to": "aws_vpc.main", "attribute": "vpc_id"}]
//!   }]
//! }
//! ```
//!
//! `environment` is omitted if not set; `inner_source` is present if a construct added the resource.

use std::fmt::Write as _;
use std::panic::Location;

use super::root_module::RootModule;
use super::{MODEL, Syntax};
use crate::asset::Asset;
use crate::graph::Graph;
use crate::stack::{Entry, Stack};

/// Writes the manifest, one object per line. It is by far the largest output of large programs.
pub(super) fn write(modules: &[RootModule<'_>], stacks: &Graph, sources: &[Stack], syntax: Syntax) -> String {
    let nodes: usize = modules.iter().map(|module| module.graph.addresses().len()).sum();
    let mut out = Json(String::with_capacity(256 + nodes * 256));
    out.raw("{\n  \"format_version\": \"1.0\",\n  \"stacks\": [");
    for (position, module) in (0..).zip(modules) {
        out.raw(if position == 0 { "\n    {" } else { ",\n    {" });
        out.member("\n      ", "name", &module.name);
        if let Some(environment) = &module.environment {
            out.member(",\n      ", "environment", environment);
        }
        out.member(",\n      ", "path", &module.name);
        write!(out.0, ",\n      \"files\": [\"{}\", \"{MODEL}\"", syntax.file_name())
            .expect("writing to a string does not fail");
        for asset in sources[position as usize].0.assets.borrow().keys() {
            out.raw(", ");
            out.string(&format!("{}/{asset}", Asset::DIRECTORY));
        }
        out.raw("]");
        out.raw(",\n      \"depends_on\": [");
        let mut separator = "";
        for edge in stacks.edges().iter().filter(|edge| edge.from == position) {
            out.raw(separator);
            out.string(&stacks.addresses()[edge.to as usize]);
            separator = ", ";
        }
        out.raw("],\n      \"resources\": [");
        separator = "\n        ";
        for (node, address) in (0..).zip(module.graph.addresses()) {
            if !address.is_empty() {
                out.raw(separator);
                out.resource(address, module.entry(node).0);
                separator = ",\n        ";
            }
        }
        out.raw("\n      ],\n      \"edges\": [");
        separator = "\n        ";
        for edge in module.graph.edges() {
            let address = |node: u32| module.graph.addresses()[node as usize].as_str();
            if !address(edge.from).is_empty() {
                out.raw(separator);
                out.member("{", "from", address(edge.from));
                out.member(", ", "to", address(edge.to));
                out.member(", ", "attribute", &edge.attribute);
                out.raw("}");
                separator = ",\n        ";
            }
        }
        out.raw("\n      ]\n    }");
    }
    out.raw("\n  ]\n}\n");
    out.0
}

/// A writer of JSON.
struct Json(String);

impl Json {
    fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn string(&mut self, text: &str) {
        crate::render::json::write_string(&mut self.0, text);
    }

    fn member(&mut self, before: &str, name: &'static str, text: &str) {
        self.raw(before);
        self.raw("\"");
        self.raw(name);
        self.raw("\": ");
        self.string(text);
    }

    fn resource(&mut self, address: &str, entry: &Entry) {
        self.member("{", "address", address);
        self.member(", ", "construct_path", &entry.construct_path);
        self.location("source", entry.source.outer);
        if entry.source.inner != entry.source.outer {
            self.location("inner_source", entry.source.inner);
        }
        self.raw("}");
    }

    fn location(&mut self, name: &'static str, location: &Location<'_>) {
        self.raw(", \"");
        self.raw(name);
        self.member("\": {", "file", location.file());
        write!(self.0, ", \"line\": {}, \"column\": {}}}", location.line(), location.column())
            .expect("writing to a string does not fail");
    }
}
