#!/usr/bin/env python3
"""Runs the pipelines that `iac ci` generates, job by job, in a Git repository with Terraform and a local AWS API.

usage: run.py IAC [SCENARIO…]

Needs terraform, jq, and to be run with a Python that has moto: `.ci/run oracle-pipelines`.
"""

import json
import sys
import traceback

import github
import gitlab
from world import World

OWN = {"number": 7, "head": {"repo": {"full_name": "owner/name"}}}
FORK = {"number": 8, "head": {"repo": {"full_name": "stranger/name"}}}
WORKFLOW = ".github/workflows/infrastructure.yml"
PROTECTED = ["required_reviewers", "branch_policy"]
PLAN, APPLY = "plan role", "apply role"


def github_world(binary, rules=PROTECTED, comments=()):
    world = World(binary)
    world.generate("github", WORKFLOW)
    world.variables = {"IAC_PLAN_ROLE": PLAN, "IAC_APPLY_ROLE": APPLY, "IAC_REGION": "eu-west-1"}
    world.trust = {PLAN: ["pull_request", "ref:refs/heads/main"], APPLY: ["environment:production"]}
    environments = {"production": list(rules)} if rules is not None else {}
    world.environments = {name: {"rules": rules} for name, rules in environments.items()}
    world.github.write_text(json.dumps({"environments": environments, "comments": list(comments)}))
    return world


def comments(world):
    return json.loads(world.github.read_text())["comments"]


def workflow(world, event, sha, ref="refs/heads/main", pull=None, **options):
    return github.Run(world, world.repository / WORKFLOW, event, ref, sha, pull, **options)


def check(run, expected):
    """Compares results of jobs, and shows the logs of those that failed."""
    found = {name: run.results.get(name) for name in expected}
    if found != expected:
        failed = [f"{name}:\n{run.logs.get(name)}" for name in expected if run.results.get(name) != expected[name]]
        raise AssertionError(f"expected {expected}, found {found}\n" + "\n".join(failed))


def github_change_and_merge(binary):
    """A pull request is planned without rights to write; after its merge and approval its stacks are applied in order."""
    world = github_world(binary)
    sha = world.configure("first")
    run = workflow(world, "pull_request", sha, "refs/pull/7/merge", OWN)
    # Before the first apply the second stack has no state of the first to read. The comment says so.
    check(run, {"preview-network": "success", "preview-service": "failure", "comment": "success"})
    check(run, {name: "skipped" for name in ["protection", "plan-network", "apply-network", "drift"]})
    (comment,) = comments(world)
    assert comment["body"].startswith("<!-- iac -->\n## network\n"), comment
    assert comment["body"].endswith("## service\n\nThe plan failed: see the run.\n"), comment
    assert set(run.roles) == {PLAN} and world.state("network") is None
    run = workflow(world, "push", sha)
    jobs = ["plan-network", "apply-network", "plan-service", "apply-service"]
    check(run, {name: "success" for name in jobs})
    # The second stack was planned after the first was applied.
    assert (world.state("network"), world.state("service")) == ("first", "first")
    run = workflow(world, "pull_request", world.configure("second"), "refs/pull/7/merge", OWN)
    jobs = ["check", "findings", "preview-network", "preview-service", "comment"]
    check(run, {name: "success" for name in jobs})
    (comment,) = comments(world)
    assert "The plan failed" not in comment["body"] and "second" in comment["body"], comment
    run = workflow(world, "workflow_dispatch", sha)
    check(run, {"findings": "success", "plan-network": "success", "apply-network": "skipped"})
    check(run, {"plan-service": "success", "apply-service": "skipped"})
    return world


def github_stale_approval(binary):
    """What changes between the approval and the apply is not applied, and neither are stacks that depend on it."""
    world = github_world(binary)
    sha = world.configure("second")

    def approve(environment, run):
        world.change_elsewhere("network", "third")
        return True

    run = workflow(world, "push", sha, approve=approve)
    check(run, {"plan-network": "success", "apply-network": "failure", "plan-service": "skipped"})
    assert "Failed on effects digest: expected" in run.logs["apply-network"], run.logs["apply-network"]
    assert world.state("network") == "third"
    # The way on: plan again, and approve that.
    run = workflow(world, "workflow_dispatch", sha)
    check(run, {"apply-network": "success", "apply-service": "success"})
    assert (world.state("network"), world.state("service")) == ("second", "second")
    return world


def github_refused_approval(binary):
    """Nothing is applied without an approval."""
    world = github_world(binary)
    run = workflow(world, "push", world.configure("second"), approve=lambda environment, run: False)
    check(run, {"plan-network": "success", "apply-network": "failure", "plan-service": "skipped"})
    assert world.state("network") is None
    return world


def github_unprotected_environment(binary):
    """Nothing is planned or applied if the environment is missing or lacks a protection."""
    for rules in (None, [], ["branch_policy"], ["required_reviewers"]):
        world = github_world(binary, rules)
        run = workflow(world, "push", world.configure("second"))
        check(run, {"protection": "failure", "plan-network": "skipped", "apply-network": "skipped"})
        assert APPLY not in run.roles and world.state("network") is None
        world.close()
    return world


def github_hostile_fork(binary):
    """A fork's pull request is checked, and gets neither credentials nor a comment."""
    world = github_world(binary)
    run = workflow(world, "pull_request", world.configure("second"), "refs/pull/8/merge", FORK)
    check(run, {"check": "success", "findings": "skipped", "comment": "skipped"})
    check(run, {"preview-network": "skipped", "preview-service": "skipped"})
    assert not run.roles and not comments(world)
    return world


