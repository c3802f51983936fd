//! Distributions.

use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("cloudfront-https", "A distribution speaks HTTPS, or redirects to it")
            .known_as(&["CKV_AWS_34", "AVD-AWS-0012"])
            .why("What is sent in the clear can be read and changed on its way.")
            .remedy("Set `viewer_protocol_policy = \"redirect-to-https\"` on every cache behaviour.")
            .exposure()
            .of("aws_cloudfront_distribution", |it| {
                let is_https =
                    |behaviour: &Reading<'_>| behaviour.at("viewer_protocol_policy").is_not("allow-all");
                all_of([
                    it.at("default_cache_behavior").each(is_https),
                    it.at("ordered_cache_behavior").each(is_https),
                ])
            }),
        deny("cloudfront-tls-1-2", "A distribution accepts TLS 1.2 and later only")
            .known_as(&["CKV_AWS_174", "AVD-AWS-0013"])
            .why("Earlier versions are broken.")
            .remedy("Set `minimum_protocol_version = \"TLSv1.2_2021\"`, with a certificate of your own.")
            .exposure()
            .of("aws_cloudfront_distribution", |it| {
                it.at("viewer_certificate.minimum_protocol_version")
                    .matches(|it| it.starts_with("TLSv1.2") || it.starts_with("TLSv1.3"))
            }),
        warn("cloudfront-waf", "A distribution is behind a web application firewall")
            .known_as(&["CKV_AWS_68", "AVD-AWS-0011"])
            .why("Floods and known attacks reach the application.")
            .remedy("Set `web_acl_id`.")
            .of("aws_cloudfront_distribution", |it| it.at("web_acl_id").is_set()),
        warn("cloudfront-access-logs", "Requests to a distribution are logged")
            .known_as(&["CKV_AWS_86", "AVD-AWS-0010"])
            .why("Without logs nobody can tell afterwards who asked for what.")
            .remedy("Set `logging_config`.")
            .of("aws_cloudfront_distribution", |it| it.at("logging_config").is_set()),
        deny("cloudfront-origin-access", "A bucket is reached through its distribution only")
            .known_as(&["CKV2_AWS_46"])
            .why("The bucket has to be public otherwise, and the distribution can be passed by.")
            .remedy("Set `origin_access_control_id` of the origin.")
            .exposure()
            .of("aws_cloudfront_distribution", |it| {
                it.at("origin").each(|origin| {
                    let controlled = origin.at("origin_access_control_id").is_set();
                    let identity = origin.at("s3_origin_config.origin_access_identity").is_set();
                    controlled.or(identity).when(is_bucket(it, origin))
                })
            }),
        deny("cloudfront-origin-https", "A distribution asks its origins over HTTPS")
            .known_as(&["CKV2_AWS_72"])
            .why("What is sent in the clear can be read and changed on its way.")
            .remedy("Set `origin_protocol_policy = \"https-only\"`.")
            .exposure()
            .of("aws_cloudfront_distribution", |it| {
                it.at("origin").each(|origin| {
                    let custom = origin.at("custom_origin_config");
                    custom.at("origin_protocol_policy").is_not("http-only").when(custom.is_set())
                })
            }),
        warn("cloudfront-root-object", "A distribution has something to show at its root")
            .known_as(&["CKV_AWS_305"])
            .why("The root would list what is in the bucket, or say that access is denied.")
            .remedy("Set `default_root_object`.")
            .of("aws_cloudfront_distribution", |it| it.at("default_root_object").is_set()),
    ]
}

/// Whether an origin is a bucket: one that is called so, or one that has not got its name yet.
fn is_bucket(it: &Subject<'_>, origin: &Reading<'_>) -> Verdict {
    let domain = origin.at("domain_name");
    if domain.is_unknown() {
        return Verdict::of(!it.referred("aws_s3_bucket", "origin.domain_name").is_empty());
    }
    domain
        .matches(|domain| domain.contains(".s3.") || domain.contains(".s3-"))
        .and(origin.at("custom_origin_config").is_unset())
}
