"""Takes a message of the chat to the bot, and its answer back."""

import json
import os

import boto3

lex = boto3.client("lexv2-runtime")


def handler(event, context):
    # Who it is was established by IAM before the message came here.
    user = event["requestContext"]["authorizer"]["iam"]["userId"]
    text = json.loads(event.get("body") or "{}").get("text", "")
    if not text:
        return answer(400, "A message has a `text`.")
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
