//! What AWS refuses at apply, or accepts and does not do: each case was wrong once.

use iac_aws::compute::{AutoScalingGroup, AutoScalingGroupBuilder, Image, Instance};
use iac_aws::containers::{
    Cluster, Container, Fleet, Kubernetes, NodeGroup, Repository, ScheduledTask, Service,
};
use iac_aws::databases::{Aurora, Cache, Search};
use iac_aws::delivery::Pipeline;
use iac_aws::encryption::Key;
use iac_aws::identity::Role;
use iac_aws::lambda::Runtime;
use iac_aws::messaging::{Queue, Topic};
use iac_aws::monitoring::Canary;
use iac_aws::network::{Network, Port, Tier};
use iac_aws::prelude::*;
use iac_aws::secrets::{Parameter, Secret, SecretValue};
use iac_aws::serverless::{Authorization, Code, EventRule, Function, HttpApi};
use iac_aws::storage::{Bucket, FileSystem};
use iac_aws::traffic::{
    ApplicationLoadBalancer, Certificate, Distribution, NetworkLoadBalancer, TargetGroup, Zone,
};
use iac_core::object;
use iac_core::prelude::*;

use crate::network;

pub(crate) const IMAGE: &str = "public.ecr.aws/lessons/web:1";

/// Returns the HCL of a stack, filled by a closure.
pub(crate) fn hcl(fill: impl FnOnce(&Stack)) -> String {
    let stack = Stack::new("production");
    fill(&stack);
    stack.render_hcl().unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns the block of a resource: `aws_lb.front`.
#[track_caller]
pub(crate) fn block<'a>(hcl: &'a str, address: &str) -> &'a str {
    let (kind, name) = address.split_once('.').expect("an address has a type and a name");
    let header = format!("resource \"{kind}\" \"{name}\" {{\n");
    let start = hcl.find(&header).unwrap_or_else(|| panic!("`{address}` not found in\n{hcl}"));
    let length = hcl[start..].find("\n}\n").expect("a block ends");
    &hcl[start..start + length]
}

/// Returns the codes of the problems of a stack, filled by a closure.
pub(crate) fn codes(fill: impl FnOnce(&Stack)) -> Vec<String> {
    let stack = Stack::new("production");
    fill(&stack);
    let problems = stack.render_hcl().expect_err("the stack is invalid");
    problems.iter().map(|problem| problem.code.to_string()).collect()
}

fn function(stack: &Stack, name: &str) -> Function {
    let code = Code::files([("index.py", "def handler(event, context):\n    pass\n")]);
    stack.add(Function::builder(name.to_owned(), Runtime::Python313, "index.handler", code))
}

/// Otherwise health checks fail, and the group replaces its instances in a loop.
#[test]
fn health_check_ports_of_network_load_balancers_are_open_on_both_sides() {
    let text = hcl(|stack| {
        let network = network(stack);
        let front = NetworkLoadBalancer::builder("front", &network)
            .listen(Port::udp(3478), 8080)
            .listen(Port::tcp(5349), 8080)
            .listen(Port::tcp(8443), 8443);
        let front = stack.add(front);
        stack.add(AutoScalingGroup::builder("turn", &network, ["c7g.large"]).behind_network(&front));
    });
    for port in ["udp_3478", "tcp_5349", "tcp_8080", "tcp_8443"] {
        block(&text, &format!("aws_vpc_security_group_ingress_rule.turn_from_front_{port}"));
        block(&text, &format!("aws_vpc_security_group_egress_rule.front_to_turn_{port}"));
    }
}

/// An instance does not start if its root volume is smaller than the snapshot of its image.
#[test]
fn root_volume_is_not_smaller_than_the_image() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let instances = |name: &'static str| AutoScalingGroup::builder(name, &network, ["m7g.large"]);
        stack.add(Fleet::builder(&cluster, instances("fleet")));
        stack.add(Fleet::builder(&cluster, instances("large").disk_gibibytes(80)));
        stack.add(instances("plain"));
    });
    let size = |name: &str| {
        let block = block(&text, &format!("aws_launch_template.{name}"));
        let line = block.lines().find(|line| line.contains("volume_size")).expect("the size is set");
        line.rsplit(' ').next().expect("a line has words").to_owned()
    };
    assert_eq!(["fleet", "large", "plain"].map(size), ["30", "80", "20"]);
    let problems = codes(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let small = AutoScalingGroup::builder("small", &network, ["m7g.large"]).disk_gibibytes(20);
        stack.add(Fleet::builder(&cluster, small));
    });
    assert_eq!(problems, ["image-disk"]);
}

