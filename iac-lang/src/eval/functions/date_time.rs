//! Date and time functions, on RFC 3339 timestamps.

mod format;
mod timestamp;

use super::FunctionError;
use super::argument::string;
use super::function::Function;
use super::string::text;
use crate::value::Value;

use timestamp::Timestamp;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("formatdate", &[string("format"), string("time")], |arguments| {
        let time = Timestamp::parse(arguments.text(1)).map_err(|message| arguments.error(1, message))?;
        format::format(arguments.text(0), &time).map(text).map_err(|message| arguments.error(0, message))
    }),
    // The time of planning is not available here.
    Function::total("plantimestamp", &[], |_| Value::undecided("the time of the plan is unknown")),
    Function::partial("timeadd", &[string("timestamp"), string("duration")], |arguments| {
        let time = Timestamp::parse(arguments.text(0)).map_err(|message| arguments.error(0, message))?;
        let duration =
            timestamp::duration(arguments.text(1)).map_err(|message| arguments.error(1, message))?;
        let too_far = || FunctionError::Failed("the time is out of range".to_owned());
        time.add(duration).map(|time| text(time.to_string())).ok_or_else(too_far)
    }),
    Function::partial("timecmp", &[string("timestamp_a"), string("timestamp_b")], |arguments| {
        let [left, right] = [0, 1].map(|position| {
            let time = Timestamp::parse(arguments.text(position));
            time.map_err(|message| arguments.error(position, message))
        });
        let order = left?.instant().cmp(&right?.instant()) as i64;
        Ok(Value::Number(order.into()))
    }),
    Function::total("timestamp", &[], |_| Value::UNKNOWN),
];

/// Converts a YAML timestamp to RFC 3339. In YAML the time, its zone and leading zeros may be missing.
pub(super) fn normalize(text: &str) -> Option<String> {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    (year == 4 && text.as_bytes().get(4) == Some(&b'-')).then_some(())?;
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00:00Z"));
    let two = |part: &str| {
        let right = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        right.then(|| format!("{part:0>2}"))
    };
    let mut date = date.split('-');
    let (year, month, day) = (date.next()?, two(date.next()?)?, two(date.next()?)?);
    let mut time = time.splitn(3, ':');
    let (hour, minute, rest) = (two(time.next()?)?, two(time.next()?)?, time.next()?);
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (second, rest) = (two(&rest[..end])?, &rest[end..]);
    let zone = if rest.ends_with('Z') || rest.contains(['+', '-']) { "" } else { "Z" };
    date.next().is_none().then_some(())?;
    let time = format!("{year}-{month}-{day}T{hour}:{minute}:{second}{rest}{zone}");
    Timestamp::parse(&time).ok().map(|time| time.to_string())
}
