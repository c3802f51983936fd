//! Instances of every type of the AWS provider, created with the typed builders; see `build/main.rs`.
#![allow(unused_imports, clippy::all, clippy::pedantic, missing_docs)]

use std::cell::RefCell;
use std::collections::HashSet;

use iac_core::Stack;

/// A service of the bindings.
#[derive(Debug)]
pub struct Service {
    /// The name.
    pub name: &'static str,
    /// The number of types.
    pub types: usize,
    /// Adds the types to a stack, each several times: once with only its required arguments, then until every
    /// argument was set.
    pub add: fn(&Stack),
}

thread_local! {
    /// The functions that have built a block in full in the current instance.
    static BUILT: RefCell<HashSet<&'static str>> = RefCell::default();
}

/// Starts an instance.
fn start() {
    BUILT.with_borrow_mut(HashSet::clear);
}

/// Returns `true` if the current instance has not built this block yet.
fn is_first(build: &'static str) -> bool {
    BUILT.with_borrow_mut(|built| built.insert(build))
}

include!(concat!(env!("OUT_DIR"), "/accepted.rs"));
