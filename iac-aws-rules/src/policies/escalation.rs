//! Statements by which the holder of a policy can get any other permission.

use iac_review::access::{ESCALATION, restricts};

use super::document::{Document, Statement};

/// Actions among [`ESCALATION`] that do not suffice: a boundary only limits what is allowed, a role has to be given to a
/// service, and the other role says whom it trusts.
const INSUFFICIENT: [&str; 4] = [
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PassRole",
    "sts:AssumeRole",
];
/// An action that runs code with the role of an existing function.
const RUNS_CODE: &str = "lambda:UpdateFunctionCode";
/// The actions that make a service act with a role that is passed to it, so that with `iam:PassRole` on any role they
/// allow privilege escalation. All actions joined by `+` are needed.
const TAKES_ROLE: [&str; 56] = [
    "airflow:CreateEnvironment",
    "amplify:CreateApp",
    "apprunner:CreateService",
    "apprunner:UpdateService",
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:CreateLaunchConfiguration",
    "batch:RegisterJobDefinition",
    "bedrock:CreateAgent",
    "bedrock-agentcore:CreateAgentRuntime",
    "bedrock-agentcore:CreateCodeInterpreter",
    "braket:CreateJob",
    "cloudformation:CreateChangeSet",
    "cloudformation:CreateStack",
    "cloudformation:CreateStackSet",
    "cloudformation:SetStackPolicy+cloudformation:UpdateStack",
    "cloudformation:UpdateStack",
    "codebuild:CreateProject",
    "codebuild:UpdateProject",
    "codedeploy:CreateDeploymentGroup+codedeploy:CreateDeployment",
    "codepipeline:CreatePipeline",
    "codepipeline:UpdatePipeline",
    "codestar:CreateProject",
    "cognito-identity:SetIdentityPoolRoles",
    "datapipeline:CreatePipeline+datapipeline:PutPipelineDefinition",
    "ec2:AssociateIamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RequestSpotFleet",
    "ec2:RequestSpotInstances",
    "ec2:RunInstances",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
    "ecs:StartTask",
    "elasticbeanstalk:CreateEnvironment",
    "elasticmapreduce:RunJobFlow",
    "emr-containers:StartJobRun",
    "emr-serverless:StartJobRun",
    "events:PutTargets",
    "gamelift:CreateFleet",
    "glue:CreateDevEndpoint",
    "glue:CreateJob",
    "glue:CreateSession",
    "glue:UpdateDevEndpoint",
    "glue:UpdateJob",
    "imagebuilder:CreateInfrastructureConfiguration",
    "iot:CreateRoleAlias",
    "kinesisanalytics:CreateApplication",
    "lambda:CreateFunction",
    "lambda:UpdateFunctionConfiguration",
    "opsworks:CreateStack",
    "pipes:CreatePipe",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
    "scheduler:CreateSchedule",
    "ssm:StartAutomationExecution",
    "states:CreateStateMachine",
];
/// Returns the position of the statement by which the holder of a policy can get any other permission. Passing a role and
/// using it may be allowed by different statements.
pub(super) fn escalating_statement(document: &Document) -> Option<usize> {
    let statements = &document.statements;
    let suffices = |action: &&&str| !INSUFFICIENT.contains(*action);
    let alone = statements.iter().position(|statement| {
        is_unbounded(statement)
            && (ESCALATION.iter().filter(suffices).any(|action| statement.allows(action))
                || statement.allows(RUNS_CODE))
    });
    let allowed = |action: &str| statements.iter().any(|statement| statement.allows(action));
    let passes =
        statements.iter().position(|statement| is_unbounded(statement) && statement.allows("iam:PassRole"));
    let is_used = || TAKES_ROLE.iter().any(|actions| actions.split('+').all(allowed));
    alone.or_else(|| passes.filter(|_| is_used()))
}

/// Returns `true` if the statement allows its actions on all resources, whatever the request is about.
pub(super) fn is_unbounded(statement: &Statement) -> bool {
    statement.is_allow
        && statement.covers_all_resources()
        && statement.not_resources.is_empty()
        && !statement.conditions.iter().any(restricts)
}
