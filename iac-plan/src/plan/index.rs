//! Positions of modules, their instances, nodes and changes, each a type of its own, so that none is taken for another.

/// Defines positions in a [`TiVec`](typed_index_collections::TiVec).
macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u32);

        impl From<usize> for $name {
            fn from(position: usize) -> Self {
                Self(u32::try_from(position).expect("fewer than 2^32 elements"))
            }
        }

        impl From<$name> for usize {
            fn from(index: $name) -> Self {
                index.0 as Self
            }
        }
    )*};
}

indices! {
    /// The position of a module, as written, in [`Modules`](super::modules::Modules).
    ModuleIndex;
    /// The position of a module instance in [`Session`](super::session::Session).
    InstanceIndex;
    /// The position of a node in [`Dependencies`](super::dependencies::Dependencies).
    NodeIndex;
    /// The position of a change in [`Session`](super::session::Session).
    ChangeIndex;
}

/// A position in a list whose elements come one after another.
pub(crate) trait Index: Copy + From<usize> + Into<usize> {
    /// Returns the position that comes `count` positions later.
    fn plus(self, count: usize) -> Self {
        Self::from(self.into() + count)
    }
}

impl<I: Copy + From<usize> + Into<usize>> Index for I {}

impl ModuleIndex {
    pub(crate) const ROOT: Self = Self(0);
}

impl InstanceIndex {
    pub(crate) const ROOT: Self = Self(0);
}
