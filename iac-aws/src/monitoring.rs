//! Log groups, alarms, dashboards, canaries, budgets, Prometheus and Grafana.

mod alarm;
mod budget;
mod canary;
mod dashboard;
mod log_group;
mod workspace;

pub use alarm::{Alarm, AlarmBuilder, Alarms, Metric};
pub use budget::{Budget, BudgetBuilder};
pub use canary::{Canary, CanaryBuilder};
pub use dashboard::{Dashboard, DashboardBuilder};
pub use log_group::{LogGroup, LogGroupBuilder};
pub use workspace::{Grafana, GrafanaBuilder, Prometheus, PrometheusBuilder};
