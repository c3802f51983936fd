//! CloudFront distributions.

use iac_core::builder::Given;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{Certificate, Firewall, HasAlias};
use crate::naming::physical_name;
use crate::storage::Bucket;
use crate::{cloudfront, logs};

/// Managed cache policy `CachingOptimized`: caches for a day, or as the object's headers say.
///
/// Managed policies have the same ids in all accounts.
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
/// Managed cache policy `CachingDisabled`.
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// Managed origin request policy `AllViewerExceptHostHeader`.
const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// `max-age` of `Strict-Transport-Security`: two years, in seconds.
const HSTS_MAX_AGE_SECONDS: u32 = 2 * 365 * 24 * 60 * 60;

/// A CloudFront distribution of a private bucket, with a web ACL.
///
/// The distribution signs its requests to the bucket. It must be added with a provider in `us-east-1`, together with
/// its certificate; buckets can be in any region.
///
/// | Address | Description |
/// |---|---|
/// | `aws_cloudfront_distribution.<name>` | distribution |
/// | `aws_cloudfront_origin_access_control.<name>` | origin access control, which signs requests to buckets |
/// | `aws_cloudfront_response_headers_policy.<name>` | security headers: HSTS, no MIME sniffing, no framing |
/// | `aws_wafv2_web_acl.<name>` and more | see [`Firewall`] |
/// | `aws_cloudwatch_log_delivery.<name>`, `…_source.<name>`, `…_destination.<name>` | delivery of access logs to [the access log bucket](Bucket::access_logs) |
///
/// ```
/// use iac_aws::Provider;
/// use iac_aws::storage::Bucket;
/// use iac_aws::traffic::{Certificate, Distribution, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// stack.add(Provider::builder().region("eu-west-1"));
/// let us_east_1 = stack.add(Provider::builder().alias("us_east_1").region("us-east-1"));
/// let global = stack.nested("global").provider(&us_east_1);
///
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = global.add(Certificate::builder("assets", "assets.lessons.example", &zone));
/// let assets = stack.add(Bucket::builder("assets"));
/// let distribution =
///     global.add(Distribution::builder("assets", "assets.lessons.example", &certificate, &assets));
/// zone.point("assets", "assets.lessons.example", &distribution);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Distribution {
    /// The distribution.
    pub distribution: cloudfront::Distribution,
    /// The origin access control, which signs requests to buckets.
    pub access_control: cloudfront::OriginAccessControl,
    /// The security headers of responses.
    pub headers: cloudfront::ResponseHeadersPolicy,
    /// The web ACL.
    pub firewall: Firewall,
    scope: OwnedScope,
}

impl Distribution {
    /// Starts a distribution of a bucket, under a domain name of a certificate.
    pub fn builder<'a>(
        name: impl Into<Text>,
        domain: impl Into<Text>,
        certificate: &'a Certificate,
        bucket: &'a Bucket,
    ) -> DistributionBuilder<'a> {
        DistributionBuilder {
            name: name.into(),
            domains: vec![domain.into()],
            certificate,
            bucket,
            failover: None,
            root: Text::from_static("index.html"),
            paths: Vec::new(),
            countries: Vec::new(),
            firewall: None,
        }
    }
}

impl HasAlias for Distribution {
    fn alias(&self) -> (Expr<String>, Expr<String>) {
        (self.distribution.domain_name(), self.distribution.hosted_zone_id().into_expr())
    }

    fn scope(&self) -> Option<&OwnedScope> {
        Some(&self.scope)
    }

    fn evaluates_health(&self) -> bool {
        false
    }

    fn has_ipv6(&self) -> bool {
        true
    }
}

/// Builds a [`Distribution`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct DistributionBuilder<'a> {
    name: Text,
    domains: Vec<Text>,
    certificate: &'a Certificate,
    bucket: &'a Bucket,
    failover: Option<&'a Bucket>,
    root: Text,
    paths: Vec<(Text, Text)>,
    countries: Vec<Text>,
    firewall: Option<Firewall>,
}

impl<'a> DistributionBuilder<'a> {
    /// Adds another domain name.
    pub fn alternative_name(mut self, domain: impl Into<Text>) -> Self {
        self.domains.push(domain.into());
        self
    }

