"""What surrounds a pipeline: a Git repository, a local AWS API, and stand-ins for programs that need a network."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
import botocore.exceptions
from github import Refused

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Installs `iac` where a job asks for it, and nothing else.
CARGO = """#!/usr/bin/env bash
[ "$1 $2" = "install iac-cli" ] || { echo "unexpected: cargo $*" >&2; exit 1; }
case "$*" in *"--version =1.2.3 --locked"*) ;; *) echo "not pinned: $*" >&2; exit 1 ;; esac
root=${!#}
mkdir -p "$root/bin" && cp "$IAC_TEST_IAC" "$root/bin/iac"
"""

# The program is not compiled here: its tests are elsewhere.
IAC = """#!/usr/bin/env bash
case "$1" in
  synth) exit 0 ;;
  check) for last; do :; done; echo '{}' > "$last" ;;
  *) exec "$IAC_TEST_BINARY" "$@" ;;
esac
"""

# GitHub's API, as far as the workflow uses it, with the permissions of the job.
GH = """#!/usr/bin/env python3
import json, os, subprocess, sys
args = sys.argv[2:]
state = json.load(open(os.environ["IAC_TEST_GITHUB"]))
permissions = json.loads(os.environ["IAC_TEST_PERMISSIONS"])
assert sys.argv[1] == "api" and os.environ["GH_TOKEN"], sys.argv
def option(name):
    return args[args.index(name) + 1] if name in args else None
def need(permission, *levels):
    if permissions.get(permission) not in levels:
        sys.exit(f"HTTP 403: {permission}")
path = next(arg for arg in args if arg.startswith("repos/"))
body = option("--field")
body = open(body.removeprefix("body=@")).read() if body else None
parts = path.split("/")
own = "github-actions[bot]"
if "environments" in parts:
    need("actions", "read", "write")
    rules = state["environments"].get(parts[-1])
    if rules is None:
        sys.exit("HTTP 404")
    answer = {"protection_rules": [{"type": rule} for rule in rules]}
elif option("--method") == "PATCH":
    need("pull-requests", "write")
    comment = next(comment for comment in state["comments"] if comment["id"] == int(parts[-1]))
    if comment["user"]["login"] != own:
        sys.exit("HTTP 403: not its own comment")
    comment["body"] = body
    answer = comment
elif body is not None:
    need("pull-requests", "write")
    answer = {"id": len(state["comments"]) + 1, "user": {"login": own}, "body": body}
    state["comments"].append(answer)
else:
    need("pull-requests", "read", "write")
    answer = state["comments"]
json.dump(state, open(os.environ["IAC_TEST_GITHUB"], "w"))
if jq := option("--jq"):
    ended = subprocess.run(["jq", "-r", jq], input=json.dumps(answer), text=True)
    sys.exit(ended.returncode)
