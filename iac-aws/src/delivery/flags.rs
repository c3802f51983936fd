//! Feature flags.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{Any, Text};

use crate::appconfig;
use crate::caller::Account;
use crate::cloudwatch;
use crate::encryption::Key;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::monitoring::Alarm;
use crate::naming::physical_name;

/// Feature flags in AWS AppConfig, which an application polls at run time.
///
/// A change is rolled out gradually, and rolled back if an alarm goes off meanwhile.
///
/// | Address | Description |
/// |---|---|
/// | `aws_appconfig_application.<name>`, `aws_appconfig_environment.<name>` | application, and an environment for the stack |
/// | `aws_appconfig_configuration_profile.<name>`, `aws_appconfig_hosted_configuration_version.<name>` | flags |
/// | `aws_appconfig_deployment_strategy.<name>`, `aws_appconfig_deployment.<name>` | rollout of the flags |
/// | `aws_iam_role.<name>_rollback`, `aws_iam_role_policy.<name>_rollback` | role that monitors the alarms |
///
/// ```
/// use iac_aws::delivery::{FeatureFlags, Rollout};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// stack.add(
///     FeatureFlags::builder("web")
///         .flag("dark_mode", true)
///         .flag("new_editor", false)
///         .rollout(Rollout::linear(20, 30, 10)),
/// );
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct FeatureFlags {
    /// The AppConfig application.
    pub application: appconfig::Application,
    /// The AppConfig environment.
    pub environment: appconfig::Environment,
    /// The configuration profile of the flags.
    pub profile: appconfig::ConfigurationProfile,
    /// The deployment of the flags.
    pub deployment: appconfig::Deployment,
}

/// The rollout of a change.
///
/// Alarms are monitored until the end of the bake time, when all targets have the change.
#[derive(Clone, Copy, Debug)]
pub struct Rollout {
    growth: appconfig::GrowthType,
    percent: u32,
    minutes: u32,
    bake_minutes: u32,
}

impl Rollout {
    /// Deploys to all targets at once.
    #[must_use]
    pub const fn all_at_once() -> Self {
        Self { growth: appconfig::GrowthType::Linear, percent: 100, minutes: 0, bake_minutes: 0 }
    }

    /// Grows linearly, by a percentage of targets at a time, within a number of minutes followed by a bake time.
    #[must_use]
    pub const fn linear(percent: u32, minutes: u32, bake_minutes: u32) -> Self {
        Self { growth: appconfig::GrowthType::Linear, percent, minutes, bake_minutes }
    }

    /// Grows exponentially from a percentage of targets, within a number of minutes followed by a bake time.
    #[must_use]
    pub const fn exponential(percent: u32, minutes: u32, bake_minutes: u32) -> Self {
        Self { growth: appconfig::GrowthType::Exponential, percent, minutes, bake_minutes }
    }
}

impl FeatureFlags {
    /// Starts the flags of an application.
    pub fn builder(name: impl Into<Text>) -> FeatureFlagsBuilder {
        FeatureFlagsBuilder {
            name: name.into(),
            flags: Vec::new(),
            rollout: Rollout::linear(20, 30, 10),
            alarms: Vec::new(),
        }
    }

    /// Grants permission to retrieve the flags.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        let actions = ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"];
        let resource = tf!(
            "{}/environment/{}/configuration/{}",
            self.application.arn(),
            self.environment.environment_id(),
            self.profile.configuration_profile_id()
        );
        grantee.role().allow(Statement::allow(actions).on(resource));
    }
}

/// Builds [`FeatureFlags`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct FeatureFlagsBuilder {
    name: Text,
    flags: Vec<(Text, bool)>,
    rollout: Rollout,
    alarms: Vec<cloudwatch::MetricAlarm>,
}

impl FeatureFlagsBuilder {
    /// Adds a flag, enabled or disabled.
    pub fn flag(mut self, name: impl Into<Text>, on: bool) -> Self {
        self.flags.push((name.into(), on));
        self
    }

    /// Sets the rollout (default: 20% more every six minutes, and ten minutes of bake time).
    pub fn rollout(mut self, rollout: Rollout) -> Self {
        self.rollout = rollout;
        self
    }

