//! The `terraform` block: settings of a stack.

use crate::body::{Block, Body};
use crate::configure::Configure;
use crate::expr::IntoExpression;
use crate::expression::{Expression, ObjectKey};
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// Settings of the `terraform` block. If added several times, the settings are merged.
///
/// Providers used by a stack are required automatically, in the version their bindings were generated from; settings
/// made here take precedence.
#[derive(Clone, Debug, Default)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Terraform(Body);

impl Terraform {
    /// Creates empty settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the Terraform version constraint: `>= 1.11, < 2.0`.
    pub fn required_version(mut self, constraint: impl Into<Text>) -> Self {
        self.0.set(REQUIRED_VERSION, Expression::String(constraint.into()));
        self
    }

    /// Sets the source and version constraint of a provider, under its local name in the stack.
    pub fn required_provider(
        mut self,
        local_name: impl Into<Text>,
        source: impl Into<Text>,
        version: impl Into<Text>,
    ) -> Self {
        let requirement = provider_requirement(source.into(), version.into());
        self.0.block_mut(REQUIRED_PROVIDERS).set(local_name, requirement);
        self
    }
}

pub(crate) const REQUIRED_VERSION: Text = Text::from_static("required_version");
pub(crate) const REQUIRED_PROVIDERS: &str = "required_providers";

/// `{ source = …, version = … }`.
pub(crate) fn provider_requirement(source: Text, version: Text) -> Expression {
    let elements = [("source", source), ("version", version)];
    let elements =
        elements.map(|(name, text)| (ObjectKey::Name(Text::from_static(name)), Expression::String(text)));
    Expression::Object(elements.into())
}

impl Construct for Terraform {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        scope.insert(EntryKind::Settings, Text::default(), self.0);
    }
}

/// A `backend` block: the location of the stack's state. Defaults to a file next to the configuration.
///
/// ```
/// use iac_core::{Backend, Stack};
///
/// let stack = Stack::new("network");
/// stack.add(Backend::s3("acme-state", "network.tfstate", "eu-west-1"));
/// ```
///
/// Terraform reads this block before evaluating anything, so its arguments must be literals.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Backend {
    kind: Text,
    body: Body,
}

impl Backend {
    /// Creates a backend of any type; set its arguments with [`argument`](Configure::argument).
    pub fn new(kind: impl Into<Text>) -> Self {
        Self { kind: kind.into(), body: Body::new() }
    }

    /// Stores the state in a file, relative to the stack's directory.
    pub fn local(path: impl IntoExpression) -> Self {
        Self::new("local").argument("path", path)
    }

    /// Stores the state in an S3 object, encrypted and locked by a lock file next to it.
    pub fn s3(bucket: impl Into<Text>, key: impl Into<Text>, region: impl Into<Text>) -> Self {
        Self::new("s3")
            .argument("bucket", bucket.into())
            .argument("key", key.into())
            .argument("region", region.into())
            .argument("encrypt", true)
            .argument("use_lockfile", true)
    }
}

impl Configure for Backend {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }
}

impl Construct for Backend {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        let mut settings = Body::new();
        settings.set_block(
            Text::from_static(BACKEND),
            Block { labels: vec![self.kind], ..Block::from(self.body) },
        );
        scope.insert(EntryKind::Settings, Text::default(), settings);
    }
}

pub(crate) const BACKEND: &str = "backend";
pub(crate) const CLOUD: &str = "cloud";

/// A `cloud` block: the stack's state and runs are managed by HCP Terraform.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Cloud(Body);

impl Cloud {
    /// Selects a workspace of an organization.
    pub fn new(organization: impl Into<Text>, workspace: impl Into<Text>) -> Self {
        let mut body = Body::new();
        body.set(Text::from_static("organization"), Expression::String(organization.into()));
        body.block_mut("workspaces").set(Text::from_static("name"), Expression::String(workspace.into()));
        Self(body)
    }
}

impl Configure for Cloud {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.0
    }
}

impl Construct for Cloud {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        let mut settings = Body::new();
        settings.set_block(Text::from_static(CLOUD), self.0);
        scope.insert(EntryKind::Settings, Text::default(), settings);
    }
}
