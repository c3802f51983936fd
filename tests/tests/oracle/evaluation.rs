//! Terraform still evaluates the expressions in `iac-lang/tests/eval/cases` to the recorded values.
//!
//! Random probes evaluate to the same values, too: `IAC_PROBES` is their number, and `IAC_PROBES_SEED` selects others.
//!
//! With `RECORD_EVALUATION=1`, Terraform's answers are written to the files. To add a case, add a line that starts
//! with `> `.

mod probes;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, thread};

/// The directory of the cases.
fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../iac-lang/tests/eval")
}

#[test]
fn recorded_evaluations_match_terraform() {
    let mut files: Vec<PathBuf> = fs::read_dir(cases().join("cases"))
        .expect("the cases are there")
        .map(|entry| entry.expect("the directory can be read").path())
        .collect();
    files.sort();
    assert!(files.len() > 5, "there are only {} files", files.len());
    // Consoles of one directory lock each other out.
    let (first, second) = files.split_at(files.len() / 2);
    let wrong = thread::scope(|scope| {
        let other = scope.spawn(|| check("a", first));
        check("b", second) + &other.join().expect("the other half is checked")
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn random_probes_match_terraform() {
    let setting = |name: &str, default| {
        env::var(name).map_or(default, |value| value.parse().expect("the setting is a number"))
    };
    let (count, seed) = (setting("IAC_PROBES", 1_000), setting("IAC_PROBES_SEED", 1));
    let mut report = probes::Report::default();
    let mut probes = probes::Probes::new(seed);
    let mut left = usize::try_from(count).expect("the number fits");
    while left > 0 {
        // Terraform prints a page for each error, so it is quicker with several small configurations.
        let batch: Vec<String> = probes.by_ref().take(left.min(250)).collect();
        left -= batch.len();
        probes::judge(&batch, &mut report);
    }
    let probes::Report { equal, undecided, refused, newer, wrong } = report;
    println!(
        "{count} probes: {equal} equal, {undecided} undecided, {newer} newer, {} wrong; Terraform refuses {refused}",
        wrong.len()
    );
    println!("{}", wrong.join("\n"));
    // Errors of expressions that are not evaluated here, and orders that differ from run to run.
    assert!(wrong.len() * 100 <= equal, "{} probes differ", wrong.len());
}

/// Runs Terraform; returns what it prints, and otherwise its errors.
fn terraform(directory: &Path, arguments: &[&str]) -> Result<String, String> {
    // A call may ask for more memory than there is.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 8388608; exec terraform \"$@\"", "sh"]);
    command.args(arguments).current_dir(directory).env("CHECKPOINT_DISABLE", "1");
    let output = command.output().expect("terraform is on the path");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(text) } else { Err(text + &String::from_utf8_lossy(&output.stderr)) }
}

/// Returns the changes in these files.
fn check(name: &str, files: &[PathBuf]) -> String {
    let directory = env::temp_dir().join(format!("iac-evaluation-{}-{name}", std::process::id()));
    fs::create_dir_all(&directory).expect("the temporary directory can be written");
    fs::copy(cases().join("scope.tf"), directory.join("scope.tf")).expect("it can be copied");
    let mut wrong = String::new();
    for file in files {
        let recorded = fs::read_to_string(file).expect("the cases can be read");
        let expressions = recorded.lines().filter_map(|line| line.strip_prefix("> "));
        let answers = expressions.fold(String::new(), |mut answers, expression| {
            writeln!(answers, "> {expression}\n{}", console(&directory, expression))
                .expect("writing to a string does not fail");
            answers
        });
        if env::var_os("RECORD_EVALUATION").is_some() {
            fs::write(file, answers).expect("the cases can be written");
        } else if answers != recorded {
            let line = answers
                .lines()
                .zip(recorded.lines())
                .take_while(|(answers, recorded)| answers == recorded)
                .count();
            writeln!(wrong, "{}:{}: Terraform gives a different answer", file.display(), line + 1)
                .expect("writing to a string does not fail");
        }
    }
    fs::remove_dir_all(&directory).expect("it was made");
    wrong
}

/// Returns the console's output for an expression.
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

/// The console prints the type of each null: `tostring(null)`, `tolist(null) /* of string */`.
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
