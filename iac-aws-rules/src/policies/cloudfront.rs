//! CloudFront rules.

use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("cloudfront-https", "CloudFront distributions must use HTTPS or redirect to it")
            .finding("CloudFront distribution allows unencrypted HTTP")
            .known_as(&["CKV_AWS_34", "AVD-AWS-0012"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Set `viewer_protocol_policy = \"redirect-to-https\"` in every cache behavior.")
            .of("aws_cloudfront_distribution", |it| {
                let is_https =
                    |behavior: &Reading<'_>| behavior.at("viewer_protocol_policy").is_not("allow-all");
                all_of([
                    it.at("default_cache_behavior").each(is_https),
                    it.at("ordered_cache_behavior").each(is_https),
                ])
            }),
        deny("cloudfront-tls-1-2", "CloudFront distributions must require TLS 1.2 or later")
            .finding("CloudFront distribution accepts TLS versions earlier than 1.2")
            .known_as(&["CKV_AWS_174", "AVD-AWS-0013"])
            .why("Earlier TLS versions have known weaknesses.")
            .remedy("Set `minimum_protocol_version = \"TLSv1.2_2021\"`, with a certificate of your own.")
            .of("aws_cloudfront_distribution", |it| {
                it.at("viewer_certificate.minimum_protocol_version")
                    .matches(|it| it.starts_with("TLSv1.2") || it.starts_with("TLSv1.3"))
            }),
        warn("cloudfront-waf", "CloudFront distributions should be protected by AWS WAF")
            .finding("CloudFront distribution is not protected by AWS WAF")
            .known_as(&["CKV_AWS_68", "AVD-AWS-0011"])
            .why("Request floods and known attacks reach the application.")
            .remedy("Set `web_acl_id`.")
            .of("aws_cloudfront_distribution", |it| it.at("web_acl_id").is_set()),
        warn("cloudfront-access-logs", "CloudFront distributions should have access logging enabled")
            .finding("CloudFront distribution has access logging disabled")
            .known_as(&["CKV_AWS_86", "AVD-AWS-0010"])
            .why("Without access logs, requests cannot be investigated after an incident.")
            .remedy("Set `logging_config`.")
            .of("aws_cloudfront_distribution", |it| it.at("logging_config").is_set()),
        deny(
            "cloudfront-origin-access",
            "S3 origins of CloudFront distributions must use origin access control",
        )
        .finding("CloudFront distribution has an S3 origin without origin access control")
        .known_as(&["CKV2_AWS_46"])
        .why("The bucket has to be public, and the distribution can be bypassed.")
        .remedy("Set `origin_access_control_id` of the origin.")
        .exposure()
        .of("aws_cloudfront_distribution", |it| {
            it.at("origin").each(|origin| {
                let controlled = origin.at("origin_access_control_id").is_set();
                let identity = origin.at("s3_origin_config.origin_access_identity").is_set();
                controlled.or(identity).when(is_bucket(it, origin))
            })
        }),
        deny("cloudfront-origin-https", "CloudFront distributions must connect to their origins over HTTPS")
            .finding("CloudFront distribution connects to an origin over HTTP")
            .known_as(&["CKV2_AWS_72"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Set `origin_protocol_policy = \"https-only\"`.")
            .of("aws_cloudfront_distribution", |it| {
                it.at("origin").each(|origin| {
                    let custom = origin.at("custom_origin_config");
                    custom.at("origin_protocol_policy").is_not("http-only").when(custom.is_set())
                })
            }),
        warn("cloudfront-root-object", "CloudFront distributions should have a default root object")
            .finding("CloudFront distribution has no default root object")
            .known_as(&["CKV_AWS_305"])
            .why("A request for the root lists the contents of the bucket, or is denied.")
            .remedy("Set `default_root_object`.")
            .of("aws_cloudfront_distribution", |it| it.at("default_root_object").is_set()),
    ]
}

/// Passes if an origin is an S3 bucket: by its domain name, or by reference if that is not known yet.
fn is_bucket(it: &Subject<'_>, origin: &Reading<'_>) -> Verdict {
    let domain = origin.at("domain_name");
    if domain.is_unknown() {
        return Verdict::of(!it.referred("aws_s3_bucket", "origin.domain_name").is_empty());
    }
    domain
        .matches(|domain| domain.contains(".s3.") || domain.contains(".s3-"))
        .and(origin.at("custom_origin_config").is_unset())
}
