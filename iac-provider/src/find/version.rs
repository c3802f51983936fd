//! Version ordering.

use std::cmp::Ordering;

/// Compares versions as semantic versioning does: `5.9.0` is before `5.10.0`, `6.0.0-beta1` before `6.0.0`.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let split = |version: &str| {
        let version = version.split('+').next().unwrap_or_default();
        match version.split_once('-') {
            Some((numbers, early)) => (numbers.to_owned(), Some(early.to_owned())),
            None => (version.to_owned(), None),
        }
    };
    let ((left, left_early), (right, right_early)) = (split(left), split(right));
    parts(&left, &right).then_with(|| match (left_early, right_early) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) => parts(&left, &right),
    })
}

fn parts(left: &str, right: &str) -> Ordering {
    let key = |part: &str| (part.parse::<u64>().map_err(|_| ()), part.to_owned());
    let keys = |text: &str| text.split('.').map(key).collect::<Vec<_>>();
    let order = |(left, left_text): &(Result<u64, ()>, String),
                 (right, right_text): &(Result<u64, ()>, String)| {
        match (left, right) {
            (Ok(left), Ok(right)) => left.cmp(right),
            (Ok(_), Err(())) => Ordering::Less,
            (Err(()), Ok(_)) => Ordering::Greater,
            (Err(()), Err(())) => left_text.cmp(right_text),
        }
    };
    let (left, right) = (keys(left), keys(right));
    let first = left.iter().zip(&right).map(|(left, right)| order(left, right)).find(|order| order.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered() {
        let ordered = ["4.67.0", "5.9.0", "5.10.0", "5.100.0", "6.0.0-beta1", "6.0.0-beta2", "6.0.0"];
        for pair in ordered.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare("1.0.0", "1.0.0+build"), Ordering::Equal);
    }
}
