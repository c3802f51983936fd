//! Alignment of lists, and of strings with several lines.

use super::model::Sign;

/// The number of pairs beyond which lists are compared by position instead of aligned.
pub(super) const LIMIT: usize = 250_000;

/// Aligns two lists by their longest common subsequence. Returns pairs of positions; an element without a counterpart
/// is alone.
pub(super) fn align<T: PartialEq>(before: &[T], after: &[T]) -> Vec<(Option<usize>, Option<usize>)> {
    let start = before.iter().zip(after).take_while(|(left, right)| left == right).count();
    let rest = before.len().min(after.len()) - start;
    let ends = before.iter().rev().zip(after.iter().rev()).take(rest);
    let end = ends.take_while(|(left, right)| left == right).count();
    let (left, right) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut pairs: Vec<_> = (0..start).map(|index| (Some(index), Some(index))).collect();
    if left.len().saturating_mul(right.len()) <= LIMIT {
        middle(left, right, start, &mut pairs);
    } else {
        pairs.extend((0..left.len()).map(|index| (Some(start + index), None)));
        pairs.extend((0..right.len()).map(|index| (None, Some(start + index))));
    }
    pairs.extend((0..end).rev().map(|index| (Some(before.len() - 1 - index), Some(after.len() - 1 - index))));
    pairs
}

/// Aligns by dynamic programming.
fn middle<T: PartialEq>(
    left: &[T],
    right: &[T],
    start: usize,
    pairs: &mut Vec<(Option<usize>, Option<usize>)>,
) {
    let width = right.len() + 1;
    // The length of the longest common subsequence of the remaining elements, for each pair of positions.
    let mut lengths = vec![0u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            lengths[i * width + j] = if left[i] == right[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            pairs.push((Some(start + i), Some(start + j)));
            i += 1;
            j += 1;
        } else if j == right.len()
            || (i < left.len() && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])
        {
            pairs.push((Some(start + i), None));
            i += 1;
        } else {
            pairs.push((None, Some(start + j)));
            j += 1;
        }
    }
}

/// Compares two strings line by line. Unchanged lines that are far from a change are left out.
pub(super) fn diff(before: Option<&str>, after: Option<&str>) -> Vec<(Sign, String)> {
    const CONTEXT: usize = 3;
    let lines = |text: Option<&'_ str>| -> Vec<String> {
        text.map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
    };
    let (before, after) = (lines(before), lines(after));
    let mut found = Vec::new();
    for (left, right) in align(&before, &after) {
        found.push(match (left, right) {
            (Some(left), Some(_)) => (Sign::Same, before[left].clone()),
            (Some(left), None) => (Sign::Remove, before[left].clone()),
            (None, Some(right)) => (Sign::Add, after[right].clone()),
            (None, None) => continue,
        });
    }
    let positions: Vec<usize> = found
        .iter()
        .enumerate()
        .filter(|(_, (sign, _))| *sign != Sign::Same)
        .map(|(index, _)| index)
        .collect();
    let mut changes = positions.iter().copied().peekable();
    let mut last: Option<usize> = None;
    let mut shown = Vec::new();
    let mut skipped = 0;
    for (index, line) in found.into_iter().enumerate() {
        if changes.peek() == Some(&index) {
            last = changes.next();
        }
        let is_near = last.is_some_and(|last| index - last <= CONTEXT)
            || changes.peek().is_some_and(|next| next - index <= CONTEXT);
        if is_near || positions.is_empty() {
            push_skipped(&mut skipped, &mut shown);
            shown.push(line);
        } else {
            skipped += 1;
        }
    }
    push_skipped(&mut skipped, &mut shown);
    shown
}

fn push_skipped(skipped: &mut usize, shown: &mut Vec<(Sign, String)>) {
    if *skipped > 0 {
        let plural = if *skipped == 1 { "" } else { "s" };
        shown.push((Sign::Same, format!("# ({skipped} unchanged line{plural} hidden)")));
        *skipped = 0;
    }
}
