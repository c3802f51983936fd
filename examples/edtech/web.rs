//! The web service used by the students.

use iac_aws::containers::{Container, Repository, Scaling, Service};
use iac_aws::monitoring::Dashboard;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::secrets::Secret;
use iac_aws::serverless::Table;
use iac_aws::traffic::TargetGroup;
use iac_core::prelude::*;

use crate::data::School;
use crate::recorder::Lessons;
use crate::settings::{REVIEW, Schools};
use crate::site::Site;

pub const PORT: u16 = 8080;
pub const HEALTH_PATH: &str = "/health";

pub fn add(
    site: &Site<'_>,
    target_group: &TargetGroup,
    progress: &Table,
    school: &School,
    lessons: &Lessons,
    turn: &Secret,
) {
    let Site { scope, environment, .. } = site;
    let session =
        scope.add(Secret::builder("session").description("Signs the sessions of students and teachers"));
    scope.stack().amend(&session.secret, |secret| {
        secret.waive_until("CKV2_AWS_57", REVIEW, "operators rotate it during school holidays")
    });
    let images = scope.add(Repository::builder("web"));
    let credentials = school.database.credentials();
    let container = Container::new("web", images.image(environment.release))
        .port(PORT)
        .scratch("/tmp")
        .environment("PROGRESS", progress.table.name())
        .environment("LESSONS", lessons.queue.queue.url())
        .environment("RECORDINGS", lessons.recordings.bucket.id().cast::<String>())
        .environment("DATABASE_HOST", school.database.cluster.endpoint())
        .environment("PRESENCE", school.presence.replication_group.primary_endpoint_address())
        .environment("PRESENCE_USER", school.presence.user.user_name())
        .secret("DATABASE_USER", credentials.clone().field("username"))
        .secret("DATABASE_PASSWORD", credentials.field("password"))
        .secret("SESSION_SECRET", &session)
        .secret("TURN_SECRET", turn)
        .health_check(["CMD", "/app/health"]);
    let web = Service::builder("web", &site.cluster, &site.network, container)
        .cpu(environment.web.cpu)
        .memory(environment.web.memory)
        .behind(target_group)
        .scaling(scaling(site));
    let web = scope.add(web);
    web.alarms(&site.operators);

    school.database.allow_from(&web, Port::POSTGRESQL);
    school.presence.allow_from(&web, Port::REDIS);
    school.presence.grant_connect(&web);
    progress.replica(site.region.code).as_ref().unwrap_or(progress).grant_read_write(&web);
    lessons.queue.grant_send(&web);
    lessons.recordings.grant_read(&web);
    scope.add(
        Dashboard::builder("lessons")
            .graph("Requests", [target_group.requests(), target_group.errors()])
            .graph("Response time", [target_group.response_time()])
            .graph("CPU utilization", [web.cpu_utilization(), school.database.cpu_utilization()])
            .graph("Lessons waiting to be recorded", [lessons.queue.visible_messages()]),
    );
}

/// Returns autoscaling by load, with a higher minimum before the school day starts.
///
/// Steps add tasks faster when a whole school signs in.
fn scaling(site: &Site<'_>) -> Scaling {
    let settings = &site.environment.web;
    let scaling = Scaling::between(settings.min_tasks_at_night, settings.max_tasks)
        .on_cpu(50)
        .on_requests(1_000)
        .on_spike([(2_000, 50), (4_000, 100)]);
    site.region.schedule.iter().fold(scaling, |scaling, change| {
        let (hour, minute) = change.time;
        let min = match change.schools {
            Schools::Open => settings.min_tasks_at_school,
            Schools::Closed => settings.min_tasks_at_night,
        };
        scaling.on_schedule(
            change.name,
            format!("cron({minute} {hour} ? * {} *)", change.days),
            change.time_zone,
            min,
        )
    })
}
