//! Pipelines with CodePipeline.

use iac_core::Text;
use iac_core::builder::Given;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::GradualDeployment;
use crate::containers::Service;
use crate::encryption::Key;
use crate::identity::{Principal, Role, Statement};
use crate::messaging::Topic;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::storage::Bucket;
use crate::{codebuild, codepipeline, codestarconnections};

/// A CodePipeline from a branch of a GitHub repository. A stage starts when the previous one has succeeded.
///
/// | Address | Description |
/// |---|---|
/// | `aws_codepipeline.<name>` | pipeline, named `<stack>-<name>` |
/// | `aws_codestarconnections_connection.<name>` | connection to the repository, which must be authorized once by hand |
/// | `aws_codebuild_project.<name>_<stage>`, `aws_cloudwatch_log_group.<name>_<stage>`, `aws_iam_role.<name>_<stage>` | each stage that runs commands |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | role of the pipeline |
/// | `aws_s3_bucket.<name>_artifacts` and more | artifacts, kept for 30 days; see [`Bucket`] |
///
/// ```
/// use iac_aws::delivery::Pipeline;
/// use iac_aws::messaging::Topic;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("delivery");
/// let operators = stack.add(Topic::builder("operators"));
/// stack.add(
///     Pipeline::builder("web", "lessons/web", "main")
///         .run("test", ["cargo test"])
///         .approve("production", &operators)
///         .run("deploy", ["cargo run -- --out target/iac", "terraform -chdir=target/iac/web apply -auto-approve"]),
/// );
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The pipeline.
    pub pipeline: codepipeline::Codepipeline,
    /// The connection to the repository.
    pub connection: codestarconnections::Connection,
    /// The bucket of the artifacts.
    pub artifacts: Bucket,
    /// Roles of the stages that run commands, by stage name. Grant them the permissions that their commands need.
    pub stages: Vec<(Text, Role)>,
}

impl Pipeline {
    /// Starts a pipeline for a branch of a GitHub repository (`owner/name`).
    pub fn builder<'a>(
        name: impl Into<Text>,
        repository: impl Into<Text>,
        branch: impl Into<Text>,
    ) -> PipelineBuilder<'a> {
        PipelineBuilder {
            name: name.into(),
            repository: repository.into(),
            branch: branch.into(),
            stages: Vec::new(),
        }
    }

    /// Returns the role of a stage that runs commands.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Role> {
        self.stages.iter().find(|(stage, _)| stage == name).map(|(_, role)| role)
    }
}

/// Builds a [`Pipeline`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct PipelineBuilder<'a> {
    name: Text,
    repository: Text,
    branch: Text,
    stages: Vec<(Text, Stage<'a>)>,
}

