//! Readers accept arbitrary bytes: invalid input results in errors, never in a panic.
//!
//! Valid inputs are mutated at random from a fixed seed, so that failures are reproducible. `IAC_MUTATIONS` sets the
//! number of inputs. The targets in `fuzz/` search longer and guided by coverage.

mod config;
mod harness;
mod state;