"""


class World:
    """A repository with two stacks, the second of which uses a value of the first."""

    def __init__(self, binary):
        self.directory = tempfile.TemporaryDirectory(prefix="iac-pipelines-")
        self.root = pathlib.Path(self.directory.name)
        self.count = 0
        self.binary = str(pathlib.Path(binary).resolve())
        self.port = free_port()
        self.moto = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/moto/server.py"), str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self.credentials = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        self.token = "an identity token"
        self.variables, self.protected_variables, self.trust = {}, {}, {}
        self.environments = {}
        self.programs = self.root / "programs"
        self.programs.mkdir()
        for name, text in [("cargo", CARGO), ("gh", GH), ("iac-to-install", IAC)]:
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)
        self.github = self.root / "github.json"
        self.repository = self.root / "repository"
        self.create()

    def close(self):
        self.moto.terminate()
        self.moto.wait()
        self.directory.cleanup()

    def number(self):
        self.count += 1
        return os.getpid() * 1000 + self.count

    def scratch(self, name):
        path = self.root / f"{name}-{self.number()}"
        path.mkdir()
        return path

    def environment(self, home):
        return {
            "HOME": str(home),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "1",
            "IAC_TEST_BINARY": self.binary,
            "IAC_TEST_IAC": str(self.programs / "iac-to-install"),
            "IAC_TEST_GITHUB": str(self.github),
        }

    @staticmethod
    def require(permissions, name, level):
        if permissions.get(name) not in (level, "write"):
            raise Refused(f"no permission {name}: {level}")

    def git(self, *args, directory=None):
        where = directory or self.repository
        return subprocess.run(["git", *args], cwd=where, check=True, capture_output=True, text=True).stdout.strip()

    def checkout(self, work, sha):
        self.git("clone", "--quiet", str(self.repository), str(work), directory=self.root)
        self.git("-c", "advice.detachedHead=false", "checkout", "--quiet", sha, directory=work)

    def create(self):
        wait_for(self.url)
        location = {"LocationConstraint": "eu-west-1"}
        self.s3().create_bucket(Bucket="states", CreateBucketConfiguration=location)
        self.repository.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "user.name", "A contributor")
        self.git("config", "user.email", "contributor@example.org")
        stacks = [("network", []), ("service", ["network"])]
        manifest = {
            "format_version": "1.0",
            "stacks": [
                {
                    "name": name,
                    "environment": "production",
                    "path": name,
                    "depends_on": depends_on,
                    "resources": [],
                    "edges": [],
                }
                for name, depends_on in stacks
            ],
        }
        out = self.repository / "iac.out"
        out.mkdir()
        (out / "manifest.json").write_text(json.dumps(manifest))
        self.configure("first")

    def settings(self, key):
        return f"""    bucket                      = "states"
    key                         = "{key}"
    region                      = "eu-west-1"
    endpoints                   = {{ s3 = "{self.url}", sts = "{self.url}" }}
    use_path_style              = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
    skip_s3_checksum            = true"""

    def backend(self, name):
        return f"""terraform {{
  backend "s3" {{
{self.settings(name)}
  }}
}}
"""

    def configure(self, value, message="change"):
        """Commits both stacks with this value, and returns the commit."""
        network = f"""resource "terraform_data" "network" {{
  input = "{value}"
}}

output "value" {{
  value = terraform_data.network.output
}}
"""
        service = f"""data "terraform_remote_state" "network" {{
  backend = "s3"
  config = {{
{self.settings("network")}
  }}
}}

resource "terraform_data" "service" {{
  input = data.terraform_remote_state.network.outputs.value
}}
"""
        for name, text in [("network", network), ("service", service)]:
            directory = self.repository / "iac.out" / name
            directory.mkdir(exist_ok=True)
            (directory / "main.tf").write_text(self.backend(name) + "\n" + text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def generate(self, system, file):
        args = [self.binary, "ci", system, "--synthesized", "iac.out", "--iac-version", "1.2.3", "--out", file]
        (self.repository / file).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(args, cwd=self.repository, check=True)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "pipeline")

    def s3(self):
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        return boto3.client("s3", endpoint_url=self.url, region_name="eu-west-1", **keys)

    def state(self, stack):
        """The value in the state of a stack; none before its first apply."""
        try:
            state = json.load(self.s3().get_object(Bucket="states", Key=stack)["Body"])
        except botocore.exceptions.ClientError:
            return None
        resources = [each for each in state["resources"] if each["type"] == "terraform_data"]
        return resources[0]["instances"][0]["attributes"]["input"]["value"] if resources else None

    def change_elsewhere(self, stack, value):
        """Somebody else applies another value."""
        work = self.scratch("elsewhere")
        self.checkout(work, "HEAD")
        directory = work / "iac.out" / stack
        text = (directory / "main.tf").read_text()
        start = text.index("input = ")
        end = text.index("\n", start)
        (directory / "main.tf").write_text(f'{text[:start]}input = "{value}"{text[end:]}')
        for command in (["init"], ["apply", "-auto-approve"]):
            subprocess.run(
                ["terraform", *command, "-input=false", "-no-color"], cwd=directory, check=True, capture_output=True,
                env=self.environment(work) | self.credentials,
            )


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url):
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/moto-api/").close()
            return
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
    raise TimeoutError("moto does not start")
