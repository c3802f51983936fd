//! Autoscaling of ECS services.

use iac_core::Text;
use iac_core::builder::Given;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::messaging::Queue;
use crate::monitoring::Alarm;
use crate::naming::physical_name;
use crate::traffic::TargetGroup;
use crate::{appautoscaling, ecs};

/// Autoscaling of a service between a minimum and a maximum number of tasks.
///
/// ```
/// use iac_aws::containers::Scaling;
///
/// Scaling::between(2, 20)
///     .on_cpu(60)
///     .on_schedule("school_begins", "cron(30 7 ? * MON-FRI *)", "Europe/London", 10)
///     .on_schedule("school_ends", "cron(0 16 ? * MON-FRI *)", "Europe/London", 2);
/// ```
#[derive(Clone, Debug)]
#[must_use = "scaling has no effect until it is set on a service"]
pub struct Scaling {
    pub(super) minimum: u32,
    maximum: u32,
    targets: Vec<TargetMetric>,
    /// Queues, and the number of waiting messages per task.
    backlogs: Vec<(Queue, u32)>,
    /// Steps of requests per task and minute, and the percentage of tasks to add.
    spikes: Vec<(u32, u32)>,
    schedule: Vec<ScheduledChange>,
}

/// A metric of the service, tracked at a target value.
#[derive(Clone, Debug)]
struct TargetMetric {
    name: &'static str,
    metric: &'static str,
    value: u32,
}

/// The service to scale.
pub(super) struct ScaledService<'a> {
    pub(super) name: &'a str,
    pub(super) cluster: &'a ecs::Cluster,
    pub(super) service: &'a ecs::Service,
    pub(super) target_group: Option<&'a TargetGroup>,
}

/// A scheduled change of the minimum.
#[derive(Clone, Debug)]
struct ScheduledChange {
    name: Text,
    schedule: Text,
    time_zone: Text,
    minimum: u32,
}

impl Scaling {
    /// Returns a configuration with a minimum and a maximum number of tasks.
    pub const fn between(minimum: u32, maximum: u32) -> Self {
        Self {
            minimum,
            maximum,
            targets: Vec::new(),
            backlogs: Vec::new(),
            spikes: Vec::new(),
            schedule: Vec::new(),
        }
    }

    /// Tracks an average CPU utilization, in percent.
    pub fn on_cpu(self, percent: u32) -> Self {
        self.track("cpu", "ECSServiceAverageCPUUtilization", percent)
    }

    /// Tracks an average memory utilization, in percent.
    pub fn on_memory(self, percent: u32) -> Self {
        self.track("memory", "ECSServiceAverageMemoryUtilization", percent)
    }

    /// Tracks a number of requests per minute and task.
    pub fn on_requests(self, requests: u32) -> Self {
        self.track("requests", "ALBRequestCountPerTarget", requests)
    }

    /// Tracks a backlog: the number of messages waiting in a queue per task.
    pub fn on_backlog(mut self, queue: &Queue, messages: u32) -> Self {
        self.backlogs.push((queue.clone(), messages));
        self
    }

    /// Adds a percentage of tasks as soon as each task gets more requests per minute than a step.
    ///
    /// Steps are requests and percentages: `[(2_000, 50), (4_000, 100)]`. Target tracking alone reacts only after
    /// three minutes.
    pub fn on_spike(mut self, steps: impl IntoIterator<Item = (u32, u32)>) -> Self {
        self.spikes.extend(steps);
        self.spikes.sort_unstable();
        self
    }

    fn track(mut self, name: &'static str, metric: &'static str, value: u32) -> Self {
        self.targets.push(TargetMetric { name, metric, value });
        self
    }

    /// Changes the minimum on a schedule: `cron(30 7 ? * MON-FRI *)`, `rate(1 hour)`, `at(2026-12-24T18:00:00)`.
    pub fn on_schedule(
        mut self,
        name: impl Into<Text>,
        schedule: impl Into<Text>,
        time_zone: impl Into<Text>,
        minimum: u32,
    ) -> Self {
        let (name, schedule, time_zone) = (name.into(), schedule.into(), time_zone.into());
        self.schedule.push(ScheduledChange { name, schedule, time_zone, minimum });
        self
    }

    /// Adds the scaling target and its policies.
    pub(super) fn build(self, scope: &Scope<'_>, scaled: &ScaledService<'_>) {
        self.report_problems(scope, scaled);
        let target = scope.add(
            appautoscaling::Target::builder(scaled.name)
                .service_namespace("ecs")
                .resource_id(tf!("service/{}/{}", scaled.cluster.name(), scaled.service.name()))
                .scalable_dimension("ecs:service:DesiredCount")
                .min_capacity(self.minimum)
                .max_capacity(self.maximum)
                // Scheduled actions change it at run time.
                .when(!self.schedule.is_empty(), |target| target.ignore_changes(["min_capacity"])),
        );
        for metric in &self.targets {
            metric.build(scope, scaled, &target);
        }
        for (queue, messages) in &self.backlogs {
            track_backlog(scope, scaled, &target, queue, *messages);
        }
        if let (false, Some(group)) = (self.spikes.is_empty(), scaled.target_group) {
            scale_on_spikes(scope, scaled, &target, group, &self.spikes);
        }
        for ScheduledChange { name, schedule, time_zone, minimum } in self.schedule {
            let name = format!("{}_{name}", scaled.name);
            scope.add(
                appautoscaling::ScheduledAction::builder(&name)
                    .name(physical_name(scope, &name, 255))
                    .service_namespace(target.service_namespace())
                    .resource_id(target.resource_id())
                    .scalable_dimension(target.scalable_dimension())
                    .schedule(schedule.as_str())
                    .timezone(time_zone.as_str())
                    .scalable_target_action(|action| action.min_capacity(minimum.to_string())),
            );
        }
    }

