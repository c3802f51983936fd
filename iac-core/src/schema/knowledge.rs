//! Schemas from the knowledge files of a provider, each read when it is first asked for.

/// The texts of the knowledge files.
#[derive(Clone, Copy, Debug)]
pub struct KnowledgeTexts {
    /// `provider.schema`.
    pub provider: &'static str,
    /// The text of each service, by the service's name.
    pub services: &'static [(&'static str, &'static str)],
    /// `overlay.rules`.
    pub overlay: &'static str,
}

/// What is known of a provider, read as far as it was asked for.
#[derive(Debug)]
pub struct Knowledge {
    texts: KnowledgeTexts,
}

impl Knowledge {
    /// The knowledge that the texts hold.
    #[must_use]
    pub const fn new(texts: KnowledgeTexts) -> Self {
        Self { texts }
    }

    /// The source address of the provider: `registry.terraform.io/hashicorp/aws`.
    #[must_use]
    pub fn source(&self) -> &'static str {
        let line = self.texts.provider.lines().find_map(|line| line.strip_prefix("source "));
        line.unwrap_or_default()
    }
}