#[derive(Clone, Debug)]
enum Stage<'a> {
    Run(Vec<Text>),
    Approve(&'a Topic),
    Deploy(&'a Service),
    DeployGradually(&'a GradualDeployment),
}

impl<'a> PipelineBuilder<'a> {
    /// Adds a stage that runs commands in the repository.
    pub fn run<C: Into<Text>>(
        mut self,
        name: impl Into<Text>,
        commands: impl IntoIterator<Item = C>,
    ) -> Self {
        let commands = commands.into_iter().map(Into::into).collect();
        self.stages.push((name.into(), Stage::Run(commands)));
        self
    }

    /// Adds a stage that waits for a manual approval, and notifies a topic.
    pub fn approve(mut self, name: impl Into<Text>, topic: &'a Topic) -> Self {
        self.stages.push((name.into(), Stage::Approve(topic)));
        self
    }

    /// Adds a stage that deploys new images to a service.
    ///
    /// They are listed in `imagedefinitions.json`, an artifact of the last stage before that runs commands. Without such
    /// a stage, the file is in the repository.
    pub fn deploy(mut self, name: impl Into<Text>, service: &'a Service) -> Self {
        self.stages.push((name.into(), Stage::Deploy(service)));
        self
    }

    /// Adds a stage that deploys with CodeDeploy, as defined by `taskdef.json` and `appspec.yaml` in the repository.
    pub fn deploy_gradually(mut self, name: impl Into<Text>, deployment: &'a GradualDeployment) -> Self {
        self.stages.push((name.into(), Stage::DeployGradually(deployment)));
        self
    }
}

impl Construct for PipelineBuilder<'_> {
    type Output = Pipeline;

    fn build(self, scope: &Scope<'_>) -> Pipeline {
        let name = self.name;
        if self.stages.is_empty() {
            let summary = format!("pipeline `{name}` has no stages besides its source");
            scope.report(
                Diagnostic::error("pipeline-stages", summary)
                    .hint("add one: `.run(\"test\", [\"cargo test\"])`"),
            );
        }
        let key = Key::stack_default(scope);
        let artifacts =
            scope.add(Bucket::builder(format!("{name}_artifacts")).expire_after_days(30).key(&key));
        let connection = scope.add(
            codestarconnections::Connection::builder(name.clone())
                .name(physical_name(scope, &name, 32))
                .provider_type(codestarconnections::ProviderType::GitHub),
        );
        let role = scope.add(Role::builder(name.clone(), Principal::service("codepipeline.amazonaws.com")));
        artifacts.grant_read(&role);
        artifacts.grant_write(&role);
        role.allow(Statement::allow(["codestar-connections:UseConnection"]).on(connection.arn()));
        let mut roles = Vec::new();
        let projects: Vec<_> = self
            .stages
            .iter()
            .map(|(stage, action)| match action {
                Stage::Run(commands) => {
                    let (project, stage_role) = add_project(scope, &name, stage, commands, &artifacts, &key);
                    let builds = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"];
                    role.allow(Statement::allow(builds).on(project.arn()));
                    roles.push((stage.clone(), stage_role));
                    Some(project)
                }
                Stage::Approve(topic) => {
                    topic.grant_publish(&role);
                    None
                }
                Stage::Deploy(service) => {
                    allow_deployment(&role, service);
                    None
                }
                Stage::DeployGradually(deployment) => {
                    allow_deployment(&role, &deployment.service);
                    deployment.grant_deploy(&role);
                    None
                }
            })
            .collect();
        // The artifact of the last stage that ran commands, for each stage.
        let artifact_before = self.stages.iter().scan("source", |artifact, (name, stage)| {
            let before = *artifact;
            if matches!(stage, Stage::Run(_)) {
                *artifact = name;
            }
            Some(before)
        });
        let stages = self.stages.iter().zip(&projects).zip(artifact_before);
        let pipeline = scope.add(
            codepipeline::Codepipeline::builder(name.clone())
                .name(physical_name(scope, &name, 100))
                .role_arn(role.arn())
                .pipeline_type(codepipeline::PipelineType::V2)
                .artifact_store(|store| {
                    store
                        .type_(codepipeline::ArtifactStoreType::S3)
                        .location(artifacts.bucket.id())
                        .encryption_key(|encryption| {
                            encryption.id(key.arn()).type_(codepipeline::EncryptionKeyType::Kms)
                        })
                })
                .stage(|stage| {
                    stage.name("source").action(|action| {
                        action
                            .name("source")
                            .category(codepipeline::ActionCategory::Source)
                            .owner(codepipeline::ActionOwner::Aws)
                            .provider("CodeStarSourceConnection")
                            .version("1")
                            .output_artifacts(["source"])
                            .configuration([
                                ("ConnectionArn", connection.arn().into_expr()),
                                ("FullRepositoryId", Expr::<String>::from(self.repository.as_str())),
                                ("BranchName", Expr::from(self.branch.as_str())),
                            ])
                    })
                })
                .each(stages, |pipeline, (((name, stage), project), before)| {
                    add_stage(pipeline, name, stage, project.as_ref(), before)
                }),
        );
        Pipeline { pipeline, connection, artifacts, stages: roles }
    }
}

type Stages = codepipeline::builder::Codepipeline<Given, Given, Given, Given>;

/// Adds a stage with one action.
fn add_stage(
    pipeline: Stages,
    name: &Text,
    stage: &Stage<'_>,
    project: Option<&codebuild::Project>,
    artifact_before: &str,
) -> Stages {
    pipeline.stage(|block| {
        block.name(name.as_str()).action(|action| {
            let action = action.name(name.as_str()).owner(codepipeline::ActionOwner::Aws).version("1");
            match (stage, project) {
                (Stage::Run(_), project) => action
                    .category(codepipeline::ActionCategory::Build)
                    .provider("CodeBuild")
                    .input_artifacts(["source"])
                    .output_artifacts([name.as_str()])
                    .maybe(project, |action, project| {
                        action.configuration([("ProjectName", project.name())])
                    }),
                (Stage::Approve(topic), _) => action
                    .category(codepipeline::ActionCategory::Approval)
                    .provider("Manual")
                    .configuration([("NotificationArn", topic.arn().cast::<String>())]),
                (Stage::Deploy(service), _) => action
                    .category(codepipeline::ActionCategory::Deploy)
                    .provider("ECS")
                    .input_artifacts([artifact_before])
                    .configuration([
                        ("ClusterName", service.cluster().name()),
                        ("ServiceName", service.service.name()),
                    ]),
                (Stage::DeployGradually(deployment), _) => action
                    .category(codepipeline::ActionCategory::Deploy)
                    .provider("CodeDeployToECS")
                    .input_artifacts(["source"])
                    .configuration([
                        ("ApplicationName", deployment.app.name()),
                        ("DeploymentGroupName", deployment.group.deployment_group_name()),
                        ("TaskDefinitionTemplateArtifact", Expr::from("source")),
                        ("AppSpecTemplateArtifact", Expr::from("source")),
                    ]),
            }
        })
    })
}

/// Allows a pipeline to deploy new images to a service.
fn allow_deployment(role: &Role, service: &Service) {
    let actions = ["ecs:DescribeServices", "ecs:UpdateService"];
    role.allow(Statement::allow(actions).on(service.service.id().cast::<String>()));
    let actions = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition", "ecs:TagResource"];
    role.allow(Statement::allow(actions).on("*"));
    // The deployment waits for the tasks.
    role.allow(Statement::allow(["ecs:DescribeTasks", "ecs:ListTasks"]).on("*").when(
        "ArnEquals",
        "ecs:cluster",
        service.cluster().arn(),
    ));
    let roles: [Expr<String>; 2] =
        [service.task.role.arn().into_expr(), service.task.execution_role.arn().into_expr()];
    role.allow(Statement::allow(["iam:PassRole"]).on(roles).when(
        "StringEquals",
        "iam:PassedToService",
        "ecs-tasks.amazonaws.com",
    ));
}

fn add_project(
    scope: &Scope<'_>,
    pipeline: &Text,
    stage: &Text,
    commands: &[Text],
    artifacts: &Bucket,
    key: &Key,
) -> (codebuild::Project, Role) {
    let name = format!("{pipeline}_{stage}");
    let physical_name = physical_name(scope, &name, 150);
    let log_group = scope.add(
        LogGroup::builder(name.as_str()).physical_name(format!("/aws/codebuild/{physical_name}")).key(key),
    );
    let role = scope.add(Role::builder(name.as_str(), Principal::service("codebuild.amazonaws.com")));
    log_group.grant_write(&role);
    artifacts.grant_read(&role);
    artifacts.grant_write(&role);
    let commands: Vec<_> = commands.iter().map(Text::as_str).collect();
    let buildspec = json!({
        "version": "0.2",
        "phases": { "build": { "commands": commands } },
        "artifacts": { "files": ["**/*"] },
    });
    let project = scope.add(
        codebuild::Project::builder(name)
            .name(physical_name)
            .service_role(role.arn())
            .build_timeout(60)
            .encryption_key(key.arn())
            .artifacts(|artifacts| artifacts.type_(codebuild::ArtifactsType::Codepipeline))
            .source(|source| source.type_(codebuild::SecondarySourcesType::Codepipeline).buildspec(buildspec))
            .environment(|environment| {
                environment
                    .type_(codebuild::ProjectEnvironmentType::ArmContainer)
                    .compute_type(codebuild::ComputeType::BuildGeneral1Small)
                    .image("aws/codebuild/amazonlinux-aarch64-standard:3.0")
            })
            .logs_config(|logs| logs.cloudwatch_logs(|group| group.group_name(log_group.group.name()))),
    );
    (project, role)
}
