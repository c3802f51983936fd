//! Glob patterns for names: `*` matches any characters, `?` exactly one.

/// Returns `true` if a pattern matches the whole name.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Positions to backtrack to: the latest `*` then matches one more character.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, n));
                p += 1;
            }
            Some(&expected) if expected == '?' || expected == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((after, taken)) = retry else { return false };
                retry = Some((after, taken + 1));
                (p, n) = (after, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn pattern_matches_the_whole_name() {
        let fitting =
            |patterns: &[&str], name| patterns.iter().map(|each| matches(each, name)).collect::<Vec<_>>();
        assert_eq!(
            fitting(&["network-prod", "network-*", "*-prod", "n*k*d", "?etwork-prod", "*"], "network-prod"),
            [true; 6]
        );
        assert_eq!(fitting(&["network", "*-dev", "network-prod?", "", "prod*"], "network-prod"), [false; 5]);
        assert_eq!(fitting(&["", "*", "**"], ""), [true; 3]);
        assert!(!matches("?", ""));
    }
}
