"""CloudFront and Route 53 calls that moto does not implement, as far as Terraform uses them."""

import time
import uuid

import moto.cloudfront.urls as cloudfront
import moto.route53.urls as route53
from moto.core.responses import ActionResult, EmptyResult
from moto.cloudfront.responses import CloudFrontResponse
from moto.route53.models import Route53Backend
from moto.route53.responses import Route53

policies, keys, signed = {}, {}, {}


def create_response_headers_policy(self):
    number = str(uuid.uuid4())
    policies[number] = {
        "Id": number,
        "LastModifiedTime": "2026-01-01T00:00:00Z",
        "ResponseHeadersPolicyConfig": self._get_param("ResponseHeadersPolicyConfig"),
    }
    return get_response_headers_policy(self, number)


def get_response_headers_policy(self, number=None):
    policy = policies[number or self._get_param("Id")]
    return ActionResult({"ResponseHeadersPolicy": policy, "ETag": f"E{policy['Id'][:12].upper()}"})


def delete_response_headers_policy(self):
    policies.pop(self._get_param("Id"), None)
    return EmptyResult()


def change():
    return {"Id": "/change/C1", "Status": "INSYNC", "SubmittedAt": "2026-01-01T00:00:00Z"}


def create_key_signing_key(self):
    names = ("Name", "Status")
    zone = self._get_param("HostedZoneId")
    keys[zone, self._get_param("Name")] = {name: self._get_param(name) for name in names} | {
        "KmsArn": self._get_param("KeyManagementServiceArn"),
        "Flag": 257,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256",
        "SigningAlgorithmType": 13,
        "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": 2,
        "KeyTag": 1,
        "DigestValue": "0" * 64,
        "PublicKey": "bW90bw==",
        "DSRecord": f"1 13 2 {'0' * 64}",
        "DNSKEYRecord": "257 3 13 bW90bw==",
        "CreatedDate": time.time(),
        "LastModifiedDate": time.time(),
    }
    made = keys[zone, self._get_param("Name")]
    return ActionResult({"ChangeInfo": change(), "KeySigningKey": made, "Location": f"/keysigningkey/{zone}"})


def deactivate_key_signing_key(self):
    keys[self._get_param("HostedZoneId"), self._get_param("Name")]["Status"] = "INACTIVE"
    return ActionResult({"ChangeInfo": change()})


def delete_key_signing_key(self):
    keys.pop((self._get_param("HostedZoneId"), self._get_param("Name")), None)
    return ActionResult({"ChangeInfo": change()})


def get_dnssec(self):
    zone = self._get_param("HostedZoneId")
    status = {"ServeSignature": signed.get(zone, "NOT_SIGNING")}
    return ActionResult({"Status": status, "KeySigningKeys": [key for (of, _), key in keys.items() if of == zone]})


def enable_hosted_zone_dnssec(self):
    signed[self._get_param("HostedZoneId")] = "SIGNING"
    return ActionResult({"ChangeInfo": change()})


def disable_hosted_zone_dnssec(self):
    signed.pop(self._get_param("HostedZoneId"), None)
    return ActionResult({"ChangeInfo": change()})


create_config = Route53Backend.create_query_logging_config


def create_query_logging_config(self, hosted_zone_id, log_group_arn):
    """Accept the ARN of a log group with or without `:*`, as AWS does; moto requires it."""
    made = create_config(self, hosted_zone_id, f"{log_group_arn.removesuffix(':*')}:*")
    made.cloud_watch_logs_log_group_arn = log_group_arn
    return made


def install():
    for path in ("response-headers-policy$", "response-headers-policy/(?P<id>[^/]+)$"):
        cloudfront.url_paths[f"{{0}}/2020-05-31/{path}"] = CloudFrontResponse.dispatch
    for action in (create_response_headers_policy, get_response_headers_policy, delete_response_headers_policy):
        setattr(CloudFrontResponse, action.__name__, action)
    version = r"{0}/(?P<api_version>[\d_-]+)"
    for path in (
        "hostedzone/(?P<zone_id>[^/]+)/enable-dnssec$",
        "hostedzone/(?P<zone_id>[^/]+)/disable-dnssec$",
        "keysigningkey$",
        "keysigningkey/(?P<zone_id>[^/]+)/(?P<name>[^/]+)$",
        "keysigningkey/(?P<zone_id>[^/]+)/(?P<name>[^/]+)/deactivate$",
    ):
        route53.url_paths[f"{version}/{path}"] = Route53.dispatch
    for action in (
        create_key_signing_key,
        deactivate_key_signing_key,
        delete_key_signing_key,
        get_dnssec,
        enable_hosted_zone_dnssec,
        disable_hosted_zone_dnssec,
    ):
        setattr(Route53, action.__name__, action)
    Route53Backend.create_query_logging_config = create_query_logging_config
