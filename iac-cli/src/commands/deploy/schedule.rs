//! Work on stacks in the order of their dependencies, in parallel where they are independent.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;

/// What became of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate<T, E> {
    Done(T),
    Failed(E),
    /// Not begun, because the stack at this position was not done.
    Blocked(usize),
    /// Not begun, because the work was stopped.
    Stopped,
}

/// Does the work for each stack once it is done for all its upstream stacks, which precede it. A failure blocks the
/// dependents only. After `is_stopped` returns true, nothing more is begun.
pub(super) fn run<T: Send, E: Send>(
    upstream: &[Vec<usize>],
    parallel: usize,
    is_stopped: &dyn Fn() -> bool,
    work: &(dyn Fn(usize) -> Result<T, E> + Sync),
) -> Vec<Fate<T, E>> {
    let mut pending: Vec<usize> = upstream.iter().map(Vec::len).collect();
    let mut dependents = vec![Vec::new(); upstream.len()];
    for (position, upstream) in upstream.iter().enumerate() {
        for &other in upstream {
            dependents[other].push(position);
        }
    }
    let mut ready: BTreeSet<usize> = (0..upstream.len()).filter(|&stack| pending[stack] == 0).collect();
    let mut fates: Vec<Option<Fate<T, E>>> = upstream.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let mut running = 0;
        loop {
            while running < parallel && !is_stopped() {
                let Some(position) = ready.pop_first() else { break };
                running += 1;
                let sender = sender.clone();
                scope.spawn(move || {
                    let result = catch_unwind(AssertUnwindSafe(|| work(position)));
                    let _ = sender.send((position, result));
                });
            }
            if running == 0 {
                break;
            }
            let Ok((position, result)) = receiver.recv() else { break };
            running -= 1;
            fates[position] = Some(match result.unwrap_or_else(|panic| resume_unwind(panic)) {
                Ok(done) => {
                    for &dependent in &dependents[position] {
                        pending[dependent] -= 1;
                        if pending[dependent] == 0 {
                            ready.insert(dependent);
                        }
                    }
                    Fate::Done(done)
                }
                Err(error) => Fate::Failed(error),
            });
        }
    });
    let mut all: Vec<Fate<T, E>> = Vec::with_capacity(fates.len());
    for (fate, upstream) in fates.into_iter().zip(upstream) {
        let blocking = |all: &[Fate<T, E>]| {
            upstream.iter().copied().find(|&other| matches!(all[other], Fate::Failed(_) | Fate::Blocked(_)))
        };
        let fate = fate.unwrap_or_else(|| blocking(&all).map_or(Fate::Stopped, Fate::Blocked));
        all.push(fate);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    /// `0 <- 1 <- 2`, and `3` alone.
    const CHAIN: [&[usize]; 4] = [&[], &[0], &[0, 1], &[]];

    fn chain() -> Vec<Vec<usize>> {
        CHAIN.iter().map(|upstream| upstream.to_vec()).collect()
    }

    #[test]
    fn upstream_stacks_are_first() {
        for parallel in [1, 2, 8] {
            let order = Mutex::new(Vec::new());
            let work = |position| {
                order.lock().unwrap().push(position);
                Ok::<_, ()>(position)
            };
            let fates = run(&chain(), parallel, &|| false, &work);
            assert_eq!(fates, [0, 1, 2, 3].map(Fate::Done));
            let order = order.into_inner().unwrap();
            let at = |stack| order.iter().position(|&each| each == stack).unwrap();
            assert!(at(0) < at(1) && at(1) < at(2), "{order:?}");
        }
    }

    #[test]
    fn failure_blocks_dependents_only() {
        let work = |position| if position == 0 { Err("no") } else { Ok(position) };
        let fates = run(&chain(), 1, &|| false, &work);
        assert_eq!(fates, [Fate::Failed("no"), Fate::Blocked(0), Fate::Blocked(0), Fate::Done(3)]);
    }

    #[test]
    fn nothing_begins_after_a_stop() {
        let stopped = AtomicBool::new(false);
        let work = |position| {
            stopped.store(true, Ordering::SeqCst);
            Ok::<_, ()>(position)
        };
        let fates = run(&chain(), 1, &|| stopped.load(Ordering::SeqCst), &work);
        assert_eq!(fates, [Fate::Done(0), Fate::Stopped, Fate::Stopped, Fate::Stopped]);
    }

    #[test]
    fn independent_stacks_run_at_the_same_time() {
        let running = AtomicUsize::new(0);
        let work = |_| {
            running.fetch_add(1, Ordering::SeqCst);
            // Ends only if the other one runs.
            while running.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
            Ok::<_, ()>(())
        };
        assert_eq!(run(&[vec![], vec![]], 2, &|| false, &work), [Fate::Done(()), Fate::Done(())]);
    }
}
