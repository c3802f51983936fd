//! Scaling of Auto Scaling groups.

use iac_core::Text;
use iac_core::prelude::*;

use crate::autoscaling;
use crate::messaging::Queue;
use crate::naming::physical_name;
use crate::traffic::TargetGroup;

/// A scaling policy of a group.
#[derive(Clone, Debug)]
pub(super) enum Scaling {
    /// Tracks an average CPU utilization, in percent.
    Cpu(u32),
    /// Scales ahead of demand to stay at a CPU utilization, in percent.
    PredictedCpu(u32),
    /// Tracks a number of requests per minute and instance.
    Requests(Box<TargetGroup>, u32),
    /// Sets the number of instances by the number of messages in a queue, in steps of messages and instances.
    Queue(Box<Queue>, Vec<(u32, u32)>),
    /// Changes the minimum number of instances on a schedule.
    Schedule { name: Text, recurrence: Text, time_zone: Text, minimum: u32 },
}

impl Scaling {
    pub(super) fn build(self, scope: &Scope<'_>, name: &Text, group: &autoscaling::Group, maximum: u32) {
        match self {
            Self::Cpu(percent) => track(scope, name, group, "cpu", "ASGAverageCPUUtilization", percent, None),
            Self::Requests(target, requests) => {
                let label = Some(target.resource_label());
                track(scope, name, group, "requests", "ALBRequestCountPerTarget", requests, label);
            }
            Self::PredictedCpu(percent) => {
                let name = format!("{name}_predicted");
                scope.add(
                    autoscaling::Policy::builder(&name)
                        .name(physical_name(scope, &name, 255))
                        .autoscaling_group_name(group.name())
                        .policy_type(autoscaling::PolicyType::PredictiveScaling)
                        .predictive_scaling_configuration(|predictive| {
                            predictive
                                .mode(autoscaling::Mode::ForecastAndScale)
                                .scheduling_buffer_time("300")
                                .metric_specification(|metric| {
                                    metric.target_value(percent).predefined_metric_pair_specification(|pair| {
                                        pair.predefined_metric_type(
                                            autoscaling::PredefinedMetricPairSpecificationPredefinedMetricType::ASGCPUUtilization,
                                        )
                                    })
                                })
                        }),
                );
            }
            Self::Queue(queue, steps) => scale_with_queue(scope, name, group, &queue, &steps),
            Self::Schedule { name: time, recurrence, time_zone, minimum } => {
                let name = format!("{name}_{time}");
                scope.add(
                    autoscaling::Schedule::builder(&name)
                        .scheduled_action_name(physical_name(scope, &name, 255))
                        .autoscaling_group_name(group.name())
                        .recurrence(recurrence.as_str())
                        .time_zone(time_zone.as_str())
                        .min_size(minimum)
                        .max_size(maximum)
                        // -1 keeps the current capacity.
                        .desired_capacity(-1),
                );
            }
        }
    }
}

fn track(
    scope: &Scope<'_>,
    group_name: &str,
    group: &autoscaling::Group,
    name: &str,
    metric: &str,
    value: u32,
    label: Option<Expr<String>>,
) {
    let name = format!("{group_name}_{name}");
    scope.add(
        autoscaling::Policy::builder(&name)
            .name(physical_name(scope, &name, 255))
            .autoscaling_group_name(group.name())
            .policy_type(autoscaling::PolicyType::TargetTrackingScaling)
            .target_tracking_configuration(|tracking| {
                tracking.target_value(value).predefined_metric_specification(|specification| {
                    specification
                        .predefined_metric_type(metric)
                        .maybe(label, |specification, label| specification.resource_label(label))
                })
            }),
    );
}

/// Adds a policy with one step per threshold, and the alarm that triggers it.
fn scale_with_queue(
    scope: &Scope<'_>,
    group_name: &str,
    group: &autoscaling::Group,
    queue: &Queue,
    steps: &[(u32, u32)],
) {
    let name = format!("{group_name}_{}", queue.name());
    let first = steps.first().map_or(0, |(messages, _)| *messages);
    // Bounds are relative to the alarm's threshold.
    let bound = |index: usize| steps.get(index).map(|(messages, _)| (messages - first).to_string());
    let policy = scope.add(
        autoscaling::Policy::builder(&name)
            .name(physical_name(scope, &name, 255))
            .autoscaling_group_name(group.name())
            .policy_type(autoscaling::PolicyType::StepScaling)
            .adjustment_type("ExactCapacity")
            .estimated_instance_warmup(120)
            .each(steps.iter().enumerate(), |policy, (index, (_, instances))| {
                policy.step_adjustment(|step| {
                    step.scaling_adjustment(*instances)
                        .maybe(bound(index), |step, bound| step.metric_interval_lower_bound(bound))
                        .maybe(bound(index + 1), |step, bound| step.metric_interval_upper_bound(bound))
                })
            }),
    );
    let alarm = crate::monitoring::Alarm::above(&name, queue.visible_messages(), first)
        .description(format!("Scales {group_name} with the number of messages in {}", queue.name()))
        .action(policy.arn());
    scope.add(alarm);
}
