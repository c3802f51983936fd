//! Dates and times, as text in the format of RFC 3339: `2025-01-31T12:00:00Z`.

use crate::expr::Number;

functions! {
    /// The time in a format such as `DD MMM YYYY hh:mm ZZZ`.
    fn formatdate(format: String, time: String) -> String;

    /// The time at which the plan is made.
    fn plantimestamp() -> String;

    /// The time and a duration such as `1h30m` after it; before it when the duration is negative.
    fn timeadd(timestamp: String, duration: String) -> String;

    /// −1, 0 or 1: whether the first time is before, at or after the second.
    fn timecmp(a: String, b: String) -> Number;

    /// The time at which the configuration is applied. It is different each time: an attribute that depends on it is
    /// changed each time.
    fn timestamp() -> String;
}
