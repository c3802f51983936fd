"""Helpers shared by request handlers that replace moto's."""

import json
from urllib.parse import unquote


def answer(status, body, error=None):
    """Return a response in the form that moto expects."""
    return status, {"x-amzn-errortype": error} if error else {}, json.dumps(body) if body is not None else ""


def segments(path):
    return tuple(unquote(segment) for segment in path.strip("/").split("/"))
