//! Input for timing plans: `plan-scale DIR RESOURCES [REFERENCES [STATEMENTS [DEPENDENCIES]]]` writes a synthesized
//! program, its applied state, and a state in which 1% of the resources differ.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use iac_benches::Scale;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let directory = arguments.next();
    let numbers: Option<Vec<usize>> = arguments.map(|number| number.to_str()?.parse().ok()).collect();
    let (Some(directory), Some(&[resources, ref rest @ ..])) = (directory, numbers.as_deref()) else {
        eprintln!("usage: plan-scale DIR RESOURCES [REFERENCES [STATEMENTS [DEPENDENCIES]]]");
        return ExitCode::FAILURE;
    };
    let mut scale = Scale::of(resources);
    let places = [&mut scale.references, &mut scale.statements, &mut scale.dependencies];
    for (place, number) in places.into_iter().zip(rest) {
        *place = *number;
    }
    let directory = Path::new(&directory);
    if let Err(error) = states(scale, directory) {
        eprintln!("error: {}: {error}", directory.display());
        return ExitCode::FAILURE;
    }
    iac_benches::program(scale).run_with(["--out".into(), directory.into()])
}

fn states(scale: Scale, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (file, changed) in [("same.tfstate", false), ("changed.tfstate", true)] {
        let mut out = BufWriter::new(File::create(directory.join(file))?);
        iac_benches::applied::write(&mut out, scale, changed)?;
        out.flush()?;
    }
    Ok(())
}
