//! Templates of pipelines.

/// Replaces each `{name}` that has a value. Values are inserted as they are: placeholders in them stay.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest[1..].split_once('}').map(|(name, _)| name);
        if let Some((name, value)) = name.and_then(|name| Some((name, value(name)?))) {
            out.push_str(&value);
            rest = &rest[name.len() + 2..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_are_not_filled_in_again() {
        let value = |name: &str| (name == "name").then(|| "{name}".to_owned());
        assert_eq!(fill("a {name} {other} ${{ {name} }} {", value), "a {name} {other} ${{ {name} }} {");
    }
}
