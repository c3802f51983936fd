//! Schedules and event rules that invoke functions.

use iac_core::prelude::*;
use iac_core::{Any, Text};

use super::Function;
use crate::caller::Account;
use crate::encryption::Key;
use crate::identity::{Principal, Role};
use crate::naming::physical_name;
use crate::stacks::is_same_stack;
use crate::{events, scheduler};

/// Invokes a function on a schedule.
///
/// | Address | Description |
/// |---|---|
/// | `aws_scheduler_schedule.<name>` | schedule, named `<stack>-<name>` |
/// | `aws_iam_role.<name>_schedule`, `aws_iam_role_policy.<name>_schedule` | role that invokes the function |
///
/// ```
/// use iac_aws::lambda::Runtime;
/// use iac_aws::serverless::{Code, Function, Schedule};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let code = Code::files([("index.py", "def handler(event, context):\n    pass\n")]);
/// let clean = stack.add(Function::builder("clean", Runtime::Python313, "index.handler", code));
/// stack.add(Schedule::builder("nightly", "cron(0 3 * * ? *)", &clean).time_zone("Europe/London"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The schedule.
    pub schedule: scheduler::Schedule,
}

impl Schedule {
    /// Starts a schedule: `cron(0 3 * * ? *)`, `rate(1 hour)`.
    pub fn builder(
        name: impl Into<Text>,
        expression: impl Into<Text>,
        function: &Function,
    ) -> ScheduleBuilder<'_> {
        let time_zone = Text::from_static("UTC");
        ScheduleBuilder { name: name.into(), expression: expression.into(), function, time_zone, input: None }
    }
}

/// Builds a [`Schedule`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ScheduleBuilder<'a> {
    name: Text,
    expression: Text,
    function: &'a Function,
    time_zone: Text,
    input: Option<Expr<String>>,
}

impl ScheduleBuilder<'_> {
    /// Sets the time zone of the schedule (default: UTC).
    pub fn time_zone(mut self, zone: impl Into<Text>) -> Self {
        self.time_zone = zone.into();
        self
    }

    /// Sets the input of the function, as JSON.
    pub fn input(mut self, document: impl IntoExpr<String>) -> Self {
        self.input = Some(document.into_expr());
        self
    }
}

impl Construct for ScheduleBuilder<'_> {
    type Output = Schedule;

    fn build(self, scope: &Scope<'_>) -> Schedule {
        let Self { name, function, .. } = self;
        let role = scope.add(
            Role::builder(format!("{name}_schedule"), Principal::service("scheduler.amazonaws.com"))
                .restricted_to_account(scope),
        );
        function.grant_invoke(&role);
        let key = Key::stack_default(scope);
        key.grant_decrypt(&role);
        let schedule = scope.add(
            scheduler::Schedule::builder(name.clone())
                .name(physical_name(scope, &name, 64))
                .schedule_expression(self.expression.as_str())
                .schedule_expression_timezone(self.time_zone.as_str())
                .kms_key_arn(key.arn())
                .flexible_time_window(|window| window.mode(scheduler::Mode::Off))
                .target(|target| {
                    target
                        .arn(function.alias.arn())
                        .role_arn(role.arn())
                        .maybe(self.input, |target, input| target.input(input))
                }),
        );
        Schedule { schedule }
    }
}

/// Invokes functions for events that match a pattern.
///
/// | Address | Description |
/// |---|---|
/// | `aws_cloudwatch_event_rule.<name>` | rule, named `<stack>-<name>` |
/// | `aws_cloudwatch_event_target.<name>_<function>`, `aws_lambda_permission.<name>_<function>` | each function |
///
/// ```
/// use iac_aws::lambda::Runtime;
/// use iac_aws::serverless::{Code, EventRule, Function};
/// use iac_core::object;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let code = Code::files([("index.py", "def handler(event, context):\n    pass\n")]);
/// let tell = stack.add(Function::builder("tell", Runtime::Python313, "index.handler", code));
/// let alarms = object! { "source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] };
/// stack.add(EventRule::builder("alarms", alarms).target(&tell));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct EventRule {
    /// The rule.
    pub rule: events::Rule,
}

impl EventRule {
    /// Starts a rule for events that match a pattern, on the default event bus.
    pub fn builder<'a>(name: impl Into<Text>, pattern: Expr<Any>) -> EventRuleBuilder<'a> {
        EventRuleBuilder { name: name.into(), pattern, functions: Vec::new() }
    }
}

/// Builds an [`EventRule`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct EventRuleBuilder<'a> {
    name: Text,
    pattern: Expr<Any>,
    functions: Vec<&'a Function>,
}

impl<'a> EventRuleBuilder<'a> {
    /// Adds a function as a target.
    pub fn target(mut self, function: &'a Function) -> Self {
        self.functions.push(function);
        self
    }
}

impl Construct for EventRuleBuilder<'_> {
    type Output = EventRule;

    fn build(self, scope: &Scope<'_>) -> EventRule {
        let name = self.name;
        let owned = scope.to_owned_scope();
        let physical_name = physical_name(scope, &name, 64);
        let rule = scope.add(
            events::Rule::builder(name.clone())
                .name(physical_name.as_str())
                .event_pattern(iac_core::functions::jsonencode(self.pattern)),
        );
        for function in self.functions {
            let part = format!("{name}_{}", function.name);
            function.allow_service(&owned, part.clone(), "events.amazonaws.com", rule.arn());
            scope.add(
                events::Target::builder(part)
                    .rule(rule.name())
                    .arn(function.alias.arn())
                    .dead_letter_config(|config| config.arn(function.failures.queue.arn())),
            );
            // The queue must not depend on a rule in another stack, which depends on the function.
            let source = if is_same_stack(&function.scope, &owned) {
                rule.arn().into_expr()
            } else {
                let account = function.scope.add(Account::current);
                account.arn("events", format!("rule/{physical_name}"))
            };
            function.failures.allow_service_key("events.amazonaws.com");
            function.failures.allow(
                crate::identity::Statement::allow(["sqs:SendMessage"])
                    .to(Principal::service("events.amazonaws.com"))
                    .when("ArnEquals", "aws:SourceArn", source),
            );
        }
        EventRule { rule }
    }
}
