//! EKS clusters.

use iac_core::bindings::Enumeration as _;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::compute::Hardening;
use crate::encryption::Key;
use crate::identity::{Principal, Role, Statement};
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::network::Network;
use crate::{ec2, eks};

/// Add-ons that every cluster needs. CoreDNS is added after the nodes, because its pods run on them.
const BEFORE_NODES: [&str; 3] = ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"];
const AFTER_NODES: [&str; 1] = ["coredns"];

/// AWS managed policies required by nodes.
const NODE_POLICIES: [&str; 4] = [
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
];

/// An EKS cluster with a private API endpoint, encrypted secrets, control plane logs and managed node groups.
///
/// Access is controlled by IAM.
///
/// | Address | Description |
/// |---|---|
/// | `aws_eks_cluster.<name>` | cluster, named `<stack>-<name>` |
/// | `aws_eks_addon.<name>_<addon>` | add-ons for networking, DNS and Pod Identity |
/// | `aws_eks_node_group.<name>_<group>`, `aws_launch_template.<name>_<group>` | node groups |
/// | `aws_iam_role.<name>_cluster`, `aws_iam_role.<name>_nodes`, `aws_iam_role_policy_attachment.…` | roles of the cluster and its nodes |
/// | `aws_cloudwatch_log_group.<name>` | control plane log, named `/aws/eks/<stack>-<name>/cluster` |
/// | `aws_eks_access_entry.<name>_<entry>`, `aws_eks_access_policy_association.<name>_<entry>` | administrators |
/// | `aws_iam_role.<name>_<namespace>_<account>`, `aws_eks_pod_identity_association.<name>_<namespace>_<account>` | roles of pods |
///
/// ```
/// use iac_aws::containers::{Kubernetes, NodeGroup};
/// use iac_aws::network::Network;
/// use iac_aws::storage::Bucket;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let cluster = stack.add(
///     Kubernetes::builder("main", &network, "1.33").node_group(NodeGroup::new("general", ["m7g.large"]).between(2, 6)),
/// );
/// let reports = stack.add(Bucket::builder("reports"));
/// reports.grant_read(&cluster.pod_role("reports", "reader"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Kubernetes {
    /// The cluster.
    pub cluster: eks::Cluster,
    /// The node groups.
    pub node_groups: Vec<eks::NodeGroup>,
    /// The role of the nodes.
    pub node_role: Role,
    name: Text,
    scope: OwnedScope,
}

impl Kubernetes {
    /// Starts a cluster in a network, with a Kubernetes version.
    pub fn builder(
        name: impl Into<Text>,
        network: &Network,
        version: impl Into<Text>,
    ) -> KubernetesBuilder<'_> {
        let (name, version) = (name.into(), version.into());
        KubernetesBuilder { name, network, version, nodes: Vec::new(), public_from: Vec::new() }
    }

    /// Grants a role administrative access to the cluster.
    #[track_caller]
    pub fn grant_admin(&self, name: &str, role: impl IntoExpr<String>) -> eks::AccessEntry {
        let name = format!("{}_{name}", self.name);
        self.scope.add(|scope| {
            let entry = scope
                .add(eks::AccessEntry::builder(&name).cluster_name(self.cluster.name()).principal_arn(role));
            scope.add(
                eks::AccessPolicyAssociation::builder(name)
                    .cluster_name(self.cluster.name())
                    .principal_arn(entry.principal_arn())
                    .policy_arn("arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy")
                    .access_scope(|scope| scope.type_("cluster")),
            );
            entry
        })
    }

    /// Returns a role for the pods of a service account in a namespace, to which permissions can be granted.
    #[track_caller]
    pub fn pod_role(&self, namespace: &str, service_account: &str) -> Role {
        let name = format!("{}_{namespace}_{service_account}", self.name).replace('-', "_");
        let pods = Principal::service("pods.eks.amazonaws.com");
        let trust = Statement::allow(["sts:AssumeRole", "sts:TagSession"]).to(pods.clone());
        self.scope.add(|scope| {
            let role = scope.add(Role::builder(name.clone(), pods).trust(trust));
            scope.add(
                eks::PodIdentityAssociation::builder(name)
                    .cluster_name(self.cluster.name())
                    .namespace(namespace)
                    .service_account(service_account)
                    .role_arn(role.arn()),
            );
            role
        })
    }
}

