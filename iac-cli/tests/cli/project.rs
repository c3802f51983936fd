//! The project that `iac new` writes compiles, passes its tests, and can be synthesized. This is the slowest test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;

use crate::process::Iac;

/// Cargo shows warnings of path dependencies.
const NO_WARNINGS: &str = "-Awarnings";

#[test]
fn new_project_compiles_and_synthesizes() {
    let directory = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let new = Iac::new(&["new", "infra", "--quiet", "--iac-path", root.to_str().unwrap()]);
    assert_eq!(new.directory(directory.path()).run(), "exit: 0");
    let project = directory.path().join("infra");
    // The same dependency versions as in this workspace, which are already downloaded.
    std::fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();

    let test = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--offline"])
        .current_dir(&project)
        .env("CARGO_TARGET_DIR", target_directory())
        .env("INSTA_UPDATE", "no")
        .env("RUSTFLAGS", NO_WARNINGS)
        .output()
        .unwrap();
    assert!(test.status.success(), "{}", String::from_utf8_lossy(&test.stderr));

    let iac = |args: &[&str]| {
        Iac::new(&[&["--quiet"], args].concat())
            .directory(&project)
            .env("CARGO_TARGET_DIR", target_directory())
            .env("RUSTFLAGS", NO_WARNINGS)
    };
    assert_eq!(iac(&["synth"]).run(), "exit: 0");
    assert!(project.join("iac.out/network/main.tf").is_file());
    assert_eq!(iac(&["synth", "--check"]).run(), "exit: 0");
    std::fs::create_dir(project.join("iac.out/renamed")).unwrap();
    std::fs::copy(project.join("iac.out/network/main.tf"), project.join("iac.out/renamed/main.tf")).unwrap();
    assert_snapshot!(iac(&["synth", "--check"]).run(), @"
    exit: 0
    stderr:
    warning: `iac.out/renamed/main.tf` belongs to a stack that no longer exists
    hint: destroy its resources with Terraform, then remove the directory
    ");
    std::fs::remove_dir_all(project.join("iac.out/renamed")).unwrap();
    std::fs::write(project.join("iac.out/network/main.tf"), "").unwrap();
    assert_snapshot!(iac(&["synth", "--check"]).run(), @"
    exit: 5
    stderr:
    error: `iac.out/network/main.tf` differs from the program's output at line 1
    hint: run the same command without `--check` and commit the result
    ");
    assert_snapshot!(iac(&["graph", "--format", "mermaid"]).run(), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["network"]
        n0["aws_vpc.main"]
        n1["aws_subnet.a"]
        n2["aws_subnet.b"]
        n3(["output.vpc_id"])
        n1 -->|"vpc_id"| n0
        n2 -->|"vpc_id"| n0
        n3 -->|"value"| n0
      end
    "#);
}

/// Returns a directory that is kept between runs, inside the target directory of this test.
fn target_directory() -> PathBuf {
    let test = env::current_exe().unwrap();
    let profile =
        test.ancestors().find(|directory| directory.ends_with("deps")).and_then(Path::parent).unwrap();
    profile.join("new-project")
}
