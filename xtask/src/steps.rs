//! The checks that must pass before a change lands.

/// One check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Steps that must pass first.
    pub(crate) needs: &'static [&'static str],
    /// A Bash command, run at the root of the repository.
    pub(crate) command: &'static str,
}

/// One build of everything that oracles need. Different features would compile the workspace again for each of them.
macro_rules! full {
    ($command:literal) => {
        concat!(
            $command,
            " --workspace --locked --features iac-cli/import,iac-tests/browser,iac-tests/checkov",
            ",iac-tests/differential,iac-tests/moto,iac-tests/oracle,iac-tests/stub "
        )
    };
}

/// Checks without code generation share nothing with tests but build scripts, so they have a target directory of
/// their own and need not wait for each other.
macro_rules! lint {
    ($command:literal) => {
        concat!("export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/lint; ", $command)
    };
}

/// All checks. Those that take longest and that others need are first.
pub(crate) const ALL: &[Step] = &[
    Step { name: "format", title: "Formatting", needs: &[], command: "cargo fmt --all --check" },
    Step {
        name: "test",
        title: "Tests with default features, as in the README",
        needs: &["format"],
        command: "cargo test --workspace --locked",
    },
    Step {
        name: "states",
        title: "States behind HTTP, S3, Google Cloud Storage and Azure",
        needs: &["test"],
        command: "cargo test --locked -p iac-cli --features remote-state --lib && \
                  cargo test --locked -p iac-cli --features remote-state --test cli remote",
    },
    Step {
        name: "lint",
        title: "Lints with default features",
        needs: &["format"],
        command: lint!("cargo clippy --workspace --all-targets --locked -- --deny warnings"),
    },
    Step {
        name: "lint-all-features",
        title: "Lints with all features",
        needs: &["lint"],
        command: lint!("cargo clippy --workspace --all-features --all-targets --locked -- --deny warnings"),
    },
    Step {
        name: "lint-user",
        title: "Lints with the features that users' programs compile",
        needs: &["lint-all-features"],
        command: lint!("cargo clippy -p iac-core -p iac-aws --locked -- --deny warnings"),
    },
    Step {
        name: "documentation",
        title: "Documentation",
        needs: &["lint-user"],
        command: lint!("RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps --locked"),
    },
    Step {
        name: "packages",
        title: "Packages for crates.io",
        needs: &["format"],
        command: ".ci/check-packages",
    },
    Step {
        name: "pipelines",
        title: "Workflows and pipelines, with actionlint, zizmor and published schemas",
        needs: &["format"],
        command: ".ci/check-pipelines",
    },
    Step {
        name: "fuzz",
        title: "Fuzzing, 20 seconds for each target",
        needs: &["documentation"],
        command: "fuzz/run 20",
    },
    Step {
        name: "build-oracles",
        title: "Build of the oracles",
        needs: &["test"],
        command: concat!(
            full!("cargo build"),
            "--bin iac --bin iac-knowledge && ",
            full!("cargo test"),
            "--no-run --test accepted --test checkov --test closed_loop --test constructs --test corpus \
             --test differential --test evaluation --test functions --test modules --test page --test render \
             --test stub --test systems"
        ),
    },
    Step {
        name: "knowledge",
        title: "Knowledge files, compared with the provider's schema",
        needs: &["build-oracles"],
        command: ". .ci/terraform.sh && .ci/check-knowledge",
    },
    Step {
        name: "oracle-plans",
        title: "Plans, compared with Terraform's",
        needs: &["build-oracles"],
        command: concat!(
            ". .ci/terraform.sh && ",
            full!("cargo test"),
            "--test constructs --test differential --test modules"
        ),
    },
    Step {
        name: "oracle-systems",
        title: "Reference systems: scanned, applied, planned without changes, destroyed",
        needs: &["build-oracles"],
        command: concat!(
            ". .ci/terraform.sh && . .ci/checkov.sh && . .ci/moto.sh && ",
            full!("cargo test"),
            "--test systems"
        ),
    },
    Step {
        name: "oracle-applied",
        title: "Plans of an applied system, compared with Terraform's",
        needs: &["build-oracles"],
        command: concat!(
            ". .ci/terraform.sh && . .ci/moto.sh && ",
            full!("cargo test"),
            "--test closed_loop"
        ),
    },
    Step {
        name: "oracle-terraform",
        title: "Rendered configuration and evaluation, compared with Terraform",
        needs: &["build-oracles"],
        command: concat!(
            ". .ci/terraform.sh && ",
            full!("cargo test"),
            "--test accepted --test corpus --test evaluation --test functions --test render \
             --test stub"
        ),
    },
    Step {
        name: "oracle-untouched",
        title: "Planning beside Terraform, which must change no file",
        needs: &["build-oracles"],
        command: ". .ci/terraform.sh && cargo test --locked -p iac-cli --features oracle --test terraform",
    },
    Step {
        name: "oracle-pipelines",
        title: "Generated pipelines, run job by job with Terraform, a merge, stale approvals and hostile input",
        needs: &["build-oracles"],
        command: ". .ci/terraform.sh && . .ci/moto.sh && \
                  \"$IAC_PYTHON\" tests/pipelines/run.py \"${CARGO_TARGET_DIR:-target}/debug/iac\"",
    },
    Step {
        name: "oracle-checkov",
        title: "Policies, compared with checkov",
        needs: &["build-oracles"],
        command: concat!(". .ci/checkov.sh && ", full!("cargo test"), "--test checkov"),
    },
    Step {
        name: "oracle-browser",
        title: "HTML reports in a browser",
        needs: &["build-oracles"],
        command: concat!(". .ci/chromium.sh && ", full!("cargo test"), "--test page"),
    },
];

