//! `iac ci`

mod pipeline;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use self::pipeline::{System, generated};
use crate::process::Iac;

/// Four stacks, two of which depend on the first, and the last on both; and a name that is special in YAML and shells.
const MANIFEST: &str = r#"{"format_version": "1.0", "stacks": [
    {"name": "service", "environment": "production", "path": "service", "depends_on": ["it's: \"odd\"", "data"], "resources": [], "edges": []},
    {"name": "it's: \"odd\"", "path": "it's: odd", "depends_on": ["network"], "resources": [], "edges": []},
    {"name": "data", "environment": "production", "path": "data", "depends_on": ["network"], "resources": [], "edges": []},
    {"name": "network", "path": "network", "depends_on": [], "resources": [], "edges": []}]}"#;

const STACKS: [&str; 4] = ["service", "it's: odd", "data", "network"];

const REMOTE: &str = "terraform {\n  backend \"s3\" {}\n}\n";

/// A version that does not depend on where this test was built.
const PINNED: [&str; 2] = ["--iac-version", "1.2.3"];

fn write(root: &Path, manifest: &str, backend: &str) {
    for stack in STACKS {
        let directory = root.join("out").join(stack);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("main.tf"), backend).unwrap();
    }
    fs::write(root.join("out/manifest.json"), manifest).unwrap();
}

fn synthesized(manifest: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), manifest, REMOTE);
    directory
}

fn ci_in(directory: &Path, args: &[&str]) -> String {
    let iac = Iac::new(&[&["ci"], args, &["--synthesized", "out"]].concat());
    iac.directory(directory).hide(directory, "HERE").run()
}

fn ci(manifest: &str, args: &[&str]) -> String {
    ci_in(synthesized(manifest).path(), &[args, &PINNED].concat())
}

#[test]
fn pipelines_are_generated_for_each_system() {
    assert_snapshot!("github", ci(MANIFEST, &["github"]));
    assert_snapshot!("gitlab", ci(MANIFEST, &["gitlab", "--branch", "trunk"]));
    assert_snapshot!("atlantis", ci(MANIFEST, &["atlantis"]));
    assert_snapshot!("atlantis_server", ci(MANIFEST, &["atlantis-server", "--branch", "release/1.x"]));
}

/// Anyone can write comments and notes, so an approval must not be read from them.
#[test]
fn approvals_are_never_read_from_comments() {
    for system in System::ALL {
        let pipeline = generated(&ci(MANIFEST, &[system.name()]), system);
        for job in pipeline.jobs().filter(|job| job.text.contains("--expect")) {
            for source in ["/notes", "/comments", "merge_requests", "/pulls", "gh api", "curl"] {
                assert!(!job.text.contains(source), "{}: {source}", job.name);
            }
        }
    }
}

/// The configuration of a merge request's pipeline is the contributor's, with whatever variables are not protected.
#[test]
fn gitlab_pipelines_need_no_access_token() {
    let pipeline = ci(MANIFEST, &["gitlab"]);
    for token in ["IAC_TOKEN", "PRIVATE-TOKEN", "JOB-TOKEN", "CI_JOB_TOKEN"] {
        assert!(!pipeline.contains(token), "{token}");
    }
}

