//! The tree of differences, independent of how it is computed and shown.

use iac_core::text::Text;

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Sign {
    Same,
    Add,
    Remove,
    Update,
}

/// A part of a value, and its difference.
#[derive(Debug)]
pub(in crate::report) struct Diff {
    pub(in crate::report) name: Name,
    pub(in crate::report) sign: Sign,
    pub(in crate::report) shape: Shape,
    /// `true` if the change of this part forces replacement.
    pub(in crate::report) forces: bool,
    /// The reasons for uncertainty, and other notes.
    pub(in crate::report) notes: Vec<String>,
}

/// The name of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Name {
    Element,
    Attribute(Text),
    Key(Text),
    Block(Text, Option<Text>),
}

/// The content of a part.
#[derive(Debug)]
pub(in crate::report) enum Shape {
    /// A single value. Both sides are set if it changes, and equal if it does not.
    Leaf { before: Option<String>, after: Option<String> },
    /// Parts in brackets.
    Group(Group),
    /// A string of several lines.
    Lines(Vec<(Sign, String)>),
    /// A string that is the result of a function, `jsonencode` or `base64encode`, and its argument.
    Call(&'static str, Box<Self>),
}

/// The parts that are shown, and the number of hidden ones.
#[derive(Debug, Default)]
pub(in crate::report) struct Group {
    pub(in crate::report) brackets: Brackets,
    pub(in crate::report) parts: Vec<Diff>,
    pub(in crate::report) hidden: Hidden,
    /// The attributes that are known only after apply, and of which nothing else is shown.
    pub(in crate::report) known_later: Vec<Text>,
    /// The new value of the whole, if the parts do not show it.
    pub(in crate::report) becomes: Option<&'static str>,
}

/// The brackets context parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) enum Brackets {
    #[default]
    Curly,
    Square,
}

/// The numbers of hidden unchanged parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Hidden {
    pub(in crate::report) attributes: usize,
    pub(in crate::report) elements: usize,
    pub(in crate::report) blocks: usize,
}