/// Automatic rollback requires an image id in the launch template.
#[test]
fn instance_refresh_rolls_back_only_with_an_image_id() {
    let text = hcl(|stack| {
        let network = network(stack);
        let group = |name: &'static str| AutoScalingGroup::builder(name, &network, ["m7g.large"]);
        stack.add(group("parameter"));
        let id = Image::Id("ami-0123456789abcdef0".into());
        stack.add(group("id").image(id).root_device("/dev/sda1"));
    });
    assert!(!block(&text, "aws_autoscaling_group.parameter").contains("auto_rollback"));
    assert!(block(&text, "aws_autoscaling_group.id").contains("auto_rollback          = true"));
}

/// The SSM agent of ECS Exec writes to the root filesystem, and looks up the log group.
#[test]
fn sessions_have_a_writable_root_and_log_rights() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let service = Service::builder("web", &cluster, &network, Container::new("web", IMAGE));
        stack.add(service.sidecar(Container::new("proxy", IMAGE)).sessions());
        stack.add(Service::builder("other", &cluster, &network, Container::new("other", IMAGE)));
    });
    let tasks = |name: &str| block(&text, &format!("aws_ecs_task_definition.{name}")).to_owned();
    assert_eq!(tasks("web").matches("readonlyRootFilesystem = false").count(), 2, "{}", tasks("web"));
    assert!(tasks("other").contains("readonlyRootFilesystem = true"));
    let policy = block(&text, "aws_iam_role_policy.web_task");
    for action in ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents", "kms:Decrypt"] {
        assert!(policy.contains(action), "{action}: {policy}");
    }
}

#[test]
fn pipeline_deploys_the_artifact_of_the_stage_before() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let web = Service::builder("web", &cluster, &network, Container::new("web", IMAGE));
        let web = stack.add(web);
        let operators = stack.add(Topic::builder("operators"));
        let pipeline = Pipeline::builder("web", "lessons/web", "main").run("build", ["make"]);
        stack.add(pipeline.approve("approval", &operators).deploy("deploy", &web));
        stack.add(Pipeline::builder("fixed", "lessons/web", "main").deploy("deploy", &web));
    });
    let inputs = |name: &str| {
        let pipeline = block(&text, &format!("aws_codepipeline.{name}")).to_owned();
        let lines = pipeline.lines().filter(|line| line.contains("input_artifacts"));
        lines.map(|line| line.split('"').nth(1).expect("an artifact").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(inputs("web"), ["source", "build"]);
    assert_eq!(inputs("fixed"), ["source"]);
    let policy = block(&text, "aws_iam_role_policy.web");
    for action in ["ecs:DescribeTasks", "ecs:ListTasks", "ecs:DescribeServices", "ecs:UpdateService"] {
        assert!(policy.contains(action), "{action}: {policy}");
    }
}

/// A new account has 1,000 executions at most, of which 100 cannot be reserved.
#[test]
fn functions_reserve_no_executions_by_default() {
    let text = hcl(|stack| {
        function(stack, "free");
        let code = Code::files([("index.py", "")]);
        stack.add(Function::builder("reserved", Runtime::Python313, "index.handler", code).concurrency(5));
    });
    assert!(!block(&text, "aws_lambda_function.free").contains("reserved_concurrent_executions"));
    let reserved = block(&text, "aws_lambda_function.reserved");
    assert!(reserved.contains("reserved_concurrent_executions = 5"), "{reserved}");
}

/// With fine-grained access control, IAM permissions are not enough: each role needs a mapping in the domain.
#[test]
fn grants_to_a_search_domain_are_sufficient() {
    let text = hcl(|stack| {
        stack.add(Search::builder("logs", &network(stack), "OpenSearch_2.19"));
    });
    let domain = block(&text, "aws_opensearch_domain.logs");
    assert!(!domain.contains("advanced_security_options") && !domain.contains("AUDIT_LOGS"), "{domain}");
    assert!(domain.contains("aws_iam_service_linked_role.opensearch"), "{domain}");
    block(&text, "aws_iam_service_linked_role.opensearch");
}

#[test]
fn records_of_distributions_do_not_evaluate_health_and_have_ipv6() {
    let text = hcl(|stack| {
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = stack.add(Certificate::builder("assets", "assets.lessons.example", &zone));
        let assets = stack.add(Bucket::builder("assets"));
        let domain = "assets.lessons.example";
        let distribution = stack.add(Distribution::builder("assets", domain, &certificate, &assets));
        zone.point("assets", domain, &distribution);
        let front =
            stack.add(NetworkLoadBalancer::builder("front", &network(stack)).listen(Port::tcp(443), 443));
        zone.point("front", "front.lessons.example", &front);
    });
    for (name, kind) in [("assets", "\"A\""), ("assets_ipv6", "\"AAAA\"")] {
        let record = block(&text, &format!("aws_route53_record.{name}"));
        assert!(record.contains("evaluate_target_health = false") && record.contains(kind), "{record}");
    }
    assert!(block(&text, "aws_route53_record.front").contains("evaluate_target_health = true"));
    assert!(!text.contains("\"front_ipv6\""));
}

/// With another name, the mapping would add a second disk, and leave the root disk unencrypted.
#[test]
fn root_device_of_an_unknown_image_must_be_named() {
    let group = |stack: &Stack, device: Option<&'static str>| {
        let network = network(stack);
        let group = AutoScalingGroup::builder("workers", &network, ["m7g.large"]);
        let group = group.image(Image::Parameter("/lessons/image".into()));
        stack.add(device.into_iter().fold(group, AutoScalingGroupBuilder::root_device));
    };
    assert_eq!(codes(|stack| group(stack, None)), ["image-root-device"]);
    let text = hcl(|stack| group(stack, Some("/dev/sda1")));
    let template = block(&text, "aws_launch_template.workers");
    assert!(template.contains("device_name = \"/dev/sda1\"") && !template.contains("xvda"), "{template}");
}

