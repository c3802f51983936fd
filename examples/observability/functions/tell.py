"""Posts events to the chat."""

import json
import os
import urllib.request

import boto3

secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["WEBHOOK"])["SecretString"]


def handler(event, context):
    request = urllib.request.Request(
        secret,
        data=json.dumps({"text": describe(event)}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        response.read()


def describe(event):
    detail = event.get("detail", {})
    if event.get("detail-type") == "CloudWatch Alarm State Change":
        return f"{detail['alarmName']} is {detail['state']['value']}: {detail['state'].get('reason', '')}"
    if event.get("source") == "aws.ecs":
        return f"{detail.get('eventName')}: {', '.join(event.get('resources', []))}"
    if event.get("source") == "aws.codepipeline":
        return f"{detail.get('pipeline')} {detail.get('stage', '')} {detail.get('state')}"
    return f"{event.get('source')}: {json.dumps(detail, sort_keys=True)}"
