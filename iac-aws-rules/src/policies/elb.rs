//! Elastic Load Balancing rules.

use iac_review::policy::{Rule, Subject, Verdict, all_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("elb-listener-https", "Load balancer listeners must use HTTPS or redirect to it")
            .finding("Load balancer listener accepts HTTP without redirecting to HTTPS")
            .known_as(&["CKV_AWS_2", "AVD-AWS-0054"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Set `protocol = \"HTTPS\"`, or a default action that redirects to it.")
            .of("aws_lb_listener", |listener| {
                let path = listener.at("protocol").path().clone();
                redirects(listener).at(path).when(is_http(listener))
            }),
        deny("elb-listener-tls-1-2", "Load balancer listeners must require TLS 1.2 or later")
            .finding("Load balancer listener accepts TLS versions earlier than 1.2")
            .known_as(&["CKV_AWS_103", "AVD-AWS-0047"])
            .why("Earlier TLS versions have known weaknesses.")
            .remedy("Set `ssl_policy = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"`.")
            .of("aws_lb_listener", |listener| {
                let policy = listener.at("ssl_policy").matches(is_modern);
                policy.when(listener.at("protocol").is_one_of(&["HTTPS", "TLS"]))
            }),
        warn("elb-http-redirects", "HTTP listeners of load balancers should redirect to HTTPS")
            .finding("Load balancer has an HTTP listener that does not redirect to HTTPS")
            .known_as(&["CKV2_AWS_20"])
            .why("Pages served over HTTP can be modified in transit.")
            .remedy("Give the HTTP listener a default action of type `redirect` with protocol `HTTPS`.")
            .of("aws_lb", |balancer| {
                let listeners = balancer.referrers("aws_lb_listener", "load_balancer_arn");
                all_of(listeners.iter().map(|listener| redirects(listener).when(is_http(listener))))
            }),
        warn("elb-drops-invalid-headers", "Application load balancers should drop invalid header fields")
            .finding("Application load balancer forwards invalid header fields")
            .known_as(&["CKV_AWS_131", "AVD-AWS-0052"])
            .why("Servers interpret invalid headers differently, which enables request smuggling.")
            .remedy("Set `drop_invalid_header_fields = true`.")
            .of("aws_lb", |balancer| {
                balancer.at("drop_invalid_header_fields").is(true).when(is_application(balancer))
            }),
        warn("elb-deletion-protection", "Load balancers should have deletion protection enabled")
            .finding("Load balancer has deletion protection disabled")
            .known_as(&["CKV_AWS_150"])
            .why("A load balancer deleted by mistake takes its DNS name with it.")
            .remedy("Set `enable_deletion_protection = true`.")
            .of("aws_lb", |balancer| balancer.at("enable_deletion_protection").is(true)),
        warn("elb-access-logs", "Load balancers should have access logging enabled")
            .finding("Load balancer has access logging disabled")
            .known_as(&["CKV_AWS_91"])
            .why("Without access logs, requests cannot be investigated after an incident.")
            .remedy("Set `access_logs` with `enabled = true` and a bucket.")
            .of("aws_lb", |balancer| {
                let logs = balancer.at("access_logs");
                let is_logged = logs.at("enabled").is(true).and(logs.at("bucket").is_set());
                is_logged.when(balancer.at("load_balancer_type").is("gateway").negate())
            }),
        warn("elb-waf", "Public application load balancers should be protected by AWS WAF")
            .finding("Public application load balancer is not protected by AWS WAF")
            .known_as(&["CKV2_AWS_28"])
            .why("Request floods and known attacks reach the application.")
            .remedy("Add an `aws_wafv2_web_acl_association` with the ARN of the load balancer.")
            .of("aws_lb", |balancer| {
                let is_public = balancer.at("internal").is_not(true).and(is_application(balancer));
                let is_behind = balancer
                    .has("aws_wafv2_web_acl_association", "resource_arn", |_| Verdict::Pass)
                    .or(balancer
                        .has("aws_wafregional_web_acl_association", "resource_arn", |_| Verdict::Pass));
                is_behind.when(is_public)
            }),
        warn("elb-target-group-health-check", "HTTP target groups should have a health check path")
            .finding("HTTP target group has no health check path")
            .known_as(&["CKV_AWS_261"])
            .why("The default path `/` says little about the health of the application.")
            .remedy("Set `health_check` with a path of the application.")
            .of("aws_lb_target_group", |group| {
                let is_http = group.at("protocol").is_one_of(&["HTTP", "HTTPS"]);
                all_of([group.at("health_check").is_set(), group.at("health_check.path").is_set()])
                    .when(is_http)
            }),
    ]
}

fn redirects(listener: &Subject<'_>) -> Verdict {
    let action = listener.at("default_action");
    action.at("type").is("redirect").and(action.at("redirect.protocol").is("HTTPS"))
}

/// Passes if a listener accepts HTTP. That is the default of listeners with a port, which those of gateways lack.
fn is_http(listener: &Subject<'_>) -> Verdict {
    let protocol = listener.at("protocol");
    protocol.is("HTTP").or(protocol.is_unset().and(listener.at("port").is_set()))
}

fn is_application(balancer: &Subject<'_>) -> Verdict {
    let kind = balancer.at("load_balancer_type");
    kind.is("application").or(kind.is_unset())
}

/// Returns `true` if the minimum TLS version of a security policy is 1.2 or later.
fn is_modern(policy: &str) -> bool {
    const PREFIXES: [&str; 5] = [
        "ELBSecurityPolicy-TLS13-1-2-",
        "ELBSecurityPolicy-TLS13-1-3-",
        "ELBSecurityPolicy-TLS-1-2-",
        "ELBSecurityPolicy-FS-1-2-",
        "ELBSecurityPolicy-TLS13-1-2-FIPS-",
    ];
    PREFIXES.iter().any(|prefix| policy.starts_with(prefix))
}