#[test]
fn schedule_may_tag_its_tasks() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let clean = Container::new("clean", IMAGE);
        stack.add(ScheduledTask::builder("clean", "rate(1 day)", &cluster, &network, clean));
    });
    assert!(block(&text, "aws_iam_role_policy.clean_schedule").contains("ecs:TagResource"));
}

#[test]
fn kubernetes_waits_for_the_policies_of_its_roles() {
    let text = hcl(|stack| {
        let nodes = NodeGroup::new("general", ["m7g.large"]);
        stack.add(Kubernetes::builder("main", &network(stack), "1.33").node_group(nodes));
    });
    let cluster = block(&text, "aws_eks_cluster.main");
    assert!(
        cluster.contains("aws_iam_role_policy_attachment.main_cluster_AmazonEKSClusterPolicy"),
        "{cluster}"
    );
    let nodes = block(&text, "aws_eks_node_group.main_general");
    for policy in ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"]
    {
        assert!(nodes.contains(&format!("aws_iam_role_policy_attachment.main_nodes_{policy}")), "{nodes}");
    }
}

/// SNS and EventBridge encrypt messages with the key of the queue.
#[test]
fn services_that_send_to_a_queue_may_use_its_key() {
    let text = hcl(|stack| {
        let key = |name: &'static str| stack.add(Key::builder(name));
        let (topics, queues) = (key("topics"), key("queues"));
        let orders = stack.add(Topic::builder("orders").key(&topics));
        let bills = stack.add(Queue::builder("bills").key(&queues));
        orders.subscribe(&bills);
        let tell = function(stack, "tell");
        let pattern = object! { "source": ["aws.cloudwatch"] };
        stack.add(EventRule::builder("alarms", pattern).target(&tell));
    });
    assert!(block(&text, "aws_kms_key.queues").contains("sns.amazonaws.com"));
    assert!(block(&text, "aws_kms_key.encryption").contains("events.amazonaws.com"));
}

