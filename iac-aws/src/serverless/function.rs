//! Lambda functions.

use iac_core::diagnostic::Diagnostic;
use iac_core::functions::filebase64sha256;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Code;
use crate::encryption::Key;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::lambda;
use crate::messaging::{Queue, Topic};
use crate::monitoring::{Alarm, Alarms, LogGroup, Metric};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup as _, Network, Peer, Port, SecurityGroup};
use crate::stacks::connecting;

/// A Lambda function with tracing, logs, encrypted environment variables, and a queue for failed events.
///
/// Callers invoke its alias `live`, which can route part of the traffic to another version.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lambda_function.<name>` | function, named `<stack>-<name>` |
/// | `aws_lambda_alias.<name>` | alias `live` |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | role of the function |
/// | `aws_cloudwatch_log_group.<name>` | log, named `/aws/lambda/<stack>-<name>` |
/// | `aws_sqs_queue.<name>_failures`, `aws_sqs_queue_policy.<name>_failures` | queue of failed events |
/// | `aws_security_group.<name>` | for functions in a network: HTTPS to any destination |
/// | `aws_lambda_event_source_mapping.<name>_<queue>` | each queue that the function consumes |
/// | `assets/<name>.zip` | code |
#[derive(Clone, Debug)]
pub struct Function {
    /// The function.
    pub function: lambda::Function,
    /// The alias that callers invoke.
    pub alias: lambda::Alias,
    /// The role of the function.
    pub role: Role,
    /// The log of the function.
    pub log_group: LogGroup,
    /// The queue of failed events.
    pub failures: Queue,
    /// The security group, if the function is in a network.
    pub security_group: Option<SecurityGroup>,
    pub(super) name: Text,
    pub(crate) scope: OwnedScope,
}

impl Function {
    /// Starts a function with a runtime, a handler and code.
    pub fn builder(
        name: impl Into<Text>,
        runtime: lambda::Runtime,
        handler: impl Into<Text>,
        code: Code,
    ) -> FunctionBuilder<'static> {
        FunctionBuilder {
            name: name.into(),
            runtime,
            handler: handler.into(),
            code,
            environment: Vec::new(),
            memory: 256,
            timeout: 10,
            concurrency: None,
            network: None,
            sample: None,
            architecture: lambda::Architectures::Arm64,
        }
    }

    /// Grants permission to invoke the function.
    #[track_caller]
    pub fn grant_invoke(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["lambda:InvokeFunction"]).on(self.alias.arn()));
    }

    /// Allows an AWS service to invoke the function for a source, by its ARN.
    ///
    /// If the source is in another stack, the permission is there.
    #[track_caller]
    pub(crate) fn allow_service(
        &self,
        consumer: &OwnedScope,
        name: impl Into<Text>,
        service: &str,
        source: impl IntoExpr<String>,
    ) -> lambda::Permission {
        connecting(&self.scope, consumer).add(|scope| {
            scope.add(
                lambda::Permission::builder(name)
                    .action("lambda:InvokeFunction")
                    .function_name(self.function.function_name())
                    .qualifier(self.alias.name())
                    .principal(service)
                    .source_arn(source),
            )
        })
    }

    /// Consumes messages from a queue, in batches of ten. Only failed messages of a batch are retried.
    #[track_caller]
    pub fn handle(&self, queue: &Queue) -> lambda::EventSourceMapping {
        queue.grant_receive(self);
        self.scope.add(|scope| {
            scope.add(
                lambda::EventSourceMapping::builder(format!("{}_{}", self.name, queue.name()))
                    .event_source_arn(queue.queue.arn())
                    .function_name(self.alias.arn())
                    .batch_size(10)
                    .function_response_types([lambda::FunctionResponseTypes::ReportBatchItemFailures]),
            )
        })
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/Lambda", name)
            .dimension("FunctionName", self.function.function_name())
            .statistic("Sum")
    }

    /// Returns the metric of invocations.
    pub fn invocations(&self) -> Metric {
        self.metric("Invocations")
    }

    /// Returns the metric of errors.
    pub fn errors(&self) -> Metric {
        self.metric("Errors")
    }

    /// Returns the metric of the p99 duration, in milliseconds.
    pub fn duration(&self) -> Metric {
        self.metric("Duration").statistic("p99")
    }

    /// Adds alarms that notify a topic.
    ///
    /// They go off when the function returns errors (`<name>_errors`), when it is throttled (`<name>_throttles`), and
    /// with the alarms of its queue of failed events.
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        let mut alarms = self.failures.alarms(topic).0;
        self.scope.add(|scope| {
            let function_alarms = [
                Alarm::above(format!("{name}_errors"), self.errors(), 0)
                    .description(format!("Function {name} returned errors")),
                Alarm::above(format!("{name}_throttles"), self.metric("Throttles"), 0)
                    .description(format!("Function {name} is throttled")),
            ];
            alarms.extend(function_alarms.map(|alarm| scope.add(alarm.periods(2).notify(topic.arn()))));
        });
        Alarms(alarms)
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for Function {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// Builds a [`Function`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct FunctionBuilder<'a> {
    name: Text,
    runtime: lambda::Runtime,
    handler: Text,
    code: Code,
    environment: Vec<(Text, Expr<String>)>,
    memory: u32,
    timeout: u32,
    concurrency: Option<u32>,
    network: Option<&'a Network>,
    sample: Option<(Text, u8)>,
    architecture: lambda::Architectures,
}

