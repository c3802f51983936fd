//! Finding, building and running a program. The programs here are stubs that define no infrastructure.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::process::{Iac, fixture};

/// Prints its arguments; writes an empty manifest, a copy of `MANIFEST`, or none; and exits as `END` says.
const PROGRAM: &str = r#"
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("NAME {}", args.join(" "));
    let out = std::path::Path::new(args.iter().skip_while(|arg| *arg != "--out").nth(1).unwrap());
    match std::env::var("MANIFEST").as_deref() {
        Ok("none") => {}
        Ok(manifest) => drop(std::fs::copy(manifest, out.join("manifest.json")).unwrap()),
        Err(_) => {
            std::fs::create_dir_all(out).unwrap();
            std::fs::write(out.join("manifest.json"), "{}").unwrap();
        }
    }
    match std::env::var("END").as_deref() {
        Ok("panic") => panic!("on purpose"),
        Ok(code) => std::process::exit(code.parse().unwrap()),
        Err(_) => {}
    }
}
"#;

/// A workspace of packages without dependencies.
struct Workspace(TempDir);

impl Workspace {
    fn new(packages: &[(&str, &str, &[&str])]) -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        workspace.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\", \"written\"]\n",
        );
        for (name, manifest, files) in packages {
            let package =
                format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{manifest}");
            workspace.write(&format!("{name}/Cargo.toml"), &package);
            for file in *files {
                let program = PROGRAM.replace("NAME", &format!("{name}/{file}"));
                workspace.write(
                    &format!("{name}/src/{file}"),
                    if file.ends_with("lib.rs") { "" } else { &program },
                );
            }
        }
        workspace
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn iac(&self, directory: &str, args: &[&str]) -> Iac {
        // Without `--quiet`, Cargo prints its progress.
        let root = self.0.path().canonicalize().unwrap();
        Iac::new(&[&["--quiet"], args].concat())
            .directory(&root.join(directory))
            .env("CARGO_TARGET_DIR", root.join("target"))
            .hide(&root, "ROOT")
    }

    fn synth(&self, directory: &str, args: &[&str]) -> String {
        self.iac(directory, &[&["synth"], args].concat()).run()
    }
}