/// Returns the checks that compare results with those of other programs, and the steps they need.
pub(crate) fn oracles() -> Vec<Step> {
    let names: Vec<&str> =
        ALL.iter().map(|step| step.name).filter(|name| name.starts_with("oracle-")).collect();
    select(&names).expect("the names are those of steps")
}

/// Selects steps by name. What they need is not checked again, except for builds.
pub(crate) fn select(names: &[&str]) -> Result<Vec<Step>, String> {
    if let Some(unknown) = names.iter().find(|name| ALL.iter().all(|step| step.name != **name)) {
        return Err(format!("unknown step `{unknown}`: see `cargo xtask list`"));
    }
    let is_selected = |step: &&Step| {
        let is_built_for = |name: &str| {
            let dependent = ALL.iter().find(|step| step.name == name);
            step.name.starts_with("build-") && dependent.is_some_and(|it| it.needs.contains(&step.name))
        };
        names.iter().any(|name| *name == step.name || is_built_for(name))
    };
    Ok(ALL.iter().filter(is_selected).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::{ALL, oracles, select};

    fn names(selected: &[super::Step]) -> Vec<&'static str> {
        selected.iter().map(|step| step.name).collect()
    }

    #[test]
    fn steps_need_earlier_steps() {
        for (index, step) in ALL.iter().enumerate() {
            for need in step.needs {
                assert!(ALL[..index].iter().any(|earlier| earlier.name == *need), "{}: {need}", step.name);
            }
            assert_eq!(ALL.iter().filter(|other| other.name == step.name).count(), 1, "{}", step.name);
        }
    }

    #[test]
    fn builds_are_selected_with_what_needs_them() {
        assert_eq!(names(&select(&["lint", "knowledge"]).unwrap()), ["lint", "build-oracles", "knowledge"]);
        assert_eq!(select(&["lnit"]).unwrap_err(), "unknown step `lnit`: see `cargo xtask list`");
        assert_eq!(oracles()[0].name, "build-oracles");
        assert_eq!(oracles().len(), 9);
    }
}
