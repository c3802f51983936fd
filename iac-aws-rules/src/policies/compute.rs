//! EC2, EBS and Auto Scaling rules.

use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, deny, warn};

use super::secrets::no_secrets;
use super::settings::customer_key;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("ec2-imdsv2", "Instances must require IMDSv2")
            .finding("Instance metadata service accepts requests without a session token (IMDSv1)")
            .known_as(&["CKV_AWS_79", "AVD-AWS-0130", "AVD-AWS-0028"])
            .why("With IMDSv1, a request forgery in a web application leaks the role's credentials.")
            .remedy("Set `metadata_options` with `http_tokens = \"required\"`.")
            .of("aws_instance", asks_for_token)
            .of("aws_launch_template", asks_for_token)
            .of("aws_launch_configuration", asks_for_token),
        warn("ec2-metadata-one-hop", "The hop limit of the instance metadata service should be 1")
            .finding("Hop limit of the instance metadata service is greater than 1")
            .known_as(&["CKV_AWS_341"])
            .why("Containers that can reach the metadata service get the permissions of the instance role.")
            .remedy("Set `http_put_response_hop_limit` to 1.")
            .of("aws_launch_template", has_one_hop)
            .of("aws_launch_configuration", has_one_hop),
        deny("ec2-disks-encrypted", "EBS volumes of instances must be encrypted")
            .finding("Instance has an EBS volume without encryption")
            .known_as(&["CKV_AWS_8", "AVD-AWS-0131", "AVD-AWS-0008"])
            .why("Snapshots and discarded disks can be read by anyone who obtains them.")
            .remedy("Set `encrypted = true` in `root_block_device` and every `ebs_block_device`.")
            .of("aws_instance", has_encrypted_disks)
            .of("aws_launch_configuration", has_encrypted_disks)
            .of("aws_launch_template", |template| {
                template
                    .at("block_device_mappings")
                    .each(|device| device.at("ebs.encrypted").is(true).when(device.at("ebs").is_set()))
            }),
        deny("ec2-no-public-address", "Instances must not have a public IP address")
            .finding("Instance has a public IP address")
            .known_as(&["CKV_AWS_88", "AVD-AWS-0009"])
            .why("The instance can be attacked directly from the internet.")
            .remedy("Place the instance in a private subnet, behind a load balancer.")
            .exposure()
            .of("aws_instance", |it| it.at("associate_public_ip_address").is_not(true))
            .of("aws_launch_configuration", |it| it.at("associate_public_ip_address").is_not(true))
            .of("aws_launch_template", |template| {
                template
                    .at("network_interfaces")
                    .none(|interface| interface.at("associate_public_ip_address").is(true))
            }),
        deny("ec2-no-secrets-in-user-data", "User data must not contain credentials")
            .finding("User data appears to contain a credential")
            .known_as(&["CKV_AWS_46", "AVD-AWS-0129", "AVD-AWS-0029"])
            .why("Anyone who can describe the instance or log in to it can read its user data.")
            .remedy("Read secrets from Secrets Manager or Parameter Store when the instance starts.")
            .of("aws_instance", has_clean_user_data)
            .of("aws_launch_template", has_clean_user_data)
            .of("aws_launch_configuration", has_clean_user_data),
        warn("autoscaling-launch-template", "Auto Scaling groups should use a launch template")
            .finding("Auto Scaling group does not use a launch template")
            .known_as(&["CKV_AWS_315"])
            .why("Launch configurations are deprecated, and lack newer instance types and options.")
            .remedy("Set `launch_template` or `mixed_instances_policy`.")
            .of("aws_autoscaling_group", |group| {
                group.at("launch_template").is_set().or(group.at("mixed_instances_policy").is_set())
            }),
        warn("autoscaling-tags-instances", "Auto Scaling groups should tag their instances")
            .finding("Auto Scaling group does not tag its instances")
            .known_as(&["CKV_AWS_153"])
            .why("Untagged instances cannot be attributed to an owner or a budget.")
            .remedy("Add `tag` blocks with `propagate_at_launch = true`.")
            .of("aws_autoscaling_group", |group| group.at("tag").is_set()),
        warn("autoscaling-elb-health", "Auto Scaling groups should use load balancer health checks")
            .finding("Auto Scaling group behind a load balancer does not use ELB health checks")
            .known_as(&["CKV2_AWS_15"])
            .why("An instance that runs but does not respond is never replaced.")
            .remedy("Set `health_check_type = \"ELB\"`.")
            .of("aws_autoscaling_group", |group| {
                let arguments = ["load_balancers", "target_group_arns", "traffic_source"];
                let own = arguments.map(|argument| group.at(argument).is_set());
                let attached =
                    group.has("aws_autoscaling_attachment", "autoscaling_group_name", |_| Verdict::Pass);
                let is_behind = iac_review::policy::any_of(own.into_iter().chain([attached]));
                group.at("health_check_type").is("ELB").when(is_behind)
            }),
        warn("ec2-instance-role", "Instances should have an IAM role")
            .finding("Instance has no IAM role")
            .known_as(&["CKV2_AWS_41"])
            .why("Without a role, applications on the instance need long-lived access keys.")
            .remedy("Set `iam_instance_profile`.")
            .of("aws_instance", |instance| instance.at("iam_instance_profile").is_set()),
        deny("ebs-encrypted", "EBS volumes must be encrypted")
            .finding("EBS volume is not encrypted")
            .known_as(&["CKV_AWS_3", "AVD-AWS-0026"])
            .why("Snapshots and discarded disks can be read by anyone who obtains them.")
            .remedy("Set `encrypted = true`.")
            .of("aws_ebs_volume", |volume| volume.at("encrypted").is(true)),
        warn("ebs-customer-key", "EBS volumes should be encrypted with a customer managed key")
            .finding("EBS volume is not encrypted with a customer managed key")
            .known_as(&["CKV_AWS_189", "AVD-AWS-0027"])
            .why("Access to a customer managed key can be restricted, audited and revoked.")
            .remedy("Set `kms_key_id`.")
            .of("aws_ebs_volume", |volume| customer_key(&volume.at("kms_key_id"))),
    ]
}

fn asks_for_token(it: &Subject<'_>) -> Verdict {
    let options = it.at("metadata_options");
    options.at("http_tokens").is("required").or(options.at("http_endpoint").is("disabled"))
}

fn has_one_hop(it: &Subject<'_>) -> Verdict {
    let limit = it.at("metadata_options.http_put_response_hop_limit");
    limit.at_most(1).or(limit.is_unset())
}

/// Without the block, the image decides, whose volume is not encrypted unless the account enforces it.
fn has_encrypted_disks(it: &Subject<'_>) -> Verdict {
    let is_encrypted = |disk: &Reading<'_>| disk.at("encrypted").is(true);
    all_of([
        it.at("root_block_device").at("encrypted").is(true),
        it.at("ebs_block_device").each(is_encrypted),
    ])
}

fn has_clean_user_data(it: &Subject<'_>) -> Verdict {
    no_secrets(&it.at("user_data")).and(no_secrets(&it.at("user_data_base64")))
}
