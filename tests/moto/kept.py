"""What moto takes and forgets: it is kept here, and returned, as AWS does."""

from botocore import xform_name
from moto.awslambda.models import LambdaFunction
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

LAMBDA = ("DeadLetterConfig", "LoggingConfig")

ECS = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)


def keep_of_functions():
    made, described = LambdaFunction.__init__, LambdaFunction.get_configuration

    def init(self, account_id, spec, *arguments, **named):
        made(self, account_id, spec, *arguments, **named)
        self.kept = {name: spec[name] for name in LAMBDA if name in spec}

    def get_configuration(self, *arguments, **named):
        return described(self, *arguments, **named) | self.kept

    LambdaFunction.__init__ = init
    LambdaFunction.get_configuration = get_configuration


def keep_of_services():
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

    EC2ContainerServiceResponse.create_service = create_service
    EC2ContainerServiceBackend.describe_services = describe_services


def restore(service):
    for name, value in getattr(service, "kept", {}).items():
        if value is not None:
            setattr(service, xform_name(name), value)
            if name == "capacityProviderStrategy":
                service.launch_type = None


def install():
    keep_of_functions()
    keep_of_services()
