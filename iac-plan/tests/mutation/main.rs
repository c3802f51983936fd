//! Readers take any bytes: broken inputs give errors, never a panic.
//!
//! Valid inputs are changed at random, from a fixed seed, so that a failure comes again. `IAC_MUTATIONS` says how many times
//! (the targets in `fuzz/` look longer and cleverer).

mod config;
mod harness;
mod state;
