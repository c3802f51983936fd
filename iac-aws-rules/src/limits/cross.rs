//! Limits that relate several arguments or resources.

use iac_lang::value::Value;
use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of};
use ipnet::Ipv4Net;

use super::{Limit as _, refused};

/// Environment variables that Lambda sets itself.
const RESERVED_VARIABLES: [&str; 20] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "AWS_LAMBDA_MAX_CONCURRENCY",
];

/// Returns the rules, which fail only for what AWS certainly refuses.
pub(super) fn rules() -> Vec<Rule> {
    functions().into_iter().chain(containers()).chain(others()).collect()
}

fn functions() -> Vec<Rule> {
    vec![
        refused(
            "limit-lb-listener-rule-condition-values",
            "Conditions of a listener rule must have at most 5 values in total",
            "Listener rule has more than 5 condition values",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
        )
        .certainly("aws_lb_listener_rule", condition_values),
        refused(
            "limit-lambda-queue-visibility",
            "The visibility timeout of a queue must not be shorter than the timeout of a function that consumes it",
            "Queue has a shorter visibility timeout than the function that consumes it",
            "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
        )
        .certainly("aws_lambda_event_source_mapping", queue_visibility),
        refused(
            "limit-lambda-environment-size",
            "The environment variables of a function must have at most 4 KB",
            "Function has more than 4 KB of environment variables",
            "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        )
        .certainly("aws_lambda_function", environment_size),
        refused(
            "limit-lambda-reserved-variables",
            "Functions must not set environment variables that Lambda reserves",
            "Function sets an environment variable that Lambda reserves",
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        )
        .certainly("aws_lambda_function", |function| {
            all_of(RESERVED_VARIABLES.iter().map(|name| {
                is_absent(&function.at("environment.variables").at(name)).because(format!("`{name}`"))
            }))
        }),
    ]
}

fn containers() -> Vec<Rule> {
    vec![
        refused(
            "limit-ecs-fargate-size",
            "Tasks on Fargate must have a supported combination of CPU and memory",
            "Fargate does not support the CPU and memory of the task",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
        )
        .certainly("aws_ecs_task_definition", fargate_size),
        refused(
            "limit-ecs-container-memory",
            "Containers must not have more memory than their task",
            "Container has more memory than its task",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
        )
        .certainly("aws_ecs_task_definition", container_memory),
        refused(
            "limit-ecs-stop-timeout",
            "The stop timeout of containers on Fargate must be at most 120 seconds",
            "Container on Fargate has a stop timeout above 120 seconds",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
        )
        .certainly("aws_ecs_task_definition", |task| {
            on_fargate(task, |task| each_container(task, |container| {
                integer(container.get("stopTimeout")).is_none_or(|seconds| seconds <= 120)
            }))
        }),
        refused(
            "limit-ecs-target-type",
            "Services with network mode `awsvpc` must use target groups of type `ip`, and others of type `instance`",
            "Target type of the target group does not fit the network mode of the service",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/create-application-load-balancer.html",
        )
        .certainly("aws_ecs_service", target_type),
        refused(
            "limit-eks-node-group-architecture",
            "Node groups must have instance types of the architecture of their AMI type",
            "Node group has instance types of another architecture than its AMI type",
            "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html",
        )
        .certainly("aws_eks_node_group", |group| {
            let Some(image) = group.at("ami_type").text() else { return Verdict::Pass };
            if image == "CUSTOM" {
                return Verdict::Pass;
            }
            let is_arm = image.contains("ARM_64");
            group.at("instance_types").each(|each| each.matches(|each| is_arm_type(each) == is_arm))
        }),
    ]
}

fn others() -> Vec<Rule> {
    vec![
        refused(
            "limit-s3-replica-key",
            "Replication of objects that are encrypted with KMS must name a key for the replica",
            "Replication of objects that are encrypted with KMS has no key for the replica",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html",
        )
        .certainly("aws_s3_bucket_replication_configuration", |replication| {
            replication.at("rule").each(|rule| {
                let encrypted = rule.at("source_selection_criteria.sse_kms_encrypted_objects.status");
                let key = rule.at("destination.encryption_configuration.replica_kms_key_id");
                key.is_set().when(encrypted.is("Enabled"))
            })
        }),
        refused(
            "limit-vpc-reserved-addresses",
            "Private addresses must not be one of the first four or the last of their subnet",
            "Private address is reserved by AWS",
            "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
        )
        .certainly("aws_instance", |instance| reserved_address(instance, &instance.at("private_ip")))
        .certainly("aws_network_interface", |interface| {
            interface.at("private_ips").each(|address| reserved_address(interface, address))
        }),
        refused(
            "limit-sqs-redrive-fifo",
            "The dead-letter queue of a FIFO queue must be a FIFO queue, and of a standard queue a standard queue",
            "Queue and its dead-letter queue are of different types",
            "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        )
        .certainly("aws_sqs_queue", |queue| {
            let is_fifo = |queue: &Subject<'_>| queue.at("fifo_queue").is(true).is_pass();
            let targets = queue.referred("aws_sqs_queue", "redrive_policy");
            Verdict::of(targets.iter().all(|target| is_fifo(target) == is_fifo(queue)))
        }),
        refused(
            "limit-alarm-period",
            "The period of an alarm must be 10, 20, 30 or a multiple of 60 seconds",
            "Alarm has an unsupported period",
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
        )
        .certainly("aws_cloudwatch_metric_alarm", |alarm| {
            let period = alarm.at("period");
            let holds = |period: i64| matches!(period, 10 | 20 | 30) || period > 0 && period % 60 == 0;
            match period.number() {
                Some(seconds) => period.verdict(holds(seconds)),
                None => is_absent(&period),
            }
        }),
    ]
}

/// Passes if the value is missing. Unknown if it is, since a known value may be refused.
fn is_absent(value: &Reading<'_>) -> Verdict {
    value.holds(|_| false).or(value.is_unset())
}

fn condition_values(rule: &Subject<'_>) -> Verdict {
    let conditions = rule.at("condition");
    let known = conditions.each(|_| Verdict::Pass);
    let lists = [
        "host_header.values",
        "path_pattern.values",
        "source_ip.values",
        "http_request_method.values",
        "http_header.values",
        "query_string",
    ];
    let values = |condition: &Reading<'_>| -> usize {
        lists.iter().map(|list| condition.at(list).elements().len()).sum()
    };
    let number: usize = conditions.elements().iter().map(values).sum();
    known.and(conditions.verdict(number <= 5).because(format!("{number} values")))
}

fn queue_visibility(mapping: &Subject<'_>) -> Verdict {
    let mut functions = mapping.referred("aws_lambda_function", "function_name");
    for alias in mapping.referred("aws_lambda_alias", "function_name") {
        functions.extend(alias.referred("aws_lambda_function", "function_name"));
    }
    let seconds = |subject: &Subject<'_>, argument: &str, default: i64| {
        let value = subject.at(argument);
        value.number().or_else(|| value.is_unset().is_pass().then_some(default))
    };
    all_of(mapping.referred("aws_sqs_queue", "event_source_arn").iter().flat_map(|queue| {
        functions.iter().map(move |function| {
            let visibility = seconds(queue, "visibility_timeout_seconds", 30);
            let timeout = seconds(function, "timeout", 3);
            match visibility.zip(timeout) {
                None => Verdict::Unknown,
                Some((visibility, timeout)) => Verdict::of(timeout <= visibility).because(format!(
                    "the queue has {visibility} seconds, and `{}` has {timeout}",
                    function.address()
                )),
            }
        })
    }))
}

