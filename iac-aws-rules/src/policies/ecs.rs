//! Clusters, services and task definitions of containers.

use iac_lang::value::Value;
use iac_plan::credential::{has_credential, is_credential_name};
use iac_review::policy::{Rule, Subject, Verdict, all_of, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("ecs-container-insights", "A cluster collects metrics of its containers")
            .known_as(&["CKV_AWS_65", "AVD-AWS-0034"])
            .why("Without them nobody sees which container needs more than it has.")
            .remedy("Set `setting` with `name = \"containerInsights\"` and `value = \"enabled\"`.")
            .of("aws_ecs_cluster", |cluster| {
                cluster.at("setting").some(|setting| {
                    let is_on = setting.at("value").is_one_of(&["enabled", "enhanced"]);
                    setting.at("name").is("containerInsights").and(is_on)
                })
            }),
        deny("ecs-service-no-public-address", "The tasks of a service have no public addresses")
            .known_as(&["CKV_AWS_333"])
            .why("They can be attacked directly, from everywhere.")
            .remedy("Leave `assign_public_ip` false, and put them behind a load balancer.")
            .exposure()
            .of("aws_ecs_service", |service| {
                service.at("network_configuration.assign_public_ip").is_not(true)
            }),
        deny("ecs-not-privileged", "Containers are not privileged")
            .known_as(&["CKV_AWS_334"])
            .why("Whoever breaks into a privileged container has the host.")
            .remedy("Leave `privileged` out of the container definition.")
            .exposure()
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| is_true(container, "privileged").negate())
            }),
        deny("ecs-own-processes", "Tasks do not share the processes of the host")
            .known_as(&["CKV_AWS_335"])
            .why("A container could see and stop what others run.")
            .remedy("Leave `pid_mode` out, or set it to `task`.")
            .exposure()
            .of("aws_ecs_task_definition", |task| task.at("pid_mode").is_not("host")),
        warn("ecs-read-only-root", "Containers cannot change their own files")
            .known_as(&["CKV_AWS_336"])
            .why("Whoever breaks in has nowhere to put tools.")
            .remedy("Set `readonlyRootFilesystem`, and mount a volume where the program writes.")
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| is_true(container, "readonlyRootFilesystem"))
            }),
        deny("ecs-efs-encrypted-in-transit", "What tasks read from a file system is encrypted on its way")
            .known_as(&["CKV_AWS_97", "AVD-AWS-0035"])
            .why("Otherwise it can be read and changed on the network.")
            .remedy("Set `transit_encryption = \"ENABLED\"`.")
            .exposure()
            .of("aws_ecs_task_definition", |task| {
                task.at("volume").each(|volume| {
                    let efs = volume.at("efs_volume_configuration");
                    efs.at("transit_encryption").is("ENABLED").when(efs.is_set())
                })
            }),
        warn("ecs-roles-differ", "The agent and the containers of a task have different roles")
            .known_as(&["CKV_AWS_249"])
            .why("The containers could pull images and read secrets that are meant for the agent.")
            .remedy("Give `task_role_arn` a role of its own.")
            .of("aws_ecs_task_definition", has_two_roles),
        deny("ecs-no-secrets-in-environment", "The environment of containers holds no credentials")
            .known_as(&["AVD-AWS-0036"])
            .why("Whoever may describe the task definition reads it.")
            .remedy("Name them in `secrets`, from Secrets Manager or Parameter Store.")
            .exposure()
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| has_secret_variable(container).negate())
            }),
        warn("ecs-containers-log", "The output of containers is kept")
            .known_as(&["AwsSolutions-ECS7"])
            .why("What a container said before it died is gone with it.")
            .remedy("Set `logConfiguration`.")
            .of("aws_ecs_task_definition", |task| {
                each_container(task, |container| Verdict::of(member(container, "logConfiguration").is_some()))
            }),
    ]
}

/// Holds if it holds of each container of a task.
fn each_container(task: &Subject<'_>, holds: impl Fn(&Value) -> Verdict) -> Verdict {
    let definitions = task.at("container_definitions");
    let Some(json) = definitions.json() else {
        return if definitions.is_unknown() { Verdict::Unknown } else { Verdict::Pass };
    };
    let (Value::List(containers) | Value::Tuple(containers)) = &*json else { return Verdict::Unknown };
    all_of(containers.iter().map(|container| {
        if *container == Value::Unknown {
            return Verdict::Unknown;
        }
        let name = member(container, "name").and_then(text).unwrap_or("without a name");
        holds(container).because(format!("not so: container `{name}`")).at(definitions.path().clone())
    }))
}

fn has_two_roles(task: &Subject<'_>) -> Verdict {
    let (agent, own) = (task.at("execution_role_arn"), task.at("task_role_arn"));
    if let (Some(agent), Some(own)) = (agent.text(), own.text()) {
        return own_role(agent != own);
    }
    // Roles that are not there yet have no ARN to compare.
    let roles = |argument| task.referred("aws_iam_role", argument);
    let (agents, owns) = (roles("execution_role_arn"), roles("task_role_arn"));
    own_role(!agents.iter().any(|agent| owns.iter().any(|own| own.address() == agent.address())))
}

fn own_role(differs: bool) -> Verdict {
    Verdict::of(differs).because("both are the same role")
}

fn has_secret_variable(container: &Value) -> Verdict {
    let variables = match member(container, "environment") {
        Some(Value::List(variables) | Value::Tuple(variables)) => variables,
        Some(Value::Unknown) => return Verdict::Unknown,
        _ => return Verdict::fail(),
    };
    any_of(variables.iter().map(|variable| {
        let name = member(variable, "name").and_then(text).unwrap_or_default();
        match member(variable, "value") {
            // An address or an id has another name.
            Some(Value::Unknown) if is_credential_name(name) => Verdict::Unknown,
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
        Some(Value::Unknown) => Verdict::Unknown,
        Some(Value::Bool(value)) => Verdict::of(*value),
        Some(Value::String(value)) => Verdict::of(*value == "true"),
        _ => Verdict::fail(),
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) | Value::Map(members) => members.get(name).filter(|value| !value.is_null()),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
