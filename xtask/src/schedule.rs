//! Runs steps, several at the same time.

use std::io::{self, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::steps::Step;

/// Steps to run.
#[derive(Debug)]
pub(crate) struct Schedule<'a> {
    waiting: Vec<&'a Step>,
    /// Steps that are waiting or running.
    unfinished: Vec<&'static str>,
    failed: Vec<&'static str>,
    running: usize,
}

/// A step that has ended.
struct Ended {
    step: Step,
    output: io::Result<Output>,
    took: Duration,
}

impl<'a> Schedule<'a> {
    /// Steps start in this order, except that those behind a step that waits for another go first.
    pub(crate) fn new(steps: &'a [Step]) -> Self {
        Self {
            waiting: steps.iter().collect(),
            unfinished: steps.iter().map(|step| step.name).collect(),
            failed: Vec::new(),
            running: 0,
        }
    }

    /// Runs the steps, at most `jobs` at the same time, and writes the output of each as soon as it ends. After a
    /// failure the steps that need the failed one do not run; the others do, so that one run reports all failures.
    /// Returns false if a step failed.
    pub(crate) fn run(mut self, jobs: usize, out: &mut impl Write) -> io::Result<bool> {
        let started = Instant::now();
        let (sender, receiver) = mpsc::channel();
        let total = self.waiting.len();
        loop {
            while self.running < jobs {
                let Some(step) = self.next() else { break };
                writeln!(out, "::: {}: started", step.name)?;
                out.flush()?;
                start(*step, total == 1, &sender);
                self.running += 1;
            }
            if self.running == 0 {
                break;
            }
            self.end(receiver.recv().map_err(io::Error::other)?, out)?;
        }
        let took = started.elapsed().as_secs();
        if self.unfinished.is_empty() {
            writeln!(out, "::: {total} steps passed in {took} s")?;
        } else {
            writeln!(out, "::: failed after {took} s: {}", self.failed.join(", "))?;
            if !self.waiting.is_empty() {
                let skipped: Vec<_> = self.waiting.iter().map(|step| step.name).collect();
                writeln!(out, "::: not run, since they need a failed step: {}", skipped.join(", "))?;
            }
        }
        Ok(self.unfinished.is_empty())
    }

    /// Takes the first step whose needs are met. Steps that were not selected are not waited for.
    fn next(&mut self) -> Option<&'a Step> {
        let is_ready = |step: &&Step| step.needs.iter().all(|name| !self.unfinished.contains(name));
        let index = self.waiting.iter().position(is_ready)?;
        Some(self.waiting.remove(index))
    }

    fn end(&mut self, Ended { step, output, took }: Ended, out: &mut impl Write) -> io::Result<()> {
        self.running -= 1;
        let (output, name, took) = (output?, step.name, took.as_secs());
        writeln!(out, "::: {name}: {}", step.title)?;
        out.write_all(&output.stdout)?;
        if output.status.success() {
            self.unfinished.retain(|unfinished| *unfinished != name);
            writeln!(out, "::: {name}: passed in {took} s")?;
        } else {
            self.failed.push(name);
            writeln!(out, "::: {name}: failed after {took} s, {}", output.status)?;
        }
        out.flush()
    }
}

/// Runs a step in the background. The output of a step that runs alone is shown at once.
fn start(step: Step, is_alone: bool, sender: &Sender<Ended>) {
    let sender = sender.clone();
    thread::spawn(move || {
        let started = Instant::now();
        // With stderr in stdout, lines stay in order.
        let script = format!("set -euo pipefail; exec 2>&1; {}", step.command);
        let stdout = if is_alone { Stdio::inherit() } else { Stdio::piped() };
        let command = Command::new("bash")
            .args(["-c", &script])
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::inherit())
            .spawn();
        let output = command.and_then(Child::wait_with_output);
        // The receiver is gone only if the schedule has failed.
        let _ = sender.send(Ended { step, output, took: started.elapsed() });
    });
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use crate::steps::Step;

    const fn step(name: &'static str, needs: &'static [&'static str], command: &'static str) -> Step {
        Step { name, title: "A test", needs, command }
    }

    /// Runs steps, and returns whether they passed and the lines written, without times.
    fn run(steps: &[Step], jobs: usize) -> (bool, Vec<String>) {
        let mut out = Vec::new();
        let passed = Schedule::new(steps).run(jobs, &mut out).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let lines = lines.lines().map(|line| line.trim_start_matches("::: "));
        let without_time = |line: &str| line.split(" in ").next().unwrap_or_default().to_owned();
        (passed, lines.map(without_time).collect())
    }

    #[test]
    fn a_step_waits_for_what_it_needs_and_outputs_do_not_mix() {
        let steps = [
            step("late", &["early", "not selected"], "echo late"),
            step("early", &[], "echo one; sleep 0.3; echo two >&2"),
            step("quick", &[], "echo quick"),
        ];
        let (passed, lines) = run(&steps, 2);
        assert!(passed);
        let expected = [
            "early: started",
            "quick: started",
            "quick: A test",
            "quick",
            "quick: passed",
            "early: A test",
            "one",
            "two",
            "early: passed",
            "late: started",
            "late: A test",
            "late",
            "late: passed",
            "3 steps passed",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_failure_fails_the_run_and_stops_only_what_needs_the_step() {
        let steps = [
            step("wrong", &[], "false | true"),
            step("next", &["wrong"], "true"),
            step("after that", &["next"], "true"),
            step("other", &[], "true"),
        ];
        let (passed, lines) = run(&steps, 1);
        assert!(!passed);
        assert!(lines.contains(&"other: passed".to_owned()), "{lines:?}");
        assert!(
            lines.iter().all(|line| line != "next: started" && line != "after that: started"),
            "{lines:?}"
        );
        assert_eq!(lines.last().unwrap(), "not run, since they need a failed step: next, after that");
        assert!(run(&[], 1).0);
    }
}
