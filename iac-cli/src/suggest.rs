//! Suggestions for misspelled names.

/// Suggests the most similar names, or else those that contain the given one: "did you mean `a` or `b`?"
pub(crate) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = written.chars().count().max(3) / 3;
    let mut nearest: Vec<(usize, &str)> = Vec::new();
    let mut containing = Vec::new();
    for name in known {
        let distance = strsim::damerau_levenshtein(written, name);
        if distance <= limit {
            nearest.push((distance, name));
        } else if written.chars().count() >= 3 && name.contains(written) {
            containing.push((name.len(), name));
        }
    }
    let best = if nearest.is_empty() {
        &mut containing
    } else {
        let least = nearest.iter().map(|(distance, _)| *distance).min();
        nearest.retain(|(distance, _)| Some(*distance) == least);
        &mut nearest
    };
    best.sort_unstable();
    best.dedup();
    let names: Vec<String> = best.iter().take(3).map(|(_, name)| format!("`{name}`")).collect();
    let (last, rest) = names.split_last()?;
    let names = if rest.is_empty() { last.clone() } else { format!("{} or {last}", rest.join(", ")) };
    Some(format!("did you mean {names}?"))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn nearest_names_come_first() {
        let known = ["aws_vpcs", "aws_vpc", "aws_vpc_dhcp_options", "aws_subnet"];
        assert_eq!(did_you_mean("aws_vcp", known).as_deref(), Some("did you mean `aws_vpc`?"));
        assert_eq!(
            did_you_mean("vpc", known).as_deref(),
            Some("did you mean `aws_vpc`, `aws_vpcs` or `aws_vpc_dhcp_options`?")
        );
        assert_eq!(did_you_mean("aws_kms_key", known), None);
    }
}
