"""Runs a GitHub workflow: as much of GitHub Actions as the generated workflows use, and nothing that they do not.

Whatever is not implemented is an error, so that no step is passed over.
"""

import json
import pathlib
import re
import shutil
import subprocess

import yaml


class Missing(str):
    """What an expression does not find: an empty string, as on GitHub, and so is everything in it."""

    def __getattr__(self, name):
        return self


class Context(dict):
    """An object of an expression."""

    def __getattr__(self, name):
        return self.get(name, Missing())


def context(value):
    return Context({key: context(item) for key, item in value.items()}) if isinstance(value, dict) else value


class Refused(Exception):
    """GitHub or AWS would refuse this."""


class Run:
    """One run of a workflow."""

    def __init__(self, world, workflow, event, ref, sha, pull=None, approve=lambda environment, run: True):
        self.world, self.pull, self.approve = world, pull, approve
        self.workflow = yaml.safe_load(pathlib.Path(workflow).read_text())
        self.event, self.ref, self.sha = event, ref, sha
        self.results, self.outputs, self.artifacts, self.roles, self.logs = {}, {}, {}, {}, {}
        github = {
            "event_name": event,
            "ref": ref,
            "repository": "owner/name",
            "token": "the token of the job",
            "event": {"number": pull["number"], "pull_request": pull} if pull else {},
        }
        self.github = context(github)
        if self.is_triggered():
            self.run()

    def is_triggered(self):
        triggers = self.workflow.get("on", self.workflow.get(True))
        if self.event not in triggers:
            return False
        trigger = triggers[self.event]
        branches = trigger.get("branches") if isinstance(trigger, dict) else None
        return branches is None or self.ref.removeprefix("refs/heads/") in branches

    def run(self):
        waiting = dict(self.workflow["jobs"])
        while waiting:
            ready = [name for name, job in waiting.items() if all(need in self.results for need in needs(job))]
            assert ready, f"jobs need each other: {list(waiting)}"
            for name in ready:
                job = waiting.pop(name)
                if not self.condition(job.get("if"), name, job):
                    self.results[name] = "skipped"
                    continue
                self.start(name, job)

    def ancestors(self, job):
        for need in needs(job):
            yield need
            yield from self.ancestors(self.workflow["jobs"][need])

    def condition(self, text, name, job, steps=None):
        has_failed = any(self.results[each] == "failure" for each in self.ancestors(job))
        has_skipped = any(self.results[each] == "skipped" for each in needs(job))
        if text is None:
            return not has_failed and not has_skipped
        text = str(text)
        value = self.evaluate(text, job, steps, has_failed)
        if not re.search(r"\b(always|failure|cancelled|success)\(\)", text) and steps is None:
            return bool(value) and not has_failed and not has_skipped
        return bool(value)

    def evaluate(self, text, job, steps=None, has_failed=False, matrix=None):
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", text.strip())
        python = re.sub(r"needs\.([\w-]+)\.", r'needs["\1"].', text)
        python = python.replace("&&", " and ").replace("||", " or ")
        python = re.sub(r"!(?!=)", " not ", python)
        known = {
            "github": self.github,
            "needs": Context(
                {
                    need: context({"result": self.results[need], "outputs": self.outputs.get(need, {})})
                    for need in needs(job)
                }
            ),
            "steps": context(steps or {}),
            "matrix": context(matrix or {}),
            "vars": context(self.world.variables),
            "runner": context({"temp": self.temp, "os": "Linux"}) if hasattr(self, "temp") else Context(),
            "always": lambda: True,
            "cancelled": lambda: False,
            "failure": lambda: has_failed,
            "contains": lambda items, item: item in items,
            "fromJSON": json.loads,
        }
        return eval(python.strip(), {"__builtins__": {}}, known)

    def fill(self, value, job, steps=None, matrix=None):
        if not isinstance(value, str):
            return value
        evaluate = lambda found: str(self.evaluate(found.group(), job, steps, matrix=matrix))
        return re.sub(r"\$\{\{.*?\}\}", evaluate, value)

    def start(self, name, job):
        if environment := job.get("environment"):
            branches = self.world.environments.get(environment, {}).get("branches")
            if branches and self.ref not in branches:
                raise Refused(f"{self.ref} may not use {environment}")
            if "required_reviewers" in self.world.environments.get(environment, {}).get("rules", []):
                if not self.approve(environment, self):
                    self.results[name] = "failure"
                    return
        rows = job.get("strategy", {}).get("matrix", {}).get("include", [None])
        results = [self.execute(name, job, row) for row in rows]
        self.results[name] = "success" if all(results) else "failure"

    def execute(self, name, job, matrix):
        directory = pathlib.Path(self.world.scratch(f"job-{name}"))
        work, self.temp, home = directory / "work", str(directory / "temp"), directory / "home"
        for each in (work, pathlib.Path(self.temp), home):
            each.mkdir()
        env = self.world.environment(home)
        env |= {str(key): str(value) for key, value in self.workflow.get("env", {}).items()}
        env |= {
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "owner/name",
            "GITHUB_SHA": self.sha,
            "GITHUB_RUN_ID": "1",
            "RUNNER_TEMP": self.temp,
            "IAC_TEST_PERMISSIONS": json.dumps(self.permissions(job)),
        }
        steps, is_fine, log = {}, True, []
        for index, step in enumerate(job["steps"]):
            given = step.get("if")
            # A step runs after a failure only if its condition has a status function.
            if not (is_fine or (given and "always()" in str(given))):
                continue
            if given and not self.evaluate(str(given), job, steps, not is_fine, matrix):
                continue
            passed, outputs, output = self.step(step, job, steps, matrix, work, directory, env, index)
            log.append(output)
            steps[step.get("id", str(index))] = {"outcome": "success" if passed else "failure", "outputs": outputs}
            is_fine &= passed or bool(step.get("continue-on-error"))
        self.logs[name] = self.logs.get(name, "") + "\n".join(log)
        self.outputs[name] = {
            key: self.fill(value, job, steps, matrix) for key, value in job.get("outputs", {}).items()
        }
        return is_fine

    def permissions(self, job):
        given = job.get("permissions", self.workflow.get("permissions", {}))
        # The token of a fork's pull request can only read, and it gets no identity token.
        if self.is_fork():
            given = {key: "read" for key, value in given.items() if key != "id-token"}
        return given

    def is_fork(self):
        return bool(self.pull) and self.pull["head"]["repo"]["full_name"] != "owner/name"

    def step(self, step, job, steps, matrix, work, directory, env, index):
        if uses := step.get("uses"):
            given = {key: self.fill(value, job, steps, matrix) for key, value in step.get("with", {}).items()}
            try:
                self.action(uses.split("@")[0], given, job, work, env)
            except Refused as refused:
                return False, {}, f"{uses}: {refused}"
            return True, {}, ""
        output, path = directory / f"output-{index}", directory / "path"
        output.touch()
        path.touch()
        own = {str(key): str(self.fill(value, job, steps, matrix)) for key, value in step.get("env", {}).items()}
        shell_env = env | own | {
            "GITHUB_OUTPUT": str(output),
            "GITHUB_PATH": str(path),
            "GITHUB_STEP_SUMMARY": str(directory / "summary"),
        }
        shell_env["PATH"] = ":".join([*reversed(path.read_text().split()), shell_env["PATH"]])
        assert self.workflow["defaults"]["run"]["shell"] == "bash"
        where = work / str(self.fill(step.get("working-directory", "."), job, steps, matrix))
        script = self.fill(step["run"], job, steps, matrix)
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=where, env=shell_env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return ended.returncode == 0, outputs, f"$ {script}\n{ended.stdout}"

    def action(self, action, given, job, work, env):
        permissions = self.permissions(job)
        match action:
            case "actions/checkout":
                assert given["persist-credentials"] is False
                self.world.require(permissions, "contents", "read")
                self.world.checkout(work, self.sha)
            case "actions/cache" | "actions/cache/restore" | "hashicorp/setup-terraform":
                pass
            case "actions/upload-artifact":
                source = pathlib.Path(given["path"])
                if source.exists():
                    kept = pathlib.Path(self.world.scratch("artifact"))
                    copy(source, kept)
                    self.artifacts[given["name"]] = kept
            case "actions/download-artifact":
                names = [name for name in self.artifacts if is_named(name, given)]
                if "name" in given and not names:
                    raise Refused("no such artifact")
                for name in names:
                    copy(self.artifacts[name], work / given.get("path", "."))
            case "github/codeql-action/upload-sarif":
                self.world.require(permissions, "security-events", "write")
                assert (work / given["sarif_file"]).is_file()
            case "aws-actions/configure-aws-credentials":
                self.world.require(permissions, "id-token", "write")
                role = given["role-to-assume"]
                subject = f"environment:{job['environment']}" if "environment" in job else (
                    "pull_request" if self.pull else f"ref:{self.ref}"
                )
                if subject not in self.world.trust[role]:
                    raise Refused(f"{role} does not trust {subject}")
                self.roles.setdefault(role, []).append(subject)
                env |= self.world.credentials
            case _:
                raise NotImplementedError(action)


def needs(job):
    given = job.get("needs", [])
    return [given] if isinstance(given, str) else given


def is_named(name, given):
    if "name" in given:
        return name == given["name"]
    return name.startswith(given["pattern"].removesuffix("*"))


def copy(source, destination):
    destination.mkdir(parents=True, exist_ok=True)
    for path in [source] if source.is_file() else source.iterdir():
        if path.is_dir():
            shutil.copytree(path, destination / path.name, dirs_exist_ok=True)
        else:
            shutil.copy(path, destination)