def github_hostile_comment(binary):
    """A comment in the workflow's own form, with any digest, changes nothing."""
    forged = [
        {"id": 1, "user": {"login": login, "type": kind}, "body": f"<!-- iac -->\n<!-- iac network {'0' * 32} -->"}
        for login, kind in [("stranger", "User"), ("strange-app[bot]", "Bot")]
    ]
    world = github_world(binary, comments=forged)
    sha = world.configure("second")
    run = workflow(world, "pull_request", sha, "refs/pull/7/merge", OWN)
    check(run, {"comment": "success"})
    authors = [each["user"]["login"] for each in comments(world)]
    assert authors == ["stranger", "strange-app[bot]", "github-actions[bot]"], authors
    assert comments(world)[:2] == forged

    # Even one by the workflow itself, edited after the plan, is not read.
    def approve(environment, run):
        state = json.loads(world.github.read_text())
        state["comments"][2]["body"] = forged[0]["body"]
        world.github.write_text(json.dumps(state))
        world.change_elsewhere("network", "third")
        return True

    run = workflow(world, "push", sha, approve=approve)
    check(run, {"apply-network": "failure"})
    return world


def github_other_branch(binary):
    """A run on another branch applies nothing."""
    world = github_world(binary)
    run = workflow(world, "workflow_dispatch", world.configure("second"), "refs/heads/feature")
    check(run, {"plan-network": "skipped", "apply-network": "skipped"})
    assert not run.roles and world.state("network") is None
    return world


def github_drift(binary):
    """The scheduled run fails after a change elsewhere, and passes without one."""
    world = github_world(binary)
    sha = world.configure("second")
    check(workflow(world, "push", sha), {"apply-service": "success"})
    run = workflow(world, "schedule", sha)
    check(run, {"drift": "success", "check": "skipped", "plan-network": "skipped"})
    world.change_elsewhere("network", "third")
    run = workflow(world, "schedule", sha)
    check(run, {"drift": "failure"})
    assert set(run.roles) == {PLAN} and world.state("network") == "third"
    return world


def gitlab_world(binary):
    world = World(binary)
    world.generate("gitlab", ".gitlab-ci.yml")
    world.variables = {"IAC_PLAN_ROLE": "arn:aws:iam::123456789012:role/plan"}
    world.protected_variables = {"IAC_APPLY_ROLE": "arn:aws:iam::123456789012:role/apply"}
    return world


def pipeline(world, source, sha, is_protected=True, **options):
    file = world.repository / ".gitlab-ci.yml"
    return gitlab.Pipeline(world, file, source, "main", sha, is_protected, **options)


def gitlab_change_and_merge(binary):
    """A merge request is planned; after its merge each stack is applied once its manual job is started."""
    world = gitlab_world(binary)
    sha = world.configure("second")
    run = pipeline(world, "merge_request_event", sha, is_protected=False)
    # Before the first apply the second stack has no state of the first to read.
    check(run, {"check": "success", "preview-network": "success", "preview-service": "failed"})
    assert not any(name.startswith(("plan-", "apply-", "drift-")) for name in run.results), run.results
    assert world.state("network") is None
    run = pipeline(world, "push", sha, start=lambda job, run: False)
    check(run, {"plan-network": "success", "apply-network": "manual", "plan-service": "skipped"})
    assert world.state("network") is None
    run = pipeline(world, "push", sha)
    check(run, {"apply-network": "success", "apply-service": "success"})
    assert (world.state("network"), world.state("service")) == ("second", "second")
    return world


def gitlab_stale_approval(binary):
    """What changes between the plan and the manual job is not applied."""
    world = gitlab_world(binary)
    sha = world.configure("second")

    def start(job, run):
        world.change_elsewhere("network", "third")
        return True

    run = pipeline(world, "push", sha, start=start)
    check(run, {"plan-network": "success", "apply-network": "failed", "plan-service": "skipped"})
    assert world.state("network") == "third"
    run = pipeline(world, "web", sha)
    check(run, {"apply-network": "success", "apply-service": "success"})
    assert world.state("service") == "second"
    return world


def gitlab_unprotected_branch(binary):
    """Nothing is planned or applied on a branch that is not protected."""
    world = gitlab_world(binary)
    run = pipeline(world, "push", world.configure("second"), is_protected=False)
    check(run, {"check": "failed"})
    assert set(run.results) == {"check"} and world.state("network") is None
    return world


def gitlab_drift(binary):
    """The scheduled pipeline fails after a change elsewhere, and passes without one."""
    world = gitlab_world(binary)
    sha = world.configure("second")
    check(pipeline(world, "push", sha), {"apply-service": "success"})
    run = pipeline(world, "schedule", sha)
    check(run, {"drift-network": "success", "drift-service": "success"})
    world.change_elsewhere("network", "third")
    run = pipeline(world, "schedule", sha)
    check(run, {"drift-network": "failed"})
    return world


SCENARIOS = [
    value
    for name, value in list(globals().items())
    if name.startswith(("github_", "gitlab_")) and not name.endswith("_world")
]


def main():
    binary, *names = sys.argv[1:]
    failed = 0
    chosen = [scenario for scenario in SCENARIOS if not names or scenario.__name__ in names]
    assert chosen, f"no such scenario: {names}"
    for scenario in chosen:
        try:
            scenario(binary).close()
            print(f"{scenario.__name__}: ok", flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            print(f"{scenario.__name__}: FAILED", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
