//! Planning of managed resources.

mod planning;
mod prepared;
mod redact;

use self::planning::Planning;
use super::session::Session;
use super::untyped;
use super::work::{Outcome, WorkItem};
use crate::plan::{PlanRequest, PlanResponse, Provider, ProviderError};
use crate::threads;

/// The answer of a provider.
type Answer = Result<PlanResponse, ProviderError>;

/// Plans instances that do not depend on each other, in order.
pub(crate) fn plan(session: &Session<'_>, items: &[WorkItem<'_>]) -> Vec<Outcome> {
    let providers = items.iter().filter_map(|work| work.definition.selected.provider);
    let batch = providers.map(Provider::batch).max().unwrap_or(usize::MAX).max(1);
    // Intermediate values are kept for one batch at a time.
    threads::map_batches(items, batch, |items| {
        let mut plannings = threads::map(items, |work| Planning::start(session, work));
        ask(&mut plannings, Planning::request, Planning::decide);
        // A replacement is planned again, without a prior value.
        plannings.iter_mut().flatten().for_each(Planning::propose_replacement);
        ask(&mut plannings, Planning::replacement_request, Planning::replace);
        threads::map_owned(items.iter().zip(plannings).collect(), |(work, planning)| match planning {
            Some(planning) => planning.finish(session),
            None => untyped::plan(session, work),
        })
    })
}

/// Sends the requests of instances to their providers, one batch for each provider, and hands over the answers.
fn ask<'w, 'a>(
    plannings: &mut [Option<Planning<'w, 'a>>],
    request: impl for<'p> Fn(&'p Planning<'w, 'a>) -> Option<PlanRequest<'p>>,
    take: impl Fn(&mut Planning<'w, 'a>, Answer),
) {
    let mut answers: Vec<(usize, Answer)> = Vec::new();
    let mut remaining: Vec<(usize, &Planning<'_, '_>, PlanRequest<'_>)> = Vec::new();
    for (position, planning) in plannings.iter().enumerate() {
        if let Some(planning) = planning
            && let Some(request) = request(planning)
        {
            remaining.push((position, planning, request));
        }
    }
    while let Some((_, first, _)) = remaining.first() {
        let selected = &first.work.definition.selected;
        let (batch, others): (Vec<_>, Vec<_>) = remaining
            .into_iter()
            .partition(|(_, planning, _)| planning.work.definition.selected.source == selected.source);
        remaining = others;
        let Some(provider) = selected.provider else { continue };
        let (positions, requests): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|(position, _, request)| (position, request)).unzip();
        answers.extend(positions.into_iter().zip(provider.plan(&requests)));
    }
    for (position, answer) in answers {
        if let Some(planning) = &mut plannings[position] {
            take(planning, answer);
        }
    }
}
