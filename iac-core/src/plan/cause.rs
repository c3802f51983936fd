//! Why something is not known, or is replaced: through which references, from which change.

use crate::plan::Undecided;
use crate::value::{AttributePath, Value};

use super::managed::Work;
use super::session::Session;

/// The unknown arguments of a configuration that refers to something that could not be decided.
pub(crate) fn uncertain(_session: &Session<'_>, _work: &Work<'_>, _config: &Value) -> Vec<Undecided> {
    vec![Undecided {
        path: AttributePath::default(),
        reason: "it refers to something that could not be decided".into(),
    }]
}
