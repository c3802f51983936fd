use iac_aws::containers::{Cluster, Container, Scaling, Service};
use iac_aws::messaging::Topic;
use iac_aws::network::Network;
use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Firewall, Policy, Route, TargetGroup, Zone};

use crate::{check, check_problems, network};

#[test]
fn a_load_balancer() {
    check("load_balancer", |stack| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = Certificate::builder("main", "lessons.example", &zone).also("*.lessons.example");
        let certificate = stack.add(certificate);
        let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
        zone.point("front", "lessons.example", &front);
        stack.add(Firewall::builder("firewall", &front));
        let web = stack.add(TargetGroup::builder("web", &front, 8080).health_path("/health"));
        let operators = stack.add(Topic::builder("operators"));
        web.alarms(&operators);
        let cluster = stack.add(Cluster::builder("main"));
        let container = Container::new("web", "public.ecr.aws/lessons/web:1").port(8080);
        stack.add(
            Service::builder("web", &cluster, &network, container)
                .behind(&web)
                .scaling(Scaling::between(2, 10).on_requests(1_000)),
        );
    });
}

#[test]
fn routes() {
    check("routes", |stack| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("inner", "lessons.internal").within(&network));
        let certificate = stack.add(Certificate::builder("main", "lessons.internal", &zone));
        let front = ApplicationLoadBalancer::builder("front", &network, &certificate);
        let front = stack.add(front.internal().deletion_protection(false));
        let stable = stack.add(TargetGroup::builder("stable", &front, 8080).without_route());
        let new = stack.add(TargetGroup::builder("new", &front, 8080).without_route().drain_seconds(5));
        stack.add(Route::builder("web", &front, &stable).sample(&new, 10).hosts(["web.lessons.internal"]));
        stack.add(TargetGroup::builder("api", &front, 9090).paths(["/api/*"]).priority(10));
        for (record, policy) in [
            ("latency", Policy::Latency("eu-west-1".into())),
            ("country", Policy::Country("AU".into())),
            ("primary", Policy::Primary),
            ("secondary", Policy::Secondary),
            ("weight", Policy::Weight(10)),
        ] {
            zone.point_by(record, format!("{record}.lessons.internal"), &front, &policy);
        }
    });
}

#[test]
fn wrong_traffic_is_refused() {
    check_problems("wrong_traffic", |stack| {
        let network = stack.add(Network::builder("small", ["eu-west-1a"]).flow_log(false));
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
        let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
        let portless = stack.add(TargetGroup::builder("portless", &front, 0).without_route());
        stack.add(Route::builder("web", &front, &portless).sample(&portless, 60).sample(&portless, 60));
    });
}
