//! `required_version`: whether any version of Terraform or OpenTofu with the language of 1.0 or later satisfies it.

/// A version: major, minor and patch.
type Version = [u64; 3];

/// The first version with today's language.
const FIRST: Version = [1, 0, 0];

/// Returns false if no version from 1.0 on satisfies a constraint; `None` if it is not a constraint.
pub(super) fn is_satisfiable(constraint: &str) -> Option<bool> {
    let parts = constraint.split(',').map(part).collect::<Option<Vec<_>>>()?;
    let mut candidates = vec![FIRST, [99, 0, 0]];
    for (_, version, _) in &parts {
        let [major, minor, patch] = *version;
        candidates.extend([*version, [major, minor, patch.saturating_add(1)]]);
    }
    let fits = |candidate: &Version| {
        *candidate >= FIRST
            && parts.iter().all(|(operator, version, given)| holds(*candidate, operator, *version, *given))
    };
    Some(candidates.iter().any(fits))
}

/// Returns true if a version satisfies a constraint, such as `>= 5.0, < 7.0`; `None` if it is not a constraint.
#[must_use]
pub fn satisfies(constraint: &str, version: &str) -> Option<bool> {
    let (_, version, _) = part(version)?;
    let parts = constraint.split(',').map(part).collect::<Option<Vec<_>>>()?;
    Some(parts.iter().all(|(operator, limit, given)| holds(version, operator, *limit, *given)))
}

/// Parses a condition: its operator, its version, and the number of components that are given.
fn part(text: &str) -> Option<(&str, Version, usize)> {
    let text = text.trim();
    let start = text.find(|character: char| character.is_ascii_digit() || character == 'v')?;
    let (operator, version) = (text[..start].trim(), text[start..].trim_start_matches('v'));
    if !matches!(operator, "" | "=" | "!=" | ">" | ">=" | "<" | "<=" | "~>") {
        return None;
    }
    // Prereleases and metadata do not change which minor version it is.
    let version = version.split(['-', '+']).next()?;
    let mut numbers = FIRST;
    let mut given = 0;
    for (position, number) in version.split('.').enumerate() {
        *numbers.get_mut(position)? = number.parse().ok()?;
        given = position + 1;
    }
    numbers[given..].fill(0);
    Some((operator, numbers, given))
}

fn holds(candidate: Version, operator: &str, version: Version, given: usize) -> bool {
    match operator {
        "!=" => candidate != version,
        ">" => candidate > version,
        ">=" => candidate >= version,
        "<" => candidate < version,
        "<=" => candidate <= version,
        // All components but the last given one stay.
        "~>" => candidate >= version && candidate[..given - 1] == version[..given - 1],
        _ => candidate == version,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_satisfiable, satisfies};

    #[test]
    fn constraints_select_versions() {
        for (constraint, version, expected) in [
            ("~> 6.0", "6.58.0", Some(true)),
            ("~> 6.0", "5.100.0", Some(false)),
            (">= 5.0, < 7.0", "6.58.0", Some(true)),
            (">= 6.60", "6.58.0", Some(false)),
            ("5.100.0", "5.100.0", Some(true)),
            ("~> 5.99.1", "5.100.0", Some(false)),
            ("latest", "6.58.0", None),
        ] {
            assert_eq!(satisfies(constraint, version), expected, "{constraint} {version}");
        }
    }

    #[test]
    fn old_versions_are_not_supported() {
        for constraint in
            ["< 1.0", "~> 0.12", "0.15.5", "= 0.15.5", ">= 0.12, < 0.14", "<= 0.15, != 0.14.1", "~> 0.12.0"]
        {
            assert_eq!(is_satisfiable(constraint), Some(false), "{constraint}");
        }
        for constraint in ["", ">>1", "latest"] {
            assert_eq!(is_satisfiable(constraint), None, "{constraint}");
        }
    }

    #[test]
    fn versions_from_1_0_on_are_supported() {
        for constraint in [
            ">= 0.12",
            "~> 1.0",
            "~> 1.5.0",
            "1.5.7",
            "> 1.0, < 1.0.5",
            ">= 1.11, < 2.0",
            "!= 1.0.0",
            "< 2",
            "~> 1",
            ">= 1.2.0-beta1",
            "> 0.15",
        ] {
            assert_eq!(is_satisfiable(constraint), Some(true), "{constraint}");
        }
    }
}
