//! What both regions share: the progress of the pupils, and the secret that signs their sessions.

use iac_aws::{dynamodb, secretsmanager};
use iac_core::functions::replace;
use iac_core::prelude::*;

use crate::settings::HOME;
use crate::site::Site;

/// What both regions share.
#[derive(Debug)]
pub struct Data {
    /// How far each pupil is, under a pseudonym. Who they are is known to their school only.
    pub progress: dynamodb::Table,
    pub session_secret: secretsmanager::Secret,
}

pub fn add([home, replica]: &[Site<'_>; 2]) -> Data {
    let progress = home.add(
        dynamodb::Table::builder("progress")
            .name(format!("edtech-{}-progress", home.environment.name))
            .billing_mode(dynamodb::BillingMode::PayPerRequest)
            .hash_key("pupil")
            .range_key("lesson")
            .attribute(|attribute| attribute.name("pupil").type_(dynamodb::Type::S))
            .attribute(|attribute| attribute.name("lesson").type_(dynamodb::Type::S))
            .deletion_protection_enabled(home.environment.deletion_protection)
            .point_in_time_recovery(|recovery| recovery.enabled(true))
            .server_side_encryption(|encryption| encryption.enabled(true).kms_key_arn(home.key.arn()))
            // Replication reads the stream.
            .stream_enabled(true)
            .stream_view_type(dynamodb::StreamViewType::NewAndOldImages)
            .replica(|table| {
                table
                    .region_name(replica.region.code)
                    .kms_key_arn(replica.key.arn())
                    .point_in_time_recovery(true)
                    .propagate_tags(true)
            }),
    );
    // Its value is set by the operators, and never seen by Terraform.
    let session_secret = home.add(
        secretsmanager::Secret::builder("session")
            .name(format!("edtech/{}/session", home.environment.name))
            .description("Signs the sessions of pupils and teachers")
            .kms_key_id(home.key.arn())
            .replica(|secret| secret.region(replica.region.code).kms_key_id(replica.key.arn())),
    );
    Data { progress, session_secret }
}

impl Data {
    /// The ARN of the table, or of its replica in another region.
    pub fn progress_arn(&self, site: &Site<'_>) -> Expr<String> {
        tf!("{}/{}", site.arn("dynamodb", "table"), self.progress.name())
    }

    /// The ARN of the secret, or of its replica in another region: they have the same name, which AWS ends with random
    /// characters.
    pub fn session_secret_arn(&self, site: &Site<'_>) -> Expr<String> {
        let arn = self.session_secret.arn();
        if site.region.is_home() { arn.into_expr() } else { replace(arn, HOME.code, site.region.code) }
    }
}
