"""Attributes that moto accepts and drops, or returns in another form: here they behave as in AWS."""

import json
from copy import deepcopy
from urllib.parse import unquote

from botocore import xform_name
from moto.appconfig.models import ConfigurationProfile, HostedConfigurationVersion
from moto.appconfig.responses import AppConfigResponse
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.autoscaling.models import FakeAutoScalingGroup, FakeScalingPolicy, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.awslambda.models import LambdaFunction
from moto.backup.responses import BackupResponse
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult
from moto.ec2.models.instances import Instance
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.efs.responses import EFSResponse
from moto.rds.models import DBCluster
from moto.rds.responses import RDSResponse
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.sqs.models import Queue

LAMBDA = ("DeadLetterConfig", "LoggingConfig")

ECS = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)

RDS = ("PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod")


def functions():
    made, described = LambdaFunction.__init__, LambdaFunction.get_configuration

    def init(self, account_id, spec, *arguments, **named):
        made(self, account_id, spec, *arguments, **named)
        self.kept = {name: spec[name] for name in LAMBDA if name in spec}

    def get_configuration(self, *arguments, **named):
        return described(self, *arguments, **named) | self.kept

    LambdaFunction.__init__ = init
    LambdaFunction.get_configuration = get_configuration


def services():
    create = EC2ContainerServiceResponse.create_service
    describe = EC2ContainerServiceBackend.describe_services

    def create_service(self):
        result = create(self)
        service = result.result["service"]
        service.kept = {name: self._get_param(name) for name in ECS}
        restore(service)
        return result

    def describe_services(self, *arguments, **named):
        services, failures = describe(self, *arguments, **named)
        for service in services:
            restore(service)
        return services, failures

    def restore(service):
        for name, value in getattr(service, "kept", {}).items():
            if value is not None:
                setattr(service, xform_name(name), value)
                if name == "capacityProviderStrategy":
                    service.launch_type = None

    EC2ContainerServiceResponse.create_service = create_service
    EC2ContainerServiceBackend.describe_services = describe_services


def autoscaling():
    create, lifetimes = AutoScalingResponse.create_auto_scaling_group, {}
    hook, policy = LifecycleHook.__init__, FakeScalingPolicy.__init__

    def create_auto_scaling_group(self):
        lifetimes[self._get_param("AutoScalingGroupName")] = self._get_param("MaxInstanceLifetime")
        return create(self)

    def init_hook(self, *arguments, **named):
        hook(self, *arguments, **named)
        self.notification_target_arn = self.role_arn = None

    def init_policy(self, *arguments, **named):
        policy(self, *arguments, **named)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    AutoScalingResponse.create_auto_scaling_group = create_auto_scaling_group
    FakeAutoScalingGroup.max_instance_lifetime = property(lambda self: lifetimes.get(self.name))
    LifecycleHook.__init__ = init_hook
    FakeScalingPolicy.__init__ = init_policy


def launch_templates():
    create = LaunchTemplates.create_launch_template

    def create_launch_template(self):
        """Keep the tags of the template itself apart from the tags of launched resources."""
        result = create(self)
        template = self.ec2_backend.launch_templates[result.result["LaunchTemplate"]["LaunchTemplateId"]]
        data = template.default_version().data
        tags = data.get("TagSpecifications") or []
        data["TagSpecifications"] = [tag for tag in tags if tag.get("ResourceType") != "launch-template"]
        return result

    LaunchTemplates.create_launch_template = create_launch_template


def backups():
    def list_tags(self):
        arn = unquote(self.path.removeprefix("/tags/").rstrip("/"))
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})

    BackupResponse.list_tags = list_tags


def distributions():
    configs = {}

    def with_config(action):
        def answer(self):
            given = self._get_param("DistributionConfigWithTags") or {}
            config = deepcopy(self._get_param("DistributionConfig") or given.get("DistributionConfig"))
            result = action(self)
            distribution = result.result["Distribution"]
            if config:
                configs[distribution.id] = {"OriginGroups": {"Quantity": 0}} | config
            names = (
                "Id",
                "Status",
                "LastModifiedTime",
                "DomainName",
                "InProgressInvalidationBatches",
                "ActiveTrustedSigners",
                "ActiveTrustedKeyGroups",
            )
            known = {name: getattr(distribution, xform_name(name), None) for name in names}
            known |= {"ARN": distribution.arn, "DistributionConfig": configs[distribution.id]}
            return ActionResult(result.result | {"Distribution": known})

        return answer

    for name in ("create_distribution", "create_distribution_with_tags", "get_distribution", "update_distribution"):
        setattr(CloudFrontResponse, name, with_config(getattr(CloudFrontResponse, name)))