fn environment_size(function: &Subject<'_>) -> Verdict {
    let variables = function.at("environment.variables");
    let size = |value: &Value| match value {
        // Unknown values only add to it.
        Value::Map(map) => {
            let bytes = |(name, value): (_, &Value)| match value {
                Value::String(text) => AsRef::<str>::as_ref(name).len() + text.len(),
                _ => AsRef::<str>::as_ref(name).len(),
            };
            map.iter().map(|(name, value)| bytes((name, value))).sum::<usize>() <= 4096
        }
        _ => true,
    };
    variables.holds(size).or(variables.is_unset())
}

/// Applies a check to a task that requires Fargate.
fn on_fargate(task: &Subject<'_>, check: impl FnOnce(&Subject<'_>) -> Verdict) -> Verdict {
    if task.at("requires_compatibilities").contains("FARGATE").is_pass() {
        check(task)
    } else {
        Verdict::Pass
    }
}

fn fargate_size(task: &Subject<'_>) -> Verdict {
    on_fargate(task, |task| {
        let number = |argument: &str| {
            let value = task.at(argument);
            value.number().or_else(|| value.text()?.parse().ok())
        };
        let Some((cpu, memory)) = number("cpu").zip(number("memory")) else { return Verdict::Pass };
        let fits = match cpu {
            256 => matches!(memory, 512 | 1024 | 2048),
            512 => memory % 1024 == 0 && (1024..=4096).contains(&memory),
            1024 => memory % 1024 == 0 && (2048..=8192).contains(&memory),
            2048 => memory % 1024 == 0 && (4096..=16_384).contains(&memory),
            4096 => memory % 1024 == 0 && (8192..=30_720).contains(&memory),
            8192 => memory % 4096 == 0 && (16_384..=61_440).contains(&memory),
            16_384 => memory % 8192 == 0 && (32_768..=122_880).contains(&memory),
            _ => false,
        };
        Verdict::of(fits).because(format!("{cpu} units, {memory} MiB"))
    })
}

