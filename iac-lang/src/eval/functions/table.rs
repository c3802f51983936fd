//! The table of all functions.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::function::Function;
use super::{
    collection, conversion, date_time, encoding, filesystem, format, hash, network, numeric, regex, rsa,
    select, sets, string, template, terraform, yaml,
};

/// Returns the function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    static FUNCTIONS: LazyLock<HashMap<&'static str, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    FUNCTIONS.get(name).copied()
}

/// Returns the function with the most similar name.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let nearest = all().map(|function| function.name).min_by_key(|other| distance(other))?;
    (distance(nearest) <= 2).then_some(nearest)
}

/// Returns all functions.
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    [
        numeric::FUNCTIONS,
        string::FUNCTIONS,
        regex::FUNCTIONS,
        format::FUNCTIONS,
        collection::FUNCTIONS,
        select::FUNCTIONS,
        sets::FUNCTIONS,
        encoding::FUNCTIONS,
        yaml::FUNCTIONS,
        filesystem::FUNCTIONS,
        template::FUNCTIONS,
        date_time::FUNCTIONS,
        hash::FUNCTIONS,
        rsa::FUNCTIONS,
        network::FUNCTIONS,
        conversion::FUNCTIONS,
        terraform::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}
