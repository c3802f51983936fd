//! Deterministic random numbers and strings.

/// A random number generator: xorshift64*.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits fit") % end
    }

    /// Returns `true` once in `times` calls on average.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Returns a random string.
    pub(crate) fn text(&mut self) -> String {
        let length = match self.below(10) {
            0 => 0,
            1..=5 => 1 + self.below(4),
            6..=8 => 3 + self.below(10),
            _ => self.below(40),
        };
        let pieces = if self.once_in(2) { SPECIAL } else { PLAIN };
        (0..length).map(|_| *self.pick(pieces)).collect()
    }
}

/// Characters with a special meaning in Terraform or Unicode.
#[rustfmt::skip]
const SPECIAL: &[&str] = &[
    "a", "b c", "Name", "0", " ", "  ", "\n", "\n", "\n", "a\n", "\n  ", "\t", "\r\n", "\r", "\"", "\\",
    "\\\\", "\\n", "\\u0041", "$", "%", "$$", "%%", "${", "%{", "$${", "%%{", "}", "{", "~}", "${~",
    "%{ if true }", "%{ endif ~}", "${x}", "#", "//", "/*", "*/", "'", "`", "EOT", "EOT\n", "\nEOT\n",
    " EOF ", "<<EOT\n", "<<-EOT", "é", "e\u{301}", "\u{212b}", "\u{2126}", "\u{958}", "\u{fb2a}", "\u{301}",
    "\u{1100}\u{1161}", "가", "क्ष", "日本", "👩‍🚀", "🇪🇺", "👍🏽", "\u{0}", "\u{1b}", "\u{7f}", "\u{85}",
    "\u{a0}", "\u{ad}", "\u{200b}", "\u{200d}", "\u{2003}", "\u{2028}", "\u{202e}", "\u{feff}", "\u{fffe}",
    "\u{fffd}", "\u{e000}", "\u{10ffff}", "שלום", "ไทย", "Ω", "ﬁ", "true", "null", "for", "-", ".", ",",
    "(", "[",
];

/// Lines of long strings, which are rendered as heredocs.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "a", "word", " ", "\n", "\n", "  ", "\t", "é", "-", "\"", "$", "${y}",
];
