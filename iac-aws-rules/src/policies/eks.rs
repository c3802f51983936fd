//! Kubernetes clusters and their nodes.

use iac_review::policy::{Rule, all_of, deny, warn};

const LOGS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/// The oldest version that gets updates without extra cost. From the calendar in the documentation of EKS.
const OLDEST: (u32, u32) = (1, 31);

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("eks-logs", "What a control plane does is logged")
            .known_as(&["CKV_AWS_37", "AVD-AWS-0038"])
            .why("Without logs nobody can tell afterwards who changed what.")
            .remedy("Set `enabled_cluster_log_types` to all five types.")
            .of("aws_eks_cluster", |cluster| {
                all_of(LOGS.map(|log| cluster.at("enabled_cluster_log_types").contains(log)))
            }),
        deny("eks-endpoint-narrow", "A control plane is not reached from everywhere")
            .known_as(&["CKV_AWS_38", "AVD-AWS-0041"])
            .why("Everybody can try credentials and exploits on it.")
            .remedy("Set `public_access_cidrs` to where administrators come from.")
            .exposure()
            .of("aws_eks_cluster", |cluster| {
                let config = cluster.at("vpc_config");
                let cidrs = config.at("public_access_cidrs");
                let is_open = cidrs.is_unset().or(cidrs.contains("0.0.0.0/0"));
                is_open.negate().or(config.at("endpoint_public_access").is(false))
            }),
        warn("eks-endpoint-private", "A control plane has no public address")
            .known_as(&["CKV_AWS_39", "AVD-AWS-0040"])
            .why("It can be attacked directly.")
            .remedy("Set `endpoint_public_access = false` and `endpoint_private_access = true`.")
            .exposure()
            .of("aws_eks_cluster", |cluster| cluster.at("vpc_config.endpoint_public_access").is(false)),
        deny("eks-secrets-encrypted", "The secrets of a cluster are encrypted with a key of your own")
            .known_as(&["CKV_AWS_58", "AVD-AWS-0039"])
            .why("Whoever reads the cluster's store reads them.")
            .remedy("Set `encryption_config` with `resources = [\"secrets\"]`.")
            .exposure()
            .of("aws_eks_cluster", |cluster| cluster.at("encryption_config.resources").contains("secrets")),
        deny("eks-nodes-no-ssh", "Nodes do not let SSH in from everywhere")
            .known_as(&["CKV_AWS_100"])
            .why("A key without source groups opens port 22 to everybody.")
            .remedy("Set `source_security_group_ids` beside `ec2_ssh_key`, or neither.")
            .exposure()
            .of("aws_eks_node_group", |group| {
                let access = group.at("remote_access");
                access.at("source_security_group_ids").is_set().when(access.at("ec2_ssh_key").is_set())
            }),
        warn("eks-version-supported", "The version of a cluster still gets updates")
            .known_as(&["CKV_AWS_339"])
            .why("Known holes stay open, and extended support costs six times as much.")
            .remedy("Choose a newer `version`; a cluster is upgraded one version at a time.")
            .of("aws_eks_cluster", |cluster| {
                let version = cluster.at("version");
                version
                    .matches(|version| parse(version).is_some_and(|it| it >= OLDEST))
                    .or(version.is_unset())
            }),
    ]
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