    /// Rolls a change back if one of these alarms goes off during the rollout. AppConfig monitors at most five.
    pub fn roll_back_on<'a>(mut self, alarms: impl IntoIterator<Item = &'a Alarm>) -> Self {
        self.alarms.extend(alarms.into_iter().map(|alarm| alarm.alarm.clone()));
        self
    }
}

impl Construct for FeatureFlagsBuilder {
    type Output = FeatureFlags;

    fn build(self, scope: &Scope<'_>) -> FeatureFlags {
        let name = self.name;
        for (position, (flag, _)) in self.flags.iter().enumerate() {
            if self.flags[..position].iter().any(|(other, _)| other == flag) {
                let summary = format!("duplicate feature flag `{flag}` in `{name}`");
                scope.report(Diagnostic::error("feature-flags", summary));
            }
        }
        if self.alarms.len() > 5 {
            let summary = format!(
                "feature flags `{name}` roll back on {} alarms, but AppConfig supports at most five",
                self.alarms.len()
            );
            scope.report(Diagnostic::error("feature-flag-alarms", summary));
        }
        let key = Key::stack_default(scope);
        let application =
            scope.add(appconfig::Application::builder(name.clone()).name(physical_name(scope, &name, 64)));
        let role = (!self.alarms.is_empty()).then(|| {
            let role = scope.add(
                Role::builder(format!("{name}_rollback"), Principal::service("appconfig.amazonaws.com"))
                    .restricted_to_account(scope),
            );
            let alarms = Account::current(scope).arn("cloudwatch", "alarm:*");
            role.allow(Statement::allow(["cloudwatch:DescribeAlarms"]).on(alarms));
            role
        });
        let environment = scope.add(
            appconfig::Environment::builder(name.clone())
                .application_id(application.id())
                .name(scope.stack().name())
                .each(&self.alarms, |environment, alarm| {
                    environment.monitor(|monitor| {
                        monitor
                            .alarm_arn(alarm.arn())
                            .maybe(role.as_ref(), |monitor, role| monitor.alarm_role_arn(role.arn()))
                    })
                }),
        );
        let profile = scope.add(
            appconfig::ConfigurationProfile::builder(name.clone())
                .application_id(application.id())
                .name("flags")
                .location_uri("hosted")
                .type_(appconfig::ConfigurationProfileType::AWSAppConfigFeatureFlags)
                .kms_key_identifier(key.arn()),
        );
        let definitions =
            self.flags.iter().map(|(flag, _)| (flag.as_str(), object! { "name": flag.as_str() }));
        let values = self.flags.iter().map(|(flag, on)| (flag.as_str(), object! { "enabled": *on }));
        let definitions: Expr<Map<Any>> = definitions.collect::<Vec<_>>().into_expr();
        let values: Expr<Map<Any>> = values.collect::<Vec<_>>().into_expr();
        let version = scope.add(
            appconfig::HostedConfigurationVersion::builder(name.clone())
                .application_id(application.id())
                .configuration_profile_id(profile.configuration_profile_id())
                .content_type("application/json")
                // Flags are not secret.
                .content(plaintext(json!({ "version": "1", "flags": definitions, "values": values }))),
        );
        let strategy = scope.add(
            appconfig::DeploymentStrategy::builder(name.clone())
                .name(physical_name(scope, &name, 64))
                .growth_type(self.rollout.growth)
                .growth_factor(self.rollout.percent)
                .deployment_duration_in_minutes(self.rollout.minutes)
                .final_bake_time_in_minutes(self.rollout.bake_minutes)
                .replicate_to(appconfig::ReplicateTo::None),
        );
        let deployment = scope.add(
            appconfig::Deployment::builder(name)
                .application_id(application.id())
                .environment_id(environment.environment_id())
                .configuration_profile_id(profile.configuration_profile_id())
                .configuration_version(version.version_number())
                .deployment_strategy_id(strategy.id())
                .kms_key_identifier(key.arn()),
        );
        FeatureFlags { application, environment, profile, deployment }
    }
}
