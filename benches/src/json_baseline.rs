//! The minimum for a JSON reader: `json-baseline FILE…` reads files with `serde_json` and writes them again.

use std::io::{BufWriter, Write as _, sink};
use std::process::ExitCode;

fn main() -> ExitCode {
    for file in std::env::args_os().skip(1) {
        let Ok(text) = std::fs::read(file) else { return ExitCode::FAILURE };
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&text) else { return ExitCode::FAILURE };
        let mut out = BufWriter::new(sink());
        if serde_json::to_writer(&mut out, &value).is_err() || out.flush().is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
