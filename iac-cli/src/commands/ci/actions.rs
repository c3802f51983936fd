//! The GitHub actions that generated workflows use, pinned by commit: a tag can be moved to other code.

/// Checks out the repository.
pub(super) const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
/// Keeps files between runs.
pub(super) const CACHE: &str = "actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5";
/// Restores files of earlier runs without saving new ones.
pub(super) const RESTORE: &str = "actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5";
/// Hands files to later jobs.
pub(super) const UPLOAD: &str = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0";
/// Takes files from earlier jobs.
pub(super) const DOWNLOAD: &str =
    "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1";
/// Installs Terraform.
pub(super) const TERRAFORM: &str =
    "hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1";
/// Exchanges the identity token of a job for the credentials of a role.
pub(super) const CREDENTIALS: &str =
    "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3";
/// Uploads findings to code scanning.
pub(super) const SARIF: &str =
    "github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2";
