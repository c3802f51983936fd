//! Streams, queues and brokers.

use iac_review::policy::Severity;

use super::{Setting, Want};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        id: "msk-tls",
        severity: Severity::Deny,
        exposure: false,
        requirement: "MSK clusters must use encryption in transit",
        finding: "MSK cluster accepts unencrypted connections of clients",
        aliases: &["CKV_AWS_81", "AVD-AWS-0073"],
        why: "Unencrypted traffic can be read and modified in transit.",
        remedy: "Leave `client_broker` in `encryption_in_transit` unset, or set it to `TLS`.",
        checks: &[(
            "aws_msk_cluster",
            "encryption_info.encryption_in_transit.client_broker",
            Want::NotOneOf(&["PLAINTEXT", "TLS_PLAINTEXT"]),
        )],
    },
    Setting {
        id: "msk-not-public",
        severity: Severity::Deny,
        exposure: true,
        requirement: "MSK brokers must not be publicly accessible",
        finding: "MSK brokers are publicly accessible",
        aliases: &["CKV_AWS_291"],
        why: "Anyone on the internet can try passwords and exploits.",
        remedy: "Leave `public_access` unset.",
        checks: &[(
            "aws_msk_cluster",
            "broker_node_group_info.connectivity_info.public_access.type",
            Want::NotOneOf(&["SERVICE_PROVIDED_EIPS"]),
        )],
    },
    Setting {
        id: "mq-not-public",
        severity: Severity::Deny,
        exposure: true,
        requirement: "Amazon MQ brokers must not be publicly accessible",
        finding: "Amazon MQ broker is publicly accessible",
        aliases: &["CKV_AWS_69", "AVD-AWS-0072"],
        why: "Anyone on the internet can try passwords and exploits.",
        remedy: "Leave `publicly_accessible` unset or false.",
        checks: &[("aws_mq_broker", "publicly_accessible", Want::NotTrue)],
    },
    Setting {
        id: "mq-logs",
        severity: Severity::Warn,
        exposure: false,
        requirement: "Amazon MQ brokers should have logging enabled",
        finding: "Amazon MQ broker has logging disabled",
        aliases: &["CKV_AWS_48", "AVD-AWS-0070"],
        why: "Without logs, access cannot be investigated after an incident.",
        remedy: "Set `logs` with `general = true`.",
        checks: &[("aws_mq_broker", "logs.general", Want::True)],
    },
    Setting {
        id: "kinesis-encrypted",
        severity: Severity::Deny,
        exposure: false,
        requirement: "Kinesis streams must be encrypted at rest",
        finding: "Kinesis stream is not encrypted at rest",
        aliases: &["CKV_AWS_43", "AVD-AWS-0064"],
        why: "Records are stored unencrypted until they expire.",
        remedy: "Set `encryption_type = \"KMS\"` and `kms_key_id`.",
        checks: &[("aws_kinesis_stream", "encryption_type", Want::OneOf(&["KMS"]))],
    },
    Setting {
        id: "firehose-encrypted",
        severity: Severity::Deny,
        exposure: false,
        requirement: "Firehose streams must be encrypted at rest",
        finding: "Firehose stream is not encrypted at rest",
        aliases: &["CKV_AWS_240"],
        why: "Records are buffered unencrypted until they are delivered.",
        remedy: "Set `server_side_encryption` with `enabled = true`.",
        checks: &[("aws_kinesis_firehose_delivery_stream", "server_side_encryption.enabled", Want::True)],
    },
];
