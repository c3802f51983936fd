"""Restarts the tasks of a service: the only command of the chat."""

import json
import os
import re

import boto3

ecs = boto3.client("ecs")


def handler(event, context):
    words = json.loads(event.get("body") or "{}").get("text", "").split()
    if len(words) != 2 or words[0] != "restart" or not re.fullmatch(r"[a-z0-9-]{1,64}", words[1]):
        return answer(400, "Usage: `restart <service>`")
    ecs.update_service(cluster=os.environ["CLUSTER"], service=words[1], forceNewDeployment=True)
    return answer(200, f"Restarting the tasks of {words[1]}.")


def answer(status, text):
    return {"statusCode": status, "body": json.dumps({"text": text})}
