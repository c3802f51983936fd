//! The functions of a provider.

use crate::model::Provider;

pub(super) fn emit(_out: &mut String, _provider: &Provider) {}
