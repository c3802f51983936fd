//! CloudWatch dashboards.

use iac_core::prelude::*;
use iac_core::{Any, Text};

use super::Metric;
use crate::caller::Account;
use crate::cloudwatch;
use crate::naming::physical_name;

/// A CloudWatch dashboard with graphs in two columns.
///
/// | Address | Description |
/// |---|---|
/// | `aws_cloudwatch_dashboard.<name>` | dashboard, named `<stack>-<name>` |
///
/// ```
/// use iac_aws::monitoring::{Dashboard, Metric};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let age = Metric::new("AWS/SQS", "ApproximateAgeOfOldestMessage").dimension("QueueName", "orders");
/// stack.add(Dashboard::builder("orders").graph("How long orders wait", [age]));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The dashboard.
    pub dashboard: cloudwatch::Dashboard,
}

impl Dashboard {
    /// Starts a dashboard.
    pub fn builder(name: impl Into<Text>) -> DashboardBuilder {
        DashboardBuilder { name: name.into(), graphs: Vec::new() }
    }
}

/// Builds a [`Dashboard`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct DashboardBuilder {
    name: Text,
    graphs: Vec<(Text, Vec<Metric>)>,
}

impl DashboardBuilder {
    /// Adds a graph of metrics.
    pub fn graph(mut self, title: impl Into<Text>, metrics: impl IntoIterator<Item = Metric>) -> Self {
        self.graphs.push((title.into(), metrics.into_iter().collect()));
        self
    }
}

impl Construct for DashboardBuilder {
    type Output = Dashboard;

    fn build(self, scope: &Scope<'_>) -> Dashboard {
        let region = Account::current(scope).region();
        let widgets: Vec<_> = self
            .graphs
            .into_iter()
            .enumerate()
            .map(|(index, (title, metrics))| {
                let metrics: Vec<_> = metrics.into_iter().map(row).collect();
                object! {
                    "type": "metric",
                    "x": 12 * (index % 2),
                    "y": 6 * (index / 2),
                    "width": 12,
                    "height": 6,
                    "properties": { "title": title.as_str(), "region": &region, "metrics": metrics },
                }
            })
            .collect();
        let dashboard = scope.add(
            cloudwatch::Dashboard::builder(self.name.clone())
                .dashboard_name(physical_name(scope, &self.name, 255))
                .dashboard_body(json!({ "widgets": widgets })),
        );
        Dashboard { dashboard }
    }
}

/// Returns a metric in the dashboard format: `["AWS/SQS", "Age", "QueueName", "orders", {…}]`.
fn row(metric: Metric) -> Vec<Expr<Any>> {
    let string = |string: &str| Expr::<String>::from(string).cast();
    let names = [string(&metric.namespace), string(&metric.name)];
    let dimensions = metric.dimensions.into_iter().flat_map(|(name, value)| [string(&name), value.cast()]);
    let options = object! { "stat": metric.statistic.as_str(), "period": metric.period };
    names.into_iter().chain(dimensions).chain([options]).collect()
}
