//! CloudWatch metrics and alarms.

use iac_core::Text;
use iac_core::prelude::*;

use crate::cloudwatch::{self, ComparisonOperator, TreatMissingData};
use crate::naming::physical_name;

/// A CloudWatch metric.
///
/// ```
/// use iac_aws::monitoring::Metric;
///
/// Metric::new("AWS/SQS", "ApproximateAgeOfOldestMessage").dimension("QueueName", "orders").statistic("Maximum");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a metric has no effect until it is used in an alarm or a dashboard"]
pub struct Metric {
    pub(super) namespace: Text,
    pub(super) name: Text,
    pub(super) dimensions: Vec<(Text, Expr<String>)>,
    pub(super) statistic: Text,
    pub(super) period: u32,
}

impl Metric {
    /// Returns the average of a metric over each minute.
    pub fn new(namespace: impl Into<Text>, name: impl Into<Text>) -> Self {
        let statistic = Text::from_static("Average");
        Self { namespace: namespace.into(), name: name.into(), dimensions: Vec::new(), statistic, period: 60 }
    }

    /// Adds a dimension.
    pub fn dimension(mut self, name: impl Into<Text>, value: impl IntoExpr<String>) -> Self {
        self.dimensions.push((name.into(), value.into_expr()));
        self
    }

    /// Sets the statistic, such as `Average`, `Sum`, `Maximum` or `p99`.
    pub fn statistic(mut self, statistic: impl Into<Text>) -> Self {
        self.statistic = statistic.into();
        self
    }

    /// Sets the period, in seconds.
    pub fn period(mut self, seconds: u32) -> Self {
        self.period = seconds;
        self
    }
}

/// A CloudWatch alarm.
///
/// | Address | Description |
/// |---|---|
/// | `aws_cloudwatch_metric_alarm.<name>` | alarm, named `<stack>-<name>` |
///
/// ```
/// use iac_aws::monitoring::{Alarm, Metric};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let age = Metric::new("AWS/SQS", "ApproximateAgeOfOldestMessage").dimension("QueueName", "orders");
/// stack.add(Alarm::above("orders_wait", age, 300).description("Orders wait for more than five minutes"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The alarm.
    pub alarm: cloudwatch::MetricAlarm,
}

impl Alarm {
    /// Starts an alarm that goes off when a metric is above a threshold.
    pub fn above(name: impl Into<Text>, metric: Metric, threshold: impl IntoExpr<Number>) -> AlarmBuilder {
        AlarmBuilder::new(
            name.into(),
            metric,
            ComparisonOperator::GreaterThanThreshold,
            threshold.into_expr(),
        )
    }

    /// Starts an alarm that goes off when a metric is below a threshold.
    pub fn below(name: impl Into<Text>, metric: Metric, threshold: impl IntoExpr<Number>) -> AlarmBuilder {
        AlarmBuilder::new(name.into(), metric, ComparisonOperator::LessThanThreshold, threshold.into_expr())
    }
}

/// Builds an [`Alarm`].
#[derive(Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct AlarmBuilder {
    name: Text,
    metric: Metric,
    comparison: ComparisonOperator,
    threshold: Expr<Number>,
    description: Option<Text>,
    periods: u32,
    missing: TreatMissingData,
    actions: Vec<Expr<String>>,
    ok_actions: Vec<Expr<String>>,
}

impl AlarmBuilder {
    fn new(name: Text, metric: Metric, comparison: ComparisonOperator, threshold: Expr<Number>) -> Self {
        let missing = TreatMissingData::NotBreaching;
        Self {
            name,
            metric,
            comparison,
            threshold,
            description: None,
            periods: 1,
            missing,
            actions: Vec::new(),
            ok_actions: Vec::new(),
        }
    }

    /// Describes the problem and its remedy.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the number of consecutive periods that must breach the threshold (default: one).
    pub fn periods(mut self, periods: u32) -> Self {
        self.periods = periods;
        self
    }

    /// Sets the treatment of missing data (default: not breaching).
    pub fn missing_data(mut self, treat: TreatMissingData) -> Self {
        self.missing = treat;
        self
    }

    /// Notifies a topic when the alarm goes off, and when it is resolved.
    pub fn notify(mut self, topic: impl IntoExpr<String>) -> Self {
        let topic = topic.into_expr();
        self.actions.push(topic.clone());
        self.ok_actions.push(topic);
        self
    }

    /// Adds an action for when the alarm goes off, such as the ARN of a scaling policy.
    pub fn action(mut self, action: impl IntoExpr<String>) -> Self {
        self.actions.push(action.into_expr());
        self
    }
}

impl Construct for AlarmBuilder {
    type Output = Alarm;

    fn build(self, scope: &Scope<'_>) -> Alarm {
        let metric = self.metric;
        let physical_name = physical_name(scope, &self.name, 255);
        let percentile = metric.statistic.starts_with('p');
        let statistic = metric.statistic.as_str();
        let alarm = scope.add(
            cloudwatch::MetricAlarm::builder(self.name)
                .alarm_name(physical_name)
                .maybe(self.description, |alarm, text| alarm.alarm_description(text.as_str()))
                .namespace(metric.namespace.as_str())
                .metric_name(metric.name.as_str())
                .dimensions(metric.dimensions)
                .when(percentile, |alarm| alarm.extended_statistic(statistic))
                .when(!percentile, |alarm| alarm.statistic(Expr::from(statistic)))
                .period(metric.period)
                .evaluation_periods(self.periods)
                .comparison_operator(self.comparison)
                .threshold(self.threshold)
                .treat_missing_data(self.missing)
                .alarm_actions(self.actions)
                .ok_actions(self.ok_actions),
        );
        Alarm { alarm }
    }
}

/// The recommended alarms of a construct.
#[derive(Clone, Debug)]
pub struct Alarms(pub Vec<Alarm>);
