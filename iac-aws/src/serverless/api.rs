//! HTTP APIs.

use std::cell::RefCell;
use std::rc::Rc;

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Function;
use crate::apigatewayv2 as api;
use crate::monitoring::{LogGroup, Metric};
use crate::naming::{physical_name, physical_path};

/// An API Gateway HTTP API in front of functions, with throttling and access logs.
///
/// | Address | Description |
/// |---|---|
/// | `aws_apigatewayv2_api.<name>` | API, named `<stack>-<name>` |
/// | `aws_apigatewayv2_stage.<name>` | default stage, with automatic deployment |
/// | `aws_cloudwatch_log_group.<name>_api` | access log |
/// | `aws_apigatewayv2_route.<name>_<route>` | each route: `notes_get_notes` |
/// | `aws_apigatewayv2_integration.<name>_<function>`, `aws_lambda_permission.<name>_<function>` | each function |
/// | `aws_apigatewayv2_authorizer.<name>_<authorizer>` | each JWT authorizer |
#[derive(Clone, Debug)]
pub struct HttpApi {
    /// The API.
    pub api: api::Api,
    /// The default stage.
    pub stage: api::Stage,
    /// The access log.
    pub log_group: LogGroup,
    name: Text,
    integrations: Rc<RefCell<Vec<(Text, api::Integration)>>>,
    /// The names of the routes.
    routes: Rc<RefCell<Vec<String>>>,
    scope: OwnedScope,
}

/// The authorization of a route.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authorization {
    /// IAM, with signed requests.
    Iam,
    /// A JSON Web Token from [an issuer](HttpApi::jwt_authorizer).
    Jwt(api::Authorizer),
    /// None: the route is public.
    None,
}

impl HttpApi {
    /// Starts an API.
    pub fn builder(name: impl Into<Text>) -> HttpApiBuilder {
        HttpApiBuilder { name: name.into(), rate: 100, burst: 200, origins: Vec::new() }
    }

    /// Returns the URL of the API.
    #[must_use]
    pub fn url(&self) -> Expr<String> {
        self.api.api_endpoint()
    }

    /// Returns an authorization with JSON Web Tokens that an issuer creates for an audience.
    #[track_caller]
    #[must_use]
    pub fn jwt_authorizer(
        &self,
        name: impl Into<Text>,
        issuer: impl IntoExpr<String>,
        audience: impl IntoExpr<String>,
    ) -> Authorization {
        let name = name.into();
        Authorization::Jwt(self.scope.add(|scope| {
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

    /// Adds a route such as `GET /notes/{id}`, handled by a function.
    #[track_caller]
    pub fn route(&self, route: &str, function: &Function, authorization: &Authorization) -> api::Route {
        let name: String =
            route.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        let name = name.split_whitespace().collect::<Vec<_>>().join("_");
        let name = self.free_route_name(&name);
        let integration = self.integration(function);
        self.scope.add(|scope| {
            scope.add(
                api::Route::builder(format!("{}_{name}", self.name))
                    .api_id(self.api.id())
                    .route_key(route)
                    .target(tf!("integrations/{}", integration.id()))
                    .authorization_type(match authorization {
                        Authorization::Iam => api::AuthorizationType::AwsIam,
                        Authorization::Jwt(_) => api::AuthorizationType::Jwt,
                        Authorization::None => api::AuthorizationType::None,
                    })
                    .maybe(
                        match authorization {
                            Authorization::Jwt(authorizer) => Some(authorizer),
                            _ => None,
                        },
                        |route, authorizer| route.authorizer_id(authorizer.id()),
                    ),
            )
        })
    }

    /// Returns an unused resource name for a route. Routes that differ only in punctuation, such as `GET /notes/{id}` and
    /// `GET /notes/id`, are numbered.
    fn free_route_name(&self, name: &str) -> String {
        let mut taken = self.routes.borrow_mut();
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| !taken.contains(name)).expect("there are more numbers than routes");
        taken.push(free.clone());
        free
    }

    /// Returns the integration of a function, shared by its routes.
    #[track_caller]
    fn integration(&self, function: &Function) -> api::Integration {
        let existing = self.integrations.borrow();
        if let Some((_, integration)) = existing.iter().find(|(name, _)| *name == function.name) {
            return integration.clone();
        }
        drop(existing);
        let name = format!("{}_{}", self.name, function.name);
        function.allow_service(
            &self.scope,
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

    /// Returns the metric of 5xx responses.
    pub fn errors(&self) -> Metric {
        Metric::new("AWS/ApiGateway", "5xx").dimension("ApiId", self.api.id()).statistic("Sum")
    }
}

/// Builds an [`HttpApi`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct HttpApiBuilder {
    name: Text,
    rate: u32,
    burst: u32,
    origins: Vec<Text>,
}

impl HttpApiBuilder {
    /// Sets the throttling limits: requests per second (default: 100), and burst (default: 200).
    pub fn throttling(mut self, rate: u32, burst: u32) -> Self {
        (self.rate, self.burst) = (rate, burst);
        self
    }

    /// Enables CORS for these origins: `["https://lessons.example"]`.
    pub fn allow_origins<O: Into<Text>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
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
            routes: Rc::default(),
            scope: scope.to_owned_scope(),
        }
    }
}
