"""Executes confirmed commands: scales the service within bounds, and records who did what."""

import os
import time

import boto3

LEAST, MOST = int(os.environ["LEAST"]), int(os.environ["MOST"])
CLUSTER, SERVICE = os.environ["CLUSTER"], os.environ["SERVICE"]

ecs = boto3.client("ecs")
records = boto3.resource("dynamodb").Table(os.environ["RECORDS"])


def handler(event, context):
    intent = event["sessionState"]["intent"]
    user = event["sessionId"]
    if intent["name"] == "Scale":
        answer = scale(user, int(intent["slots"]["tasks"]["value"]["interpretedValue"]))
    else:
        answer = f"There are {running()} workers."
    return close(intent, answer)


def scale(user, tasks):
    allowed = LEAST <= tasks <= MOST
    before = running()
    # Recorded before it is executed, so that no command goes unrecorded.
    records.put_item(
        Item={
            "user": user,
            "time": int(time.time() * 1000),
            "before": before,
            "wanted": tasks,
            "allowed": allowed,
        }
    )
    if not allowed:
        return f"The number of workers must be between {LEAST} and {MOST}. It stays at {before}."
    ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=tasks)
    return f"Scaling from {before} to {tasks} workers."


def running():
    return ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["desiredCount"]


def close(intent, answer):
    return {
        "sessionState": {
            "dialogAction": {"type": "Close"},
            "intent": {**intent, "state": "Fulfilled"},
        },
        "messages": [{"contentType": "PlainText", "content": answer}],
    }
