use iac_aws::containers::{Cluster, Container, Service};
use iac_aws::delivery::{FeatureFlags, Pipeline, Rollout};
use iac_aws::messaging::Topic;
use iac_aws::monitoring::{Alarm, Metric};

use crate::{check, check_problems, network};

#[test]
fn feature_flags() {
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
fn a_pipeline() {
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

#[test]
fn wrong_deliveries_are_refused() {
    check_problems("wrong_deliveries", |stack| {
        stack.add(Pipeline::builder("web", "lessons/web", "main"));
        stack.add(FeatureFlags::builder("web").flag("new", true).flag("new", false));
        let alarm = stack.add(Alarm::above("errors", Metric::new("Lessons", "Errors"), 10));
        stack.add(FeatureFlags::builder("careful").roll_back_on([&alarm; 6]));
    });
}
