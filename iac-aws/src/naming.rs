//! Physical names of resources in AWS.

use iac_core::Scope;

/// Returns a name that is unique in an account, provided that stack names are.
///
/// It consists of the stack, the enclosing constructs and the name, joined by `-`. A name longer than the limit is
/// truncated, and ends in a hash of the full name.
pub(crate) fn physical_name(scope: &Scope<'_>, name: &str, limit: usize) -> String {
    let parts = [scope.stack().name()].into_iter().chain(scope.path()).chain([name]);
    let whole = parts.collect::<Vec<_>>().join("-").replace('_', "-");
    if whole.len() <= limit {
        return whole;
    }
    let kept: String = whole.chars().take(limit - 7).collect();
    format!("{}-{:06x}", kept.trim_end_matches('-'), hash(&whole) & 0xff_ffff)
}

/// Returns the same parts as a path: `/production/web`.
pub(crate) fn physical_path(scope: &Scope<'_>, name: &str) -> String {
    let parts = [scope.stack().name()].into_iter().chain(scope.path()).chain([name]);
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// FNV-1a. Must not change, since it would change names.
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
    fn long_names_are_truncated_and_stay_unique() {
        let stack = Stack::new("production");
        let scope = stack.nested("web").nested("load_balancer");
        assert_eq!(physical_name(&scope, "logs", 63), "production-web-load-balancer-logs");
        let (logs, similar) = (physical_name(&scope, "logs", 32), physical_name(&scope, "lots", 32));
        assert_eq!(logs, "production-web-load-balan-53e383");
        assert_ne!(logs, similar);
    }
}
