use iac_aws::containers::{Cluster, Container, Service};
use iac_aws::databases::{Aurora, Cache, Size};
use iac_aws::messaging::Topic;
use iac_aws::network::{Network, Port};
use iac_aws::prelude::*;

use crate::{check, check_problems, network};

#[test]
fn databases_match_snapshot() {
    check("databases", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let database = stack.add(Aurora::builder("main", &network, "17.4").size(Size::serverless(0.5, 8.0)));
        let cache = stack.add(Cache::builder("sessions", &network, "cache.t4g.small"));
        let web = Container::new("web", "public.ecr.aws/lessons/web:1")
            .secret("DATABASE_PASSWORD", database.credentials().field("password"));
        let web = stack.add(Service::builder("web", &cluster, &network, web));
        database.allow_from(&web, Port::POSTGRESQL);
        cache.allow_from(&web, Port::REDIS);
        cache.grant_connect(&web);
        let operators = stack.add(Topic::builder("operators"));
        database.alarms(&operators);
    });
}

#[test]
fn provisioned_database_matches_snapshot() {
    check("provisioned_database", |stack| {
        let size = Size::Instances("db.r7g.large".into());
        stack.add(
            Aurora::builder("main", &network(stack), "16.8")
                .size(size)
                .instances(3)
                .deletion_protection(false),
        );
    });
}

#[test]
fn invalid_databases_are_reported() {
    check_problems("invalid_databases", |stack| {
        let network = stack.add(Network::builder("small", ["eu-west-1a"]).flow_log(false));
        stack.add(Aurora::builder("main", &network, "17.4"));
    });
}
