//! Tests of the public interface with a small provider whose bindings are written by hand.

mod collections;
mod cross_stack;
mod diagnostics;
mod documents;
mod functions;
mod generic;
mod meta_arguments;
mod provider;
mod raw;
mod sources;
