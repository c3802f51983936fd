"""Forwards a chat message to the bot, and returns its answer."""

import json
import os

import boto3

lex = boto3.client("lexv2-runtime")


def handler(event, context):
    # The caller was authenticated by IAM.
    user = event["requestContext"]["authorizer"]["iam"]["userId"]
    text = json.loads(event.get("body") or "{}").get("text", "")
    if not text:
        return answer(400, "The message has no `text`.")
    said = lex.recognize_text(
        botId=os.environ["BOT"],
        botAliasId=os.environ.get("BOT_ALIAS", "TSTALIASID"),
        localeId="en_GB",
        sessionId=user.replace(":", "-"),
        text=text,
    )
    return answer(200, " ".join(message["content"] for message in said.get("messages", [])))


def answer(status, text):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"text": text}),
    }
