"""Lex V2: the calls that Terraform makes for bots. Moto only supports bots, with timestamps that clients reject."""

import json
import time
import uuid

import moto.lexv2models.urls as lex
from rest import answer, segments

# The ID attribute and the status attribute of the members of each collection.
KINDS = {
    "bots": ("botId", "botStatus"),
    "botversions": ("botVersion", "botStatus"),
    "botlocales": ("localeId", "botLocaleStatus"),
    "botaliases": ("botAliasId", "botAliasStatus"),
    "intents": ("intentId", None),
    "slots": ("slotId", None),
    "slottypes": ("slotTypeId", None),
}

# Existing objects by path.
things = {}


class Lex:
    """Handle a request in the form that moto expects."""

    @classmethod
    def dispatch(cls, request, full_url, headers):
        path = segments(request.path)
        body = json.loads(request.data or b"{}")
        if path[0] == "tags":
            return answer(200, {"tags": things.get(("bots", path[-1]), {}).get("botTags", {})})
        if path[-1] in KINDS:
            return create(path, body) if request.method == "PUT" else answer(200, listed(path))
        if path not in things:
            return answer(404, {"message": "not found"}, "ResourceNotFoundException")
        if request.method == "PUT":
            things[path] |= body
        if request.method == "DELETE":
            there = things[path]
            for inner in [each for each in things if each[: len(path)] == path]:
                del things[inner]
            return answer(202, there)
        return answer(200, things[path])


def create(path, body):
    name, status = KINDS[path[-1]]
    made = body.get(name) or uuid.uuid4().hex[:10].upper()
    parents = {KINDS[kind][0]: value for kind, value in zip(path[:-1:2], path[1::2])}
    now = time.time()
    there = parents | body | {name: made, "creationDateTime": now, "lastUpdatedDateTime": now}
    if status:
        there[status] = "Available" if status != "botLocaleStatus" else "NotBuilt"
    things[(*path, made)] = there
    return answer(202, there)


def listed(path):
    inside = [value for each, value in things.items() if each[:-1] == path]
    return {f"{path[-1].removesuffix('s')}Summaries": inside}


def install():
    lex.url_paths.clear()
    lex.url_paths |= {"{0}/bots(?P<rest>.*)$": Lex.dispatch, "{0}/tags/(?P<rest>.*)$": Lex.dispatch}