impl<'a> FunctionBuilder<'a> {
    /// Sets an environment variable.
    pub fn environment(mut self, name: impl Into<Text>, value: impl IntoExpr<String>) -> Self {
        self.environment.push((name.into(), value.into_expr()));
        self
    }

    /// Sets the memory in MiB (default: 256). CPU is proportional to it.
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.memory = mebibytes;
        self
    }

    /// Sets the timeout in seconds (default: 10; maximum: 900).
    pub fn timeout_seconds(mut self, seconds: u32) -> Self {
        self.timeout = seconds;
        self
    }

    /// Reserves and limits the number of concurrent executions (default: neither).
    ///
    /// Reserved executions are taken from the quota of the account, of which 100 must remain for other functions.
    pub fn concurrency(mut self, executions: u32) -> Self {
        self.concurrency = Some(executions);
        self
    }

    /// Sets the CPU architecture of the code (default: ARM).
    pub fn architecture(mut self, architecture: lambda::Architectures) -> Self {
        self.architecture = architecture;
        self
    }

    /// Attaches the function to the default subnets of a network.
    pub fn within<'b>(self, network: &'b Network) -> FunctionBuilder<'b>
    where
        'a: 'b,
    {
        FunctionBuilder { network: Some(network), ..self }
    }

    /// Routes a percentage of the invocations of the alias to another version than the latest.
    pub fn sample(mut self, version: impl Into<Text>, percent: u8) -> Self {
        self.sample = Some((version.into(), percent));
        self
    }
}

impl Construct for FunctionBuilder<'_> {
    type Output = Function;

    fn build(self, scope: &Scope<'_>) -> Function {
        let name = self.name;
        if !(1..=900).contains(&self.timeout) {
            let summary = format!("invalid timeout of function `{name}`: {} seconds", self.timeout);
            scope.report(
                Diagnostic::error("function-timeout", summary)
                    .detail("The timeout must be between 1 and 900 seconds."),
            );
        }
        let physical_name = physical_name(scope, &name, 64);
        let key = Key::stack_default(scope);
        let log_group =
            scope.add(LogGroup::builder(name.clone()).physical_name(format!("/aws/lambda/{physical_name}")));
        let failures =
            scope.add(Queue::builder(format!("{name}_failures")).retention_days(14).without_dead_letters());
        let role = Role::builder(name.clone(), Principal::service("lambda.amazonaws.com"));
        let role = match self.network {
            None => role,
            Some(_) => role.managed_policy("service-role/AWSLambdaVPCAccessExecutionRole"),
        };
        let role = scope.add(role);
        log_group.grant_write(&role);
        failures.grant_send(&role);
        let traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
        role.allow(Statement::allow(traces).on("*"));
        let security_group = self.network.map(|network| {
            network.default_subnets().require(scope, 1, &format!("function `{name}`"));
            let group = scope.add(
                SecurityGroup::builder(name.clone(), network).description(format!("The function {name}")),
            );
            group.allow_to_peer(Peer::Internet, Port::HTTPS);
            group
        });
        let path = self.code.add(scope, &name);
        let function = scope.add(
            lambda::Function::builder(name.clone())
                .function_name(physical_name)
                .role(role.arn())
                .runtime(self.runtime)
                .handler(self.handler.as_str())
                .filename(&path)
                .source_code_hash(filebase64sha256(path))
                .architectures([self.architecture])
                .memory_size(self.memory)
                .timeout(self.timeout)
                .maybe(self.concurrency, |function, executions| {
                    function.reserved_concurrent_executions(executions)
                })
                // An alias refers to a published version.
                .publish(true)
                .tracing_config(|tracing| tracing.mode(lambda::Mode::Active))
                .logging_config(|logging| {
                    logging.log_format(lambda::LogFormat::Json).log_group(log_group.group.name())
                })
                .dead_letter_config(|config| config.target_arn(failures.queue.arn()))
                .when(!self.environment.is_empty(), |function| {
                    function
                        .kms_key_arn(key.arn())
                        .environment(|environment| environment.variables(self.environment))
                })
                .maybe(self.network.zip(security_group.as_ref()), |function, (network, group)| {
                    function.vpc_config(|config| {
                        config.subnet_ids(network.default_subnets().ids()).security_group_ids([group.id()])
                    })
                }),
        );
        let alias = scope.add(
            lambda::Alias::builder(name.clone())
                .name("live")
                .function_name(function.function_name())
                .function_version(function.version())
                .maybe(self.sample, |alias, (version, percent)| {
                    alias.routing_config(|routing| {
                        let weight = f64::from(percent) / 100.0;
                        routing.additional_version_weights([(version.as_str(), weight)])
                    })
                }),
        );
        Function {
            function,
            alias,
            role,
            log_group,
            failures,
            security_group,
            name,
            scope: scope.to_owned_scope(),
        }
    }
}
