use iac_aws::Provider;
use iac_aws::containers::{Cluster, Container, Scaling, Service};
use iac_aws::messaging::Topic;
use iac_aws::network::{Network, Port};
use iac_aws::storage::Bucket;
use iac_aws::traffic::{
    Accelerator, ApplicationLoadBalancer, Certificate, Distribution, Firewall, NetworkLoadBalancer, Route,
    RoutingPolicy, TargetGroup, Zone,
};

use crate::{check, check_problems, network};

#[test]
fn load_balancer_matches_snapshot() {
    check("load_balancer", |stack| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate =
            Certificate::builder("main", "lessons.example", &zone).alternative_name("*.lessons.example");
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
                .scaling(Scaling::between(2, 10).on_requests(1_000).on_spike([(4_000, 100), (2_000, 50)])),
        );
    });
}

#[test]
fn routes_match_snapshot() {
    check("routes", |stack| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("inner", "lessons.internal").private_to(&network));
        let certificate = stack.add(Certificate::builder("main", "lessons.internal", &zone));
        let front = ApplicationLoadBalancer::builder("front", &network, &certificate);
        let front = stack.add(front.internal().deletion_protection(false));
        let stable = stack.add(TargetGroup::builder("stable", &front, 8080).without_route());
        let new = stack
            .add(TargetGroup::builder("new", &front, 8080).without_route().deregistration_delay_seconds(5));
        stack.add(Route::builder("web", &front, &stable).sample(&new, 10).hosts(["web.lessons.internal"]));
        stack.add(TargetGroup::builder("api", &front, 9090).paths(["/api/*"]).priority(10));
        for (record, policy) in [
            ("latency", RoutingPolicy::Latency("eu-west-1".into())),
            ("country", RoutingPolicy::Geolocation("AU".into())),
            ("primary", RoutingPolicy::Primary),
            ("secondary", RoutingPolicy::Secondary),
            ("weight", RoutingPolicy::Weighted(10)),
        ] {
            zone.point_with(record, format!("{record}.lessons.internal"), &front, &policy);
        }
    });
}

#[test]
fn distribution_matches_snapshot() {
    check("distribution", |stack| {
        stack.add(Provider::builder().region("eu-west-1"));
        let away = stack.add(Provider::builder().alias("away").region("us-east-1"));
        let global = stack.nested("global").provider(&away);
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = global.add(Certificate::builder("assets", "assets.lessons.example", &zone));
        let assets = stack.add(Bucket::builder("assets"));
        let copy = stack.nested("copy").provider(&away).add(Bucket::builder("assets"));
        assets.replicate_to(&copy);
        let distribution = global.add(
            Distribution::builder("assets", "assets.lessons.example", &certificate, &assets)
                .failover(&copy)
                .path("/api/*", "api.lessons.example")
                .path("/live/*", "api.lessons.example")
                .allowed_countries(["GB", "IE"]),
        );
        zone.point("assets", "assets.lessons.example", &distribution);
        zone.sign(&global);
        zone.log_queries(&global);
    });
}

#[test]
fn accelerator_matches_snapshot() {
    check("accelerator", |stack| {
        let network = network(stack);
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let media = NetworkLoadBalancer::builder("media", &network).listen(Port::udp(3478), 8080);
        let media = stack.add(media);
        let accelerator = Accelerator::builder("media").listen(Port::udp(3478)).listen(Port::tcp(443));
        let accelerator = stack.add(accelerator);
        accelerator.add_endpoint("eu-west-1", &media);
        zone.point("media", "media.lessons.example", &accelerator);
    });
}

#[test]
fn invalid_traffic_is_reported() {
    check_problems("invalid_traffic", |stack| {
        let network = stack.add(Network::builder("small", ["eu-west-1a"]).flow_log(false));
        let zone = stack.add(Zone::builder("main", "lessons.example"));
        let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
        let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
        stack.add(Accelerator::builder("media").listen(Port::ALL));
        let portless = stack.add(TargetGroup::builder("portless", &front, 0).without_route());
        stack.add(Route::builder("web", &front, &portless).sample(&portless, 60).sample(&portless, 60));
    });
}
