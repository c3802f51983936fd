//! The names of configuration files.

use crate::files::{Files, join};

/// The syntax of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Native,
    Json,
}

/// Returns true if OpenTofu applies a configuration: it chose the providers, or no other files exist.
pub(super) fn is_tofu(directory: &str, files: &dyn Files) -> bool {
    let lock = files.read(&join(directory, ".terraform.lock.hcl"));
    if lock.is_ok_and(|lock| String::from_utf8_lossy(&lock).contains("\"registry.opentofu.org/")) {
        return true;
    }
    let Ok(entries) = files.list(directory) else { return false };
    let names = || entries.iter().filter(|entry| !entry.is_directory).map(|entry| entry.name.as_str());
    names().any(|name| name_of_tofu(name).is_some()) && !names().any(|name| kind(name).is_some())
}

/// Returns the name that a file of OpenTofu replaces: `a.tf` for `a.tofu`.
fn name_of_tofu(name: &str) -> Option<String> {
    let (base, end) = match (name.strip_suffix(".tofu.json"), name.strip_suffix(".tofu")) {
        (Some(base), _) => (base, ".tf.json"),
        (None, Some(base)) => (base, ".tf"),
        (None, None) => return None,
    };
    Some(format!("{base}{end}"))
}

/// Returns the configuration files among these, in the order of their names, with what [`kind`] says of them.
pub(super) fn names_of(names: Vec<String>, is_tofu: bool) -> Vec<((Syntax, bool), String)> {
    let replaced: Vec<String> =
        names.iter().filter(|_| is_tofu).filter_map(|name| name_of_tofu(name)).collect();
    let kind_of = |name: &str| match name_of_tofu(name) {
        Some(equivalent) => is_tofu.then(|| kind(&equivalent)).flatten(),
        None => kind(name).filter(|_| replaced.iter().all(|other| other != name)),
    };
    let mut kinds: Vec<_> = names.into_iter().filter_map(|name| Some((kind_of(&name)?, name))).collect();
    kinds.sort_by(|(_, left), (_, right)| left.cmp(right));
    kinds
}

/// Returns the syntax of a file by its name, and whether it is an override file; `None` if it is not configuration.
fn kind(name: &str) -> Option<(Syntax, bool)> {
    // Editors' backup files.
    if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
        return None;
    }
    let (syntax, base) = match (name.strip_suffix(".tf.json"), name.strip_suffix(".tf")) {
        (Some(base), _) => (Syntax::Json, base),
        (None, Some(base)) => (Syntax::Native, base),
        (None, None) => return None,
    };
    Some((syntax, base == "override" || base.ends_with("_override")))
}
