//! Concurrent calls to a provider that may crash during them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use futures_util::stream::{self, StreamExt as _};
use iac_plan::plan::ProviderError;
use tokio::runtime::Runtime;

use crate::failure::Failure;

/// The number of consecutive crashes after which a provider is no longer restarted.
const MAX_CRASHES: usize = 8;

/// Excludes concurrent calls while a call is retried that may crash the provider, because they would fail with it.
pub(crate) type Gate = RwLock<()>;

/// Makes calls concurrently, up to a limit, and returns their answers in order.
///
/// A crash fails all calls in progress. They are then retried one by one, so that only the call that crashes the
/// provider returns an error.
pub(crate) fn each<T, F: Future<Output = Result<T, Failure>>>(
    runtime: &Runtime,
    gate: &Gate,
    in_flight: usize,
    count: usize,
    call: impl Fn(usize) -> F,
) -> Vec<Result<T, ProviderError>> {
    let mut answers: Vec<Option<Result<T, ProviderError>>> = (0..count).map(|_| None).collect();
    let mut waiting: Vec<usize> = (0..count).collect();
    let mut crashes = 0;
    while !waiting.is_empty() {
        let has_crashed = AtomicBool::new(false);
        let (has_crashed, call) = (&has_crashed, &call);
        let round = stream::iter(std::mem::take(&mut waiting)).map(|position| async move {
            if has_crashed.load(Ordering::Relaxed) {
                return (position, None);
            }
            let answer = call(position).await;
            if matches!(answer, Err(Failure::Crashed(_))) {
                has_crashed.store(true, Ordering::Relaxed);
            }
            (position, Some(answer))
        });
        let mut suspects = Vec::new();
        {
            let _open = gate.read().unwrap_or_else(PoisonError::into_inner);
            let round = round.buffer_unordered(in_flight.max(1)).collect::<Vec<_>>();
            for (position, answer) in runtime.block_on(round) {
                match answer {
                    None => waiting.push(position),
                    Some(Ok(answer)) => answers[position] = Some(Ok(answer)),
                    Some(Err(Failure::Answered(error))) => answers[position] = Some(Err(error)),
                    Some(Err(Failure::Crashed(_))) => suspects.push(position),
                }
            }
        }
        if suspects.is_empty() {
            continue;
        }
        suspects.sort_unstable();
        let _closed = gate.write().unwrap_or_else(PoisonError::into_inner);
        for position in suspects {
            answers[position] = Some(match runtime.block_on(call(position)) {
                Ok(answer) => {
                    crashes = 0;
                    Ok(answer)
                }
                Err(Failure::Answered(error)) => Err(error),
                Err(Failure::Crashed(message)) => {
                    crashes += 1;
                    Err(ProviderError::new(message, String::new()).broken())
                }
            });
        }
        if crashes >= MAX_CRASHES {
            for position in std::mem::take(&mut waiting) {
                let summary = "the provider crashed repeatedly and is not called any more";
                answers[position] = Some(Err(ProviderError::new(summary, String::new()).broken()));
            }
        }
    }
    let answered = answers.into_iter().map(|answer| answer.expect("every call has an answer or an error"));
    answered.collect()
}