def scalable_targets():
    register = ApplicationAutoScalingResponse.register_scalable_target
    tags = {}

    def register_scalable_target(self):
        answer = register(self)
        if given := self._get_param("Tags"):
            tags[json.loads(answer)["ScalableTargetARN"]] = given
        return answer

    def list_tags_for_resource(self):
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    ApplicationAutoScalingResponse.register_scalable_target = register_scalable_target
    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags_for_resource


def security_group_rules():
    def description(self):
        return (self.ip_range or self.source_group or {}).get("Description")

    SecurityGroupRule.description = property(description)


def queues():
    attributes = Queue.attributes.fget

    def compact(self):
        answer = attributes(self)
        if self.redrive_policy:
            answer["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return answer

    Queue.attributes = property(compact)


def databases():
    information = DBCluster.scaling_configuration_info.fget
    create = RDSResponse.create_db_instance

    def scaling_configuration_info(self):
        return information(self) if self.scaling_configuration else None

    def create_db_instance(self):
        result = create(self)
        instance = result.result["DBInstance"]
        instance.performance_insights_enabled = self._get_bool_param("EnablePerformanceInsights")
        for name in RDS:
            setattr(instance, xform_name(name), self._get_param(name))
        return result

    DBCluster.scaling_configuration_info = property(scaling_configuration_info)
    RDSResponse.create_db_instance = create_db_instance


def notifications():
    described = S3Response.get_bucket_notification

    def get_bucket_notification(self):
        status, headers, body = described(self)
        kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept and kept.event_bridge is not None:
            # An empty configuration is a self-closing element.
            end, inner = "</NotificationConfiguration>", "<EventBridgeConfiguration/>"
            body = body.replace(end, inner + end) if end in body else body.replace("/>", f">{inner}{end}")
            headers.pop("content-length", None)
        return status, headers, body

    S3Response.get_bucket_notification = get_bucket_notification


def block_devices():
    """A device of the image has the size of its snapshot, unless the mapping sets another one."""
    implemented = Instance.add_block_device

    def add_block_device(self, size, device_path, snapshot_id, *rest, **named):
        size = size if size or snapshot_id else 8
        return implemented(self, size, device_path, snapshot_id, *rest, **named)

    Instance.add_block_device = add_block_device


def access_logs():
    # Moto fails on statements with `Principal: "*"` when it looks for the one that allows log delivery.
    FakeBucket._log_permissions_enabled_policy = staticmethod(lambda target_bucket, target_prefix: True)


def backup_policies():
    policies = {}

    def put_backup_policy(self):
        policies[self._get_param("FileSystemId")] = self._get_param("BackupPolicy")
        return json.dumps({"BackupPolicy": self._get_param("BackupPolicy")})

    def describe_backup_policy(self):
        policy = policies.get(self._get_param("FileSystemId"), {"Status": "DISABLED"})
        return json.dumps({"BackupPolicy": policy})

    EFSResponse.put_backup_policy = put_backup_policy
    EFSResponse.describe_backup_policy = describe_backup_policy


def configurations():
    create = AppConfigResponse.create_configuration_profile
    described, headers = ConfigurationProfile.to_json, HostedConfigurationVersion.get_headers
    keys = {}

    def create_configuration_profile(self):
        answer = json.loads(create(self))
        keys[answer["Id"]] = self._get_param("KmsKeyIdentifier")
        return json.dumps(answer | {"KmsKeyIdentifier": keys[answer["Id"]]})

    def to_json(self):
        return described(self) | {"KmsKeyIdentifier": keys.get(self.id)}

    def get_headers(self):
        return {name: value for name, value in headers(self).items() if value is not None}

    AppConfigResponse.create_configuration_profile = create_configuration_profile
    ConfigurationProfile.to_json = to_json
    HostedConfigurationVersion.get_headers = get_headers


def install():
    for part in (
        autoscaling,
        backups,
        block_devices,
        configurations,
        distributions,
        functions,
        launch_templates,
        services,
        scalable_targets,
        security_group_rules,
        queues,
        databases,
        notifications,
        access_logs,
        backup_policies,
    ):
        part()
