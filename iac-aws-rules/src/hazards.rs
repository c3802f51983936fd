//! Data loss, interruptions and lost protections.

use std::sync::LazyLock;

use iac_review::review::Hazards;

/// Returns the hazards of AWS resources, and of other providers: changes that lose data, interrupt services, remove
/// protections or let somebody in. Reviews order changes by them.
///
/// The facts are from the documentation of the services.
#[must_use]
pub fn hazards() -> &'static Hazards {
    static HAZARDS: LazyLock<Hazards> = LazyLock::new(|| {
        let hazards = Hazards::of_other_providers()
            .with_types(include_str!("../hazards.rules"))
            .expect("the embedded hazards are valid");
        let hazards = hazards.with_changes(include_str!("../changes.rules"));
        let hazards = hazards.expect("the embedded hazards are valid");
        let hazards = hazards.with_actions(include_str!("../actions.rules"));
        let hazards = hazards.expect("the embedded hazards are valid");
        hazards.with_exposures(include_str!("../exposures.rules")).expect("the embedded hazards are valid")
    });
    &HAZARDS
}

#[cfg(test)]
mod tests;
