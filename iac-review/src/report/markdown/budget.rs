//! Parts of a Markdown report, of which the least important are omitted to stay within a size limit.

use std::cmp::Reverse;
use std::fmt::Write as _;

use crate::review::Danger;

/// The maximum length of an item of a list, in bytes.
const ITEM: usize = 1_000;

/// The importance of parts. The pieces of a part are omitted before any of those of a more important one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What a reviewer has to see: dangers, violations, failed checks.
    Alarm,
    /// The table of all changes.
    Changes,
    /// Outputs, drift, and other remarks.
    Remark,
    /// The differences of each change.
    Details,
}

/// The syntax around the pieces of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// List items.
    Items,
    /// Rows of a table with four columns.
    Rows,
    /// Lines of a code block.
    Lines,
    /// Paragraphs.
    Paragraphs,
}

/// A piece that may be omitted.
pub(super) struct Piece {
    pub(super) danger: Danger,
    pub(super) text: String,
    is_shown: bool,
}

impl Piece {
    pub(super) fn new(danger: Danger, text: String) -> Self {
        Self { danger, text, is_shown: true }
    }
}

/// A part of a report: a title, pieces of one kind, and an end.
pub(super) struct Part {
    pub(super) rank: Rank,
    pub(super) syntax: Syntax,
    /// The plural of the pieces: `changes`.
    pub(super) noun: &'static str,
    pub(super) start: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) end: String,
}

impl Part {
    /// Returns a list of escaped items below a title.
    pub(super) fn list(rank: Rank, noun: &'static str, title: &str, items: Vec<String>) -> Self {
        let piece = |item: String| Piece::new(Danger::None, format!("- {}\n", shortened(item)));
        let pieces = items.into_iter().map(piece).collect();
        Self {
            rank,
            syntax: Syntax::Items,
            noun,
            start: format!("{title}:\n\n"),
            pieces,
            end: "\n".to_owned(),
        }
    }

    /// Returns the length without any pieces, but with the longest possible note about omissions.
    fn fixed(&self) -> usize {
        /// The length of the syntax around a note.
        const AROUND: usize = 16;
        if self.pieces.is_empty() {
            return 0;
        }
        let note = self.note(|_| true).map_or(0, |note| note.len() + AROUND);
        self.start.len() + self.end.len() + note
    }

    fn length(&self) -> usize {
        if self.pieces.is_empty() {
            return 0;
        }
        let pieces = self.pieces.iter().map(|piece| piece.text.len()).sum::<usize>();
        self.start.len() + self.end.len() + pieces
    }

    pub(super) fn write(&self, out: &mut String) {
        if self.pieces.is_empty() {
            return;
        }
        out.push_str(&self.start);
        self.pieces.iter().filter(|piece| piece.is_shown).for_each(|piece| out.push_str(&piece.text));
        if let Some(note) = self.note(|piece| !piece.is_shown) {
            let _ = match self.syntax {
                Syntax::Items => writeln!(out, "- {note}"),
                Syntax::Rows => writeln!(out, "| | … | {note} | |"),
                Syntax::Lines => writeln!(out, "# {note}"),
                Syntax::Paragraphs => writeln!(out, "{note}\n"),
            };
        }
        out.push_str(&self.end);
    }

    /// Counts the omitted pieces by danger: `12 more changes omitted: 2 data loss, 10 changed`.
    fn note(&self, is_omitted: impl Fn(&Piece) -> bool) -> Option<String> {
        let omitted = || self.pieces.iter().filter(|piece| is_omitted(piece));
        let count = omitted().count();
        if count == 0 {
            return None;
        }
        let noun = self.noun.strip_suffix('s').filter(|_| count == 1).unwrap_or(self.noun);
        let mut note = format!("{count} more {noun} omitted to stay within the size limit");
        if omitted().any(|piece| piece.danger != Danger::None) {
            let counts = Danger::ALL.into_iter().filter_map(|danger| {
                let count = omitted().filter(|piece| piece.danger == danger).count();
                (count > 0).then(|| format!("{count} {}", danger.title().to_lowercase()))
            });
            let _ = write!(note, ": {}", counts.collect::<Vec<_>>().join(", "));
        }
        Some(note)
    }
}

/// The Markdown of a plan.
pub(super) struct Section {
    pub(super) head: String,
    pub(super) parts: Vec<Part>,
    pub(super) tail: String,
}

impl Section {
    /// Returns the length without any pieces.
    fn fixed(&self) -> usize {
        self.head.len() + self.tail.len() + self.parts.iter().map(Part::fixed).sum::<usize>()
    }
}

/// Omits pieces until the rest fits, and whole sections if there are too many. Returns the number of omitted sections.
///
/// Among pieces of the same rank, those of the most dangerous changes are kept, in all sections.
pub(super) fn fit(sections: &mut Vec<Section>, mut room: usize) -> usize {
    let whole = |section: &Section| {
        section.head.len() + section.tail.len() + section.parts.iter().map(Part::length).sum::<usize>()
    };
    if sections.iter().map(whole).sum::<usize>() <= room {
        return 0;
    }
    let mut fixed = 0;
    let kept = sections.iter().take_while(|section| {
        fixed += section.fixed();
        fixed <= room
    });
    let kept = kept.count();
    let omitted = sections.len() - kept;
    sections.truncate(kept);
    room -= sections.iter().map(Section::fixed).sum::<usize>();

    let mut order: Vec<(Rank, Reverse<Danger>, [usize; 3])> = Vec::new();
    for (number, section) in sections.iter().enumerate() {
        for (position, part) in section.parts.iter().enumerate() {
            let key = |(index, piece): (usize, &Piece)| {
                (part.rank, Reverse(piece.danger), [number, position, index])
            };
            order.extend(part.pieces.iter().enumerate().map(key));
        }
    }
    order.sort_unstable();
    for (.., [number, position, index]) in order {
        let piece = &mut sections[number].parts[position].pieces[index];
        piece.is_shown = piece.text.len() <= room;
        if piece.is_shown {
            room -= piece.text.len();
        }
    }
    omitted
}

/// Shortens an item, and states the number of omitted bytes.
fn shortened(mut item: String) -> String {
    if item.len() > ITEM {
        let length = item.len();
        let end = (0..=ITEM).rev().find(|end| item.is_char_boundary(*end)).unwrap_or_default();
        item.truncate(end);
        // The backslash of an escape must not escape anything else.
        let kept = item.trim_end_matches('\\').len();
        item.truncate(kept);
        let _ = write!(item, "… ({} more bytes)", length - kept);
    }
    item
}
