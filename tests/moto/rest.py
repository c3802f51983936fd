"""What the handlers of requests share that answer in moto's place."""

import json
from urllib.parse import unquote


def answer(status, body, error=None):
    """An answer as moto takes one."""
    return status, {"x-amzn-errortype": error} if error else {}, json.dumps(body) if body is not None else ""


def segments(path):
    return tuple(unquote(segment) for segment in path.strip("/").split("/"))
