//! Container images and their repositories.

use iac_core::Text;
use iac_core::builder::ResourceHandle;
use iac_core::prelude::*;

use crate::ecr;
use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::naming::physical_path;

/// An encrypted ECR repository with immutable tags and scanning on push.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ecr_repository.<name>` | repository, named `<stack>/<name>` |
/// | `aws_ecr_lifecycle_policy.<name>` | keeps the last 100 images |
///
/// ```
/// use iac_aws::containers::Repository;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let images = stack.add(Repository::builder("web").keep(20));
/// stack.add(Output::new("repository", images.repository.repository_url()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Repository {
    /// The repository.
    pub repository: ecr::Repository,
}

impl Repository {
    /// Starts a repository.
    pub fn builder(name: impl Into<Text>) -> RepositoryBuilder {
        RepositoryBuilder { name: name.into(), keep: 100, key: None, physical_name: None }
    }

    /// Returns a repository that exists already, read with `data.aws_ecr_repository.<name>`.
    #[track_caller]
    #[must_use]
    pub fn existing(
        scope: &Scope<'_>,
        name: impl Into<Text>,
        repository_name: impl IntoExpr<String>,
    ) -> Self {
        let repository = scope.add(ecr::data::Repository::builder(name).name(repository_name));
        // Both have the attributes that constructs use.
        Self { repository: ecr::Repository::from_handle(ResourceHandle::handle(&repository).clone()) }
    }

    /// Returns the image with a tag.
    pub fn image(&self, tag: impl IntoExpr<String>) -> Image {
        let reference = tf!("{}:{}", self.repository.repository_url(), tag.into_expr());
        Image { reference, repository: Some(self.clone()) }
    }

    /// Grants permission to pull images.
    #[track_caller]
    pub fn grant_pull(&self, grantee: &impl Grantee) {
        let role = grantee.role();
        role.allow(Statement::allow(["ecr:GetAuthorizationToken"]).on("*"));
        let actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        role.allow(Statement::allow(actions).on(self.repository.arn()));
    }

    /// Grants permission to push images.
    #[track_caller]
    pub fn grant_push(&self, grantee: &impl Grantee) {
        self.grant_pull(grantee);
        let actions =
            ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];
        grantee.role().allow(Statement::allow(actions).on(self.repository.arn()));
    }
}

/// Builds a [`Repository`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct RepositoryBuilder {
    name: Text,
    keep: u32,
    key: Option<Key>,
    physical_name: Option<Expr<String>>,
}

impl RepositoryBuilder {
    /// Sets the number of images to keep for rollbacks (default: 100).
    pub fn keep(mut self, images: u32) -> Self {
        self.keep = images;
        self
    }

    /// Sets the KMS key that encrypts the images (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Sets the name in ECR (default: `<stack>/<name>`).
    pub fn physical_name(mut self, name: impl IntoExpr<String>) -> Self {
        self.physical_name = Some(name.into_expr());
        self
    }
}

impl Construct for RepositoryBuilder {
    type Output = Repository;

    fn build(self, scope: &Scope<'_>) -> Repository {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let path = physical_path(scope, &self.name);
        let name = self.physical_name.unwrap_or_else(|| Expr::from(path.trim_start_matches('/')));
        let repository = scope.add(
            ecr::Repository::builder(self.name.clone())
                .name(name)
                .image_tag_mutability(ecr::ImageTagMutability::Immutable)
                .image_scanning_configuration(|scanning| scanning.scan_on_push(true))
                .encryption_configuration(|encryption| {
                    encryption.encryption_type(ecr::EncryptionType::Kms).kms_key(key.arn())
                }),
        );
        let rules = json!({
            "rules": [{
                "rulePriority": 1,
                "description": format!("Keep the last {} images", self.keep),
                "selection": { "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": self.keep },
                "action": { "type": "expire" },
            }],
        });
        scope.add(ecr::LifecyclePolicy::builder(self.name).repository(repository.name()).policy(rules));
        Repository { repository }
    }
}

/// A container image: from a [`Repository`], or a public one: `Image::from("public.ecr.aws/nginx/nginx:1.29")`.
#[derive(Clone, Debug)]
pub struct Image {
    pub(super) reference: Expr<String>,
    pub(super) repository: Option<Repository>,
}

impl From<&str> for Image {
    fn from(reference: &str) -> Self {
        Self { reference: reference.into_expr(), repository: None }
    }
}

impl From<Expr<String>> for Image {
    fn from(reference: Expr<String>) -> Self {
        Self { reference, repository: None }
    }
}
