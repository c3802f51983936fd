//! Docker Compose files for local development.

use std::fmt::Write as _;

use iac_core::expression::Expression;
use iac_core::prelude::*;

use super::container::{Condition, Container, MountedVolume};

/// Returns a `compose.yaml` that runs containers locally as their definitions say.
///
/// It has the same images, commands, ports, limits and health checks as production, and a read-only root filesystem
/// where the definition has one.
///
/// Values known only in AWS, such as the address of a database, and all secrets are variables of Docker Compose,
/// named as in the container. An image in a repository of the stack is the variable `IMAGE_<CONTAINER>`.
///
/// ```
/// use iac_aws::containers::{Container, compose};
///
/// let web = Container::new("web", "public.ecr.aws/lessons/web:1").port(8080).environment("LOG_LEVEL", "debug");
/// assert_eq!(
///     compose([&web]),
///     "\
/// services:
///   web:
///     image: \"public.ecr.aws/lessons/web:1\"
///     init: true
///     read_only: true
///     ports: [\"8080:8080/tcp\"]
///     environment:
///       LOG_LEVEL: \"debug\"
/// "
/// );
/// ```
#[must_use]
pub fn compose<'a>(containers: impl IntoIterator<Item = &'a Container>) -> String {
    let mut text = String::from("services:\n");
    for container in containers {
        container.compose(&mut text);
    }
    text
}

impl Container {
    fn compose(&self, text: &mut String) {
        let mut line =
            |content: String| writeln!(text, "{content}").expect("writing to a string cannot fail");
        let image = format!("IMAGE_{}", self.name.to_uppercase().replace('-', "_"));
        line(format!("  {}:", self.name));
        line(format!("    image: {}", value(&self.image.reference, &image)));
        line("    init: true".to_owned());
        if !self.writable_root {
            line("    read_only: true".to_owned());
        }
        if let Some(user) = &self.user {
            line(format!("    user: {}", escape_and_quote(user)));
        }
        for (name, words) in [("entrypoint", &self.entry_point), ("command", &self.command)] {
            if !words.is_empty() {
                line(format!("    {name}: {}", list(words.iter().map(|word| escape(word)))));
            }
        }
        if !self.ports.is_empty() {
            let ports = self.ports.iter().map(|port| format!("{0}:{0}/{1}", port.number, port.protocol));
            line(format!("    ports: {}", list(ports)));
        }
        let scratch: Vec<_> = self
            .mounts
            .iter()
            .filter(|mount| matches!(mount.volume, MountedVolume::Scratch(_)))
            .map(|mount| mount.path.as_str().to_owned())
            .collect();
        if !scratch.is_empty() {
            line(format!("    tmpfs: {}", list(scratch)));
        }
        if !self.environment.is_empty() || !self.secrets.is_empty() {
            line("    environment:".to_owned());
            for (name, expression) in &self.environment {
                line(format!("      {name}: {}", value(expression, name)));
            }
            for (name, _) in &self.secrets {
                line(format!("      {name}: \"${{{name}}}\""));
            }
        }
        if !self.health_check.is_empty() {
            line("    healthcheck:".to_owned());
            line(format!("      test: {}", list(self.health_check.iter().map(|word| escape(word)))));
            line(
                "      interval: 10s\n      timeout: 5s\n      retries: 3\n      start_period: 30s"
                    .to_owned(),
            );
        }
        if !self.dependencies.is_empty() {
            line("    depends_on:".to_owned());
            for (name, condition) in &self.dependencies {
                let condition = match condition {
                    Condition::Start => "service_started",
                    Condition::Healthy => "service_healthy",
                    Condition::Complete | Condition::Success => "service_completed_successfully",
                };
                line(format!("      {name}:\n        condition: {condition}"));
            }
        }
        if !self.ulimits.is_empty() {
            line("    ulimits:".to_owned());
            for (name, limit) in &self.ulimits {
                line(format!("      {name}: {limit}"));
            }
        }
        if let Some(mebibytes) = self.memory {
            line(format!("    mem_limit: {mebibytes}m"));
        }
    }
}

/// Returns a literal value, or the Compose variable for a value known only in AWS.
fn value(expression: &Expr<String>, variable: &str) -> String {
    match expression.expression() {
        Expression::String(text) => escape_and_quote(text),
        _ => format!("\"${{{variable}}}\""),
    }
}

fn list(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| quote(&word)).collect();
    format!("[{}]", words.join(", "))
}

fn escape_and_quote(text: &str) -> String {
    quote(&escape(text))
}

/// Quotes a string for YAML.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// Escapes `$`, since Docker Compose expands variables in all strings.
fn escape(text: &str) -> String {
    text.replace('$', "$$")
}