#[test]
fn logs_of_databases_and_canaries_are_kept_and_encrypted() {
    let text = hcl(|stack| {
        stack.add(Aurora::builder("main", &network(stack), "17.4"));
        stack.add(Canary::builder("front", "https://lessons.example"));
    });
    let group = block(&text, "aws_cloudwatch_log_group.main_postgresql");
    assert!(group.contains("/aws/rds/cluster/production-main/postgresql"), "{group}");
    assert!(group.contains("kms_key_id") && group.contains("retention_in_days"), "{group}");
    assert!(block(&text, "aws_rds_cluster.main").contains("aws_cloudwatch_log_group.main_postgresql"));
    let group = block(&text, "aws_cloudwatch_log_group.front");
    assert!(group.contains("kms_key_id") && group.contains("engine_arn"), "{group}");
    assert!(!block(&text, "aws_iam_role_policy.front").contains("logs:CreateLogGroup"));
}

#[test]
fn volumes_of_one_name_stay_apart() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let (one, other) = (FileSystem::builder("one", &network), FileSystem::builder("other", &network));
        let (one, other) = (stack.add(one).volume("data", 1000), stack.add(other).volume("data", 1000));
        let web = Container::new("web", IMAGE)
            .volume("/one", &one)
            .volume("/other", &other)
            .scratch("/var/tmp")
            .scratch("/var-tmp")
            .scratch("/srv/app.d")
            .shared_scratch("sockets", "/run/web");
        let proxy = Container::new("proxy", IMAGE)
            .volume("/data", &one)
            .scratch("/var/tmp")
            .shared_scratch("sockets", "/run/proxy");
        stack.add(Service::builder("web", &cluster, &network, web).sidecar(proxy));
    });
    let task = block(&text, "aws_ecs_task_definition.web");
    let values = |key: &str| {
        let lines = task.lines().filter(|line| line.trim_start().starts_with(key) && line.contains('"'));
        lines.map(|line| line.split('"').nth(1).expect("a string").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        values("sourceVolume"),
        [
            "data",
            "web-data",
            "var-tmp",
            "web-var-tmp",
            "srv-app-d",
            "sockets",
            "data",
            "proxy-var-tmp",
            "sockets"
        ]
    );
    let volumes = &values("name ")[2..];
    assert_eq!(
        volumes[volumes.len() - 7..],
        ["data", "web-data", "var-tmp", "web-var-tmp", "srv-app-d", "sockets", "proxy-var-tmp"],
        "{task}"
    );
    for (volume, access_point) in [("data", "one_data"), ("web-data", "other_data")] {
        let part = task.split(&format!("name = \"{volume}\"\n")).nth(1).expect("the volume is there");
        let line = part.lines().find(|line| line.contains("access_point_id")).expect("an access point");
        assert!(line.contains(access_point), "{volume}: {line}");
    }
}

#[test]
fn target_groups_are_connected_by_their_ports() {
    let services = |stack: &Stack, port: u16| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
        let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
        let cluster = stack.add(Cluster::builder("main"));
        let api = stack.add(TargetGroup::builder("api", &front, 8080).paths(["/api/*"]).priority(10));
        let admin = stack.add(TargetGroup::builder("admin", &front, port).paths(["/admin/*"]).priority(20));
        let web = Container::new("web", IMAGE).port(8080);
        let sidecar = Container::new("sidecar", IMAGE).port(9090);
        let web = Service::builder("web", &cluster, &network, web).sidecar(sidecar);
        stack.add(web.behind(&api).behind(&admin));
    };
    let text = hcl(|stack| services(stack, 9090));
    let service = block(&text, "aws_ecs_service.web");
    let registered: Vec<_> = service.split("load_balancer {").skip(1).collect();
    assert!(registered[0].contains("\"web\"") && registered[0].contains("8080"), "{service}");
    assert!(registered[1].contains("\"sidecar\"") && registered[1].contains("9090"), "{service}");
    for port in [8080, 9090] {
        block(&text, &format!("aws_vpc_security_group_ingress_rule.web_from_front_tcp_{port}"));
    }
    assert_eq!(codes(|stack| services(stack, 9091)), ["service-target-port"]);
}

