//! Plans random programs with Terraform and with our planner, and reports the differences.
//!
//! ```text
//! . .ci/terraform.sh
//! cargo run --release -p iac-tests --features differential --bin differential -- --programs 20000
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, io};

use clap::Parser;
use iac_tests::random::batch::{Terraform, provider};
use iac_tests::random::judge::{Case, Comparison, Planned, plan};
use iac_tests::random::ours::Ours;
use iac_tests::random::report::Tally;
use iac_tests::random::shrink::shrink;
use iac_tests::random::types::Types;
use serde_json::Value;

/// Plan random programs with Terraform and with our planner, and report the differences
#[derive(Debug, Parser)]
struct Args {
    /// Number of programs
    #[arg(long, default_value_t = 1000)]
    programs: usize,
    /// Seed of the random choices
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of programs planned at once
    #[arg(long, default_value_t = 500)]
    batch: usize,
    /// Number of the first program
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// Only plan these programs
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    only: Vec<usize>,
    /// Ask the provider's binary instead of the table
    #[arg(long)]
    provider: bool,
    /// Also list programs with the same actions but different changed attributes
    #[arg(long)]
    attributes: bool,
    /// Only write the programs that Terraform accepts, and their state, to a directory
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Write each disagreement, minimized, to a directory
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let types = Types::load();
    let terraform = Terraform::new();
    if let Some(directory) = &args.write {
        let cases: Vec<Case> = (args.first..args.first + args.programs)
            .map(|number| Case::random(number, &types, number, args.seed))
            .collect();
        return report(directory, write(directory, &plan(&cases, &types, &terraform, args.seed)));
    }
    let ours = if args.provider { Ours::binary() } else { Ours::table() };
    let mut tally = Tally::default();
    let start = Instant::now();
    let last = args.first + args.programs;
    let numbers: Vec<usize> =
        if args.only.is_empty() { (args.first..last).collect() } else { args.only.clone() };
    for numbers in numbers.chunks(args.batch.max(1)) {
        tally.add(numbers.iter().copied(), &types, &terraform, &ours, args.seed);
        eprintln!("{tally}, {:.0} s", start.elapsed().as_secs_f64());
    }
    println!("{tally}");
    for wrong in &tally.wrong {
        println!("\n{wrong}");
    }
    for other in tally.other_attributes.iter().filter(|_| args.attributes) {
        println!("\nattributes: {other}");
    }
    if let Some(directory) = args.keep {
        let small = shrink(tally.wrong.clone(), &types, &terraform, &ours, args.seed);
        return report(&directory, small.iter().try_for_each(|comparison| keep(&directory, comparison)));
    }
    if tally.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reports errors in accessing the files of a directory.
fn report(directory: &Path, written: io::Result<()>) -> ExitCode {
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}

/// Writes programs as one configuration.
fn write(directory: &Path, planned: &Planned) -> io::Result<()> {
    let put = |name: &str, content: &Value| fs::write(directory.join(name), content.to_string());
    fs::create_dir_all(directory)?;
    put("provider.tf.json", &provider())?;
    put("terraform.tfstate", &planned.state)?;
    let mut programs = planned.programs().into_iter();
    programs.try_for_each(|program| put(&format!("p{}.tf.json", program.number), &program.config()))
}

/// Writes a disagreement: configuration, state, and both answers.
fn keep(directory: &Path, comparison: &Comparison) -> io::Result<()> {
    let resource = comparison.case.before.resources.first().map(|resource| resource.type_name.clone());
    let name = format!("{}-{}", resource.unwrap_or_default(), comparison.case.before.number);
    let directory = directory.join(name);
    fs::create_dir_all(&directory)?;
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    fs::write(directory.join("before.tf.json.txt"), pretty(&comparison.case.before.config()))?;
    fs::write(directory.join("main.tf.json"), pretty(&comparison.case.after.config()))?;
    fs::write(directory.join("terraform.tfstate"), pretty(&comparison.state))?;
    fs::write(directory.join("case.txt"), format!("{comparison}\n"))
}
