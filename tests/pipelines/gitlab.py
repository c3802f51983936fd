"""Runs a GitLab pipeline: as much of GitLab CI/CD as the generated pipelines use, and nothing that they do not."""

import pathlib
import re
import shutil
import subprocess

import yaml

JOB_KEYS = {
    "stage", "extends", "needs", "rules", "script", "before_script", "after_script", "artifacts", "cache", "variables",
    "id_tokens", "environment", "resource_group", "interruptible", "timeout", "image",
}
NO_JOBS = {"stages", "workflow", "default", "variables"}


class Pipeline:
    """One pipeline."""

    def __init__(self, world, file, source, branch, sha, is_protected, start=lambda job, pipeline: True):
        self.world, self.sha, self.start = world, sha, start
        self.file = yaml.safe_load(pathlib.Path(file).read_text())
        self.variables = {
            "CI_PIPELINE_SOURCE": source,
            "CI_COMMIT_REF_PROTECTED": "true" if is_protected else "false",
            "CI_COMMIT_SHA": sha,
            **({} if source == "merge_request_event" else {"CI_COMMIT_BRANCH": branch}),
            **{key: str(value) for key, value in self.file["variables"].items()},
            **world.variables,
            # Protected variables are those of protected branches only.
            **(world.protected_variables if is_protected else {}),
        }
        self.results, self.artifacts, self.logs = {}, {}, {}
        if self.rule(self.file["workflow"]["rules"]):
            self.run()

    def run(self):
        jobs = {name: self.job(name) for name in self.file if name not in NO_JOBS and not name.startswith(".")}
        jobs = {name: (job, rule) for name, job in jobs.items() if (rule := self.rule(job["rules"]))}
        stages = self.file["stages"]
        for name, (job, _) in jobs.items():
            for need in job.get("needs", []):
                assert need in jobs, f"{name} needs {need}, which is not in the pipeline"
                assert stages.index(jobs[need][0]["stage"]) <= stages.index(job["stage"])
        while jobs:
            before = len(jobs)
            for name, (job, rule) in list(jobs.items()):
                if not all(need in self.results for need in job.get("needs", [])):
                    continue
                del jobs[name]
                if any(self.results[need] != "success" for need in job.get("needs", [])):
                    self.results[name] = "skipped"
                elif rule.get("when") == "manual" and not self.start(name, self):
                    self.results[name] = "manual"
                else:
                    self.results[name] = "success" if self.execute(name, job) else "failed"
            assert len(jobs) < before, f"jobs need each other: {list(jobs)}"

    def job(self, name):
        job = dict(self.file[name])
        unknown = set(job) - JOB_KEYS
        assert not unknown, f"{name}: {unknown}"
        parents = job.pop("extends", [])
        merged = {}
        for parent in [parents] if isinstance(parents, str) else parents:
            merged = merge(merged, self.job(parent))
        return merge(merged, job)

    def rule(self, rules):
        return next((rule for rule in rules if self.holds(rule["if"])), None)

    def holds(self, condition):
        return all(self.compare(part.strip()) for part in condition.split("&&"))

    def compare(self, part):
        name, operator, value = re.fullmatch(r"\$(\w+) (==|=~) (.*)", part).groups()
        actual = self.variables.get(name, "")
        if operator == "==":
            return actual == value.strip('"')
        return re.search(value.strip("/"), actual) is not None

    def execute(self, name, job):
        work = pathlib.Path(self.world.scratch(f"job-{name}"))
        self.world.checkout(work, self.sha)
        for need in job.get("needs", []):
            if need in self.artifacts:
                shutil.copytree(self.artifacts[need], work, dirs_exist_ok=True)
        number = self.world.number()
        env = self.world.environment(work) | self.variables
        env |= {"CI_PROJECT_DIR": str(work), "CI_JOB_ID": str(number)}
        if "environment" in job:
            env["CI_ENVIRONMENT_NAME"] = job["environment"]["name"]
        for key, value in job.get("variables", {}).items():
            env[key] = re.sub(r"\$(\w+)", lambda found: env.get(found.group(1), ""), value)
        for key in job.get("id_tokens", {}):
            env[key] = self.world.token
        default = self.file["default"]
        lines = job.get("before_script", default.get("before_script", [])) + job["script"]
        ended = self.shell("\n".join(lines), work, env)
        self.shell("\n".join(job.get("after_script", [])), work, env)
        assert not pathlib.Path(f"/tmp/iac-{number}").exists(), f"{name} leaves its plan behind"
        self.logs[name] = ended.stdout
        if ended.returncode == 0 or job.get("artifacts", {}).get("when") == "always":
            self.keep(name, job, work)
        return ended.returncode == 0

    @staticmethod
    def shell(script, work, env):
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=work, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )

    def keep(self, name, job, work):
        kept = pathlib.Path(self.world.scratch("artifact"))
        for path in job.get("artifacts", {}).get("paths", []):
            (kept / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(work / path, kept / path)
        self.artifacts[name] = kept


def merge(parent, child):
    """As `extends` does: maps are merged, everything else is replaced."""
    merged = dict(parent)
    for key, value in child.items():
        is_map = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if is_map else value
    return merged
