//! Work on many things at once, in the order in which they are given.

use std::num::NonZero;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Fewer than this are not worth a thread.
const WORTHWHILE: usize = 64;

/// What the function gives for each item, in order.
pub(crate) fn map<'i, T: Sync, R: Send>(items: &'i [T], work: impl Fn(&'i T) -> R + Sync) -> Vec<R> {
    map_owned(items.iter().collect(), work)
}

/// What the function makes of each item, in order.
pub(crate) fn map_owned<T: Send, R: Send>(mut items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len() / WORTHWHILE);
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let (count, share) = (items.len(), items.len().div_ceil(threads));
    let work = &work;
    thread::scope(|scope| {
        // The first share is done here, the others each in a thread of its own.
        let mut workers = Vec::with_capacity(threads - 1);
        for start in (1..threads).rev().map(|number| number * share) {
            let items = items.split_off(start.min(items.len()));
            workers.push(scope.spawn(move || items.into_iter().map(work).collect::<Vec<R>>()));
        }
        let mut results = Vec::with_capacity(count);
        results.extend(items.into_iter().map(work));
        workers.into_iter().rev().for_each(|worker| results.extend(join(worker)));
        results
    })
}

/// Both results: of what is done here, and of what is done in a thread meanwhile.
pub(crate) fn both<A, B: Send>(here: impl FnOnce() -> A, meanwhile: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope: &Scope<'_, '_>| {
        let worker = scope.spawn(meanwhile);
        (here(), join(worker))
    })
}

/// What a thread came to. If it panicked, so does this one.
fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