/// Passes if the check holds for each known container.
fn each_container(task: &Subject<'_>, mut check: impl FnMut(&Container<'_>) -> bool) -> Verdict {
    let Some(document) = task.at("container_definitions").json() else { return Verdict::Pass };
    let containers = match &*document {
        Value::List(containers) | Value::Tuple(containers) => containers.as_slice(),
        _ => return Verdict::Pass,
    };
    Verdict::of(containers.iter().all(|container| check(&Container(container))))
}

/// A container definition.
struct Container<'v>(&'v Value);

impl<'v> Container<'v> {
    fn get(&self, name: &str) -> Option<&'v Value> {
        match self.0 {
            Value::Map(members) | Value::Object(members) => members.get(name),
            _ => None,
        }
    }
}

fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn container_memory(task: &Subject<'_>) -> Verdict {
    let memory = task.at("memory");
    let Some(limit) = memory.number().or_else(|| memory.text()?.parse().ok()) else { return Verdict::Pass };
    let mut reserved = 0;
    let each = each_container(task, |container| {
        let hard = integer(container.get("memory"));
        let soft = integer(container.get("memoryReservation"));
        reserved += soft.or(hard).unwrap_or_default();
        hard.is_none_or(|hard| hard <= limit)
    });
    each.and(Verdict::of(reserved <= limit)).because(format!("the task has {limit} MiB"))
}

fn target_type(service: &Subject<'_>) -> Verdict {
    let tasks = service.referred("aws_ecs_task_definition", "task_definition");
    let [task] = tasks.as_slice() else { return Verdict::Pass };
    let mode = task.at("network_mode");
    let is_awsvpc = mode.text().map(|mode| mode == "awsvpc");
    let Some(is_awsvpc) = is_awsvpc.or_else(|| mode.is_unset().is_pass().then_some(false)) else {
        return Verdict::Pass;
    };
    all_of(service.referred("aws_lb_target_group", "load_balancer.target_group_arn").iter().map(|group| {
        let target = group.at("target_type");
        let is_ip = match target.text() {
            Some(target) => target == "ip",
            None if target.is_unset().is_pass() => false,
            None => return Verdict::Unknown,
        };
        let mode = if is_awsvpc { "awsvpc" } else { "bridge or host" };
        Verdict::of(is_ip == is_awsvpc).because(format!("network mode {mode}, and `{}`", group.address()))
    }))
}

/// Returns true for instance types with Graviton processors: `m7g.large`, `c6gn.large`, `a1.large`.
fn is_arm_type(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let options = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let options = options.trim_start_matches(|c: char| c.is_ascii_digit());
    family == "a1" || options.starts_with('g')
}

fn reserved_address(subject: &Subject<'_>, address: &Reading<'_>) -> Verdict {
    let subnets = subject.referred("aws_subnet", "subnet_id");
    let [subnet] = subnets.as_slice() else { return Verdict::Pass };
    let block = subnet.at("cidr_block").text().and_then(|block| block.parse::<Ipv4Net>().ok());
    let address_in = address.text().and_then(|address| address.parse::<std::net::Ipv4Addr>().ok());
    let Some((block, found)) = block.zip(address_in) else { return Verdict::Pass };
    let offset = u32::from(found).wrapping_sub(u32::from(block.network()));
    let is_usable = block.contains(&found) && offset >= 4 && found != block.broadcast();
    address.verdict(is_usable).because(format!("the subnet has `{block}`"))
}
