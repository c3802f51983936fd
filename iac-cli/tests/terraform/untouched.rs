//! Invariant 10: no command changes a file or remote object that it should only read.
//!
//! [`Project::plan`] compares the bytes of all files before and after each plan.

use crate::project::{MAIN, MODES, Project, state, state_of};
use crate::server::Server;

/// Plans in every mode, and panics if the exit code is not this one.
fn plans(project: &Project, args: &[&str], expected: i32) {
    for mode in MODES {
        let (code, said) = project.plan(mode, args, None);
        assert_eq!(code, Some(expected), "{mode} {args:?}: {said}");
    }
}

#[test]
fn state_beside_the_configuration() {
    let files = [("main.tf", MAIN), ("terraform.tfstate", &state("a")), ("terraform.tfstate.backup", "{}")];
    let project = Project::new(&files);
    plans(&project, &[], 0);
    plans(&project, &["--state", "terraform.tfstate"], 0);
    project.write("old.tfstate", &state("old"));
    plans(&project, &["--state", "old.tfstate"], 2);
    project.write("copy/terraform.tfstate", &state("a"));
    plans(&project, &["--state", "copy/terraform.tfstate"], 0);
    project.write("other.tfstate", &state_of("00000000-0000-0000-0000-000000000002", 7, "a"));
    plans(&project, &["--state", "other.tfstate"], 0);
}

#[test]
fn state_from_standard_input() {
    let project = Project::new(&[("main.tf", MAIN), ("terraform.tfstate", &state("old"))]);
    for mode in MODES {
        let (code, said) = project.plan(mode, &["--state", "-"], Some(&state("a")));
        assert_eq!(code, Some(0), "{mode}: {said}");
    }
}

#[test]
fn state_that_is_a_link() {
    let project = Project::new(&[("main.tf", MAIN), ("kept/a.tfstate", &state("a"))]);
    std::os::unix::fs::symlink("kept/a.tfstate", project.live().join("terraform.tfstate")).unwrap();
    plans(&project, &[], 0);
    plans(&project, &["--state", "terraform.tfstate"], 0);
}

#[test]
fn leftover_state_beside_a_local_backend() {
    let backend = "terraform {\n  backend \"local\" {\n    path = \"states/a.tfstate\"\n  }\n}\n";
    for leftover in [state("a"), state("old")] {
        let files = [
            ("main.tf", MAIN),
            ("backend.tf", backend),
            ("states/a.tfstate", &state("a")),
            ("terraform.tfstate", &leftover),
        ];
        plans(&Project::new(&files), &[], 0);
    }
    let files = [("main.tf", MAIN), ("backend.tf", backend), ("states/a.tfstate", &state("a"))];
    let project = Project::new(&files).terraform(&["init", "-input=false"]);
    project.write("terraform.tfstate", &state("a"));
    plans(&project, &[], 0);
    plans(&project, &["--state", "states/a.tfstate"], 0);
}

#[test]
fn leftover_state_beside_a_remote_backend() {
    let server = Server::new(state("a"));
    let backend =
        format!("terraform {{\n  backend \"http\" {{\n    address = \"{}\"\n  }}\n}}\n", server.address);
    let project = Project::new(&[("main.tf", MAIN), ("backend.tf", &backend)]);
    for leftover in [state("a"), state("old")] {
        project.write("terraform.tfstate", &leftover);
        let (code, said) = project.plan("terraform", &[], None);
        assert_eq!(code, Some(0), "{said}");
        plans(&project, &["--state", "terraform.tfstate"], if leftover.contains("old") { 2 } else { 0 });
    }
    std::fs::remove_file(project.live().join("terraform.tfstate")).unwrap();
    let project = project.terraform(&["init", "-input=false"]);
    project.write("terraform.tfstate", &state("a"));
    plans(&project, &[], 0);
    plans(&project, &["--state", "terraform.tfstate"], 0);
    assert!(!server.was_written());
}

