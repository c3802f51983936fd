//! What a deployment reports while it runs: lines on stderr, or one JSON object per line on stdout.

use std::io::Write as _;

use serde::{Deserialize, Serialize};

use crate::terminal::{Terminal, counted};

/// An event of a deployment.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event<'a> {
    /// A stack was planned: by Terraform, or predicted from the plans of its upstream stacks.
    StackPlanned {
        stack: &'a str,
        predicted: bool,
        add: usize,
        change: usize,
        destroy: usize,
        undecided: usize,
        effects_digest: String,
    },
    /// The effects with this digest were approved.
    Approved { effects_digest: String },
    /// Terraform begins to apply the plan of a stack.
    StackStarted { stack: &'a str },
    /// Terraform begins to change a resource.
    ResourceStarted { stack: &'a str, address: &'a str, action: &'a str },
    /// Terraform still waits for a resource.
    ResourceWaiting { stack: &'a str, address: &'a str, action: &'a str, seconds: u64 },
    /// A resource was changed.
    ResourceFinished { stack: &'a str, address: &'a str, action: &'a str, seconds: u64 },
    /// A resource could not be changed.
    ResourceFailed { stack: &'a str, address: &'a str, action: &'a str, seconds: u64 },
    /// An error or a warning of Terraform.
    Diagnostic {
        stack: &'a str,
        severity: &'a str,
        summary: &'a str,
        detail: &'a str,
        address: Option<&'a str>,
    },
    /// A stack was applied, or had nothing to apply.
    StackFinished { stack: &'a str, changed: bool, seconds: u64 },
    /// A stack was not applied, or not to the end.
    StackFailed { stack: &'a str, reason: &'a str },
    /// A stack was not begun.
    StackSkipped { stack: &'a str, reason: &'a str },
}

/// Reports events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress<'a> {
    pub(super) terminal: &'a Terminal,
    pub(super) json: bool,
}

impl Progress<'_> {
    pub(super) fn report(self, event: &Event<'_>) {
        if self.json {
            if let Ok(text) = serde_json::to_string(event) {
                // If stdout is closed, nobody reads it; the deployment goes on.
                let _ = writeln!(std::io::stdout().lock(), "{text}");
            }
            return;
        }
        let terminal = self.terminal;
        match *event {
            Event::StackPlanned { stack, predicted, .. } => {
                terminal.status(if predicted { "Predicted" } else { "Planned" }, stack);
            }
            Event::Approved { ref effects_digest } => {
                terminal.status("Approved", format_args!("effects {effects_digest}"));
            }
            Event::StackStarted { stack } => terminal.status("Applying", stack),
            Event::ResourceStarted { stack, address, action } => {
                terminal.status(words(action).0, format_args!("{stack}: {address}"));
            }
            Event::ResourceWaiting { stack, address, seconds, .. } => {
                terminal.status("Waiting", format_args!("{stack}: {address} ({seconds} s)"));
            }
            Event::ResourceFinished { stack, address, action, seconds } => {
                terminal.status(words(action).1, format_args!("{stack}: {address} ({seconds} s)"));
            }
            Event::ResourceFailed { stack, address, .. } => {
                terminal.status("Failed", format_args!("{stack}: {address}"));
            }
            Event::Diagnostic { stack, severity, summary, detail, address } => {
                terminal.remark(severity, format_args!("{stack}: {}", described(summary, detail, address)));
            }
            Event::StackFinished { stack, changed: true, seconds } => {
                terminal.status("Applied", format_args!("{stack} ({seconds} s)"));
            }
            Event::StackFinished { stack, .. } => terminal.status("Unchanged", stack),
            Event::StackFailed { stack, .. } => terminal.status("Failed", stack),
            Event::StackSkipped { stack, reason } => {
                terminal.status("Skipped", format_args!("{stack}: {reason}"));
            }
        }
    }
}

fn described(summary: &str, detail: &str, address: Option<&str>) -> String {
    let mut text = summary.to_owned();
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        text = format!("{text}, at {address}");
    }
    if detail.is_empty() { text } else { format!("{text}\n{detail}") }
}

/// Returns the words for the beginning and the end of an action.
fn words(action: &str) -> (&'static str, &'static str) {
    match action {
        "create" => ("Creating", "Created"),
        "update" => ("Updating", "Updated"),
        "delete" => ("Destroying", "Destroyed"),
        "read" => ("Reading", "Read"),
        _ => ("Changing", "Changed"),
    }
}

/// A line of `terraform apply -json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    hook: Hook,
    diagnostic: Option<Diagnostic>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Hook {
    resource: Resource,
    action: String,
    elapsed_seconds: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resource {
    addr: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Diagnostic {
    severity: String,
    summary: String,
    detail: String,
    address: Option<String>,
}

impl Progress<'_> {
    /// Reports a line of `terraform apply -json`. Anything else that Terraform prints is only logged.
    pub(super) fn follow(self, stack: &str, line: &str) {
        let Ok(Line { kind, hook, diagnostic }) = serde_json::from_str(line) else { return };
        let Hook { resource: Resource { addr }, action, elapsed_seconds } = &hook;
        let seconds = std::time::Duration::try_from_secs_f64(*elapsed_seconds).unwrap_or_default().as_secs();
        let (address, action) = (addr.as_str(), action.as_str());
        match kind.as_str() {
            "apply_start" => self.report(&Event::ResourceStarted { stack, address, action }),
            "apply_progress" => self.report(&Event::ResourceWaiting { stack, address, action, seconds }),
            "apply_complete" => self.report(&Event::ResourceFinished { stack, address, action, seconds }),
            "apply_errored" => self.report(&Event::ResourceFailed { stack, address, action, seconds }),
            _ => {}
        }
        if let Some(Diagnostic { severity, summary, detail, address }) = &diagnostic {
            self.report(&Event::Diagnostic { stack, severity, summary, detail, address: address.as_deref() });
        }
    }
}

/// Returns counts of stacks: `2 applied, 1 failed`; without zeros.
pub(super) fn tally(counts: &[(usize, &str)]) -> String {
    let shown = counts.iter().filter(|(count, _)| *count > 0);
    let shown: Vec<String> =
        shown.map(|(count, what)| format!("{} {what}", counted(*count, "stack"))).collect();
    shown.join(", ")
}
