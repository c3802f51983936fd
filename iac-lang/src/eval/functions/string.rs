//! String functions.

use unicode_segmentation::UnicodeSegmentation as _;

pub(super) use super::argument::text;
use super::argument::{Arguments, Kind, collection, elements_of, number, string};
use super::function::{Function, Outcome};
use super::{FunctionError, regex};
use crate::value::Value;

/// The maximum length of a string, in bytes; a longer result is almost certainly a mistake.
pub(super) const MAX_STRING_LENGTH: usize = 1 << 28;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total("chomp", &[string("str")], |arguments| {
        text(arguments.text(0).trim_end_matches(['\r', '\n']))
    }),
    Function::total("endswith", &[string("str"), string("suffix")], |arguments| {
        Value::Bool(arguments.text(0).ends_with(arguments.text(1).as_str()))
    }),
    Function::partial("indent", &[number("spaces"), string("str")], indent),
    Function::partial("join", &[string("separator")], join).variadic(collection("lists", Kind::Strings)),
    Function::total("lower", &[string("str")], |arguments| text(map_letters(arguments.text(0), lower))),
    Function::partial("replace", &[string("str"), string("substr"), string("replace")], replace),
    Function::total("split", &[string("separator"), string("str")], split),
    Function::total("startswith", &[string("str"), string("prefix")], |arguments| {
        Value::Bool(arguments.text(0).starts_with(arguments.text(1).as_str()))
    }),
    Function::total("strcontains", &[string("str"), string("substr")], |arguments| {
        Value::Bool(arguments.text(0).contains(arguments.text(1).as_str()))
    }),
    Function::total("strrev", &[string("str")], |arguments| {
        text(arguments.text(0).graphemes(true).rev().collect::<String>())
    }),
    Function::partial("substr", &[string("str"), number("offset"), number("length")], substr),
    Function::total("title", &[string("str")], title),
    Function::total("trim", &[string("str"), string("cutset")], |arguments| {
        let cutset: Vec<char> = arguments.text(1).chars().collect();
        text(arguments.text(0).trim_matches(&*cutset))
    }),
    Function::total("trimprefix", &[string("str"), string("prefix")], |arguments| {
        let whole = arguments.text(0);
        text(whole.strip_prefix(arguments.text(1).as_str()).unwrap_or(whole))
    }),
    Function::total("trimspace", &[string("str")], |arguments| text(arguments.text(0).trim())),
    Function::total("trimsuffix", &[string("str"), string("suffix")], |arguments| {
        let whole = arguments.text(0);
        text(whole.strip_suffix(arguments.text(1).as_str()).unwrap_or(whole))
    }),
    Function::total("upper", &[string("str")], |arguments| text(map_letters(arguments.text(0), upper))),
];

/// Returns an error if a string would be too long.
pub(super) fn check_length(length: usize) -> Result<(), FunctionError> {
    if length <= MAX_STRING_LENGTH {
        return Ok(());
    }
    Err(FunctionError::Failed("the result would be longer than 256 MiB".to_owned()))
}

/// Maps character by character. A character that would become several, such as `ß`, is kept.
fn map_letters(text: &str, map: fn(char) -> char) -> String {
    if text.is_ascii() {
        return text.bytes().map(|byte| map(char::from(byte))).collect();
    }
    text.chars().map(map).collect()
}

fn lower(letter: char) -> char {
    // Go lower-cases a dotted capital I to a single character, without the combining dot that Rust adds.
    letter.to_lowercase().next().unwrap_or(letter)
}

fn upper(letter: char) -> char {
    let mut letters = letter.to_uppercase();
    match (letters.next(), letters.next()) {
        (Some(upper), None) => upper,
        _ => letter,
    }
}

