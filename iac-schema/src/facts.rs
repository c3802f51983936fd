//! What only the provider knows about an argument: its schema does not say.

use crate::json::Literal;

/// What only the provider knows about one argument or block.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and all combinations occur")]
pub struct Facts {
    /// Whether a change replaces the resource.
    pub force_new: ForceNew,
    /// The kinds of change that replace the resource, where `force_new` is conditional and these are known.
    pub force_new_when: Vec<Transition>,
    /// The value that the provider takes when the argument is not set. Of SDK types an empty text or a zero is often
    /// only the type's zero value.
    pub default: Option<Literal>,
    /// The values that the provider accepts, as far as its validation messages tell. Empty: not known, or any.
    pub allowed: Vec<Literal>,
    /// Changes of text that make no difference.
    pub norms: Vec<Norm>,
    /// Whether the provider puts what is configured in its normal form, by these norms, and takes what the state has as it
    /// is: what is recorded in another form changes.
    pub rewrites: bool,
    /// Why the provider hides some differences, where its source says so.
    pub suppress: Option<Suppress>,
    /// Whether it was seen to hide a difference.
    pub suppressed: bool,
    /// Whether removing the argument keeps the prior value. Of a block: removing all of them.
    pub null_keeps: bool,
    /// Values that the provider takes for not set.
    pub unset: Vec<Literal>,
    /// Of a block: whether the provider makes some where the configuration has none.
    pub computed: bool,
    /// What is planned for a computed argument that is not set when the resource is created, where that is known then.
    pub created: Option<Literal>,
    /// Of a computed attribute: whether it keeps its value in an update. An SDK type's does unless `updated_by` says
    /// otherwise; the framework's does only if this is set.
    pub kept: bool,
    /// The arguments, as dotted paths, whose change makes a computed attribute unknown; `*` is any of them.
    pub updated_by: Vec<String>,
    /// Of a member of a set's elements: whether the provider takes elements that differ only in it for the same.
    pub unhashed: bool,
    /// Whether the provider demands it, although its schema does not.
    pub needed: bool,
    /// Of an `id` that the schema of the provider SDK makes optional in any case: whether the provider takes it.
    pub settable: bool,
}

impl Facts {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a change replaces the resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ForceNew {
    /// It does not.
    #[default]
    No,
    /// It does for some values, or only together with something else.
    Conditional,
    /// It does.
    Yes,
}

impl Transition {
    /// Whether the change of a value between these is one of the kind.
    #[must_use]
    pub fn covers(self, change: Self) -> bool {
        self == change || (self == Self::Changed && matches!(change, Self::Decreased | Self::Increased))
    }
}

/// Declares an enum whose variants have a spelling in the knowledge files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word in the knowledge files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one with this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.as_str() == word)
            }
        }
    };
}

words! {
    /// A change of text that makes no difference to the provider.
    Norm {
        /// Space around or inside the text.
        Space = "space",
        /// A line end at the end.
        NewLine = "nl",
        /// Upper and lower case.
        Case = "case",
        /// A slash at the end.
        Slash = "slash",
        /// A dot at the end.
        Dot = "dot",
        /// The order of keys and the layout of a JSON document.
        Json = "json",
        /// What makes no difference to an IAM policy document.
        Iam = "iam",
        /// What makes no difference to the container definitions of a task: order of environment and the like, stated
        /// defaults, members that are null or empty.
        Containers = "containers",
        /// Times that are the same instant.
        Time = "time",
        /// Network prefixes that are the same network.
        Cidr = "cidr",
        /// Names and numbers of IP protocols.
        Protocol = "protocol",
        /// `https://` at the start.
        Scheme = "scheme",
        /// Booleans, however they are written: `true`, `1`.
        Bool = "bool",
        /// Numbers, however they are written: `1`, `1.0`.
        Number = "number",
        /// The order of a list's elements.
        Order = "order",
        /// Null and empty, where the type system tells them apart.
        Empty = "empty",
    }
}

words! {
    /// A kind of change.
    Transition {
        /// It is set, and was not.
        Added = "added",
        /// It is not set, and was.
        Removed = "removed",
        /// It has another value.
        Changed = "changed",
        /// It has a smaller value: a smaller number, fewer elements.
        Decreased = "decreased",
        /// It has a greater value: a greater number, more elements.
        Increased = "increased",
        /// It has a value that is not known yet.
        Unknown = "unknown",
    }
}

words! {
    /// Why the provider hides some differences of an argument.
    Suppress {
        /// Equivalent ARNs, ids or aliases.
        Arn = "arn",
        /// Upper and lower case.
        Case = "case",
        /// Equivalent network prefixes.
        Cidr = "cidr",
        /// It depends on another argument, or on whether the resource is new.
        Conditional = "conditional",
        /// Equivalent IAM policy documents.
        IamPolicy = "iam_policy",
        /// Equivalent JSON documents.
        Json = "json",
        /// Equivalent JSON or YAML documents.
        JsonOrYaml = "json_or_yaml",
        /// An optional block that the configuration leaves out.
        MissingBlock = "missing_block",
        /// A boolean or a number written as text, which may be empty.
        Nullable = "nullable",
        /// Equivalent times.
        Time = "time",
        /// Something else.
        Other = "other",
    }
}
