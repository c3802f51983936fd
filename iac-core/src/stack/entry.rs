//! The top-level blocks of a stack.

use std::panic::Location;

use crate::address::{ModulePath, ResourceMode};
use crate::body::Body;
use crate::handle::{ProviderType, ResourceType};
use crate::text::Text;

/// A top-level block of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    /// The name; empty for blocks without one.
    pub(crate) name: Text,
    pub(crate) body: Body,
    pub(crate) source: Source,
    /// The names of the enclosing constructs and of the entry itself, joined by `/`: `website/content`.
    pub(crate) construct_path: Text,
}

/// The kind of a top-level block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Resource(&'static ResourceType),
    Provider(&'static ProviderType),
    Variable,
    Local,
    Output,
    Module,
    Check,
    Moved,
    Import,
    Removed,
    /// `terraform`, merged into one block: the backend, versions and so on.
    Settings,
}

impl Entry {
    /// Returns the entry's name for diagnostics.
    pub(crate) fn display_address(&self) -> Text {
        self.kind.address(&self.name).unwrap_or_else(|| Text::from_static(self.kind.keyword()))
    }
}

impl EntryKind {
    /// Returns the block type.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::Resource(resource_type) => match resource_type.mode {
                ResourceMode::Managed => "resource",
                ResourceMode::Data => "data",
                ResourceMode::Ephemeral => "ephemeral",
            },
            Self::Provider(_) => "provider",
            Self::Variable => "variable",
            Self::Local => "locals",
            Self::Output => "output",
            Self::Module => "module",
            Self::Check => "check",
            Self::Moved => "moved",
            Self::Import => "import",
            Self::Removed => "removed",
            Self::Settings => "terraform",
        }
    }

    /// Returns the address of an entry with the name, or `None` for blocks without an address.
    pub(crate) fn address(self, name: &str) -> Option<Text> {
        Some(match self {
            Self::Resource(ResourceType { mode, name: resource_type, .. }) => {
                let mut address = String::with_capacity(resource_type.len() + name.len() + 12);
                address.push_str(mode.prefix());
                address.push_str(resource_type);
                address.push('.');
                address.push_str(name);
                address.into()
            }
            Self::Provider(provider) if name.is_empty() => format!("provider.{}", provider.local_name).into(),
            Self::Provider(provider) => format!("provider.{}.{name}", provider.local_name).into(),
            Self::Variable => format!("var.{name}").into(),
            Self::Local => format!("local.{name}").into(),
            Self::Output => format!("output.{name}").into(),
            Self::Module => ModulePath::of_names([name]).into(),
            Self::Check => format!("check.{name}").into(),
            Self::Moved | Self::Import | Self::Removed | Self::Settings => return None,
        })
    }
}

/// The lines of Rust that created an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The user's line: the call of the outermost `add`.
    pub(crate) outer: &'static Location<'static>,
    /// The line inside the construct being added; equal to `outer` outside of constructs.
    pub(crate) inner: &'static Location<'static>,
}
