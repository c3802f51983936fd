//! Metrics: Telegraf collects, InfluxDB stores, Kapacitor monitors, and Grafana visualizes them.

use iac_aws::containers::{Container, Service};
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::secrets::Secret;
use iac_aws::storage::FileSystem;
use iac_aws::traffic::TargetGroup;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::{DOMAIN, GRAFANA, INFLUXDB, KAPACITOR, REVIEW, TELEGRAF};

const INFLUXDB_URL: &str = "http://influxdb:8086";

pub fn add(stack: &Stack, platform: &Platform) {
    let Platform { network, cluster, .. } = platform;
    let files = stack.add(FileSystem::builder("files", network));
    let single_task =
        |name, container| Service::builder(name, cluster, network, container).tasks(1).cpu(512).memory(1024);

    let influxdb = Container::new("influxdb", INFLUXDB)
        .port(8086)
        .volume("/var/lib/influxdb", &files.volume("influxdb", 1500));
    let influxdb = stack.add(single_task("influxdb", influxdb).discoverable());
    let telegraf = Container::new("telegraf", TELEGRAF).scratch("/tmp").environment("INFLUXDB", INFLUXDB_URL);
    let telegraf = stack.add(single_task("telegraf", telegraf));
    let kapacitor = Container::new("kapacitor", KAPACITOR)
        .port(9092)
        .volume("/var/lib/kapacitor", &files.volume("kapacitor", 1501))
        .environment("KAPACITOR_INFLUXDB_0_URLS_0", INFLUXDB_URL);
    let kapacitor = stack.add(single_task("kapacitor", kapacitor));

    let password = stack.add(Secret::builder("grafana").description("Password of the Grafana administrator"));
    stack.amend(&password.secret, |secret| {
        secret.waive_until("CKV2_AWS_57", REVIEW, "users change it in Grafana")
    });
    let grafana = Container::new("grafana", GRAFANA)
        .port(3000)
        .volume("/opt/bitnami/grafana/data", &files.volume("grafana", 1001))
        .environment("GF_SERVER_ROOT_URL", format!("https://grafana.{DOMAIN}"))
        .secret("GF_SECURITY_ADMIN_PASSWORD", &password);
    let target_group = TargetGroup::builder("grafana", &platform.front, 3000)
        .hosts([format!("grafana.{DOMAIN}")])
        .health_path("/api/health")
        .priority(10);
    let target_group = stack.add(target_group);
    stack.amend(&target_group.target_group, |group| {
        group.waive_until(
            "CKV_AWS_378",
            REVIEW,
            "traffic between the load balancer and its tasks stays in the VPC",
        )
    });
    let grafana = stack.add(single_task("grafana", grafana).behind(&target_group));

    for reader in [&telegraf, &kapacitor, &grafana] {
        influxdb.allow_from(reader, Port::tcp(8086));
    }
    for service in [&influxdb, &telegraf, &kapacitor, &grafana] {
        service.alarms(&platform.operators);
    }
}