#[test]
fn parameters_are_read_with_their_own_action() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let greeting = stack.add(Parameter::builder("greeting", "Good morning"));
        let secret = stack.add(Secret::builder("session"));
        let by_arn = "arn:aws:ssm:eu-west-1:111111111111:parameter/lessons/rate";
        let web = Container::new("web", IMAGE)
            .secret("GREETING", &greeting)
            .secret("RATE", SecretValue::from_arn(by_arn, None))
            .secret("SESSION", &secret);
        stack.add(Service::builder("web", &cluster, &network, web));
    });
    let policy = block(&text, "aws_iam_role_policy.web_execution");
    assert_eq!(policy.matches("ssm:GetParameters").count(), 2, "{policy}");
    assert_eq!(policy.matches("secretsmanager:GetSecretValue").count(), 1, "{policy}");
    let problems = codes(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let greeting = stack.add(Parameter::builder("greeting", "{}"));
        let web = Container::new("web", IMAGE).secret("FIELD", SecretValue::from(&greeting).field("field"));
        stack.add(Service::builder("web", &cluster, &network, web));
    });
    assert_eq!(problems, ["parameter-field"]);
}

#[test]
fn constructs_use_named_tiers_of_the_same_type() {
    let tier = |tier: Tier, name: &'static str| tier.named(name).prefix(24);
    let tiers = [tier(Tier::public(), "dmz"), tier(Tier::private(), "apps"), tier(Tier::isolated(), "data")];
    let text = hcl(|stack| {
        let network = Network::builder("main", ["eu-west-1a", "eu-west-1b"]).tiers(tiers.clone());
        let network = stack.add(network);
        stack.add(Cache::builder("sessions", &network, "cache.t4g.small"));
        stack.add(Aurora::builder("main", &network, "17.4"));
        stack.add(NetworkLoadBalancer::builder("front", &network).listen(Port::tcp(443), 443));
    });
    for (address, subnet) in [
        ("aws_elasticache_subnet_group.sessions", "aws_subnet.main_apps_a.id"),
        ("aws_db_subnet_group.main", "aws_subnet.main_data_a.id"),
        ("aws_lb.front", "aws_subnet.main_dmz_a.id"),
    ] {
        assert!(block(&text, address).contains(subnet), "{}", block(&text, address));
    }
}

#[test]
fn missing_subnets_are_reported() {
    let problems = codes(|stack| {
        let network = Network::builder("main", ["eu-west-1a"]).tiers([Tier::public()]).flow_log(false);
        let network = stack.add(network);
        stack.add(Cache::builder("sessions", &network, "cache.t4g.small"));
        stack.add(FileSystem::builder("files", &network));
        let code = Code::files([("index.py", "")]);
        stack.add(Function::builder("inside", Runtime::Python313, "index.handler", code).within(&network));
        let cluster = stack.add(Cluster::builder("main"));
        let clean = Container::new("clean", IMAGE);
        stack.add(ScheduledTask::builder("clean", "rate(1 day)", &cluster, &network, clean));
        let isolated = Network::builder("isolated", ["eu-west-1a"]).tiers([Tier::isolated()]).flow_log(false);
        let isolated = stack.add(isolated.cidr_block("10.1.0.0/16"));
        stack.add(NetworkLoadBalancer::builder("front", &isolated).listen(Port::tcp(443), 443));
    });
    assert_eq!(problems, ["network-subnets"; 5]);
}

#[test]
fn bucket_may_have_other_notifications_and_several_replicas() {
    let text = hcl(|stack| {
        let source = stack.add(Bucket::builder("source").without_notifications());
        let one = stack.add(Bucket::builder("one"));
        let other = stack.add(Bucket::builder("other").s3_managed_key());
        source.replicate_to(&one);
        source.replicate_to(&other);
    });
    assert!(!text.contains("\"aws_s3_bucket_notification\" \"source\""));
    let replication = block(&text, "aws_s3_bucket_replication_configuration.source");
    assert_eq!(replication.matches("  rule {").count(), 2, "{replication}");
    assert!(replication.contains("aws_s3_bucket_versioning.other"), "{replication}");
    // S3 requires a key for replicas of objects that are encrypted with one.
    assert_eq!(replication.matches("replica_kms_key_id").count(), 2, "{replication}");
    let policy = block(&text, "aws_iam_role_policy.source_replication");
    assert_eq!(policy.matches("s3:ReplicateObject").count(), 2, "{policy}");
}