#[test]
fn changes_are_applied_only_on_the_protected_branch_and_after_approval() {
    let gitlab = generated(&ci(MANIFEST, &["gitlab"]), System::Gitlab);
    let apply = gitlab.job(".apply");
    assert!(
        apply.contains(r#"$CI_COMMIT_BRANCH == "main" && $CI_COMMIT_REF_PROTECTED == "true""#),
        "{apply}"
    );
    assert!(apply.contains("when: manual") && apply.contains("allow_failure: false"), "{apply}");
    let github = generated(&ci(MANIFEST, &["github"]), System::Github);
    assert!(github.job("protection").contains("REQUIRED: required_reviewers branch_policy"));
    for job in github.jobs().filter(|job| job.text.contains("IAC_APPLY_ROLE")) {
        assert!(job.text.contains("github.ref == 'refs/heads/main'"), "{}", job.text);
        assert!(job.text.contains("environment: "), "{}", job.text);
        let id = job.name.strip_prefix("apply-").unwrap();
        assert!(github.job(&format!("plan-{id}")).contains("protection"), "{id}");
    }
    for (pipeline, apply) in [(&gitlab, "terraform apply"), (&github, "terraform apply")] {
        for job in pipeline.jobs().filter(|job| job.text.contains(apply)) {
            assert!(job.text.contains("--digest --expect"), "{}", job.text);
            assert!(job.name.starts_with("apply-"), "{}", job.name);
        }
    }
}

#[test]
fn automatic_applies_have_to_be_asked_for() {
    let gitlab = ci(MANIFEST, &["gitlab", "--auto-apply"]);
    assert!(gitlab.contains("when: on_success") && !gitlab.contains("when: manual"), "{gitlab}");
    assert!(gitlab.contains(r#"$CI_COMMIT_REF_PROTECTED == "true""#));
    let github = ci(MANIFEST, &["github", "--auto-apply"]);
    assert!(github.contains("REQUIRED: branch_policy"), "{github}");
}

/// A job that runs the change's code has read access to the repository, and at most the role that plans.
#[test]
fn jobs_that_run_code_of_a_change_cannot_write() {
    let pipeline = generated(&ci(MANIFEST, &["github"]), System::Github);
    for job in pipeline.jobs() {
        let runs_code = job.text.contains("iac synth") || job.text.contains("terraform plan");
        let writes = ["security-events: write", "pull-requests: write", "contents: write", "actions: write"];
        for permission in writes {
            assert!(!(runs_code && job.text.contains(permission)), "{}: {permission}", job.name);
        }
        assert!(job.text.contains("permissions:"), "{}", job.name);
        // The code of the change could have tampered with what is installed, so it must not reach the cache of other
        // jobs.
        assert!(!(job.text.contains("iac synth") && job.text.contains("actions/cache@")), "{}", job.name);
        let is_credentialed = job.text.contains("id-token: write");
        if is_credentialed && !job.text.contains("github.event_name == 'schedule'") {
            let is_own = job.text.contains("head.repo.full_name == github.repository");
            assert!(is_own || job.text.contains("github.ref == 'refs/heads/main'"), "{}", job.name);
        }
        assert_eq!(
            job.text.matches("actions/checkout@").count(),
            job.text.matches("persist-credentials: false").count()
        );
    }
    assert!(!pipeline.text.contains("pull_request_target") && !pipeline.text.contains("workflow_run"));
}

#[test]
fn actions_are_pinned_by_commit() {
    let pipeline = ci(MANIFEST, &["github"]);
    let actions: Vec<&str> =
        pipeline.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action).collect();
    assert!(actions.len() > 20);
    for action in actions {
        let (_, pin) = action.split_once('@').unwrap();
        let (commit, version) = pin.split_once(" # v").unwrap();
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
        assert_eq!(version.split('.').count(), 3, "{action}");
    }
}

/// Actions of this repository are updated by a bot, which does not see those of generated workflows.
#[test]
fn generated_workflows_use_the_actions_of_this_repository() {
    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".github/workflows");
    let uses = |text: &str| -> BTreeMap<String, String> {
        let actions = text.lines().filter_map(|line| line.split_once("uses: ")?.1.split_once('@'));
        actions.map(|(name, pin)| (name.to_owned(), pin.to_owned())).collect()
    };
    let generated = uses(&ci(MANIFEST, &["github"]));
    let mut common = 0;
    for workflow in fs::read_dir(workflows).unwrap() {
        for (name, pin) in uses(&fs::read_to_string(workflow.unwrap().path()).unwrap()) {
            if let Some(generated) = generated.get(&name) {
                assert_eq!(*generated, pin, "{name}: update src/commands/ci/actions.rs");
                common += 1;
            }
        }
    }
    assert!(common >= 2, "{common}");
}

#[test]
fn jobs_have_a_timeout() {
    let github = generated(&ci(MANIFEST, &["github"]), System::Github);
    for job in github.jobs() {
        assert!(job.text.contains("timeout-minutes: "), "{}", job.name);
    }
    assert!(generated(&ci(MANIFEST, &["gitlab"]), System::Gitlab).job("default").contains("timeout: "));
}

/// Plans of changes neither lock nor write states, and plan files with their secrets stay outside of the artifacts.
#[test]
fn plans_of_changes_are_read_only_and_private() {
    for system in [System::Github, System::Gitlab] {
        for job in generated(&ci(MANIFEST, &[system.name()]), system).jobs() {
            for line in job.text.lines().filter(|line| line.contains("terraform plan ")) {
                assert_eq!(
                    line.contains("-lock=false"),
                    !job.name.starts_with("apply-"),
                    "{}: {line}",
                    job.name
                );
                assert!(line.contains("> /dev/null"), "{line}");
            }
            assert!(!job.text.contains("paths: [report]"), "{}", job.text);
        }
    }
}

/// Atlantis takes `atlantis.yaml` from the pull request.
#[test]
fn atlantis_requirements_are_in_the_server_configuration() {
    let projects = ci(MANIFEST, &["atlantis"]);
    for key in ["workflows:", "run:", "apply_requirements", "workflow:"] {
        assert!(!projects.contains(key), "{key}");
    }
    let server = ci(MANIFEST, &["atlantis-server"]);
    assert!(server.contains("apply_requirements: [approved, mergeable, undiverged]"), "{server}");
    assert!(server.contains("allowed_overrides: []") && server.contains("allow_custom_workflows: false"));
    // The program of a pull request must not run with the server's credentials.
    assert!(!server.contains("run: iac synth") && !server.contains("cargo"), "{server}");
}

#[test]
fn stacks_without_a_remote_backend_are_refused() {
    let refused = |backend: &str| {
        let directory = synthesized(MANIFEST);
        fs::write(directory.path().join("out/data/main.tf"), backend).unwrap();
        ci_in(directory.path(), &[&["github"], &PINNED[..]].concat())
    };
    assert_snapshot!(refused(""), @"
    exit: 1
    stderr:
    error: no remote backend for stack `data`
    hint: a pipeline loses a local state with the machine that it ran on
    hint: add a `Backend` or `Cloud` block to each stack
    ");
    assert_eq!(refused("terraform {\n  backend \"local\" {}\n}\n"), refused(""));
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), MANIFEST, "");
    assert_snapshot!(ci_in(directory.path(), &[&["gitlab"], &PINNED[..]].concat()), @r#"
    exit: 1
    stderr:
    error: no remote backend for stacks `service`, `it's: "odd"`, `data`, `network`
    hint: a pipeline loses a local state with the machine that it ran on
    hint: add a `Backend` or `Cloud` block to each stack
    "#);
}

#[test]
fn paths_are_relative_to_the_root_of_the_repository() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    let project = directory.path().join("teams/web");
    write(&project, MANIFEST, REMOTE);
    let args = [&["github"], &PINNED[..]].concat();
    let github = generated(&ci_in(&project, &args), System::Github);
    assert!(github.job("plan-data").contains(r#"working-directory: "teams/web/out/data""#));
    assert!(github.job("check").contains("iac synth --check\n        working-directory: \"teams/web\""));
    let gitlab = generated(&ci_in(&project, &[&["gitlab"], &PINNED[..]].concat()), System::Gitlab);
    assert!(gitlab.job("check").contains("cd 'teams/web'"));
    assert!(gitlab.job("plan-data").contains("cd 'teams/web/out/data'"));
}

#[test]
fn iac_is_installed_from_a_pinned_source() {
    let install = |args: &[&str]| {
        let directory = synthesized(MANIFEST);
        let seen = ci_in(directory.path(), &[&["gitlab"], args].concat());
        match seen.lines().find(|line| line.contains("cargo install")) {
            Some(line) => line.trim().to_owned(),
            None => seen,
        }
    };
    assert_snapshot!(install(&["--iac-version", "1.2.3"]), @r#"- "[ -x .iac/install/bin/iac ] || cargo install iac-cli --version '=1.2.3' --locked --root .iac/install""#);
    assert_snapshot!(install(&["--iac-git", "https://example.org/it's", "--iac-rev", "0123456789abcdef0123456789abcdef01234567"]), @r#"- "[ -x .iac/install/bin/iac ] || cargo install iac-cli --git 'https://example.org/it'\\''s' --rev 0123456789abcdef0123456789abcdef01234567 --locked --root .iac/install""#);
    assert_snapshot!(install(&["--iac-git", "https://example.org/iac", "--iac-rev", "main"]), @"
    exit: 1
    stderr:
    error: `https://example.org/iac` is not pinned to a commit
    hint: name the commit with `--iac-rev`: branches and tags can move
    ");
    assert_snapshot!(install(&["--iac-git", "https://example.org/iac"]), @"
    exit: 1
    stderr:
    error: `https://example.org/iac` is not pinned to a commit
    hint: name the commit with `--iac-rev`: branches and tags can move
    ");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_str().unwrap();
    assert_snapshot!(install(&["--iac-path", root]).replace(root, "CHECKOUT"), @"
    exit: 1
    stderr:
    error: the pipeline cannot install `iac` from `CHECKOUT`
    hint: this `iac` was built from a directory outside of the Git repository
    hint: choose a source with `--iac-version`, or with `--iac-git` and `--iac-rev`
    ");
}

#[test]
fn names_that_mean_something_to_a_shell_are_refused() {
    assert_snapshot!(ci(MANIFEST, &["github", "--branch", "a\"; b"]), @r#"
    exit: 1
    stderr:
    error: invalid branch `a"; b`
    hint: use letters, digits, `.`, `_`, `/` and `-`
    "#);
    assert_snapshot!(ci(MANIFEST, &["github", "--terraform-version", "${{ x }}"]), @"
    exit: 1
    stderr:
    error: invalid Terraform version `${{ x }}`
    hint: use letters, digits, `.`, `_`, `/` and `-`
    ");
}

#[test]
fn invalid_manifests_are_refused() {
    let none = r#"{"format_version": "1.0", "stacks": []}"#;
    assert_snapshot!(ci(none, &["github"]), @"
    exit: 1
    stderr:
    error: the program defines no stacks
    hint: a pipeline has jobs for each stack
    ");
    let missing = r#"{"format_version": "1.0", "stacks": [{"name": "a", "path": "a", "depends_on": ["b"], "resources": [], "edges": []}]}"#;
    assert_snapshot!(ci(missing, &["github"]), @"
    exit: 1
    stderr:
    error: the manifest is invalid: stacks depend on each other, or on a stack that does not exist
    hint: run `iac synth` to regenerate it
    ");
}
