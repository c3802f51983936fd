//! Internal services and their data stores.

use iac_aws::containers::{Container, Repository, Scaling, Service, ServiceBuilder};
use iac_aws::databases::{Aurora, Cache, Size};
use iac_aws::messaging::Queue;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_core::prelude::*;

use crate::platform::Platform;
use crate::settings::{Environment, REVIEW};

const PORT: u16 = 8080;

/// The data stores of the services.
#[derive(Debug)]
pub struct Data {
    pub database: Aurora,
    pub carts: Cache,
    /// Orders that are not paid yet.
    pub orders: Queue,
}

impl Data {
    pub fn add(stack: &Stack, environment: &Environment, platform: &Platform) -> Self {
        let (min, max) = environment.database;
        let database = stack.add(
            Aurora::builder("shop", &platform.network, "17.4")
                .size(Size::serverless(min, max))
                .deletion_protection(environment.deletion_protection),
        );
        database.alarms(&platform.operators);
        stack.amend(&database.cluster, |cluster| {
            let cluster = cluster.waive_until(
                "CKV2_AWS_8",
                REVIEW,
                "point-in-time recovery covers two weeks without a backup plan",
            );
            cluster.when(!environment.deletion_protection, |cluster| {
                cluster.waive_until("CKV_AWS_139", REVIEW, "it contains test data only")
            })
        });
        let carts = stack.add(Cache::builder("carts", &platform.network, "cache.t4g.small"));
        let orders = stack.add(Queue::builder("orders").visibility_timeout_seconds(120));
        orders.alarms(&platform.operators);
        Self { database, carts, orders }
    }
}

/// The internal services.
#[derive(Debug)]
pub struct Services {
    pub catalogue: Service,
    pub checkout: Service,
    pub payment: Service,
}

pub fn add(stack: &Stack, environment: &Environment, platform: &Platform, data: &Data) -> Services {
    let container = |name| container(stack, environment, name);
    let catalogue = with_database(container("catalogue"), data);
    let catalogue = stack.add(service(environment, platform, "catalogue", catalogue));
    let checkout = with_database(container("checkout"), data)
        .environment("CARTS", data.carts.replication_group.primary_endpoint_address())
        .environment("CARTS_USER", data.carts.user.user_name())
        .environment("ORDERS", data.orders.queue.url());
    let checkout = stack.add(service(environment, platform, "checkout", checkout));
    let payment = container("payment").environment("ORDERS", data.orders.queue.url());
    let payment = stack.add(service(environment, platform, "payment", payment));

    for service in [&catalogue, &checkout] {
        data.database.allow_from(service, Port::POSTGRESQL);
    }
    data.carts.allow_from(&checkout, Port::REDIS);
    data.carts.grant_connect(&checkout);
    catalogue.allow_from(&checkout, Port::tcp(PORT));
    data.orders.grant_send(&checkout);
    data.orders.grant_receive(&payment);
    for service in [&catalogue, &checkout, &payment] {
        service.alarms(&platform.operators);
    }
    Services { catalogue, checkout, payment }
}

/// Returns a container with an image repository of its own.
pub fn container(stack: &Stack, environment: &Environment, name: &'static str) -> Container {
    let images = stack.add(Repository::builder(name));
    let container = Container::new(name, images.image(environment.release)).port(PORT).scratch("/tmp");
    container.health_check(["CMD", "/app/health"])
}

/// Returns a service that other services reach by name.
pub fn service<'a>(
    environment: &Environment,
    platform: &'a Platform,
    name: &'static str,
    container: Container,
) -> ServiceBuilder<'a> {
    let (min, max) = environment.tasks;
    Service::builder(name, &platform.cluster, &platform.network, container)
        .cpu(512)
        .memory(1024)
        .discoverable()
        .scaling(Scaling::between(min, max).on_cpu(60))
}

fn with_database(container: Container, data: &Data) -> Container {
    let credentials = data.database.credentials();
    container
        .environment("DATABASE_HOST", data.database.cluster.endpoint())
        .secret("DATABASE_USER", credentials.clone().field("username"))
        .secret("DATABASE_PASSWORD", credentials.field("password"))
}
