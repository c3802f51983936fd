//! Instances of every type of the AWS provider, made by the typed builders; see `build/main.rs`.
#![allow(unused_imports, clippy::all, clippy::pedantic, missing_docs)]

use std::cell::RefCell;
use std::collections::HashSet;

use iac_core::Stack;

/// A service of the bindings.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// How many types it has.
    pub types: usize,
    /// Adds its types to a stack, several times each: once with what is required, and until everything was set.
    pub add: fn(&Stack),
}

thread_local! {
    /// What was built in full in the instance under way.
    static BUILT: RefCell<HashSet<&'static str>> = RefCell::default();
}

/// Starts an instance.
fn start() {
    BUILT.with_borrow_mut(HashSet::clear);
}

/// Whether the instance under way has not built this yet.
fn is_first(build: &'static str) -> bool {
    BUILT.with_borrow_mut(|built| built.insert(build))
}

include!(concat!(env!("OUT_DIR"), "/accepted.rs"));
