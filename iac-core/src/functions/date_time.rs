//! Date and time functions. Timestamps are strings in RFC 3339 format: `2025-01-31T12:00:00Z`.

use crate::expr::Number;

functions! {
    /// Formats a timestamp, for example as `DD MMM YYYY hh:mm ZZZ`.
    fn formatdate(format: String, time: String) -> String;

    /// Returns the time of the plan.
    fn plantimestamp() -> String;

    /// Adds a duration such as `1h30m` to a timestamp; it may be negative.
    fn timeadd(timestamp: String, duration: String) -> String;

    /// Compares two timestamps: −1, 0 or 1 if the first is before, equal to or after the second.
    fn timecmp(a: String, b: String) -> Number;

    /// Returns the time of the apply. It differs each time, so attributes that depend on it change with each apply.
    fn timestamp() -> String;
}
