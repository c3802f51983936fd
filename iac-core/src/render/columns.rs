//! Text width as computed by `terraform fmt`.

/// Returns the number of columns that `terraform fmt` counts for a text, or `None` if that depends on the version of
/// Unicode.
///
/// Terraform counts grapheme clusters. Characters that never combine with a neighbor are one column each. Text with
/// other characters is never aligned, because the layout separates it from its neighbors.
pub(super) fn columns(text: &str) -> Option<usize> {
    if text.is_ascii() {
        return Some(text.len());
    }
    text.chars().try_fold(0, |columns, character| stands_alone(character).then_some(columns + 1))
}

/// Returns `true` if a character is always a grapheme cluster of its own next to other such characters.
pub(super) const fn stands_alone(character: char) -> bool {
    matches!(character,
        ' '..='~'
        // Latin, Greek, Cyrillic, Armenian, except the combining marks in between.
        | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{58f}'
        | '\u{1e00}'..='\u{1fff}'
        // Punctuation, currency symbols, arrows, mathematical symbols.
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20c0}' | '\u{2190}'..='\u{23ff}'
        // Kana, Han, Hangul syllables.
        | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        // Emoji without modifiers.
        | '\u{1f300}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}'
    )
}