    /// Sets the object returned for `/` (default: `index.html`).
    pub fn default_root_object(mut self, object: impl Into<Text>) -> Self {
        self.root = object.into();
        self
    }

    /// Sets a bucket with the same content in another region, used if the primary one fails.
    pub fn failover(mut self, bucket: &'a Bucket) -> Self {
        self.failover = Some(bucket);
        self
    }

    /// Forwards requests for a path to an HTTPS server, without caching: `path("/api/*", "api.lessons.example")`.
    pub fn path(mut self, pattern: impl Into<Text>, server: impl Into<Text>) -> Self {
        self.paths.push((pattern.into(), server.into()));
        self
    }

    /// Restricts the distribution to countries, by their ISO 3166-1 alpha-2 codes (default: all).
    pub fn allowed_countries<C: Into<Text>>(mut self, countries: impl IntoIterator<Item = C>) -> Self {
        self.countries.extend(countries.into_iter().map(Into::into));
        self
    }

    /// Sets the web ACL (default: a new one).
    pub fn firewall(mut self, firewall: &Firewall) -> Self {
        self.firewall = Some(firewall.clone());
        self
    }
}

impl Construct for DistributionBuilder<'_> {
    type Output = Distribution;

    fn build(self, scope: &Scope<'_>) -> Distribution {
        let name = &self.name;
        let firewall = match &self.firewall {
            Some(firewall) => firewall.clone(),
            None => scope.add(Firewall::for_distributions(name.clone())),
        };
        let access_control = scope.add(
            cloudfront::OriginAccessControl::builder(name.clone())
                .name(physical_name(scope, name, 64))
                .origin_access_control_origin_type(cloudfront::OriginAccessControlOriginType::S3)
                .signing_behavior(cloudfront::SigningBehavior::Always)
                .signing_protocol(cloudfront::SigningProtocol::Sigv4),
        );
        let headers = scope.add(security_headers(name, physical_name(scope, name, 128)));
        let failover = self.failover;
        let origin = if failover.is_some() { "buckets" } else { "bucket" };
        let distribution = cloudfront::Distribution::builder(name.clone())
            .enabled(true)
            .is_ipv6_enabled(true)
            .http_version(cloudfront::HttpVersion::Http2and3)
            .comment(physical_name(scope, name, 128))
            .aliases(self.domains.iter().map(Text::as_str))
            .default_root_object(self.root.as_str())
            .web_acl_id(firewall.acl.arn())
            .viewer_certificate(|certificate| {
                certificate
                    .acm_certificate_arn(self.certificate.arn())
                    .minimum_protocol_version(cloudfront::MinimumProtocolVersion::TLSv122021)
                    .ssl_support_method(cloudfront::SslSupportMethod::SniOnly)
            })
            .restrictions(|restrictions| {
                restrictions.geo_restriction(|countries| {
                    if self.countries.is_empty() {
                        return countries.restriction_type(cloudfront::RestrictionType::None);
                    }
                    countries
                        .restriction_type(cloudfront::RestrictionType::Whitelist)
                        .locations(self.countries.iter().map(Text::as_str))
                })
            })
            .default_cache_behavior(|behavior| {
                behavior
                    .target_origin_id(origin)
                    .viewer_protocol_policy(cloudfront::ViewerProtocolPolicy::RedirectToHttps)
                    .allowed_methods(["GET", "HEAD", "OPTIONS"])
                    .cached_methods(["GET", "HEAD"])
                    .compress(true)
                    .cache_policy_id(CACHING_OPTIMIZED)
                    .response_headers_policy_id(headers.id())
            })
            .origin(|origin| {
                origin
                    .origin_id("bucket")
                    .domain_name(self.bucket.bucket.bucket_regional_domain_name())
                    .origin_access_control_id(access_control.id())
            })
            .maybe(failover, |distribution, bucket| {
                distribution
                    .origin(|origin| {
                        origin
                            .origin_id("failover")
                            .domain_name(bucket.bucket.bucket_regional_domain_name())
                            .origin_access_control_id(access_control.id())
                    })
                    .origin_group(|group| {
                        group
                            .origin_id("buckets")
                            .failover_criteria(|criteria| criteria.status_codes([500, 502, 503, 504]))
                            .member(|member| member.origin_id("bucket"))
                            .member(|member| member.origin_id("failover"))
                    })
            });
        let distribution = scope.add(self.add_paths(distribution, &headers));
        for bucket in [self.bucket].into_iter().chain(failover) {
            bucket.allow_distribution(scope, &distribution);
        }
        self.log_accesses(scope, &distribution);
        let scope = scope.to_owned_scope();
        Distribution { distribution, access_control, headers, firewall, scope }
    }
}

