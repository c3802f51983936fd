//! EKS rules.

use iac_review::policy::{Rule, all_of, deny, warn};

const LOGS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/// The oldest version in standard support, from the release calendar in the EKS documentation.
const OLDEST: (u32, u32) = (1, 31);

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("eks-logs", "EKS clusters should log every control plane component")
            .finding("EKS cluster does not log every control plane component")
            .known_as(&["CKV_AWS_37", "AVD-AWS-0038"])
            .why("Without control plane logs, changes cannot be investigated after an incident.")
            .remedy("Set `enabled_cluster_log_types` to all five types.")
            .of("aws_eks_cluster", |cluster| {
                all_of(LOGS.map(|log| cluster.at("enabled_cluster_log_types").contains(log)))
            }),
        deny("eks-endpoint-narrow", "EKS cluster endpoints must not be reachable from the entire internet")
            .finding("EKS cluster endpoint is reachable from 0.0.0.0/0")
            .known_as(&["CKV_AWS_38", "AVD-AWS-0041"])
            .why("Anyone on the internet can try credentials and exploits.")
            .remedy("Set `public_access_cidrs` to the networks of the administrators.")
            .exposure()
            .of("aws_eks_cluster", |cluster| {
                let config = cluster.at("vpc_config");
                let cidrs = config.at("public_access_cidrs");
                let is_open = cidrs.is_unset().or(cidrs.contains("0.0.0.0/0"));
                is_open.negate().or(config.at("endpoint_public_access").is(false))
            }),
        warn("eks-endpoint-private", "EKS cluster endpoints should be private")
            .finding("EKS cluster has a public endpoint")
            .known_as(&["CKV_AWS_39", "AVD-AWS-0040"])
            .why("The Kubernetes API can be attacked directly from the internet.")
            .remedy("Set `endpoint_public_access = false` and `endpoint_private_access = true`.")
            .exposure()
            .of("aws_eks_cluster", |cluster| cluster.at("vpc_config.endpoint_public_access").is(false)),
        deny("eks-secrets-encrypted", "EKS clusters must encrypt Kubernetes secrets with a KMS key")
            .finding("EKS cluster does not encrypt Kubernetes secrets with a KMS key")
            .known_as(&["CKV_AWS_58", "AVD-AWS-0039"])
            .why("Anyone who can read the data store of the cluster can read its secrets.")
            .remedy("Set `encryption_config` with `resources = [\"secrets\"]`.")
            .of("aws_eks_cluster", |cluster| cluster.at("encryption_config.resources").contains("secrets")),
        deny("eks-nodes-no-ssh", "EKS node groups must not allow SSH from the internet")
            .finding("EKS node group allows SSH (port 22) from 0.0.0.0/0")
            .known_as(&["CKV_AWS_100"])
            .why("An SSH key without source security groups opens port 22 to the internet.")
            .remedy("Set `source_security_group_ids` together with `ec2_ssh_key`, or neither.")
            .exposure()
            .of("aws_eks_node_group", |group| {
                let access = group.at("remote_access");
                access.at("source_security_group_ids").is_set().when(access.at("ec2_ssh_key").is_set())
            }),
        warn("eks-version-supported", "EKS clusters should run a version in standard support")
            .finding("EKS cluster runs a version that is out of standard support")
            .known_as(&["CKV_AWS_339"])
            .why("Known vulnerabilities stay unpatched, and extended support costs six times as much.")
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