#[test]
fn workspaces() {
    let files = [
        ("main.tf", MAIN),
        ("terraform.tfstate", &state("old")),
        ("terraform.tfstate.d/dev/terraform.tfstate", &state("a")),
    ];
    let project = Project::new(&files).env("TF_WORKSPACE", "dev");
    plans(&project, &[], 0);
    plans(&project, &["--state", "terraform.tfstate"], 2);
    let project = Project::new(&files).terraform(&["workspace", "select", "dev"]);
    plans(&project, &[], 0);
    plans(&project, &["--state", "terraform.tfstate"], 2);
}

#[test]
fn backend_with_workspaces_elsewhere() {
    let backend = "terraform {\n  backend \"local\" {\n    path          = \"one.tfstate\"\n    workspace_dir = \"many\"\n  }\n}\n";
    let files = [
        ("main.tf", MAIN),
        ("backend.tf", backend),
        ("one.tfstate", &state("old")),
        ("many/dev/terraform.tfstate", &state("a")),
    ];
    let project = Project::new(&files).env("TF_WORKSPACE", "dev");
    plans(&project, &[], 0);
    let project = project.terraform(&["init", "-input=false"]);
    plans(&project, &[], 0);
    plans(&project, &["--state", "one.tfstate"], 2);
}

#[test]
fn data_directory_elsewhere() {
    let backend = "terraform {\n  backend \"local\" {\n    path = \"states/a.tfstate\"\n  }\n}\n";
    let files = [("main.tf", MAIN), ("backend.tf", backend), ("states/a.tfstate", &state("a"))];
    for data in ["data", "a/b", "../beside"] {
        let project = Project::new(&files).env("TF_DATA_DIR", data).terraform(&["init", "-input=false"]);
        plans(&project, &[], 0);
        plans(&project, &["--state", "states/a.tfstate"], 0);
    }
}

#[test]
fn installed_modules() {
    let main = "module \"m\" {\n  source = \"../module\"\n}\n";
    let files = [("main.tf", main), ("../module/main.tf", MAIN), ("../module/terraform.tfstate", "not ours")];
    let project = Project::new(&files).terraform(&["init", "-input=false"]);
    plans(&project, &[], 2);
    project.write("empty.tfstate", r#"{"version": 4, "serial": 1, "lineage": "x"}"#);
    plans(&project, &["--state", "empty.tfstate"], 2);
}

#[test]
fn workspace_that_does_not_exist_is_not_created() {
    let files = [("main.tf", MAIN), ("terraform.tfstate", &state("a"))];
    let project = Project::new(&files).env("TF_WORKSPACE", "typo");
    plans(&project, &[], 1);
    plans(&project, &["--state", "terraform.tfstate"], 0);
    plans(&project, &["--no-state"], 2);

    let server = Server::new(state("a"));
    let backend =
        format!("terraform {{\n  backend \"http\" {{\n    address = \"{}\"\n  }}\n}}\n", server.address);
    let project =
        Project::new(&[("main.tf", MAIN), ("backend.tf", &backend)]).terraform(&["init", "-input=false"]);
    let project = project.env("TF_WORKSPACE", "typo");
    plans(&project, &[], 1);
    assert!(!server.was_written());
}

#[test]
fn backend_that_changed_after_init_is_refused() {
    let backend = |path| format!("terraform {{\n  backend \"local\" {{\n    path = \"{path}\"\n  }}\n}}\n");
    let files = [("main.tf", MAIN), ("backend.tf", &backend("a.tfstate")), ("a.tfstate", &state("a"))];
    let project = Project::new(&files).terraform(&["init", "-input=false"]);
    plans(&project, &[], 0);
    project.write("backend.tf", &backend("b.tfstate"));
    plans(&project, &[], 1);
    project.write("backend.tf", "");
    plans(&project, &[], 1);
    project.write(".terraform/terraform.tfstate", "{");
    plans(&project, &[], 1);
}

#[test]
fn backend_with_settings_of_the_command_line() {
    let backend = "terraform {\n  backend \"local\" {}\n}\n";
    let files = [("main.tf", MAIN), ("backend.tf", backend), ("a.tfstate", &state("a"))];
    let project = Project::new(&files);
    plans(&project, &[], 1);
    let project = project.terraform(&["init", "-input=false", "-backend-config=path=a.tfstate"]);
    plans(&project, &[], 0);
}
