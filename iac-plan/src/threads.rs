//! Work on many things at once, in the order in which they are given.

use rayon::prelude::*;

/// Fewer than this are not worth being handed to another thread.
const WORTHWHILE: usize = 64;

/// What two functions give, at once.
pub fn join<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(one, other)
}

/// What the function gives for each item, in order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().with_min_len(WORTHWHILE).map(work).collect()
}

/// What the function makes of each item, in order.
pub(crate) fn map_owned<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_par_iter().with_min_len(WORTHWHILE).map(work).collect()
}

/// What the function gives for batches of so many items, in order.
pub(crate) fn map_batches<T: Sync, R: Send>(
    items: &[T],
    size: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync + Send,
) -> Vec<R> {
    let batches: Vec<Vec<R>> = items.par_chunks(size).map(work).collect();
    batches.into_iter().flatten().collect()
}