    fn report_problems(&self, scope: &Scope<'_>, scaled: &ScaledService<'_>) {
        let service = scaled.name;
        if self.minimum > self.maximum || self.schedule.iter().any(|change| change.minimum > self.maximum) {
            let summary = format!("minimum of service `{service}` is greater than its maximum");
            scope.report(Diagnostic::error("scaling-bounds", summary));
        }
        let with_requests = !self.spikes.is_empty() || self.targets.iter().any(TargetMetric::uses_requests);
        if with_requests && scaled.target_group.is_none() {
            let summary = format!("service `{service}` scales on requests, but has no target group");
            scope.report(
                Diagnostic::error("scaling-requests", summary).hint("set one: `.behind(&target_group)`"),
            );
        }
    }
}

impl TargetMetric {
    fn uses_requests(&self) -> bool {
        self.metric == "ALBRequestCountPerTarget"
    }

    fn build(&self, scope: &Scope<'_>, scaled: &ScaledService<'_>, target: &appautoscaling::Target) {
        let label = scaled.target_group.filter(|_| self.uses_requests()).map(TargetGroup::resource_label);
        scope.add(
            policy(scope, &format!("{}_{}", scaled.name, self.name), target)
                .policy_type("TargetTrackingScaling")
                .target_tracking_scaling_policy_configuration(|tracking| {
                    tracking
                        .target_value(self.value)
                        .scale_out_cooldown(60)
                        .scale_in_cooldown(300)
                        .predefined_metric_specification(|specification| {
                            specification
                                .predefined_metric_type(self.metric)
                                .maybe(label, |specification, label| specification.resource_label(label))
                        })
                }),
        );
    }
}

/// Starts a scaling policy for the target.
fn policy(
    scope: &Scope<'_>,
    name: &str,
    target: &appautoscaling::Target,
) -> appautoscaling::builder::Policy<Given, Given, Given, Given> {
    appautoscaling::Policy::builder(name)
        .name(physical_name(scope, name, 255))
        .service_namespace(target.service_namespace())
        .resource_id(target.resource_id())
        .scalable_dimension(target.scalable_dimension())
}

/// Tracks the number of waiting messages per running task, counting at least one task.
fn track_backlog(
    scope: &Scope<'_>,
    scaled: &ScaledService<'_>,
    target: &appautoscaling::Target,
    queue: &Queue,
    messages: u32,
) {
    scope.add(
        policy(scope, &format!("{}_{}", scaled.name, queue.name()), target)
            .policy_type("TargetTrackingScaling")
            .target_tracking_scaling_policy_configuration(|tracking| {
                tracking.target_value(messages).customized_metric_specification(|backlog| {
                    backlog
                        .metrics(|metric| {
                            metric.id("waiting").return_data(false).metric_stat(|waiting| {
                                waiting.stat("Maximum").metric(|metric| {
                                    metric
                                        .namespace("AWS/SQS")
                                        .metric_name("ApproximateNumberOfMessagesVisible")
                                        .dimensions(|dimension| {
                                            dimension.name("QueueName").value(queue.queue.name())
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
                                        .dimensions(|dimension| {
                                            dimension.name("ClusterName").value(scaled.cluster.name())
                                        })
                                        .dimensions(|dimension| {
                                            dimension.name("ServiceName").value(scaled.service.name())
                                        })
                                })
                            })
                        })
                        .metrics(|metric| {
                            metric
                                .id("backlog_per_task")
                                .expression("waiting / IF(FILL(running, 0) > 0, running, 1)")
                                .return_data(true)
                        })
                })
            }),
    );
}

/// Adds a policy with one step per threshold, and the alarm that triggers it.
fn scale_on_spikes(
    scope: &Scope<'_>,
    scaled: &ScaledService<'_>,
    target: &appautoscaling::Target,
    group: &TargetGroup,
    steps: &[(u32, u32)],
) {
    let name = format!("{}_spike", scaled.name);
    let first = steps[0].0;
    // Bounds are relative to the alarm's threshold.
    let bound = |index: usize| steps.get(index).map(|(requests, _)| (requests - first).to_string());
    let policy =
        scope.add(policy(scope, &name, target).policy_type("StepScaling").step_scaling_policy_configuration(
            |scaling| {
                scaling
                    .adjustment_type("PercentChangeInCapacity")
                    .min_adjustment_magnitude(1)
                    .metric_aggregation_type("Maximum")
                    .cooldown(60)
                    .each(steps.iter().enumerate(), |scaling, (index, (_, percent))| {
                        scaling.step_adjustment(|step| {
                            step.scaling_adjustment(*percent)
                                .maybe(bound(index), |step, bound| step.metric_interval_lower_bound(bound))
                                .maybe(bound(index + 1), |step, bound| {
                                    step.metric_interval_upper_bound(bound)
                                })
                        })
                    })
            },
        ));
    scope.add(
        Alarm::above(&name, group.requests_per_target(), first)
            .description(format!("Scales service {} out during request spikes", scaled.name))
            .action(policy.arn()),
    );
}
