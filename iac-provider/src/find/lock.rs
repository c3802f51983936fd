//! Versions selected by `terraform init`, from `.terraform.lock.hcl`.

use std::io::ErrorKind;
use std::path::Path;

use crate::error::ClientError;

/// Returns the version of a provider in a directory's lock file.
pub(super) fn version(directory: &Path, source: &str) -> Result<Option<String>, ClientError> {
    let path = directory.join(".terraform.lock.hcl");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(locked(&text, source)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClientError::Configuration { path, reason: error.to_string() }),
    }
}

/// Terraform always writes the file in this form, and tells users not to edit it.
fn locked(text: &str, source: &str) -> Option<String> {
    let quoted = |text: &str| Some(text.split('"').nth(1)?.to_owned());
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.starts_with("provider ") && quoted(line).as_deref() == Some(source))?;
    let version = lines.take_while(|line| *line != "}").find(|line| line.starts_with("version "))?;
    quoted(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_version_is_found() {
        let text = "\
# This file is maintained automatically by \"terraform init\".
provider \"registry.terraform.io/hashicorp/archive\" {
  version = \"2.0.0\"
}

provider \"registry.terraform.io/hashicorp/aws\" {
  version     = \"5.100.0\"
  constraints = \"~> 5.0\"
  hashes = [
    \"h1:abc\",
  ]
}
";
        let version = |source: &str| locked(text, source);
        assert_eq!(version("registry.terraform.io/hashicorp/aws").as_deref(), Some("5.100.0"));
        assert_eq!(version("registry.terraform.io/hashicorp/archive").as_deref(), Some("2.0.0"));
        assert_eq!(version("registry.terraform.io/hashicorp/null"), None);
    }
}
