//! Tests through the public interface, over a small provider whose bindings are written by hand.

mod collections;
mod cross_stack;
mod diagnostics;
mod documents;
mod functions;
mod meta_arguments;
mod provider;
mod raw;
mod sources;
