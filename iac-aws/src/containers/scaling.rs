//! How many tasks a service has.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::appautoscaling;
use crate::naming::physical_name;
use crate::traffic::TargetGroup;

/// How many tasks a service has: between two bounds, as many as the work needs.
///
/// ```
/// use iac_aws::containers::Scaling;
///
/// Scaling::between(2, 20)
///     .on_cpu(60)
///     .at("school_begins", "cron(30 7 ? * MON-FRI *)", "Europe/London", 10)
///     .at("school_ends", "cron(0 16 ? * MON-FRI *)", "Europe/London", 2);
/// ```
#[derive(Clone, Debug)]
#[must_use = "it has no effect before it is given to a service"]
pub struct Scaling {
    pub(super) minimum: u32,
    maximum: u32,
    targets: Vec<Target>,
    schedule: Vec<Change>,
}

#[derive(Clone, Debug)]
struct Target {
    name: &'static str,
    metric: &'static str,
    value: u32,
}

/// A change of the lower bound.
#[derive(Clone, Debug)]
struct Change {
    name: Text,
    schedule: Text,
    time_zone: Text,
    minimum: u32,
}

impl Scaling {
    /// Bounds.
    pub const fn between(minimum: u32, maximum: u32) -> Self {
        Self { minimum, maximum, targets: Vec::new(), schedule: Vec::new() }
    }

    /// Keeps the processors that busy, in percent.
    pub fn on_cpu(self, percent: u32) -> Self {
        self.on("cpu", "ECSServiceAverageCPUUtilization", percent)
    }

    /// Keeps the memory that full, in percent.
    pub fn on_memory(self, percent: u32) -> Self {
        self.on("memory", "ECSServiceAverageMemoryUtilization", percent)
    }

    /// Keeps a task at that many requests a minute.
    pub fn on_requests(self, requests: u32) -> Self {
        self.on("requests", "ALBRequestCountPerTarget", requests)
    }

    fn on(mut self, name: &'static str, metric: &'static str, value: u32) -> Self {
        self.targets.push(Target { name, metric, value });
        self
    }

    /// Changes the lower bound at a time: `cron(30 7 ? * MON-FRI *)`, `rate(1 hour)`, `at(2026-12-24T18:00:00)`.
    pub fn at(
        mut self,
        name: impl Into<Text>,
        schedule: impl Into<Text>,
        time_zone: impl Into<Text>,
        minimum: u32,
    ) -> Self {
        let (name, schedule, time_zone) = (name.into(), schedule.into(), time_zone.into());
        self.schedule.push(Change { name, schedule, time_zone, minimum });
        self
    }

    /// Adds what scales a service.
    pub(super) fn build(
        self,
        scope: &Scope<'_>,
        service: &str,
        resource_id: Expr<String>,
        target_group: Option<&TargetGroup>,
    ) {
        if self.minimum > self.maximum || self.schedule.iter().any(|change| change.minimum > self.maximum) {
            let summary = format!("the service `{service}` has a lower bound above its upper one");
            scope.report(Diagnostic::error("scaling-bounds", summary));
        }
        let target = scope.add(
            appautoscaling::Target::builder(service)
                .service_namespace("ecs")
                .resource_id(resource_id)
                .scalable_dimension("ecs:service:DesiredCount")
                .min_capacity(self.minimum)
                .max_capacity(self.maximum)
                // The schedule changes it.
                .when(!self.schedule.is_empty(), |target| target.ignore_changes(["min_capacity"])),
        );
        for Target { name, metric, value } in self.targets {
            let of_requests = metric == "ALBRequestCountPerTarget";
            if of_requests && target_group.is_none() {
                let summary =
                    format!("the service `{service}` scales with requests, and no load balancer sends any");
                scope.report(
                    Diagnostic::error("scaling-requests", summary)
                        .hint("say where they come from: `.behind(&target_group)`"),
                );
            }
            let name = format!("{service}_{name}");
            scope.add(
                appautoscaling::Policy::builder(&name)
                    .name(physical_name(scope, &name, 255))
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
                                specification.predefined_metric_type(metric).maybe(
                                    target_group.filter(|_| of_requests),
                                    |specification, group| {
                                        specification.resource_label(group.resource_label())
                                    },
                                )
                            })
                    }),
            );
        }
        for Change { name, schedule, time_zone, minimum } in self.schedule {
            let name = format!("{service}_{name}");
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
}
