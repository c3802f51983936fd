//! Terraform is asked again what it makes of the expressions in `iac-core/tests/eval/cases`.
//!
//! With `RECORD_EVALUATION=1`, what it says is written there: how cases are added. A new one is a line that begins
//! with `> `.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, thread};

/// Where the cases are.
fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../iac-core/tests/eval")
}

#[test]
fn terraform_still_says_the_same() {
    let mut files: Vec<PathBuf> = fs::read_dir(cases().join("cases"))
        .expect("the cases are there")
        .map(|entry| entry.expect("the directory can be read").path())
        .collect();
    files.sort();
    assert!(files.len() > 5, "there are only {} files", files.len());
    // Consoles of one directory wait for each other.
    let (first, second) = files.split_at(files.len() / 2);
    let wrong = thread::scope(|scope| {
        let other = scope.spawn(|| check("a", first));
        check("b", second) + &other.join().expect("the other half is checked")
    });
    assert!(wrong.is_empty(), "{wrong}");
}

/// What has changed in these files.
fn check(name: &str, files: &[PathBuf]) -> String {
    let directory = env::temp_dir().join(format!("iac-evaluation-{}-{name}", std::process::id()));
    fs::create_dir_all(&directory).expect("the temporary directory can be written");
    fs::copy(cases().join("scope.tf"), directory.join("scope.tf")).expect("it can be copied");
    let mut wrong = String::new();
    for file in files {
        let recorded = fs::read_to_string(file).expect("the cases can be read");
        let expressions = recorded.lines().filter_map(|line| line.strip_prefix("> "));
        let said = expressions.fold(String::new(), |mut said, expression| {
            writeln!(said, "> {expression}\n{}", console(&directory, expression)).expect("text takes all");
            said
        });
        if env::var_os("RECORD_EVALUATION").is_some() {
            fs::write(file, said).expect("the cases can be written");
        } else if said != recorded {
            let line =
                said.lines().zip(recorded.lines()).take_while(|(said, recorded)| said == recorded).count();
            writeln!(wrong, "{}:{}: Terraform says something else", file.display(), line + 1)
                .expect("text takes all");
        }
    }
    fs::remove_dir_all(&directory).expect("it was made");
    wrong
}

/// What the console prints for an expression.
fn console(directory: &Path, expression: &str) -> String {
    let mut child = Command::new("terraform")
        .args(["console", "-no-color"])
        .current_dir(directory)
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("terraform is on the path");
    let mut input = child.stdin.take().expect("it is piped");
    writeln!(input, "{expression}").expect("terraform listens");
    drop(input);
    let output = child.wait_with_output().expect("terraform ends");
    let error = String::from_utf8_lossy(&output.stderr);
    match error.split_once("Error: ").and_then(|(_, error)| error.lines().next()) {
        Some(summary) => format!("error: {}", summary.trim_end()),
        None => without_types(String::from_utf8_lossy(&output.stdout).trim_end()),
    }
}

/// The console knows the type of each null: `tostring(null)`, `tolist(null) /* of string */`.
fn without_types(text: &str) -> String {
    let mut plain = String::new();
    for line in text.split_inclusive('\n') {
        let mut line = line.to_owned();
        for ty in ["string", "number", "bool", "list", "set", "map"] {
            line = line.replace(&format!("to{ty}(null)"), "null");
        }
        while let Some(start) = line.find("null /*")
            && let Some(length) = line[start..].find("*/")
        {
            line.replace_range(start + 4..start + length + 2, "");
        }
        plain.push_str(&line);
    }
    plain
}
