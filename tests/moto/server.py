#!/usr/bin/env python3
"""A local AWS API on loopback, for tests: the moto server, with additional responses that the Terraform provider needs.

usage: server.py PORT
"""

import json
import sys

import appconfig
import edge
import kept
import lex
import missing
from moto.core.responses import ActionResult, BaseResponse
from moto.server import main
from moto.stepfunctions.responses import StepFunctionResponse


def validate_state_machine_definition(self):
    return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})


def list_state_machine_versions(self):
    return ActionResult({"stateMachineVersions": []})


implemented = BaseResponse.call_action


def call_action(self):
    """Respond with 400 to calls that moto does not implement: the provider would retry a 500 for minutes."""
    try:
        return implemented(self)
    except NotImplementedError as error:
        body = json.dumps({"__type": "UnsupportedOperation", "message": str(error)})
        return 400, {"x-amzn-errortype": "UnsupportedOperation"}, body


StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition
StepFunctionResponse.list_state_machine_versions = list_state_machine_versions
BaseResponse.call_action = call_action
appconfig.install()
edge.install()
kept.install()
lex.install()
missing.install()

if __name__ == "__main__":
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
