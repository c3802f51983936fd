"""Environments, deployment strategies and deployments of AppConfig, as far as Terraform makes, reads and deletes them."""

import json
import os
import uuid
from urllib.parse import unquote

import moto.appconfig.urls as urls
from moto.appconfig.responses import AppConfigResponse

# What there is, by its path; and its tags, by its ARN.
things, tags = {}, {}


class AppConfig:
    """A handler of requests, in the form in which moto takes one."""

    @classmethod
    def dispatch(cls, request, full_url, headers):
        path = request.path.strip("/").replace("deployement", "deployment")
        segments = tuple(unquote(segment) for segment in path.split("/"))
        body = json.loads(request.data or b"{}")
        if segments[0] == "tags":
            arn = unquote(request.path.removeprefix("/tags/"))
            if arn in tags:
                return answer(200, {"Tags": tags[arn]})
            return AppConfigResponse.dispatch(request, full_url, headers)
        if request.method == "POST":
            return create(request, segments, body)
        if segments not in things:
            return answer(404, {"Message": "not found"}, "ResourceNotFoundException")
        if request.method == "PATCH":
            things[segments] |= body
        if request.method == "DELETE":
            del things[segments]
            return answer(204, {})
        return answer(200, things[segments])


def create(request, segments, body):
    there = dict(body)
    if segments[-1] == "deployments":
        number = sum(1 for path in things if path[:-1] == segments) + 1
        there |= {
            "ApplicationId": segments[1],
            "EnvironmentId": segments[3],
            "DeploymentNumber": number,
            "State": "COMPLETE",
            "KmsKeyArn": body.get("KmsKeyIdentifier"),
        }
        path, name = (*segments, str(number)), f"application/{segments[1]}/environment/{segments[3]}/deployment/{number}"
    elif segments[-1] == "environments":
        there |= {"Id": uuid.uuid4().hex[:7], "ApplicationId": segments[1], "State": "READY_FOR_DEPLOYMENT"}
        path, name = (*segments, there["Id"]), f"application/{segments[1]}/environment/{there['Id']}"
    else:
        there |= {"Id": uuid.uuid4().hex[:7]}
        path, name = (*segments, there["Id"]), f"deploymentstrategy/{there['Id']}"
    things[path] = there
    region = request.headers["Authorization"].split("/")[2]
    account = os.environ.get("MOTO_ACCOUNT_ID", "123456789012")
    tags[f"arn:aws:appconfig:{region}:{account}:{name}"] = body.get("Tags") or {}
    return answer(201, there)


def answer(status, body, error=None):
    return status, {"x-amzn-errortype": error} if error else {}, json.dumps(body) if body else ""


def install():
    for path in [path for path in urls.url_paths if path.startswith("{0}/tags/")]:
        del urls.url_paths[path]
    urls.url_paths |= {
        "{0}/applications/(?P<app_id>[^/]+)/environments(?P<rest>.*)$": AppConfig.dispatch,
        "{0}/deploymentstrategies(?P<rest>.*)$": AppConfig.dispatch,
        # AWS spells it so where one is deleted.
        "{0}/deployementstrategies(?P<rest>.*)$": AppConfig.dispatch,
        "{0}/tags/(?P<arn>.+)$": AppConfig.dispatch,
    }
