//! ECS rules.

use iac_lang::value::Value;
use iac_plan::credential::{has_credential, is_credential_name};
use iac_review::policy::{Rule, Subject, Verdict, all_of, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("ecs-container-insights", "ECS clusters should have Container Insights enabled")
            .finding("ECS cluster has Container Insights disabled")
            .known_as(&["CKV_AWS_65", "AVD-AWS-0034"])
            .why("Without container metrics, resource shortages go unnoticed.")
            .remedy("Set `setting` with `name = \"containerInsights\"` and `value = \"enabled\"`.")
            .of("aws_ecs_cluster", |cluster| {
                cluster.at("setting").some(|setting| {
                    let is_on = setting.at("value").is_one_of(&["enabled", "enhanced"]);
                    setting.at("name").is("containerInsights").and(is_on)
                })
            }),
        deny("ecs-service-no-public-address", "ECS tasks must not have public IP addresses")
            .finding("ECS service assigns public IP addresses to its tasks")
            .known_as(&["CKV_AWS_333"])
            .why("The tasks can be attacked directly from the internet.")
            .remedy("Leave `assign_public_ip` unset or false, and place the service behind a load balancer.")
            .exposure()
            .of("aws_ecs_service", |service| {
                service.at("network_configuration.assign_public_ip").is_not(true)
            }),
        deny("ecs-not-privileged", "ECS containers must not run in privileged mode")
            .finding("ECS task definition has a privileged container")
            .known_as(&["CKV_AWS_334"])
            .why("A compromise of a privileged container is a compromise of its host.")
            .remedy("Remove `privileged` from the container definition.")
            .exposure()
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| is_true(container, "privileged").negate())
            }),
        deny("ecs-own-processes", "ECS tasks must not share the process namespace of the host")
            .finding("ECS task shares the process namespace of the host")
            .known_as(&["CKV_AWS_335"])
            .why("The containers can see and stop the processes of other workloads.")
            .remedy("Leave `pid_mode` unset, or set it to `task`.")
            .exposure()
            .of("aws_ecs_task_definition", |task| task.at("pid_mode").is_not("host")),
        warn("ecs-read-only-root", "ECS containers should have a read-only root file system")
            .finding("ECS task definition has a container with a writable root file system")
            .known_as(&["CKV_AWS_336"])
            .why("An attacker can install tools in a compromised container, or modify the application.")
            .remedy("Set `readonlyRootFilesystem`, and mount volumes for the paths that are written to.")
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| is_true(container, "readonlyRootFilesystem"))
            }),
        deny("ecs-efs-encrypted-in-transit", "EFS volumes of ECS tasks must use encryption in transit")
            .finding("ECS task mounts an EFS volume without encryption in transit")
            .known_as(&["CKV_AWS_97", "AVD-AWS-0035"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Set `transit_encryption = \"ENABLED\"`.")
            .of("aws_ecs_task_definition", |task| {
                task.at("volume").each(|volume| {
                    let efs = volume.at("efs_volume_configuration");
                    efs.at("transit_encryption").is("ENABLED").when(efs.is_set())
                })
            }),
        warn("ecs-roles-differ", "ECS tasks should have different task and execution roles")
            .finding("ECS task uses the same role as task role and execution role")
            .known_as(&["CKV_AWS_249"])
            .why("The containers get the permissions of the ECS agent, such as reading secrets.")
            .remedy("Set `task_role_arn` to a role of its own.")
            .of("aws_ecs_task_definition", has_two_roles),
        deny("ecs-no-secrets-in-environment", "ECS environment variables must not contain credentials")
            .finding("ECS environment variable appears to contain a credential")
            .known_as(&["AVD-AWS-0036"])
            .why("Anyone who can describe the task definition can read its environment variables.")
            .remedy("Reference the credentials in `secrets`, from Secrets Manager or Parameter Store.")
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| has_secret_variable(container).negate())
            }),
        warn("ecs-containers-log", "ECS containers should have a log configuration")
            .finding("ECS task definition has a container without log configuration")
            .known_as(&["AwsSolutions-ECS7"])
            .why("The output of a container is lost when it stops.")
            .remedy("Set `logConfiguration`.")
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| Verdict::of(member(container, "logConfiguration").is_some()))
            }),
    ]
}

/// Passes if the check passes for each container of a task definition.
fn each_container(task: &Subject<'_>, holds: impl Fn(&Value) -> Verdict) -> Verdict {
    let definitions = task.at("container_definitions");
    let Some(json) = definitions.json() else {
        return if definitions.is_unknown() { Verdict::Unknown } else { Verdict::Pass };
    };
    let (Value::List(containers) | Value::Tuple(containers)) = &*json else { return Verdict::Unknown };
    all_of(containers.iter().map(|container| {
        if *container == Value::UNKNOWN {
            return Verdict::Unknown;
        }
        let name = member(container, "name").and_then(text).unwrap_or("(unnamed)");
        holds(container).because(format!("container `{name}`")).at(definitions.path().clone())
    }))
}

fn has_two_roles(task: &Subject<'_>) -> Verdict {
    let (agent, own) = (task.at("execution_role_arn"), task.at("task_role_arn"));
    if let (Some(agent), Some(own)) = (agent.text(), own.text()) {
        return Verdict::of(agent != own);
    }
    // New roles have no ARN yet, so their addresses are compared.
    let roles = |argument| task.referred("aws_iam_role", argument);
    let (agents, owns) = (roles("execution_role_arn"), roles("task_role_arn"));
    Verdict::of(!agents.iter().any(|agent| owns.iter().any(|own| own.address() == agent.address())))
}

fn has_secret_variable(container: &Value) -> Verdict {
    let variables = match member(container, "environment") {
        Some(Value::List(variables) | Value::Tuple(variables)) => variables,
        Some(Value::Unknown(_)) => return Verdict::Unknown,
        _ => return Verdict::fail(),
    };
    any_of(variables.iter().map(|variable| {
        let name = member(variable, "name").and_then(text).unwrap_or_default();
        match member(variable, "value") {
            // An unknown value is usually an ARN or id, unless the name is that of a credential.
            Some(Value::Unknown(_)) if is_credential_name(name) => Verdict::Unknown,
            Some(Value::String(value)) => {
                let is_named = is_credential_name(name) && !value.is_empty() && !value.starts_with("arn:");
                Verdict::of(is_named || has_credential(value))
            }
            _ => Verdict::fail(),
        }
    }))
}

fn is_true(container: &Value, name: &str) -> Verdict {
    match member(container, name) {
        Some(Value::Unknown(_)) => Verdict::Unknown,
        Some(Value::Bool(value)) => Verdict::of(*value),
        Some(Value::String(value)) => Verdict::of(*value == "true"),
        _ => Verdict::fail(),
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.member(name).filter(|value| !value.is_null())
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
