//! Parallel execution with results in input order.

use rayon::prelude::*;

/// The number of items below which another thread does not pay off.
const PARALLEL_THRESHOLD: usize = 64;

/// Runs two functions in parallel.
pub fn join<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(one, other)
}

/// Maps items in parallel; results are in order.
pub fn map<'t, T: Sync, R: Send>(items: &'t [T], work: impl Fn(&'t T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().with_min_len(PARALLEL_THRESHOLD).map(work).collect()
}

/// Maps owned items in parallel; results are in order.
pub(crate) fn map_owned<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_par_iter().with_min_len(PARALLEL_THRESHOLD).map(work).collect()
}

/// Maps batches of items in parallel; results are in order.
pub(crate) fn map_batches<T: Sync, R: Send>(
    items: &[T],
    size: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync + Send,
) -> Vec<R> {
    let batches: Vec<Vec<R>> = items.par_chunks(size).map(work).collect();
    batches.into_iter().flatten().collect()
}
