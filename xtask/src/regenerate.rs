//! Files that are derived from others, and how to regenerate them.

use std::process::Command;

/// Files that a command regenerates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derived {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// A Bash command, run at the root of the repository.
    command: &'static str,
}

/// All files that can be regenerated without a provider's binary.
pub(crate) const ALL: &[Derived] = &[
    Derived {
        name: "knowledge",
        title: "iac-aws/knowledge, from the provider's schema; facts stay as they are",
        command: ". .ci/terraform.sh && cargo build --locked -p iac-cli --features import --bin iac-knowledge && \
                  .ci/check-knowledge --write",
    },
    Derived {
        name: "help",
        title: "The help of commands in docs/reference/cli.md",
        command: "UPDATE_DOCS=1 cargo test --locked -p iac-cli --test cli documentation",
    },
    Derived {
        name: "samples",
        title: "Sample output of commands in the book and the README",
        command: "UPDATE_DOCS=1 cargo test --locked -p iac-cli --test cli samples",
    },
    Derived {
        name: "credentials",
        title: "The table of recognized credentials in docs/explanation/secrets.md",
        command: "UPDATE_DOCS=1 cargo test --locked -p iac-cli --test cli credentials",
    },
    Derived {
        name: "policies",
        title: "The table of rules in docs/reference/policies.md",
        command: "UPDATE_DOCS=1 cargo test --locked -p iac-tests --test policies",
    },
    Derived {
        name: "examples",
        title: "The reviewed HCL of the examples, and the coverage report of `flags`",
        command: "UPDATE_SNAPSHOTS=1 cargo test --locked -p iac-examples",
    },
    Derived {
        name: "snapshots",
        title: "Snapshots of all tests, in files and inline; review them with `git diff`",
        // Tests write snapshot files, but never their own source: inline snapshots are written by cargo-insta.
        command: ". .ci/insta.sh && cargo insta test --accept --workspace",
    },
    Derived {
        name: "promises",
        title: "Expected compile errors",
        command: "TRYBUILD=overwrite cargo test --locked -p iac-tests --test promises",
    },
    Derived {
        name: "bindings",
        title: "Bindings of the made-up provider in tests/fixtures/provider",
        command: "IAC_REGENERATE=1 cargo test --locked -p iac-codegen --test golden",
    },
    Derived {
        name: "picture",
        title: "Picture of the HTML report in the book",
        command: ". .ci/chromium.sh && docs/pictures/retake",
    },
    Derived {
        name: "evaluation",
        title: "Terraform's recorded results of expressions",
        command: ". .ci/terraform.sh && \
                  RECORD_EVALUATION=1 cargo test --locked -p iac-tests --features terraform --test evaluation",
    },
];

/// Regenerates these files. Returns false if a command fails.
pub(crate) fn run(names: &[String]) -> Result<bool, String> {
    if names.is_empty() {
        return Err("name what to regenerate: see `cargo xtask list`".to_owned());
    }
    let mut chosen = Vec::new();
    for name in names {
        let derived = ALL.iter().find(|derived| derived.name == name);
        chosen.push(derived.ok_or_else(|| format!("unknown file `{name}`: see `cargo xtask list`"))?);
    }
    for derived in chosen {
        let script = format!("set -euo pipefail; {}", derived.command);
        let status = Command::new("bash").args(["-c", &script]).status();
        if !status.map_err(|error| format!("cannot run bash: {error}"))?.success() {
            return Ok(false);
        }
    }
    Ok(true)
}
