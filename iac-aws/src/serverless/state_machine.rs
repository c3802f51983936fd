//! Step Functions state machines.

use iac_core::prelude::*;
use iac_core::{Any, Text};

use crate::encryption::Key;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::monitoring::LogGroup;
use crate::naming::{physical_name, physical_path};
use crate::sfn;

/// A Step Functions state machine with tracing, and a log of each execution.
///
/// | Address | Description |
/// |---|---|
/// | `aws_sfn_state_machine.<name>` | state machine, named `<stack>-<name>` |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | role of the state machine |
/// | `aws_cloudwatch_log_group.<name>` | execution log |
///
/// ```
/// use iac_aws::serverless::StateMachine;
/// use iac_core::object;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let steps = object! { "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } };
/// stack.add(StateMachine::builder("order", steps));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct StateMachine {
    /// The state machine.
    pub state_machine: sfn::StateMachine,
    /// The role of the state machine.
    pub role: Role,
    /// The execution log.
    pub log_group: LogGroup,
}

impl StateMachine {
    /// Starts a state machine with a definition in Amazon States Language.
    pub fn builder(name: impl Into<Text>, definition: Expr<Any>) -> StateMachineBuilder {
        StateMachineBuilder { name: name.into(), definition }
    }

    /// Grants permission to start executions.
    #[track_caller]
    pub fn grant_start(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["states:StartExecution"]).on(self.state_machine.arn()));
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for StateMachine {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// Builds a [`StateMachine`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct StateMachineBuilder {
    name: Text,
    definition: Expr<Any>,
}

impl Construct for StateMachineBuilder {
    type Output = StateMachine;

    fn build(self, scope: &Scope<'_>) -> StateMachine {
        let name = self.name;
        let key = Key::stack_default(scope);
        key.allow_service("delivery.logs.amazonaws.com");
        let log_group = scope.add(
            LogGroup::builder(name.clone())
                .physical_name(format!("/aws/vendedlogs/states{}", physical_path(scope, &name))),
        );
        let role = scope.add(
            Role::builder(name.clone(), Principal::service("states.amazonaws.com"))
                .restricted_to_account(scope),
        );
        let deliveries = ["Create", "Delete", "Get", "Update"].map(|verb| format!("logs:{verb}LogDelivery"));
        let policies = [
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
        ];
        role.allow(Statement::allow(deliveries.into_iter().chain(policies.map(String::from))).on("*"));
        role.allow(
            Statement::allow([
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ])
            .on("*"),
        );
        key.grant_encrypt_decrypt(&role);
        let state_machine = scope.add(
            sfn::StateMachine::builder(name.clone())
                .name(physical_name(scope, &name, 80))
                .role_arn(role.arn())
                .definition(iac_core::functions::jsonencode(self.definition))
                .logging_configuration(|logging| {
                    logging
                        .level(sfn::Level::All)
                        .include_execution_data(true)
                        .log_destination(tf!("{}:*", log_group.group.arn()))
                })
                .encryption_configuration(|encryption| {
                    encryption
                        .type_(sfn::EncryptionConfigurationType::CustomerManagedKmsKey)
                        .kms_key_id(key.arn())
                        .kms_data_key_reuse_period_seconds(300)
                })
                .tracing_configuration(|tracing| tracing.enabled(true)),
        );
        StateMachine { state_machine, role, log_group }
    }
}
