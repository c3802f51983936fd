//! The location of a stack's state, and cases in which it is uncertain.

use super::*;
use crate::state_source::hash;

fn find(directory: &TempDir, backend: Option<Backend>, workspace: &str) -> Result<StateSource, CommandError> {
    StateSource::find(directory.path(), backend, workspace, &|_| None)
}

/// The path of a local state.
fn local(directory: &TempDir, backend: Option<Backend>, workspace: &str) -> String {
    match find(directory, backend, workspace) {
        Ok(StateSource::Local(local)) => {
            local.path.strip_prefix(directory.path()).unwrap().display().to_string()
        }
        other => panic!("{other:?}"),
    }
}

fn refused(directory: &TempDir, backend: Option<Backend>, workspace: &str) -> String {
    let error = find(directory, backend, workspace).expect_err("it is not certain where the state is");
    message(&error).replace(&directory.path().display().to_string(), "DIR")
}

/// Returns the record of `terraform init` for a local backend.
fn recorded(path: &str, hash: u64) -> String {
    let config = format!(r#"{{"path": {path}, "workspace_dir": null}}"#);
    format!(r#"{{"version": 3, "backend": {{"type": "local", "config": {config}, "hash": {hash}}}}}"#)
}

const RECORD: &str = ".terraform/terraform.tfstate";

#[test]
fn local_states() {
    let plain = directory(&[("terraform.tfstate.d/dev/terraform.tfstate", "{}"), ("w/dev/keep", "")]);
    assert_eq!(local(&plain, None, "default"), "terraform.tfstate");
    assert_eq!(local(&plain, None, "dev"), "terraform.tfstate.d/dev/terraform.tfstate");
    let path = || backend("local", &[("path", "states/a.tfstate")]);
    assert_eq!(local(&plain, Some(path()), "default"), "states/a.tfstate");
    let elsewhere = backend("local", &[("path", "a"), ("workspace_dir", "w")]);
    assert_eq!(local(&plain, Some(elsewhere), "dev"), "w/dev/terraform.tfstate");
}

#[test]
fn missing_local_state_is_absent_if_certain() {
    let directory = directory(&[("terraform.tfstate.d/dev/keep", ""), ("zero", "")]);
    let absent = |backend, workspace| {
        let found = find(&directory, backend, workspace).unwrap().read().unwrap();
        found.absent.unwrap().replace(&directory.path().display().to_string(), "DIR")
    };
    assert_eq!(
        absent(None, "default"),
        "no backend is configured, and `DIR/terraform.tfstate` does not exist"
    );
    assert_eq!(
        absent(Some(backend("local", &[("path", "a")])), "default"),
        "backend `local` keeps it in `DIR/a`, which does not exist"
    );
    assert_eq!(
        absent(Some(backend("local", &[("path", "zero")])), "default"),
        "backend `local` keeps it in `DIR/zero`, which is empty"
    );
    assert_eq!(
        absent(None, "dev"),
        "workspace `dev` keeps it in `DIR/terraform.tfstate.d/dev/terraform.tfstate`, which does not exist"
    );
}

#[test]
fn workspace_that_does_not_exist_is_an_error() {
    let directory =
        directory(&[("terraform.tfstate", "{}"), ("terraform.tfstate.d/dev/terraform.tfstate", "{}")]);
    assert_eq!(
        refused(&directory, None, "typo"),
        "workspace `typo` does not exist; existing workspaces: `default`, `dev`; check `TF_WORKSPACE`, run `terraform \
         workspace new`, or plan without a state: `--no-state`"
    );
}

#[test]
fn record_applies_while_the_block_is_unchanged() {
    // Terraform computed both hashes.
    let with_option = directory(&[(RECORD, &recorded("\"other.tfstate\"", 666_019_178))]);
    assert_eq!(local(&with_option, Some(backend("local", &[])), "default"), "other.tfstate");
    let same = directory(&[(RECORD, &recorded("\"a.tfstate\"", 2_985_648_108))]);
    let block = |path| Some(backend("local", &[("path", path)]));
    assert_eq!(local(&same, block("a.tfstate"), "default"), "a.tfstate");
    // Moving a setting from an option into the block changes only the hash.
    let moved = directory(&[(RECORD, &recorded("\"a.tfstate\"", 1))]);
    assert_eq!(local(&moved, block("a.tfstate"), "default"), "a.tfstate");

    assert_eq!(
        refused(&same, block("b.tfstate"), "default"),
        "backend `local` of `DIR` was changed after `terraform init`: `path`; run `terraform init -migrate-state` to \
         move the state, or `-reconfigure` to use the new backend as it is; or set the state with `--state FILE`"
    );
    let text = refused(&same, Some(backend("http", &[("address", "http://host/a")])), "default");
    assert!(
        text.starts_with("backend `http` of `DIR` was changed after `terraform init`: `type`;"),
        "{text}"
    );
    let text = refused(&same, None, "default");
    assert!(text.starts_with("`DIR` was initialized with backend `local`, which is no longer"), "{text}");
}

#[test]
fn invalid_record_is_an_error() {
    for text in ["", "{", "[]", "null"] {
        let directory = directory(&[(RECORD, text), ("terraform.tfstate", "{}")]);
        let said = refused(&directory, Some(backend("local", &[("path", "a")])), "default");
        assert!(said.starts_with("cannot parse `DIR/.terraform/terraform.tfstate`"), "{text}: {said}");
    }
    // The record of versions before 0.9, and of stacks without a backend.
    let directory = directory(&[(RECORD, r#"{"version": 3, "backend": null}"#)]);
    assert_eq!(local(&directory, None, "default"), "terraform.tfstate");
}

#[test]
fn partial_backend_settings_are_not_guessed() {
    let empty = directory(&[]);
    assert_eq!(
        refused(&empty, Some(backend("local", &[])), "default"),
        "backend `local` of `DIR` is not initialized, and the configuration does not set the location of the state; run \
         `terraform init`, with `-backend-config` if settings are given there; or set the state with `--state FILE`, \
         or plan without one: `--no-state`"
    );
    let variable = || {
        let mut body = Body::new();
        body.set("path", Expression::Symbol("var.path"));
        Backend::of_block(Some("local"), &body)
    };
    assert!(find(&empty, Some(variable()), "default").unwrap().is_pulled());
    let initialized = directory(&[(RECORD, &recorded("\"a\"", 666_019_178))]);
    assert!(find(&initialized, Some(variable()), "default").unwrap().is_pulled());
}

#[test]
fn state_that_was_not_moved_to_its_backend_is_an_error() {
    let directory = directory(&[("terraform.tfstate", "{}")]);
    let source = find(&directory, Some(backend("local", &[("path", "a")])), "default").unwrap();
    let text = message(&source.read().unwrap_err());
    assert!(text.starts_with("the backend has no state, but `"), "{text}");
    // The record shows that nothing has to be moved.
    fs::create_dir(directory.path().join(".terraform")).unwrap();
    fs::write(directory.path().join(RECORD), recorded("\"a\"", 1)).unwrap();
    let source = find(&directory, Some(backend("local", &[("path", "a")])), "default").unwrap();
    assert!(source.read().unwrap().absent.is_some());
}

#[test]
fn other_backends_are_read_by_terraform() {
    let directory = directory(&[]);
    for kind in ["remote", "cloud", "consul", "pg"] {
        let source = find(&directory, Some(backend(kind, &[])), "default").unwrap();
        assert_eq!(source.to_string(), format!("backend `{kind}` of `{}`", directory.path().display()));
        assert!(source.is_pulled());
    }
    let role = [("bucket", "b"), ("key", "k"), ("access_key", "a"), ("assume_role.role_arn", "r")];
    assert!(find(&directory, Some(backend("s3", &role)), "default").unwrap().is_pulled());
}

#[test]
fn hashes_are_those_of_terraform() {
    let mut block =
        backend("s3", &[("bucket", "ö\n\"\\"), ("key", "k"), ("encrypt", "true"), ("max_retries", "3")]);
    block.set_default("allowed_account_ids.0", "1".to_owned());
    block.set_default("endpoints.s3", "http://localhost".to_owned());
    let config = serde_json::json!({
        "bucket": "", "key": "", "region": null, "encrypt": true, "max_retries": 5,
        "allowed_account_ids": ["1"], "endpoints": {"s3": "", "sts": null}
    });
    let text = "<\"s3\";<[\"1\";];\"ö\\n\\\"\\\\\";T;<\"http://localhost\";~;>;\"k\";3;~;>;>";
    assert_eq!(hash::of_block(&block, &config), Some(crc32fast::hash(text.as_bytes())));
    // Missing records are not guessed.
    block.set_default("profile", "p".to_owned());
    assert_eq!(hash::of_block(&block, &config), None);
}
