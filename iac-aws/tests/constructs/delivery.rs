use iac_aws::containers::{Cluster, Container, Service};
use iac_aws::delivery::{FeatureFlags, GradualDeployment, Pipeline, Rollout};
use iac_aws::messaging::Topic;
use iac_aws::monitoring::{Alarm, Metric};
use iac_aws::network::Network;
use iac_aws::traffic::{ApplicationLoadBalancer, BlueGreen, Certificate, TargetGroup, Zone};
use iac_core::Stack;

use crate::{check, check_problems, network};

#[test]
fn feature_flags_match_snapshot() {
    check("feature_flags", |stack| {
        let alarm = stack.add(Alarm::above("errors", Metric::new("Lessons", "Errors"), 10));
        stack.add(
            FeatureFlags::builder("web")
                .flag("dark_mode", true)
                .flag("new_editor", false)
                .rollout(Rollout::exponential(5, 60, 30))
                .roll_back_on([&alarm]),
        );
    });
}

#[test]
fn pipeline_matches_snapshot() {
    check("pipeline", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let web = Container::new("web", "public.ecr.aws/lessons/web:1");
        let web = stack.add(Service::builder("web", &cluster, &network, web));
        let operators = stack.add(Topic::builder("operators"));
        stack.add(
            Pipeline::builder("web", "lessons/web", "main")
                .run("test", ["cargo test"])
                .approve("approval", &operators)
                .deploy("production", &web),
        );
    });
}

/// A service behind two target groups.
fn blue_and_green(stack: &Stack, network: &Network) -> (Service, BlueGreen) {
    let zone = stack.add(Zone::builder("main", "lessons.example"));
    let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
    let front = stack.add(ApplicationLoadBalancer::builder("front", network, &certificate));
    let groups = stack.add(BlueGreen::builder(TargetGroup::builder("web", &front, 8080)));
    let cluster = stack.add(Cluster::builder("main"));
    let container = Container::new("web", "public.ecr.aws/lessons/web:1").port(8080);
    let web = Service::builder("web", &cluster, network, container).blue_green(&groups);
    (stack.add(web), groups)
}

#[test]
fn gradual_deployment_matches_snapshot() {
    check("gradual_deployment", |stack| {
        let (web, groups) = blue_and_green(stack, &network(stack));
        let operators = stack.add(Topic::builder("operators"));
        let alarms = groups.green.alarms(&operators);
        let deployment = GradualDeployment::builder("web", &web, &groups).canary(10, 5);
        let deployment = stack.add(deployment.roll_back_on(&alarms.0));
        stack.add(
            Pipeline::builder("web", "lessons/web", "main")
                .run("image", ["./push-image.sh"])
                .deploy_gradually("production", &deployment),
        );
    });
}

#[test]
fn invalid_deliveries_are_reported() {
    check_problems("invalid_deliveries", |stack| {
        stack.add(Pipeline::builder("web", "lessons/web", "main"));
        stack.add(FeatureFlags::builder("web").flag("new", true).flag("new", false));
        let alarm = stack.add(Alarm::above("errors", Metric::new("Lessons", "Errors"), 10));
        stack.add(FeatureFlags::builder("careful").roll_back_on([&alarm; 6]));
        let network = network(stack);
        let (web, groups) = blue_and_green(stack, &network);
        stack.add(GradualDeployment::builder("all", &web, &groups).linear(100, 5));
        let cluster = stack.add(Cluster::builder("other"));
        let container = Container::new("other", "public.ecr.aws/lessons/web:1").port(8080);
        let found = Service::builder("found", &cluster, &network, container).discoverable();
        stack.add(found.blue_green(&groups));
    });
}
