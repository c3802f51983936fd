use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn program(directory: &TempDir, name: &str, script: &str) {
    let path = directory.path().join("bin").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn pull(directory: &TempDir, workspace: &str) -> Result<Found, CommandError> {
    let pull = Pull {
        directory: directory.path().into(),
        data: directory.path().join(".terraform"),
        backend: "pg".to_owned(),
        workspace: workspace.to_owned(),
    };
    pull.read(directory.path().join("bin").as_os_str())
}

fn read(directory: &TempDir) -> Result<String, String> {
    let found = pull(directory, "default");
    found.map(|found| String::from_utf8(found.text).unwrap()).map_err(|error| message(&error))
}

#[test]
fn terraform_reads_the_state_in_the_directory_of_the_stack() {
    let directory = directory(&[("name", "network")]);
    program(&directory, "tofu", "echo tofu");
    assert_eq!(read(&directory).unwrap(), "tofu\n");
    program(&directory, "terraform", "read name < name; echo \"$name: $*\"");
    assert_eq!(read(&directory).unwrap(), "network: state pull\n");
    let lock = "provider \"registry.opentofu.org/hashicorp/aws\" {}";
    fs::write(directory.path().join(".terraform.lock.hcl"), lock).unwrap();
    assert_eq!(read(&directory).unwrap(), "tofu\n");
}

#[test]
fn empty_pull_is_an_absent_state() {
    let directory = directory(&[]);
    program(&directory, "terraform", "true");
    let found = pull(&directory, "default").unwrap();
    assert_eq!(found.text, b"");
    assert_eq!(found.absent.unwrap(), "`terraform state pull` finds no state in backend `pg`");
}

#[test]
fn records_of_init_are_not_modified() {
    let directory =
        directory(&[(".terraform/terraform.tfstate", "{}"), (".terraform/environment", "default")]);
    program(
        &directory,
        "terraform",
        "cat \"$TF_DATA_DIR/terraform.tfstate\"; echo changed > \"$TF_DATA_DIR/terraform.tfstate\"",
    );
    assert_eq!(read(&directory).unwrap(), "{}");
    let recorded = directory.path().join(".terraform/terraform.tfstate");
    assert_eq!(fs::read_to_string(recorded).unwrap(), "{}");
}

#[test]
fn state_of_a_missing_workspace_is_not_pulled() {
    let directory = directory(&[]);
    let script = "case $1 in\n\
        workspace) printf '  default\\n* dev\\n\\nThe active workspace is being overridden\\nvariable.\\n' ;;\n\
        *) touch pulled; echo '{}' ;;\n\
        esac";
    program(&directory, "terraform", script);
    for workspace in ["typo", "variable."] {
        assert_eq!(
            message(&pull(&directory, workspace).unwrap_err()),
            format!(
                "workspace `{workspace}` does not exist; existing workspaces: `default`, `dev`; check `TF_WORKSPACE`, \
                 run `terraform workspace new`, or plan without a state: `--no-state`"
            )
        );
    }
    assert!(!directory.path().join("pulled").exists());
    assert_eq!(pull(&directory, "dev").unwrap().text, b"{}\n");
}

#[test]
fn failure_of_terraform_is_explained() {
    let directory = directory(&[]);
    assert_eq!(
        read(&directory).unwrap_err(),
        "cannot read the state: neither `terraform` nor `tofu` is installed; set a file with `--state FILE`"
    );
    program(&directory, "terraform", "echo half; exit 3");
    let expected = format!(
        "`terraform state pull` failed in `{}`; run `terraform init` there first, with credentials for the backend; or \
         set a file with `--state FILE`",
        directory.path().display()
    );
    assert_eq!(read(&directory).unwrap_err(), expected);
}