/// A managed node group (default: two nodes for ARM).
#[derive(Clone, Debug)]
#[must_use = "nodes have no effect until they are added to a cluster"]
pub struct NodeGroup {
    name: Text,
    instance_types: Vec<Text>,
    minimum: u32,
    maximum: u32,
    spot: bool,
    image: eks::AmiType,
    disk_gibibytes: u32,
    labels: Vec<(Text, Text)>,
}

impl NodeGroup {
    /// Returns a node group of the given instance types, which should be of similar size.
    pub fn new<T: Into<Text>>(name: impl Into<Text>, instance_types: impl IntoIterator<Item = T>) -> Self {
        Self {
            name: name.into(),
            instance_types: instance_types.into_iter().map(Into::into).collect(),
            minimum: 2,
            maximum: 2,
            spot: false,
            image: eks::AmiType::Al2023Arm64Standard,
            disk_gibibytes: 50,
            labels: Vec::new(),
        }
    }

    /// Sets the minimum and maximum number of nodes. The cluster autoscaler chooses the number in between.
    pub fn between(mut self, minimum: u32, maximum: u32) -> Self {
        (self.minimum, self.maximum) = (minimum, maximum);
        self
    }

    /// Uses spot instances, which are cheaper and can be reclaimed with two minutes' notice.
    pub fn spot(mut self) -> Self {
        self.spot = true;
        self
    }

    /// Sets the AMI type (default: Amazon Linux 2023 for ARM).
    pub fn image(mut self, image: eks::AmiType) -> Self {
        self.image = image;
        self
    }

    /// Sets the size of each disk in GiB (default: 50).
    pub fn disk_gibibytes(mut self, size: u32) -> Self {
        self.disk_gibibytes = size;
        self
    }

    /// Adds a label for node selectors.
    pub fn label(mut self, key: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }
}

/// Builds a [`Kubernetes`] cluster.
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct KubernetesBuilder<'a> {
    name: Text,
    network: &'a Network,
    version: Text,
    nodes: Vec<NodeGroup>,
    public_from: Vec<Text>,
}

