//! Asset files next to a configuration, for arguments that take a path.

use crate::diagnostic::Diagnostic;
use crate::expr::Expr;
use crate::stack::{Construct, Scope};
use crate::text::Text;
use crate::tf;

/// A file written next to a stack's configuration, for arguments that take a path: the code of a function, a
/// certificate.
///
/// Adding it returns its path, `${path.module}/assets/<name>`. `synth --check` compares its content as well.
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::{Asset, functions};
///
/// let stack = Stack::new("website");
/// let page = stack.add(Asset::new("index.html", "<h1>Hello</h1>"));
/// stack.add(Output::new("hash", functions::filesha256(page)));
/// assert!(stack.render_hcl()?.contains(r#"filesha256("${path.module}/assets/index.html")"#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Asset {
    name: Text,
    content: Vec<u8>,
}

impl Asset {
    /// The assets directory, next to a stack's configuration.
    pub const DIRECTORY: &str = "assets";

    /// Creates an asset. The name may contain letters, digits, `.`, `_` and `-`.
    pub fn new(name: impl Into<Text>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: content.into() }
    }
}

impl Construct for Asset {
    type Output = Expr<String>;

    fn build(self, scope: &Scope<'_>) -> Expr<String> {
        let name: String = scope.path().chain([self.name.as_str()]).collect::<Vec<_>>().join("_");
        if !is_file_name(&name) {
            let summary = format!("invalid asset name `{name}`");
            let detail =
                "Asset names are file names: letters, digits, `.`, `_` and `-`, not starting with `.`.";
            scope.report(Diagnostic::error("invalid-name", summary).detail(detail));
        }
        let path = tf!("{}/{}/{}", crate::functions::path::module(), Self::DIRECTORY, name.as_str());
        if !scope.insert_asset(name.clone(), self.content) {
            let summary = format!("duplicate asset `{name}` with different content");
            scope.report(Diagnostic::error("duplicate-name", summary));
        }
        path
    }
}

fn is_file_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stack;

    #[test]
    fn invalid_and_conflicting_assets_are_reported() {
        let stack = Stack::new("website");
        stack.add(Asset::new("index.html", "one"));
        stack.nested("blog").add(Asset::new("index.html", "two"));
        stack.add(Asset::new("index.html", "one"));
        assert!(stack.render_hcl().is_ok());

        stack.add(Asset::new("index.html", "another"));
        stack.add(Asset::new("../index.html", ""));
        let problems = stack.render_hcl().unwrap_err();
        let summaries: Vec<_> = problems.iter().map(|problem| problem.summary.clone()).collect();
        assert_eq!(
            summaries,
            ["duplicate asset `index.html` with different content", "invalid asset name `../index.html`",]
        );
    }
}
