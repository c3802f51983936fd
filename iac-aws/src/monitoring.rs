//! Logs, alarms and dashboards.

mod alarm;
mod dashboard;
mod log_group;

pub use alarm::{Alarm, AlarmBuilder, Alarms, Metric};
pub use dashboard::{Dashboard, DashboardBuilder};
pub use log_group::{LogGroup, LogGroupBuilder};
