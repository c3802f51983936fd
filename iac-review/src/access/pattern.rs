//! Patterns with `*` and `?` for actions, resources and condition values.

/// Matches a pattern with `*` and `?`, ignoring case as for actions.
///
/// ```
/// assert!(iac_review::access::matches("s3:Get*", "s3:GetObject"));
/// ```
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    search(pattern, text, |pattern, text| pattern == b'?' || pattern.eq_ignore_ascii_case(&text))
}

/// Returns `true` if a pattern matches everything that another one matches, ignoring case.
///
/// The answer is conservative: `false` may be wrong for patterns with several wildcards in a row.
///
/// ```
/// use iac_review::access::covers;
///
/// assert!(covers("s3:*", "s3:Get*"));
/// assert!(!covers("s3:Get?", "s3:Get*"));
/// ```
#[must_use]
pub fn covers(wide: &str, narrow: &str) -> bool {
    search(wide, narrow, |wide, narrow| {
        (wide == b'?' && narrow != b'*') || wide.eq_ignore_ascii_case(&narrow)
    })
}

/// Returns `true` if a resource pattern names no resource: `*`, `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`.
#[must_use]
pub fn is_any_resource(pattern: &str) -> bool {
    let Some(resource) = pattern.strip_prefix("arn:").and_then(|arn| arn.splitn(5, ':').nth(4)) else {
        return !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*');
    };
    let name = resource.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or_default();
    let kind = resource.split(['/', ':']).next().unwrap_or_default();
    let is_wild = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'*');
    let rest = resource.strip_prefix(kind).unwrap_or_default();
    // All names are wild: `role/*`, `role/*/*`, but not `table/orders/index/*`.
    is_wild(name)
        && (is_wild(kind) || !rest.is_empty())
        && rest.split(['/', ':']).all(|part| part.is_empty() || is_wild(part))
        && !is_s3_name(pattern, kind)
}

/// Returns `true` if the part before the slash is the name of a bucket: `arn:aws:s3:::logs/*`.
fn is_s3_name(pattern: &str, kind: &str) -> bool {
    let service = pattern.split(':').nth(2).unwrap_or_default();
    matches!(service, "s3" | "execute-api" | "sns" | "sqs") && kind.bytes().any(|byte| byte != b'*')
}

/// Matches a pattern in which `*` stands for any text, and other bytes are compared by `is_equal`.
fn search(pattern: &str, text: &str, is_equal: impl Fn(u8, u8) -> bool) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    // The position of the last star, and the end of the text that it matches so far.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if is_equal(*byte, text[position]) => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, taken)) = &mut star else { return false };
                *taken += 1;
                position = *taken;
                at = *star_at + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}
