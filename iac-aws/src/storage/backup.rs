//! Backup plans.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::backup;
use crate::encryption::Key;
use crate::identity::{Principal, Role};
use crate::naming::physical_name;

/// A nightly backup to an encrypted vault, kept for 35 days. The vault lock prevents deletion within seven days.
///
/// | Address | Description |
/// |---|---|
/// | `aws_backup_vault.<name>`, `aws_backup_vault_lock_configuration.<name>` | vault, named `<stack>-<name>` |
/// | `aws_backup_plan.<name>` | schedule and retention |
/// | `aws_backup_selection.<name>` | resources to back up |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy_attachment.<name>_…` | role of AWS Backup |
///
/// ```
/// use iac_aws::serverless::Table;
/// use iac_aws::storage::BackupPlan;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let progress = stack.add(Table::builder("progress", "pupil"));
/// stack.add(BackupPlan::builder("nightly").resource(progress.table.arn()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct BackupPlan {
    /// The vault.
    pub vault: backup::Vault,
    /// The backup plan.
    pub plan: backup::Plan,
    /// The role of AWS Backup.
    pub role: Role,
}

impl BackupPlan {
    /// Starts a plan.
    pub fn builder(name: impl Into<Text>) -> BackupPlanBuilder {
        BackupPlanBuilder {
            name: name.into(),
            resources: Vec::new(),
            schedule: Text::from_static("cron(0 2 * * ? *)"),
            time_zone: Text::from_static("Etc/UTC"),
            keep_days: 35,
            copies: Vec::new(),
        }
    }
}

/// Builds a [`BackupPlan`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct BackupPlanBuilder {
    name: Text,
    resources: Vec<Expr<String>>,
    schedule: Text,
    time_zone: Text,
    keep_days: u32,
    copies: Vec<Expr<String>>,
}

impl BackupPlanBuilder {
    /// Adds a resource to back up by its ARN, such as a table, a database, a file system or a bucket.
    pub fn resource(mut self, arn: impl IntoExpr<String>) -> Self {
        self.resources.push(arn.into_expr());
        self
    }

    /// Sets the schedule and its time zone (default: 02:00 UTC): `schedule("cron(0 3 * * ? *)", "Europe/London")`.
    pub fn schedule(mut self, schedule: impl Into<Text>, time_zone: impl Into<Text>) -> Self {
        (self.schedule, self.time_zone) = (schedule.into(), time_zone.into());
        self
    }

    /// Sets the retention in days (default: 35).
    pub fn keep_days(mut self, days: u32) -> Self {
        self.keep_days = days;
        self
    }

    /// Copies backups to a vault in another region or account.
    pub fn copy_to(mut self, vault: &backup::Vault) -> Self {
        self.copies.push(vault.arn().into_expr());
        self
    }
}

impl Construct for BackupPlanBuilder {
    type Output = BackupPlan;

    fn build(self, scope: &Scope<'_>) -> BackupPlan {
        let name = self.name;
        if self.resources.is_empty() {
            let summary = format!("backup plan `{name}` has no resources");
            scope.report(
                Diagnostic::error("backup-resources", summary)
                    .hint("add one: `.resource(table.table.arn())`"),
            );
        }
        if self.keep_days < 7 {
            let summary = format!("retention of backup plan `{name}` is too short: {} days", self.keep_days);
            scope.report(
                Diagnostic::error("backup-days", summary)
                    .detail("The vault lock requires at least seven days."),
            );
        }
        let physical_name = physical_name(scope, &name, 50);
        let vault = scope.add(
            backup::Vault::builder(name.clone())
                .name(physical_name.as_str())
                .kms_key_arn(Key::stack_default(scope).arn()),
        );
        scope.add(
            backup::VaultLockConfiguration::builder(name.clone())
                .backup_vault_name(vault.name())
                .min_retention_days(7),
        );
        let plan = scope.add(backup::Plan::builder(name.clone()).name(physical_name.as_str()).rule(|rule| {
            rule.rule_name("nightly")
                .target_vault_name(vault.name())
                .schedule(self.schedule.as_str())
                .schedule_expression_timezone(self.time_zone.as_str())
                .lifecycle(|copy| copy.delete_after(self.keep_days))
                .each(self.copies, |rule, vault| {
                    rule.copy_action(|copy| {
                        copy.destination_vault_arn(vault).lifecycle(|copy| copy.delete_after(self.keep_days))
                    })
                })
        }));
        let role = Role::builder(name.clone(), Principal::service("backup.amazonaws.com"))
            .managed_policy("service-role/AWSBackupServiceRolePolicyForBackup")
            .managed_policy("service-role/AWSBackupServiceRolePolicyForRestores");
        let role = scope.add(role.restricted_to_account(scope));
        scope.add(
            backup::Selection::builder(name)
                .name(physical_name)
                .plan_id(plan.id())
                .iam_role_arn(role.arn())
                .resources(self.resources),
        );
        BackupPlan { vault, plan, role }
    }
}
