//! The effects of a program on the disk, seen from the outside.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_synth-scale");

fn program(resources: usize, out: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg(resources.to_string()).arg("--out").arg(out).stdin(Stdio::null());
    command
}

fn run(resources: usize, out: &Path) -> Output {
    program(resources, out).output().expect("the program starts")
}

/// The files of a program with one stack.
fn files(out: &Path) -> [Vec<u8>; 3] {
    ["scale/main.tf", "scale/model.json", "manifest.json"]
        .map(|file| fs::read(out.join(file)).expect("the file is written"))
}

/// The names of all files, to find files that are left behind.
fn names(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).expect("it is a directory") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            names.extend(self::names(&path));
        } else {
            names.push(path.file_name().expect("a file has a name").to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it is text")
}

#[test]
fn two_runs_write_the_same_bytes() {
    let [first, second] = [(); 2].map(|()| tempfile::tempdir().expect("there is a place for files"));
    // Each process seeds its hash maps differently, and runs in another directory.
    assert!(run(2_000, first.path()).status.success());
    let elsewhere = program(2_000, second.path()).current_dir(second.path()).output().expect("it starts");
    assert!(elsewhere.status.success());
    assert!(files(first.path()) == files(second.path()), "two runs differ");
}

#[test]
fn unchanged_files_are_left_alone_and_checked() {
    let out = tempfile::tempdir().expect("there is a place for files");
    let check = |resources| program(resources, out.path()).arg("--check").output().expect("it starts");
    assert_eq!(check(100).status.code(), Some(5), "nothing is there yet");
    assert!(names(out.path()).is_empty(), "a check writes nothing");

    assert!(stderr(&run(100, out.path())).contains("(3 files changed, "));
    let before =
        fs::metadata(out.path().join("scale/main.tf")).and_then(|file| file.modified()).expect("it is there");
    assert!(stderr(&run(100, out.path())).contains("(nothing changed, "));
    let after =
        fs::metadata(out.path().join("scale/main.tf")).and_then(|file| file.modified()).expect("it is there");
    assert_eq!(before, after);
    assert_eq!(check(100).status.code(), Some(0));

    let differs = check(200);
    assert_eq!(differs.status.code(), Some(5));
    assert!(
        stderr(&differs).contains("main.tf` differs from the program's output at line "),
        "{}",
        stderr(&differs)
    );
}

#[test]
fn switching_syntax_removes_the_file_of_the_other() {
    let out = tempfile::tempdir().expect("there is a place for files");
    assert!(run(100, out.path()).status.success());
    let json = || program(100, out.path()).args(["--syntax", "json"]).output().expect("it starts");
    assert!(json().status.success());
    assert_eq!(names(out.path()), ["main.tf.json", "manifest.json", "model.json"]);

    // A file that no program wrote belongs to the user.
    fs::write(out.path().join("scale/main.tf"), "locals {}\n").expect("it can be written");
    assert!(json().status.success());
    assert_eq!(names(out.path()), ["main.tf", "main.tf.json", "manifest.json", "model.json"]);
}

#[test]
fn an_invalid_output_directory_is_named_in_the_error() {
    let out = tempfile::tempdir().expect("there is a place for files");
    let file = out.path().join("file");
    fs::write(&file, "").expect("it can be written");
    let output = run(10, &file.join("below"));
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert!(message.starts_with("error: cannot create `"), "{message}");
    assert!(message.contains("hint: `--out` chooses another directory"), "{message}");
}

/// A limit on file sizes simulates a full disk: the file is opened, and writing fails halfway.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let out = tempfile::tempdir().expect("there is a place for files");
    assert!(run(100, out.path()).status.success());
    let before = files(out.path());
    let script = format!("trap '' XFSZ; ulimit -f 64; exec {PROGRAM} 5000 --out {}", out.path().display());
    let output = Command::new("sh").args(["-c", &script]).output().expect("there is a shell");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("error: cannot write `"), "{}", stderr(&output));
    assert!(files(out.path()) == before, "a file was replaced");
    assert_eq!(
        names(out.path()),
        ["main.tf", "manifest.json", "model.json"],
        "a temporary file is left behind"
    );
}