/// Also twice the same service: AWS refuses duplicate rules.
#[test]
fn two_services_of_one_name_may_connect_to_one_database() {
    let text = hcl(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let database = stack.add(Aurora::builder("main", &network, "17.4"));
        for part in ["shop", "school"] {
            let web = Service::builder("web", &cluster, &network, Container::new("web", IMAGE));
            let web = stack.nested(part).add(web);
            database.allow_from(&web, Port::POSTGRESQL);
            database.allow_from(&web, Port::POSTGRESQL);
        }
    });
    let rules: Vec<_> = text.lines().filter(|line| line.contains("ingress_rule\" \"main_from")).collect();
    assert_eq!(rules.len(), 2, "{rules:?}");
    block(&text, "aws_vpc_security_group_ingress_rule.main_from_web_tcp_5432");
    block(&text, "aws_vpc_security_group_ingress_rule.main_from_production_school_web_tcp_5432");
}

#[test]
fn routes_may_differ_in_punctuation_only() {
    let text = hcl(|stack| {
        let notes = function(stack, "notes");
        let api = stack.add(HttpApi::builder("notes"));
        for route in ["GET /notes/{id}", "GET /notes/id", "GET /notes/{id}/pages/{page}"] {
            api.route(route, &notes, &Authorization::Iam);
        }
    });
    for name in ["notes_get_notes_id", "notes_get_notes_id_2", "notes_get_notes_id_pages_page"] {
        block(&text, &format!("aws_apigatewayv2_route.{name}"));
    }
}

#[test]
fn instance_types_have_the_architecture_of_the_image() {
    let problems = codes(|stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        stack.add(AutoScalingGroup::builder("arm", &network, ["m7g.large", "m7i.large"]));
        let intel = AutoScalingGroup::builder("intel", &network, ["m7g.large"]);
        stack.add(intel.image(Image::AmazonLinux2023));
        stack.add(Fleet::builder(&cluster, AutoScalingGroup::builder("fleet", &network, ["c7i.large"])));
        let accepted = AutoScalingGroup::builder("accepted", &network, ["m7i.large", "g5.xlarge"]);
        stack.add(accepted.image(Image::AmazonLinux2023));
        stack.add(Instance::builder("licenses", &network, "t3.small"));
    });
    assert_eq!(problems, ["image-architecture"; 4]);
}

#[test]
fn existing_infrastructure_is_used_like_new_one() {
    let text = hcl(|stack| {
        let scope = stack.nested("old");
        let tags = [("Tier", "private")];
        let network = Network::existing_tagged("main", [("Name", "main")])
            .tagged_subnets(&Tier::private(), ["eu-west-1a", "eu-west-1b"], tags)
            .subnets(&Tier::public(), ["subnet-1", "subnet-2"]);
        let network = stack.add(network);
        let zone = Zone::existing(&scope, "zone", "lessons.example");
        let key = Key::existing(&scope, "key", "alias/main");
        let role = Role::existing(&scope, "deploy", "deploy");
        let images = Repository::existing(&scope, "web", "shop/web");
        let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
        let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
        zone.point("front", "lessons.example", &front);
        let jobs = stack.add(Queue::builder("jobs").key(&key));
        jobs.grant_send(&role);
        let cluster = stack.add(Cluster::builder("main"));
        let web = Container::new("web", images.image("1"));
        stack.add(Service::builder("web", &cluster, &network, web));
    });
    assert!(block(&text, "aws_lb.front").contains("data.aws_subnet.main_public_1.id"));
    assert!(block(&text, "aws_ecs_service.web").contains("data.aws_subnet.main_private_0.id"));
    assert!(block(&text, "aws_security_group.front").contains("data.aws_vpc.main.id"));
    assert!(block(&text, "aws_route53_record.old_front").contains("data.aws_route53_zone.old_zone.zone_id"));
    let policy = block(&text, "aws_iam_role_policy.old_deploy");
    assert!(
        policy.contains("data.aws_iam_role.old_deploy.name")
            && policy.contains("data.aws_kms_key.old_key.arn")
    );
    assert!(
        block(&text, "aws_iam_role_policy.web_execution").contains("data.aws_ecr_repository.old_web.arn")
    );
}