#[test]
fn arguments_are_passed_to_the_program() {
    let workspace = Workspace::new(&[("infra", "", &["main.rs"])]);
    assert_snapshot!(workspace.synth("infra", &[]), @"
    exit: 0
    stdout:
    infra/main.rs --out iac.out --syntax hcl --quiet
    ");
    assert_snapshot!(workspace.synth("infra/src", &["--out", "there", "--check", "--syntax", "json"]), @"
    exit: 0
    stdout:
    infra/main.rs --out there --syntax json --check --quiet
    ");
}

#[test]
fn exit_status_of_the_program_is_reported() {
    let workspace = Workspace::new(&[("infra", "", &["main.rs"])]);
    let end = |end: &str| workspace.iac("infra", &["synth"]).env("END", end).run();
    assert_snapshot!(end("1"), @"
    exit: 1
    stdout:
    infra/main.rs --out iac.out --syntax hcl --quiet
    ");
    assert_snapshot!(end("5"), @"
    exit: 5
    stdout:
    infra/main.rs --out iac.out --syntax hcl --quiet
    ");
    assert_snapshot!(end("7"), @"
    exit: 1
    stdout:
    infra/main.rs --out iac.out --syntax hcl --quiet

    stderr:
    error: program `infra` exited unexpectedly: exit status: 7
    hint: `main` must return the exit code of `App::run`
    ");
    let nothing = |command: &str| workspace.iac("infra", &[command]).env("MANIFEST", "none").run();
    std::fs::remove_dir_all(workspace.0.path().join("infra/iac.out")).unwrap();
    assert_snapshot!(nothing("synth"), @"
    exit: 1
    stdout:
    infra/main.rs --out iac.out --syntax hcl --quiet

    stderr:
    error: program `infra` did not write any stacks
    hint: `main` must return the exit code of `App::run`
    ");
    assert_snapshot!(nothing("graph").lines().last().unwrap(), @"hint: `main` must return the exit code of `App::run`");
    assert!(
        end("panic").ends_with(
            "error: program `infra` panicked\nhint: set `RUST_BACKTRACE=1` to display a backtrace"
        )
    );
    workspace.write("infra/src/main.rs", "fn main() { here }");
    assert_snapshot!(end("0"), @r#"
    exit: 1
    stderr:
    error[E0425]: cannot find value `here` in this scope
     --> infra/src/main.rs:1:13
      |
    1 | fn main() { here }
      |             ^^^^ not found in this scope

    For more information about this error, try `rustc --explain E0425`.
    error: could not compile `infra` (bin "infra") due to 1 previous error
    "#);
}

#[test]
fn settings_in_cargo_toml_choose_the_program() {
    let settings = "[package.metadata.iac]\nbin = \"live\"\nout = \"../written\"\n";
    let workspace = Workspace::new(&[
        ("infra", settings, &["main.rs", "bin/live.rs"]),
        ("site", "", &["main.rs"]),
        ("tools", "", &["lib.rs"]),
    ]);
    // In the root, the package with settings is chosen.
    assert_snapshot!(workspace.synth("", &[]), @"
    exit: 0
    stdout:
    infra/bin/live.rs --out infra/../written --syntax hcl --quiet
    ");
    assert_snapshot!(workspace.synth("infra", &["--bin", "infra"]), @"
    exit: 0
    stdout:
    infra/main.rs --out ../written --syntax hcl --quiet
    ");
    assert_snapshot!(workspace.synth("infra", &["--package", "site"]), @"
    exit: 0
    stdout:
    site/main.rs --out iac.out --syntax hcl --quiet
    ");
    // Only one package has such a binary.
    assert_snapshot!(workspace.synth("tools", &["--bin", "site"]), @"
    exit: 0
    stdout:
    site/main.rs --out iac.out --syntax hcl --quiet
    ");
    assert_snapshot!(workspace.synth("tools", &["--release"]), @"
    exit: 0
    stdout:
    infra/bin/live.rs --out ROOT/infra/../written --syntax hcl --quiet
    ");
}

#[test]
fn ambiguous_program_is_rejected_with_choices() {
    let workspace = Workspace::new(&[
        ("infra", "", &["bin/live.rs", "bin/test.rs"]),
        ("site", "", &["main.rs"]),
        ("tools", "", &["lib.rs"]),
    ]);
    workspace.write("tools/examples/demo.rs", "fn main() {}");
    assert_snapshot!(workspace.synth("", &[]), @"
    exit: 1
    stderr:
    error: cannot determine which package contains the program
    hint: choose one with `--package`: infra, site, tools
    hint: or add `[package.metadata.iac]` to its Cargo.toml
    ");
    assert_snapshot!(workspace.synth("infra", &[]), @"
    exit: 1
    stderr:
    error: package `infra` has several binaries
    hint: choose one with `--bin`: live, test
    hint: or set `bin` in `[package.metadata.iac]` of its Cargo.toml
    ");
    assert_snapshot!(workspace.synth("infra", &["--bin", "life"]), @"
    exit: 1
    stderr:
    error: no package has a binary `life`
    hint: did you mean `live`?
    ");
    assert_snapshot!(workspace.synth("site", &["--bin", "life"]), @"
    exit: 1
    stderr:
    error: no package has a binary `life`
    hint: did you mean `live`?
    ");
    assert_snapshot!(workspace.synth("", &["-p", "sites"]), @"
    exit: 1
    stderr:
    error: package `sites` not found in the workspace
    hint: did you mean `site`?
    ");
    assert_snapshot!(workspace.synth("", &["-p", "tools"]), @"
    exit: 1
    stderr:
    error: package `tools` has no binary to run
    hint: choose one with `--example`: demo
    ");
    assert_snapshot!(workspace.synth("", &["-p", "tools", "--example", "dem"]), @"
    exit: 1
    stderr:
    error: package `tools` has no example `dem`
    hint: did you mean `demo`?
    hint: choose one with `--example`: demo
    ");
    workspace
        .write("site/Cargo.toml", "[package]\nname = \"site\"\n[package.metadata.iac]\noutput = \"x\"\n");
    assert_snapshot!(workspace.synth("site", &[]), @"
    exit: 1
    stderr:
    error: invalid `[package.metadata.iac]` in ROOT/site/Cargo.toml: unknown field `output`, expected one of `bin`, `example`, `out`
    ");
}

#[test]
fn missing_cargo_toml_is_reported() {
    let nowhere = tempfile::tempdir().unwrap();
    let nowhere = nowhere.path().canonicalize().unwrap();
    assert_snapshot!(Iac::new(&["synth"]).directory(&nowhere).hide(&nowhere, "HERE").run(), @"
    exit: 1
    stderr:
    error: could not find `Cargo.toml` in `HERE` or any parent directory
    hint: create a project with `iac new NAME`
    hint: or set the path with `--manifest-path PATH`
    ");
}

#[test]
fn graph_runs_the_program() {
    let workspace = Workspace::new(&[("infra", "", &["main.rs"])]);
    let manifest = fixture("two-stacks").join("manifest.json");
    let graph = workspace.iac("infra", &["graph", "--format", "mermaid", "--stack", "sandbox"]);
    let seen = graph.env("MANIFEST", manifest).run();
    // The program is run with `--quiet`; anything that it prints nevertheless must not become part of the result.
    let (stdout, stderr) = seen.split_once("\nstderr:\n").unwrap();
    assert_snapshot!(stdout, @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["sandbox"]
        n0["aws_vpc.main"]
      end
    "#);
    assert!(stderr.starts_with("infra/main.rs --quiet --out "), "{stderr}");
    let directory = Path::new(stderr.rsplit(' ').next().unwrap());
    assert!(!directory.exists(), "the temporary directory is removed");
    assert_snapshot!(workspace.iac("infra", &["graph"]).env("END", "1").run().lines().next().unwrap(), @"exit: 1");
}
