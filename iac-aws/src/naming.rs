//! What constructs call things where AWS wants a name.

use iac_core::Scope;

/// A name that is unique in an account as long as the names of stacks are: the stack, the constructs around, and the name
/// itself, joined by `-`. Where that is longer than AWS allows, its end gives way to a hash of the whole.
pub(crate) fn physical_name(scope: &Scope<'_>, name: &str, limit: usize) -> String {
    let parts = [scope.stack().name()].into_iter().chain(scope.path()).chain([name]);
    let whole = parts.collect::<Vec<_>>().join("-").replace('_', "-");
    if whole.len() <= limit {
        return whole;
    }
    let kept: String = whole.chars().take(limit - 7).collect();
    format!("{}-{:06x}", kept.trim_end_matches('-'), hash(&whole) & 0xff_ffff)
}

/// The same as a path: `/production/web`.
pub(crate) fn physical_path(scope: &Scope<'_>, name: &str) -> String {
    let parts = [scope.stack().name()].into_iter().chain(scope.path()).chain([name]);
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// FNV-1a: it never changes, as the names that it is part of must not.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use iac_core::Stack;

    use super::*;

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let stack = Stack::new("production");
        let scope = stack.nested("web").nested("load_balancer");
        assert_eq!(physical_name(&scope, "logs", 63), "production-web-load-balancer-logs");
        let (logs, other) = (physical_name(&scope, "logs", 32), physical_name(&scope, "lots", 32));
        assert_eq!(logs, "production-web-load-balan-53e383");
        assert_ne!(logs, other);
    }
}
