"""AppConfig environments, deployment strategies and deployments: the create, read and delete calls that Terraform makes."""

import json
import os
import uuid
from urllib.parse import unquote

import moto.appconfig.urls as urls
from moto.appconfig.responses import AppConfigResponse
from rest import answer, segments

# Existing objects by path, and their tags by ARN.
things, tags = {}, {}


class AppConfig:
    """Handle a request in the form that moto expects."""

    @classmethod
    def dispatch(cls, request, full_url, headers):
        path = segments(request.path.replace("deployement", "deployment"))
        body = json.loads(request.data or b"{}")
        if path[0] == "tags":
            arn = unquote(request.path.removeprefix("/tags/"))
            if arn in tags:
                return answer(200, {"Tags": tags[arn]})
            return AppConfigResponse.dispatch(request, full_url, headers)
        if request.method == "POST":
            return create(request, path, body)
        if path not in things:
            return answer(404, {"Message": "not found"}, "ResourceNotFoundException")
        if request.method == "PATCH":
            things[path] |= body
        if request.method == "DELETE":
            del things[path]
            return answer(204, None)
        return answer(200, things[path])


def create(request, collection, body):
    there = dict(body)
    if collection[-1] == "deployments":
        number = sum(1 for path in things if path[:-1] == collection) + 1
        there |= {
            "ApplicationId": collection[1],
            "EnvironmentId": collection[3],
            "DeploymentNumber": number,
            "State": "COMPLETE",
            "KmsKeyArn": body.get("KmsKeyIdentifier"),
        }
        path, name = (*collection, str(number)), f"application/{collection[1]}/environment/{collection[3]}/deployment/{number}"
    elif collection[-1] == "environments":
        there |= {"Id": uuid.uuid4().hex[:7], "ApplicationId": collection[1], "State": "READY_FOR_DEPLOYMENT"}
        path, name = (*collection, there["Id"]), f"application/{collection[1]}/environment/{there['Id']}"
    else:
        there |= {"Id": uuid.uuid4().hex[:7]}
        path, name = (*collection, there["Id"]), f"deploymentstrategy/{there['Id']}"
    things[path] = there
    region = request.headers["Authorization"].split("/")[2]
    account = os.environ.get("MOTO_ACCOUNT_ID", "123456789012")
    tags[f"arn:aws:appconfig:{region}:{account}:{name}"] = body.get("Tags") or {}
    return answer(201, there)


def install():
    for path in [path for path in urls.url_paths if path.startswith("{0}/tags/")]:
        del urls.url_paths[path]
    urls.url_paths |= {
        "{0}/applications/(?P<app_id>[^/]+)/environments(?P<rest>.*)$": AppConfig.dispatch,
        "{0}/deploymentstrategies(?P<rest>.*)$": AppConfig.dispatch,
        # AWS uses this spelling in delete requests.
        "{0}/deployementstrategies(?P<rest>.*)$": AppConfig.dispatch,
        "{0}/tags/(?P<arn>.+)$": AppConfig.dispatch,
    }
