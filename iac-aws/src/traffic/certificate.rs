//! ACM certificates.

use iac_core::Text;
use iac_core::prelude::*;

use super::Zone;
use crate::{acm, kind, route53};

/// An ACM certificate with DNS validation and automatic renewal.
///
/// | Address | Description |
/// |---|---|
/// | `aws_acm_certificate.<name>` | certificate |
/// | `aws_route53_record.<name>_validation` | validation records, one per domain name |
/// | `aws_acm_certificate_validation.<name>` | waits until the certificate is issued |
///
/// ```
/// use iac_aws::traffic::{Certificate, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// stack.add(Certificate::builder("main", "lessons.example", &zone).alternative_name("*.lessons.example"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate.
    pub certificate: acm::Certificate,
    /// The validation, which waits until the certificate is issued.
    pub validation: acm::CertificateValidation,
}

impl Certificate {
    /// Starts a certificate for a domain name in a zone.
    pub fn builder(name: impl Into<Text>, domain: impl Into<Text>, zone: &Zone) -> CertificateBuilder<'_> {
        CertificateBuilder { name: name.into(), domain: domain.into(), alternative_names: Vec::new(), zone }
    }

    /// Returns the ARN of the issued certificate.
    #[must_use]
    pub fn arn(&self) -> Expr<Arn<kind::AcmCertificate>> {
        self.validation.certificate_arn()
    }
}

/// Builds a [`Certificate`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct CertificateBuilder<'a> {
    name: Text,
    domain: Text,
    alternative_names: Vec<Text>,
    zone: &'a Zone,
}

impl CertificateBuilder<'_> {
    /// Adds another domain name: `*.lessons.example`.
    pub fn alternative_name(mut self, domain: impl Into<Text>) -> Self {
        self.alternative_names.push(domain.into());
        self
    }
}

impl Construct for CertificateBuilder<'_> {
    type Output = Certificate;

    fn build(self, scope: &Scope<'_>) -> Certificate {
        let certificate = scope.add(
            acm::Certificate::builder(self.name.clone())
                .domain_name(self.domain.as_str())
                .validation_method(acm::ValidationMethod::Dns)
                .when(!self.alternative_names.is_empty(), |certificate| {
                    certificate.subject_alternative_names(self.alternative_names.iter().map(Text::as_str))
                })
                .create_before_destroy(true),
        );
        let options = certificate.domain_validation_options();
        let records = scope.add(route53::Record::builder(format!("{}_validation", self.name)).for_each(
            options.to_map(|option| (option.domain_name(), option)),
            |record, each| {
                record
                    .zone_id(self.zone.zone.zone_id())
                    .name(each.value.resource_record_name())
                    .type_(each.value.resource_record_type())
                    .records([each.value.resource_record_value()])
                    .ttl(60)
                    // A domain name and its wildcard share a validation record.
                    .allow_overwrite(true)
            },
        ));
        let validation = scope.add(
            acm::CertificateValidation::builder(self.name)
                .certificate_arn(certificate.arn())
                .validation_record_fqdns(records.all(|record| record.fqdn())),
        );
        Certificate { certificate, validation }
    }
}