#[test]
fn leftovers_of_an_interrupted_run_are_removed() {
    let out = tempfile::tempdir().expect("there is a place for files");
    assert!(run(100, out.path()).status.success());
    for file in [".manifest.json.12-345.new", "scale/.main.tf.12-345.old"] {
        fs::write(out.path().join(file), "half of a fi").expect("it can be written");
    }
    assert!(run(100, out.path()).status.success());
    assert_eq!(names(out.path()), ["main.tf", "manifest.json", "model.json"]);
}

#[test]
fn an_interrupted_run_leaves_whole_files() {
    let out = tempfile::tempdir().expect("there is a place for files");
    let [small, large] = [500, 20_000];
    let start = Instant::now();
    assert!(run(large, out.path()).status.success());
    let whole = start.elapsed();
    let written_large = files(out.path());
    assert!(run(small, out.path()).status.success());
    let written_small = files(out.path());

    // Writing is the last part of a run, so interrupt the second half.
    for delay in (0..20).map(|step| whole / 2 + whole * step / 40) {
        let mut child = program(large, out.path()).stderr(Stdio::null()).spawn().expect("it starts");
        sleep(delay);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let found = files(out.path());
        for (position, found) in found.iter().enumerate() {
            assert!(
                *found == written_small[position] || *found == written_large[position],
                "after {delay:?}: a file has neither its old nor its new content"
            );
        }
        // The manifest is written last: if it is new, everything is.
        assert!(found[2] != written_large[2] || found[..2] == written_large[..2], "after {delay:?}");
        assert!(run(small, out.path()).status.success(), "the next run takes over");
        assert!(files(out.path()) == written_small);
        assert_eq!(
            names(out.path()),
            ["main.tf", "manifest.json", "model.json"],
            "after {delay:?}: a temporary file is left behind"
        );
    }
}

#[test]
fn runs_at_the_same_time_follow_one_another() {
    let out = tempfile::tempdir().expect("there is a place for files");
    let expected = [200, 400].map(|resources| {
        assert!(run(resources, out.path()).status.success());
        files(out.path())
    });
    for _ in 0..10 {
        let start = |resources| {
            let mut command = program(resources, out.path());
            command.stderr(Stdio::piped()).spawn().expect("it starts")
        };
        for child in [200, 400, 200, 400].map(start) {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", stderr(&output));
        }
        assert!(expected.contains(&files(out.path())), "files of two runs are mixed");
        assert_eq!(names(out.path()), ["main.tf", "manifest.json", "model.json"]);
    }
}

#[cfg(unix)]
#[test]
fn links_at_temporary_names_are_not_followed() {
    let out = tempfile::tempdir().expect("there is a place for files");
    let victim = out.path().join("victim");
    fs::write(&victim, "kept").expect("it can be written");
    let below = out.path().join("out");
    fs::create_dir_all(below.join("scale")).expect("it can be made");
    for name in [".manifest.json.new", "scale/.main.tf.new", "scale/.model.json.new"] {
        std::os::unix::fs::symlink(&victim, below.join(name)).expect("it can be linked");
    }
    assert!(run(100, &below).status.success());
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "kept");
}

#[test]
fn files_of_somebody_else_are_not_replaced() {
    for file in ["manifest.json", "scale/main.tf", "scale/model.json"] {
        let out = tempfile::tempdir().expect("there is a place for files");
        let path = out.path().join(file);
        fs::create_dir_all(out.path().join("scale")).expect("it can be made");
        fs::write(&path, "{}\n").expect("it can be written");
        let output = run(100, out.path());
        assert_eq!(output.status.code(), Some(1), "{file}");
        let message = stderr(&output);
        assert!(message.contains(&format!("{file}`: not written by `iac synth`")), "{message}");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "{}\n");
        assert_eq!(names(out.path()).len(), 1, "nothing is written");
    }
    // What a program wrote before is replaced, even without a manifest.
    let out = tempfile::tempdir().expect("there is a place for files");
    assert!(run(100, out.path()).status.success());
    fs::remove_file(out.path().join("manifest.json")).expect("it is there");
    assert!(run(200, out.path()).status.success());
}