/// Converts the first letter of each word to upper case. A word ends at whitespace, and at ASCII characters other
/// than letters, digits and underscores.
fn title(arguments: &mut Arguments) -> Value {
    let mut previous = ' ';
    let letters = arguments.text(0).chars().map(|letter| {
        let separated = match previous {
            '_' => false,
            previous if previous.is_ascii() => !previous.is_ascii_alphanumeric(),
            previous => previous.is_whitespace(),
        };
        previous = letter;
        if separated { upper(letter) } else { letter }
    });
    text(letters.collect::<String>())
}

fn indent(arguments: &mut Arguments) -> Outcome {
    let spaces = usize::try_from(arguments.integer(0)?)
        .map_err(|_| arguments.error(0, "the number must not be negative"))?;
    let whole = arguments.text(1);
    let lines = whole.matches('\n').count();
    check_length(lines.saturating_mul(spaces).saturating_add(whole.len()))?;
    Ok(text(whole.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn join(arguments: &mut Arguments) -> Outcome {
    if arguments.len() == 1 {
        return Err(FunctionError::MissingArgument { parameter: "lists".into() });
    }
    if !arguments.from(1).iter().all(Value::is_wholly_known) {
        return Ok(Value::UNKNOWN);
    }
    let mut parts: Vec<&str> = Vec::new();
    for (list, position) in arguments.from(1).iter().zip(1..) {
        for (index, element) in elements_of(list).unwrap_or_default().iter().enumerate() {
            match element {
                Value::String(part) => parts.push(part),
                _ => return Err(arguments.error(position, format!("element {index} is null"))),
            }
        }
    }
    let separator = arguments.text(0);
    let length = parts.iter().fold(0, |length: usize, part| length.saturating_add(part.len()));
    check_length(length.saturating_add(separator.len().saturating_mul(parts.len())))?;
    Ok(text(parts.join(separator)))
}

fn split(arguments: &mut Arguments) -> Value {
    let (separator, whole) = (arguments.text(0), arguments.text(1));
    Value::List(if separator.is_empty() {
        whole.chars().map(|letter| text(&*letter.encode_utf8(&mut [0; 4]))).collect()
    } else {
        whole.split(separator.as_str()).map(text).collect()
    })
}

/// Replaces occurrences of a string. A pattern between slashes is a regular expression.
fn replace(arguments: &mut Arguments) -> Outcome {
    let [whole, pattern, replacement] = [0, 1, 2].map(|position| arguments.text(position));
    if let Some(pattern) = pattern.strip_prefix('/').and_then(|pattern| pattern.strip_suffix('/')) {
        let pattern = regex::compile(pattern).map_err(|message| arguments.error(1, message))?;
        return Ok(text(pattern.replace_all(whole, replacement.as_str())));
    }
    let matches = if pattern.is_empty() { whole.len() + 1 } else { whole.matches(pattern.as_str()).count() };
    check_length(matches.saturating_mul(replacement.len()).saturating_add(whole.len()))?;
    Ok(text(whole.replace(pattern.as_str(), replacement)))
}

/// Returns a substring, in grapheme clusters. A negative offset counts from the end, and a negative length means the
/// rest.
fn substr(arguments: &mut Arguments) -> Outcome {
    let (offset, length) = (arguments.integer(1)?, arguments.integer(2)?);
    let whole = arguments.text(0).as_str();
    let skipped = if offset < 0 {
        let total = i64::try_from(whole.graphemes(true).count()).unwrap_or(i64::MAX);
        total.saturating_add(offset).max(0)
    } else {
        offset
    };
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let rest = whole.grapheme_indices(true).nth(skipped).map_or("", |(start, _)| &whole[start..]);
    let Ok(length) = usize::try_from(length) else { return Ok(text(rest)) };
    // As in Terraform, nothing limits the end then.
    if offset < 0 && length == 0 {
        return Ok(text(rest));
    }
    let end = rest.grapheme_indices(true).nth(length).map_or(rest.len(), |(end, _)| end);
    Ok(text(&rest[..end]))
}
