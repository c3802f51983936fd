//! Tests through the public interface, over a small provider whose bindings are written by hand.

mod cross_stack;
mod diagnostics;
mod meta_arguments;
mod provider;
mod sources;
