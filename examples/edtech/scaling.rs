//! How many tasks there are: as many as the work needs, and enough before the school bell rings.

use iac_aws::{appautoscaling, cloudwatch, ecs};
use iac_core::prelude::*;

use crate::cluster::Cluster;
use crate::recorder::Recorder;
use crate::settings::Schools;
use crate::site::Site;
use crate::traffic::Traffic;

const DESIRED_COUNT: &str = "ecs:service:DesiredCount";

/// Scales the web service: by load, by the clock, and at once when a whole school signs in.
pub fn scale_web(site: &Site<'_>, cluster: &Cluster, service: &ecs::Service, traffic: &Traffic) {
    let settings = &site.environment.web;
    let target = site.add(
        appautoscaling::Target::builder("web")
            .service_namespace("ecs")
            .resource_id(resource_id(cluster, service))
            .scalable_dimension(DESIRED_COUNT)
            .min_capacity(settings.tasks_at_night)
            .max_capacity(settings.tasks_at_most)
            // The bells change it.
            .ignore_changes(["min_capacity"]),
    );
    let requests = tf!("{}/{}", traffic.load_balancer.arn_suffix(), traffic.target_group.arn_suffix());
    for (name, metric, label, value) in [
        ("web_cpu", "ECSServiceAverageCPUUtilization", None, 50),
        ("web_requests", "ALBRequestCountPerTarget", Some(requests), 1_000),
    ] {
        site.add(
            appautoscaling::Policy::builder(name)
                .name(site.name(name))
                .policy_type("TargetTrackingScaling")
                .service_namespace(target.service_namespace())
                .resource_id(target.resource_id())
                .scalable_dimension(target.scalable_dimension())
                .target_tracking_scaling_policy_configuration(|tracking| {
                    tracking
                        .target_value(value)
                        .scale_out_cooldown(60)
                        .scale_in_cooldown(300)
                        .predefined_metric_specification(|specification| {
                            specification
                                .predefined_metric_type(metric)
                                .maybe(label, |specification, label| specification.resource_label(label))
                        })
                }),
        );
    }
    add_bells(site, &target);
    add_spikes(site, &target, traffic);
}

/// Changes how many tasks there are at least, when schools open and close.
fn add_bells(site: &Site<'_>, target: &appautoscaling::Target) {
    for bell in site.region.bells {
        let least = match bell.schools {
            Schools::Open => site.environment.web.tasks_at_school,
            Schools::Closed => site.environment.web.tasks_at_night,
        };
        site.add(
            appautoscaling::ScheduledAction::builder(bell.name)
                .name(site.name(bell.name))
                .service_namespace(target.service_namespace())
                .resource_id(target.resource_id())
                .scalable_dimension(target.scalable_dimension())
                .schedule(format!("cron({})", bell.time))
                .timezone(bell.time_zone)
                .scalable_target_action(|action| action.min_capacity(least.to_string())),
        );
    }
}

/// Adds half as many tasks again, or doubles them, as soon as there are far more requests than they can answer. Target
/// tracking waits for three minutes.
fn add_spikes(site: &Site<'_>, target: &appautoscaling::Target, traffic: &Traffic) {
    let policy = site.add(
        appautoscaling::Policy::builder("web_spike")
            .name(site.name("web_spike"))
            .policy_type("StepScaling")
            .service_namespace(target.service_namespace())
            .resource_id(target.resource_id())
            .scalable_dimension(target.scalable_dimension())
            .step_scaling_policy_configuration(|steps| {
                steps
                    .adjustment_type("PercentChangeInCapacity")
                    .min_adjustment_magnitude(2)
                    .metric_aggregation_type("Maximum")
                    .cooldown(60)
                    .step_adjustment(|step| {
                        step.metric_interval_lower_bound("0")
                            .metric_interval_upper_bound("2000")
                            .scaling_adjustment(50)
                    })
                    .step_adjustment(|step| step.metric_interval_lower_bound("2000").scaling_adjustment(100))
            }),
    );
    site.add(
        cloudwatch::MetricAlarm::builder("web_spike")
            .alarm_name(site.name("web_spike"))
            .alarm_description("Far more requests than the web service can answer: it is scaled out")
            .namespace("AWS/ApplicationELB")
            .metric_name("RequestCountPerTarget")
            .dimensions([
                ("LoadBalancer", traffic.load_balancer.arn_suffix()),
                ("TargetGroup", traffic.target_group.arn_suffix()),
            ])
            .statistic(cloudwatch::Statistic::Sum)
            .period(60)
            .evaluation_periods(1)
            .comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold)
            .threshold(2_000)
            .treat_missing_data(cloudwatch::TreatMissingData::NotBreaching)
            .alarm_actions([policy.arn()]),
    );
}

/// Scales the recorders with their queue, down to none when it is empty.
pub fn scale_recorder(site: &Site<'_>, cluster: &Cluster, recorder: &Recorder) {
    let target = site.add(
        appautoscaling::Target::builder("recorder")
            .service_namespace("ecs")
            .resource_id(resource_id(cluster, &recorder.service))
            .scalable_dimension(DESIRED_COUNT)
            .min_capacity(0)
            .max_capacity(site.environment.recorder.tasks_at_most),
    );
    site.add(
        appautoscaling::Policy::builder("recorder_queue")
            .name(site.name("recorder_queue"))
            .policy_type("TargetTrackingScaling")
            .service_namespace(target.service_namespace())
            .resource_id(target.resource_id())
            .scalable_dimension(target.scalable_dimension())
            .target_tracking_scaling_policy_configuration(|tracking| {
                // Four lessons for each task that runs.
                tracking.target_value(4).customized_metric_specification(|specification| {
                    specification
                        .metrics(|metric| {
                            metric.id("waiting").return_data(false).metric_stat(|waiting| {
                                waiting.stat("Maximum").metric(|metric| {
                                    metric
                                        .namespace("AWS/SQS")
                                        .metric_name("ApproximateNumberOfMessagesVisible")
                                        .dimensions(|queue| {
                                            queue.name("QueueName").value(recorder.queue.name())
                                        })
                                })
                            })
                        })
                        .metrics(|metric| {
                            metric.id("running").return_data(false).metric_stat(|running| {
                                running.stat("Average").metric(|metric| {
                                    metric
                                        .namespace("ECS/ContainerInsights")
                                        .metric_name("RunningTaskCount")
                                        .dimensions(|of| of.name("ClusterName").value(cluster.ecs.name()))
                                        .dimensions(|of| {
                                            of.name("ServiceName").value(recorder.service.name())
                                        })
                                })
                            })
                        })
                        .metrics(|metric| {
                            metric
                                .id("waiting_for_each")
                                .expression("waiting / IF(FILL(running, 0) > 0, running, 1)")
                                .return_data(true)
                        })
                })
            }),
    );
}

/// What application autoscaling calls a service.
fn resource_id(cluster: &Cluster, service: &ecs::Service) -> Expr<String> {
    tf!("service/{}/{}", cluster.ecs.name(), service.name())
}
