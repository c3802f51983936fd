//! Facts about arguments that the provider's schema does not contain.

use crate::json::Literal;

/// Facts about one argument or block that the provider's schema does not contain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and all combinations occur")]
pub struct Facts {
    /// Replacement of the resource when the argument changes.
    pub force_new: ForceNew,
    /// The kinds of change that replace the resource, if `force_new` is conditional and they are known.
    pub force_new_when: Vec<Transition>,
    /// The value the provider uses if the argument is not set. For SDK types, an empty string or zero is often just
    /// the type's zero value.
    pub default: Option<Literal>,
    /// The values the provider accepts, as far as its validation messages list them. Empty if unknown or
    /// unrestricted.
    pub allowed: Vec<Literal>,
    /// Differences between strings that the provider ignores.
    pub norms: Vec<Norm>,
    /// True if the provider normalizes the configured value by these norms but not the value in the state, so that a
    /// state in another form results in a change.
    pub rewrites: bool,
    /// The reason why the provider suppresses some differences, if its source code states one.
    pub suppress: Option<Suppress>,
    /// True if the provider was observed to suppress a difference.
    pub suppressed: bool,
    /// True if removing the argument keeps the prior value. For a block: removing all of them.
    pub null_keeps: bool,
    /// Values that the provider treats as not set.
    pub unset: Vec<Literal>,
    /// For a block: true if the provider adds some when the configuration has none.
    pub computed: bool,
    /// The planned value of an unset computed argument when the resource is created, if it is known at that time.
    pub created: Option<Literal>,
    /// For a computed attribute: true if an update keeps its value. An SDK type's attributes do so unless
    /// `updated_by` says otherwise; the framework's do so only if this is set.
    pub kept: bool,
    /// The arguments, as dotted paths, whose change makes a computed attribute unknown; `*` stands for any argument.
    pub updated_by: Vec<String>,
    /// The arguments, as dotted paths, whose change may make the provider plan another value here, under conditions
    /// that are not recorded; `*` stands for any argument.
    pub perhaps_updated_by: Vec<String>,
    /// The argument of the provider's configuration whose value an unset argument gets: `region`.
    pub provider_default: Option<String>,
    /// The provider's functions that take part in planning the argument and whose effect is not recorded.
    pub unmodeled: Vec<Hook>,
    /// For a member of a set's elements: true if the provider treats elements that differ only in this member as
    /// equal.
    pub unhashed: bool,
    /// True if the provider requires the argument although its schema does not.
    pub needed: bool,
    /// For an `id` that the provider SDK's schema always declares as optional: true if the provider accepts it.
    pub settable: bool,
    /// True if the provider accepts more values than `allowed` lists.
    pub open: bool,
    /// Code of the provider that takes part in planning the argument.
    pub hooks: Option<Box<Hooks>>,
}

/// Code of the provider that takes part in planning an argument, as data. A condition is an expression in prefix
/// notation: `["and",["updating"],["==",["get","engine"],"redis"]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Hooks {
    /// Functions that the provider applies to the configured string, in order. The result is planned and compared.
    pub state_funcs: Vec<StateFunc>,
    /// The condition under which a difference is no change.
    pub hidden: Option<Literal>,
    /// The condition under which a change replaces the resource.
    pub replaces: Option<Literal>,
    /// The condition under which a computed argument becomes unknown.
    pub unknown: Option<Literal>,
    /// The condition under which the prior value is kept.
    pub reverts: Option<Literal>,
    /// Values that the provider plans itself: pairs of a condition and a value.
    pub sets: Vec<(Literal, Literal)>,
}

impl Facts {
    /// Returns `true` if nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Replacement of the resource when the argument changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ForceNew {
    /// Changes never replace the resource.
    #[default]
    No,
    /// Changes replace the resource for some values, or in combination with other changes.
    Conditional,
    /// Every change replaces the resource.
    Yes,
}

impl Transition {
    /// Returns `true` if a change is of this kind.
    #[must_use]
    pub fn covers(self, change: Self) -> bool {
        self == change || (self == Self::Changed && matches!(change, Self::Decreased | Self::Increased))
    }
}