impl KubernetesBuilder<'_> {
    /// Adds a node group.
    pub fn node_group(mut self, nodes: NodeGroup) -> Self {
        self.nodes.push(nodes);
        self
    }

    /// Enables the public API endpoint, restricted to these CIDR blocks.
    pub fn public_from<B: Into<Text>>(mut self, blocks: impl IntoIterator<Item = B>) -> Self {
        self.public_from.extend(blocks.into_iter().map(Into::into));
        self
    }

    fn report_problems(&self, scope: &Scope<'_>) {
        let name = &self.name;
        if self.nodes.is_empty() {
            let summary = format!("EKS cluster `{name}` has no node groups");
            scope.report(
                Diagnostic::error("kubernetes-nodes", summary)
                    .hint("add one: `.node_group(NodeGroup::new(\"general\", [\"m7g.large\"]))`"),
            );
        }
        for nodes in self.nodes.iter().filter(|nodes| nodes.minimum > nodes.maximum) {
            let summary = format!("minimum of node group `{}` is greater than its maximum", nodes.name);
            scope.report(Diagnostic::error("kubernetes-bounds", summary));
        }
        if self.network.default_subnets().subnets.len() < 2 {
            let summary = format!("EKS cluster `{name}` requires subnets in at least two zones");
            scope.report(Diagnostic::error("kubernetes-subnets", summary));
        }
    }

    fn add_cluster(&self, scope: &Scope<'_>) -> eks::Cluster {
        let name = &self.name;
        let physical_name = physical_name(scope, name, 100);
        let role = scope.add(
            Role::builder(format!("{name}_cluster"), Principal::service("eks.amazonaws.com"))
                .managed_policy("AmazonEKSClusterPolicy"),
        );
        let log_group = scope
            .add(LogGroup::builder(name.clone()).physical_name(format!("/aws/eks/{physical_name}/cluster")));
        let key = Key::stack_default(scope);
        scope.add(
            eks::Cluster::builder(name.clone())
                .name(physical_name)
                .version(self.version.as_str())
                .role_arn(role.arn())
                .bootstrap_self_managed_addons(false)
                .enabled_cluster_log_types([
                    eks::EnabledClusterLogTypes::Api,
                    eks::EnabledClusterLogTypes::Audit,
                    eks::EnabledClusterLogTypes::Authenticator,
                    eks::EnabledClusterLogTypes::ControllerManager,
                    eks::EnabledClusterLogTypes::Scheduler,
                ])
                .access_config(|access| {
                    access
                        .authentication_mode(eks::AuthenticationMode::Api)
                        .bootstrap_cluster_creator_admin_permissions(false)
                })
                .encryption_config(|encryption| {
                    encryption
                        .resources([eks::Resources::Secrets])
                        .provider(|provider| provider.key_arn(key.arn()))
                })
                .vpc_config(|vpc| {
                    vpc.subnet_ids(self.network.default_subnets().ids())
                        .endpoint_private_access(true)
                        .endpoint_public_access(!self.public_from.is_empty())
                        .when(!self.public_from.is_empty(), |vpc| {
                            vpc.public_access_cidrs(self.public_from.iter().map(Text::as_str))
                        })
                })
                // Otherwise EKS creates the log group, unencrypted and without expiration.
                .depends_on(&log_group.group)
                // Without the permissions, EKS can neither create the cluster nor delete its network interfaces.
                .each(&role.attachments, |cluster, attachment| cluster.depends_on(attachment)),
        )
    }

    fn add_nodes(
        &self,
        scope: &Scope<'_>,
        nodes: &NodeGroup,
        cluster: &eks::Cluster,
        role: &Role,
    ) -> eks::NodeGroup {
        let name = format!("{}_{}", self.name, nodes.name);
        let physical_name = physical_name(scope, &name, 63);
        let template =
            ec2::LaunchTemplate::builder(&name).name(physical_name.as_str()).update_default_version(true);
        // Kubernetes uses `/` in tag keys, which instance metadata does not support.
        let hardening = Hardening {
            device: Some(data_device(nodes.image)),
            disk_gibibytes: Some(nodes.disk_gibibytes),
            key: None,
            tags_in_metadata: false,
        };
        let template = scope.add(hardening.apply(template, &physical_name));
        let capacity = if nodes.spot { eks::CapacityType::Spot } else { eks::CapacityType::OnDemand };
        scope.add(
            eks::NodeGroup::builder(&name)
                .node_group_name(physical_name)
                .cluster_name(cluster.name())
                .node_role_arn(role.arn())
                .subnet_ids(self.network.default_subnets().ids())
                .ami_type(nodes.image)
                .capacity_type(capacity)
                .instance_types(nodes.instance_types.iter().map(Text::as_str))
                .when(!nodes.labels.is_empty(), |group| group.labels(nodes.labels.clone()))
                .launch_template(|launch| launch.id(template.id()).version(template.latest_version()))
                .scaling_config(|scaling| {
                    scaling.min_size(nodes.minimum).desired_size(nodes.minimum).max_size(nodes.maximum)
                })
                .update_config(|update| update.max_unavailable_percentage(33))
                .node_repair_config(|repair| repair.enabled(true))
                // Without the permissions, nodes cannot join the cluster, and the creation of the group fails.
                .each(&role.attachments, |group, attachment| group.depends_on(attachment))
                // The cluster autoscaler changes it at run time.
                .ignore_changes(["scaling_config[0].desired_size"]),
        )
    }
}

/// Returns the device of the disk with containers, by AMI type.
fn data_device(image: eks::AmiType) -> &'static str {
    let image = image.as_str();
    if image.starts_with("BOTTLEROCKET") {
        // The root disk of Bottlerocket contains only the operating system.
        "/dev/xvdb"
    } else if image.starts_with("WINDOWS") {
        "/dev/sda1"
    } else {
        "/dev/xvda"
    }
}

impl Construct for KubernetesBuilder<'_> {
    type Output = Kubernetes;

    fn build(self, scope: &Scope<'_>) -> Kubernetes {
        self.report_problems(scope);
        let cluster = self.add_cluster(scope);
        let addon = |addon: &str| {
            let name = format!("{}_{}", self.name, addon.replace('-', "_"));
            eks::Addon::builder(name).cluster_name(cluster.name()).addon_name(addon)
        };
        let before: Vec<_> = BEFORE_NODES.iter().map(|name| scope.add(addon(name))).collect();
        let nodes = Role::builder(format!("{}_nodes", self.name), Principal::service("ec2.amazonaws.com"));
        let node_role =
            scope.add(NODE_POLICIES.iter().fold(nodes, |role, policy| role.managed_policy(*policy)));
        let node_groups: Vec<_> =
            self.nodes.iter().map(|nodes| self.add_nodes(scope, nodes, &cluster, &node_role)).collect();
        for name in AFTER_NODES {
            let addon = node_groups.iter().fold(addon(name), |addon, nodes| addon.depends_on(nodes));
            scope.add(before.iter().fold(addon, |addon, earlier| addon.depends_on(earlier)));
        }
        Kubernetes { cluster, node_groups, node_role, name: self.name, scope: scope.to_owned_scope() }
    }
}
