//! Input to time plans with: `plan-scale RESOURCES DIR` writes a synthesised program, the state that it left, and a state
//! from which one resource of a hundred differs.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let resources = arguments.next().and_then(|number| number.to_str()?.parse().ok());
    let (Some(resources), Some(directory)) = (resources, arguments.next()) else {
        eprintln!("usage: plan-scale RESOURCES DIR");
        return ExitCode::FAILURE;
    };
    let directory = Path::new(&directory);
    if let Err(error) = states(resources, directory) {
        eprintln!("error: {}: {error}", directory.display());
        return ExitCode::FAILURE;
    }
    iac_benches::program(resources).run_with(["--out".into(), directory.into()])
}

fn states(resources: usize, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (file, changed) in [("same.tfstate", false), ("changed.tfstate", true)] {
        let mut out = BufWriter::new(File::create(directory.join(file))?);
        iac_benches::applied::write(&mut out, resources, changed)?;
        out.flush()?;
    }
    Ok(())
}