/// Declares an enum whose variants are spelled as words in the knowledge files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All variants, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns its word in the knowledge files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Returns the variant with this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.as_str() == word)
            }
        }
    };
}

words! {
    /// A difference between strings that the provider ignores.
    Norm {
        /// White space around or inside the string.
        Space = "space",
        /// A line break at the end.
        NewLine = "nl",
        /// Case.
        Case = "case",
        /// A trailing slash.
        Slash = "slash",
        /// A trailing dot.
        Dot = "dot",
        /// The key order and formatting of a JSON document.
        Json = "json",
        /// Equivalent IAM policy documents.
        Iam = "iam",
        /// Equivalent container definitions of an ECS task: the order of environment variables and similar lists,
        /// explicit defaults, members that are null or empty.
        Containers = "containers",
        /// Timestamps of the same instant.
        Time = "time",
        /// Network prefixes of the same network.
        Cidr = "cidr",
        /// Names and numbers of the same IP protocol.
        Protocol = "protocol",
        /// A leading `https://`.
        Scheme = "scheme",
        /// Notations of the same boolean: `true`, `1`.
        Bool = "bool",
        /// Notations of the same number: `1`, `1.0`.
        Number = "number",
        /// The order of a list's elements.
        Order = "order",
        /// Null and empty, where the type system distinguishes them.
        Empty = "empty",
    }
}

words! {
    /// A function of the provider that takes part in planning an argument.
    Hook {
        /// Determines the recorded form of a value.
        State = "state",
        /// Suppresses differences.
        Suppress = "suppress",
        /// Determines the identity of a set's elements.
        Hash = "hash",
        /// Changes the plan.
        Plan = "plan",
        /// Differs between versions of the provider. No knowledge file says so: the planner compares them.
        Version = "version",
    }
}

words! {
    /// A function that a provider applies to a configured string.
    StateFunc {
        /// To lower case.
        Lower = "lower",
        /// To upper case.
        Upper = "upper",
        /// Without white space around it.
        TrimSpace = "trim_space",
        /// Without a dot at the end.
        TrimDot = "trim_dot",
        /// A JSON document without white space, its members sorted.
        Json = "json",
        /// Like `json` for a JSON document. A YAML document stays as it is.
        JsonOrYaml = "json_or_yaml",
        /// Like `json` for a policy document, with the version at the front.
        Policy = "policy",
        /// The container definitions of an ECS task, sorted and without null.
        Containers = "containers",
        /// The name of an IP protocol that has one, in lower case.
        Protocol = "protocol",
        /// The SHA-1 hash of the content, which may be in base64.
        Sha1 = "sha1",
        /// A function that is not modeled.
        Opaque = "opaque",
    }
}

words! {
    /// A kind of change.
    Transition {
        /// The value was not set and is set.
        Added = "added",
        /// The value was set and is removed.
        Removed = "removed",
        /// The value changes to another one.
        Changed = "changed",
        /// The value decreases: a smaller number, fewer elements.
        Decreased = "decreased",
        /// The value increases: a larger number, more elements.
        Increased = "increased",
        /// The new value is not known yet.
        Unknown = "unknown",
    }
}

words! {
    /// The reason why the provider suppresses some differences of an argument.
    Suppress {
        /// Equivalent ARNs, IDs or aliases.
        Arn = "arn",
        /// Case.
        Case = "case",
        /// Equivalent network prefixes.
        Cidr = "cidr",
        /// Depends on another argument, or on whether the resource is new.
        Conditional = "conditional",
        /// Equivalent IAM policy documents.
        IamPolicy = "iam_policy",
        /// Equivalent JSON documents.
        Json = "json",
        /// Equivalent JSON or YAML documents.
        JsonOrYaml = "json_or_yaml",
        /// An optional block that the configuration omits.
        MissingBlock = "missing_block",
        /// A boolean or a number written as a string, which may be empty.
        Nullable = "nullable",
        /// Equivalent timestamps.
        Time = "time",
        /// Another reason.
        Other = "other",
    }
}
