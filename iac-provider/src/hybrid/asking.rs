//! Plans: which of them are asked of the binary, and what becomes of its answers.

use std::sync::atomic::Ordering;

use iac_core::Text;
use iac_lang::value::{AttributePath, Unknown};
use iac_plan::plan::{PlanRequest, PlanResponse, Predictor, Provider as _, Undecided};

use super::{Answer, Hybrid, Preference, shape, unanswered};
use crate::binary::Binary;

/// The reason for a doubt about a plan from knowledge.
const OTHER_SCHEMA: &str = "the installed provider has another schema of this type than its version has";

impl Hybrid<'_> {
    /// Plans instances. The knowledge says for which of them nothing changes, and the binary answers for the others.
    ///
    /// Whether the provider accepts a changed configuration does not follow from knowledge, so it is always asked,
    /// unless the object is only destroyed.
    pub(super) fn answers(&self, requests: &[PlanRequest<'_>]) -> Vec<Answer> {
        let mut answers: Vec<Option<Answer>> =
            requests.iter().map(|request| self.answer_of_table(request)).collect();
        let is_open = |position: &usize| {
            answers[*position].as_ref().is_none_or(|answer| !is_settled(&requests[*position], answer))
        };
        let open: Vec<usize> = (0..requests.len()).filter(is_open).collect();
        let binary = if open.is_empty() { None } else { self.binary() };
        let Some(binary) = binary else {
            if !open.is_empty() {
                self.has_estimated.store(true, Ordering::Relaxed);
            }
            return answers
                .into_iter()
                .map(|answer| answer.unwrap_or_else(|| Err(unanswered(self.failure()))))
                .collect();
        };
        let (asked, refused): (Vec<usize>, Vec<usize>) =
            open.into_iter().partition(|position| self.is_askable(binary, &requests[*position]));
        for position in refused {
            if let Some(Ok(answer)) = &mut answers[position] {
                answer.undecided.push(doubt());
            }
            self.has_estimated.store(true, Ordering::Relaxed);
        }
        let questions: Vec<PlanRequest<'_>> = asked.iter().map(|position| requests[*position]).collect();
        for (position, answer) in asked.into_iter().zip(binary.plan(&questions)) {
            let known = answers[position].take();
            answers[position] = Some(self.settled(&requests[position], known, answer));
        }
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err(unanswered(None)))).collect()
    }

    /// Returns the plan that the knowledge makes, if it answers for the type.
    fn answer_of_table(&self, request: &PlanRequest<'_>) -> Option<Answer> {
        let table = self.table_for(request.schema)?;
        let mut answer = table.plan(&[*request]).pop()?;
        if let Ok(answer) = &mut answer {
            answer.predicted_by = Some(Predictor::Table);
        }
        Some(answer)
    }

    /// Returns true if the binary understands values of the request's schema. An installed binary may be another build
    /// of its version.
    fn is_askable(&self, binary: &Binary, request: &PlanRequest<'_>) -> bool {
        if self.preference != Preference::Knowledge || self.table.is_none() {
            return true;
        }
        let (kind, name) = (request.schema.kind, &request.schema.type_name);
        let theirs = binary.schema(kind, name);
        theirs.is_some_and(|theirs| shape::is_same(&theirs.block, &request.schema.block))
    }

    /// Returns the final answer to a request that the binary was asked.
    fn settled(&self, request: &PlanRequest<'_>, known: Option<Answer>, answer: Answer) -> Answer {
        let mut error = match answer {
            Ok(answer) => {
                let answer = PlanResponse { predicted_by: Some(Predictor::Provider), ..answer };
                return Ok(match self.doubt_of(request) {
                    None => answer,
                    Some(doubt) => self.doubted(request, known, answer, &doubt),
                });
            }
            Err(error) => error,
        };
        let tolerates = self.preference != Preference::Binary;
        if !(error.unreachable || error.broken && tolerates) {
            return Err(error);
        }
        if error.broken {
            self.fail(&error);
        }
        self.has_estimated.store(true, Ordering::Relaxed);
        error.unreachable = true;
        known.or_else(|| self.answer_of_same(request)).unwrap_or(Err(error))
    }

    /// Returns the plan that the knowledge makes, if it has the same schema as the binary.
    fn answer_of_same(&self, request: &PlanRequest<'_>) -> Option<Answer> {
        let (table, schema) = self.same_in_table(request.schema)?;
        let mut answer = table.plan(&[PlanRequest { schema: &schema, ..*request }]).pop()?;
        if let Ok(answer) = &mut answer {
            answer.predicted_by = Some(Predictor::Table);
        }
        Some(answer)
    }

    /// Returns an undecided value in a request, or in the configuration of its provider.
    fn doubt_of(&self, request: &PlanRequest<'_>) -> Option<Unknown> {
        request.config.doubt().cloned().or_else(|| self.doubt_of_provider(request.provider))
    }

    /// Returns the answer to a request with an undecided value. The binary took it for one that is known after apply,
    /// but the knowledge tells the two apart.
    fn doubted(
        &self,
        request: &PlanRequest<'_>,
        known: Option<Answer>,
        answer: PlanResponse,
        doubt: &Unknown,
    ) -> PlanResponse {
        self.has_estimated.store(true, Ordering::Relaxed);
        if let Some(Ok(known)) = known.or_else(|| self.answer_of_same(request)) {
            return known;
        }
        let mut answer = PlanResponse { planned: answer.planned.doubted(Some(doubt)), ..answer };
        let reason = doubt.reason().cloned().unwrap_or_default();
        answer.undecided.push(Undecided { path: AttributePath::default(), reason });
        answer
    }
}

/// Returns true if an answer of the knowledge is final: nothing changes, or the object is destroyed.
fn is_settled(request: &PlanRequest<'_>, answer: &Answer) -> bool {
    let Ok(answer) = answer else { return false };
    request.proposed.is_null() || answer.undecided.is_empty() && answer.planned == *request.prior
}

fn doubt() -> Undecided {
    Undecided { path: AttributePath::default(), reason: Text::from_static(OTHER_SCHEMA) }
}