fn security_headers(
    name: &Text,
    physical_name: String,
) -> impl Construct<Output = cloudfront::ResponseHeadersPolicy> {
    cloudfront::ResponseHeadersPolicy::builder(name.clone()).name(physical_name).security_headers_config(
        |headers| {
            headers
                .strict_transport_security(|tls| {
                    tls.access_control_max_age_sec(HSTS_MAX_AGE_SECONDS)
                        .include_subdomains(true)
                        .preload(true)
                        .override_(true)
                })
                .content_type_options(|types| types.override_(true))
                .frame_options(|frame| frame.frame_option(cloudfront::FrameOption::Deny).override_(true))
                .referrer_policy(|referrer| {
                    referrer
                        .referrer_policy(cloudfront::ReferrerPolicy::StrictOriginWhenCrossOrigin)
                        .override_(true)
                })
        },
    )
}

type CompleteBuilder = cloudfront::builder::Distribution<Given, Given, Given, Given, Given>;

impl DistributionBuilder<'_> {
    /// Adds a cache behavior per path, and one origin per distinct server.
    fn add_paths(
        &self,
        distribution: CompleteBuilder,
        headers: &cloudfront::ResponseHeadersPolicy,
    ) -> CompleteBuilder {
        let mut servers: Vec<&Text> = Vec::new();
        for (_, server) in &self.paths {
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        distribution
            .each(servers, |distribution, server| {
                distribution.origin(|origin| {
                    origin.origin_id(server.as_str()).domain_name(server.as_str()).custom_origin_config(
                        |https| {
                            https
                                .http_port(80)
                                .https_port(443)
                                .origin_protocol_policy(cloudfront::OriginProtocolPolicy::HttpsOnly)
                                .origin_ssl_protocols([cloudfront::OriginSslProtocols::TLSv12])
                        },
                    )
                })
            })
            .each(&self.paths, |distribution, (pattern, server)| {
                distribution.ordered_cache_behavior(|behavior| {
                    behavior
                        .path_pattern(pattern.as_str())
                        .target_origin_id(server.as_str())
                        .viewer_protocol_policy(cloudfront::ViewerProtocolPolicy::HttpsOnly)
                        .allowed_methods(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
                        .cached_methods(["GET", "HEAD"])
                        .compress(true)
                        .cache_policy_id(CACHING_DISABLED)
                        .origin_request_policy_id(ALL_VIEWER_EXCEPT_HOST)
                        .response_headers_policy_id(headers.id())
                })
            })
    }

    /// Uses CloudWatch log delivery, since CloudFront's legacy logging requires bucket ACLs.
    fn log_accesses(&self, scope: &Scope<'_>, distribution: &cloudfront::Distribution) {
        let bucket = Bucket::access_logs(scope);
        bucket.allow_log_delivery();
        let physical_name = physical_name(scope, &self.name, 60);
        let source = scope.add(
            logs::LogDeliverySource::builder(self.name.clone())
                .name(physical_name.as_str())
                .log_type("ACCESS_LOGS")
                .resource_arn(distribution.arn()),
        );
        let destination = scope.add(
            logs::LogDeliveryDestination::builder(self.name.clone())
                .name(physical_name)
                .output_format(logs::OutputFormat::Json)
                .delivery_destination_configuration(|config| {
                    config.destination_resource_arn(tf!("{}/{}", bucket.bucket.arn(), self.name.as_str()))
                }),
        );
        scope.add(
            logs::LogDelivery::builder(self.name.clone())
                .delivery_source_name(source.name())
                .delivery_destination_arn(destination.arn())
                .depends_on(&bucket.bucket_policy),
        );
    }
}
