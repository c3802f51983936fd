//! API Gateway rules.

use iac_review::policy::{Rule, Verdict, all_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("apigateway-method-authorised", "API Gateway methods must require authorization")
            .finding("API Gateway method allows unauthenticated requests")
            .known_as(&["CKV_AWS_59", "CKV2_AWS_70", "AVD-AWS-0004"])
            .why("Anyone who can reach the API can call its backend.")
            .remedy("Set `authorization`, or `api_key_required = true`.")
            .exposure()
            .of("aws_api_gateway_method", |method| {
                let is_open = all_of([
                    method.at("authorization").is("NONE"),
                    method.at("api_key_required").is_not(true),
                    method.at("http_method").is_not("OPTIONS"),
                ]);
                is_open.negate()
            }),
        warn("apigateway-access-logs", "API Gateway stages should have access logging enabled")
            .finding("API Gateway stage has access logging disabled")
            .known_as(&["CKV_AWS_76", "AVD-AWS-0001"])
            .why("Without access logs, requests cannot be investigated after an incident.")
            .remedy("Set `access_log_settings`.")
            .of("aws_api_gateway_stage", |stage| stage.at("access_log_settings").is_set())
            .of("aws_apigatewayv2_stage", |stage| stage.at("access_log_settings").is_set()),
        warn("apigateway-tracing", "API Gateway stages should have X-Ray tracing enabled")
            .finding("API Gateway stage has X-Ray tracing disabled")
            .known_as(&["CKV_AWS_73", "AVD-AWS-0003"])
            .why("Without traces, the latency of a request cannot be attributed to a component.")
            .remedy("Set `xray_tracing_enabled = true`.")
            .of("aws_api_gateway_stage", |stage| stage.at("xray_tracing_enabled").is(true)),
        deny("apigateway-tls-1-2", "API Gateway domain names must require TLS 1.2")
            .finding("API Gateway domain name does not require TLS 1.2")
            .known_as(&["CKV_AWS_206", "AVD-AWS-0005"])
            .why("Earlier TLS versions have known weaknesses.")
            .remedy("Set `security_policy = \"TLS_1_2\"`.")
            .of("aws_api_gateway_domain_name", |domain| domain.at("security_policy").matches(is_modern))
            .of("aws_apigatewayv2_domain_name", |domain| {
                domain.at("domain_name_configuration.security_policy").matches(is_modern)
            }),
        warn("apigateway-route-authorised", "API Gateway routes should require authorization")
            .finding("API Gateway route allows unauthenticated requests")
            .known_as(&["CKV_AWS_309"])
            .why("Anyone who can reach the API can call its backend.")
            .remedy("Set `authorization_type`.")
            .exposure()
            .of("aws_apigatewayv2_route", |route| {
                route.at("authorization_type").is_one_of(&["AWS_IAM", "CUSTOM", "JWT"])
            }),
        deny("apigateway-no-data-trace", "API Gateway methods must not log request and response data")
            .finding("API Gateway method logs request and response data")
            .known_as(&["CKV_AWS_276"])
            .why("Passwords and personal data end up in the logs.")
            .remedy("Leave `data_trace_enabled` unset or false.")
            .of("aws_api_gateway_method_settings", |settings| {
                settings.at("settings.data_trace_enabled").is_not(true)
            }),
        warn("apigateway-waf", "Public API Gateway stages should be protected by AWS WAF")
            .finding("Public API Gateway stage is not protected by AWS WAF")
            .known_as(&["CKV2_AWS_29"])
            .why("Request floods and known attacks reach the application.")
            .remedy("Add an `aws_wafv2_web_acl_association` with the ARN of the stage.")
            .of("aws_api_gateway_stage", |stage| {
                let associations = ["aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association"];
                let apis = stage.referred("aws_api_gateway_rest_api", "rest_api_id");
                let is_private = iac_review::policy::any_of(
                    apis.iter().map(|api| api.at("endpoint_configuration.types").contains("PRIVATE")),
                );
                let is_behind = iac_review::policy::any_of(
                    associations.map(|association| stage.has(association, "resource_arn", |_| Verdict::Pass)),
                );
                is_private.or(is_behind)
            }),
    ]
}

/// Returns `true` if a security policy requires TLS 1.2 or later.
fn is_modern(policy: &str) -> bool {
    policy == "TLS_1_2"
        || ["SecurityPolicy_TLS12_", "SecurityPolicy_TLS13_"].iter().any(|prefix| policy.starts_with(prefix))
}
