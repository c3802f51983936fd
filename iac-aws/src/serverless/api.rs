//! HTTP APIs.

use std::cell::RefCell;
use std::rc::Rc;

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Function;
use crate::apigatewayv2 as api;
use crate::monitoring::{LogGroup, Metric};
use crate::naming::{physical_name, physical_path};

/// An API of HTTP in front of functions: accesses are logged, and there are not more requests than it is for.
///
/// | address | is |
/// |---|---|
/// | `aws_apigatewayv2_api.<name>` | the API, called `<stack>-<name>` |
/// | `aws_apigatewayv2_stage.<name>` | its only stage, which deploys every change |
/// | `aws_cloudwatch_log_group.<name>_api` | who accessed it |
/// | `aws_apigatewayv2_route.<name>_<route>` | each route: `notes_get_notes` |
/// | `aws_apigatewayv2_integration.<name>_<function>`, `aws_lambda_permission.<name>_<function>` | each function |
/// | `aws_apigatewayv2_authorizer.<name>_<authorizer>` | who says who users are |
#[derive(Clone, Debug)]
pub struct HttpApi {
    /// The API itself.
    pub api: api::Api,
    /// Its stage.
    pub stage: api::Stage,
    /// Who accessed it.
    pub log_group: LogGroup,
    name: Text,
    integrations: Rc<RefCell<Vec<(Text, api::Integration)>>>,
    scope: OwnedScope,
}

/// Who may call a route.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authorization {
    /// Those whom IAM allows.
    Iam,
    /// Those who have a token of [an issuer](HttpApi::issuer).
    Token(api::Authorizer),
    /// Everybody.
    Everybody,
}

impl HttpApi {
    /// Starts an API.
    pub fn builder(name: impl Into<Text>) -> HttpApiBuilder {
        HttpApiBuilder { name: name.into(), rate: 100, burst: 200, origins: Vec::new() }
    }

    /// The address of the API.
    #[must_use]
    pub fn url(&self) -> Expr<String> {
        self.api.api_endpoint()
    }

    /// Those who have a token (JWT) that an issuer made for an audience.
    #[track_caller]
    #[must_use]
    pub fn issuer(
        &self,
        name: impl Into<Text>,
        issuer: impl IntoExpr<String>,
        audience: impl IntoExpr<String>,
    ) -> Authorization {
        let name = name.into();
        Authorization::Token(self.scope.add(|scope| {
            scope.add(
                api::Authorizer::builder(format!("{}_{name}", self.name))
                    .api_id(self.api.id())
                    .name(name.as_str())
                    .authorizer_type(api::AuthorizerType::Jwt)
                    .identity_sources(["$request.header.Authorization"])
                    .jwt_configuration(|jwt| jwt.issuer(issuer).audience([audience.into_expr()])),
            )
        }))
    }

    /// Has a function answer requests of a route: `GET /notes/{id}`.
    #[track_caller]
    pub fn route(&self, route: &str, function: &Function, who: &Authorization) -> api::Route {
        let name: String =
            route.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        let name = name.split_whitespace().collect::<Vec<_>>().join("_");
        let integration = self.integration(function);
        self.scope.add(|scope| {
            scope.add(
                api::Route::builder(format!("{}_{name}", self.name))
                    .api_id(self.api.id())
                    .route_key(route)
                    .target(tf!("integrations/{}", integration.id()))
                    .authorization_type(match who {
                        Authorization::Iam => api::AuthorizationType::AwsIam,
                        Authorization::Token(_) => api::AuthorizationType::Jwt,
                        Authorization::Everybody => api::AuthorizationType::None,
                    })
                    .maybe(
                        match who {
                            Authorization::Token(authorizer) => Some(authorizer),
                            _ => None,
                        },
                        |route, authorizer| route.authorizer_id(authorizer.id()),
                    ),
            )
        })
    }

    /// The one integration of a function.
    #[track_caller]
    fn integration(&self, function: &Function) -> api::Integration {
        let known = self.integrations.borrow();
        if let Some((_, integration)) = known.iter().find(|(name, _)| *name == function.name) {
            return integration.clone();
        }
        drop(known);
        let name = format!("{}_{}", self.name, function.name);
        function.allow_service(
            name.clone(),
            "apigateway.amazonaws.com",
            tf!("{}/*/*", self.api.execution_arn()),
        );
        let integration = self.scope.add(|scope| {
            scope.add(
                api::Integration::builder(name)
                    .api_id(self.api.id())
                    .integration_type(api::IntegrationType::AwsProxy)
                    .integration_uri(function.alias.invoke_arn())
                    .payload_format_version(api::PayloadFormatVersion::_20),
            )
        });
        self.integrations.borrow_mut().push((function.name.clone(), integration.clone()));
        integration
    }

    /// How many requests were answered with an error of the server.
    pub fn errors(&self) -> Metric {
        Metric::new("AWS/ApiGateway", "5xx").dimension("ApiId", self.api.id()).statistic("Sum")
    }
}

/// Builds an [`HttpApi`].
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct HttpApiBuilder {
    name: Text,
    rate: u32,
    burst: u32,
    origins: Vec<Text>,
}

impl HttpApiBuilder {
    /// How many requests there may be: a hundred a second, without this, and two hundred at once.
    pub fn requests(mut self, a_second: u32, at_once: u32) -> Self {
        (self.rate, self.burst) = (a_second, at_once);
        self
    }

    /// The websites whose scripts may call it: `["https://lessons.example"]`.
    pub fn origins<O: Into<Text>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.origins = origins.into_iter().map(Into::into).collect();
        self
    }
}

impl Construct for HttpApiBuilder {
    type Output = HttpApi;

    fn build(self, scope: &Scope<'_>) -> HttpApi {
        let name = self.name;
        let log_group = scope.add(
            LogGroup::builder(format!("{name}_api"))
                .physical_name(format!("/aws/apigateway{}", physical_path(scope, &name))),
        );
        let origins = &self.origins;
        let http = scope.add(
            api::Api::builder(name.clone())
                .name(physical_name(scope, &name, 128))
                .protocol_type(api::ProtocolType::Http)
                .when(!origins.is_empty(), |api| {
                    api.cors_configuration(|cors| {
                        cors.allow_origins(origins.iter().map(Text::as_str))
                            .allow_methods(["*"])
                            .allow_headers(["authorization", "content-type"])
                    })
                }),
        );
        let fields = [
            ("requestId", "$context.requestId"),
            ("ip", "$context.identity.sourceIp"),
            ("time", "$context.requestTime"),
            ("route", "$context.routeKey"),
            ("status", "$context.status"),
            ("latency", "$context.responseLatency"),
            ("error", "$context.integrationErrorMessage"),
        ];
        let format: Expr<Map<String>> = fields.into_expr();
        let stage = scope.add(
            api::Stage::builder(name.clone())
                .api_id(http.id())
                .name("$default")
                .auto_deploy(true)
                .access_log_settings(|log| {
                    log.destination_arn(log_group.group.arn()).format(iac_core::functions::jsonencode(format))
                })
                .default_route_settings(|routes| {
                    routes
                        .detailed_metrics_enabled(true)
                        .throttling_rate_limit(self.rate)
                        .throttling_burst_limit(self.burst)
                }),
        );
        HttpApi {
            api: http,
            stage,
            log_group,
            name,
            integrations: Rc::default(),
            scope: scope.to_owned_scope(),
        }
    }
}
