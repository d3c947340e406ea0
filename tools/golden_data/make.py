#!/usr/bin/env python3
"""Writes a data folder as a server of today leaves it, for the upgrade test of tomorrow.

Usage: make.py BINARY COMMIT

Makes tests/golden/data/COMMIT with data.tar.gz, the folder of a server that was killed while runs
were open, and expected.json, what its API said of flows and runs before. Runs of what the binary
cannot run yet are left out (their flows are not), so the script also serves older commits.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request

TOKEN = "golden-token-of-the-maker"
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "data"
CODE = {"label": "Double", "inputs": {"n": "{{$trigger.n ?? 1}}"},
        "code": "return { n: INPUT.n * 2 };"}
ROUTE = {"label": "Route", "routeBy": "{{double.n}}", "mode": "first_match",
         "conditions": [{"id": "big", "label": "Big", "expression": "value > 10"}],
         "defaultOutput": "small"}


def document(name, nodes, edges=()):
    """Nodes are (id, type, data), edges (source, handle, target)."""
    return {
        "name": name,
        "graph": {
            "nodes": [{"id": node, "type": kind, "position": {"x": 0, "y": 100 * index},
                       "data": data} for index, (node, kind, data) in enumerate(nodes)],
            "edges": [{"id": f"{source}-{target}", "source": source, "target": target,
                       **({"sourceHandle": handle} if handle else {})}
                      for source, handle, target in edges]}}


def echo(delay_ms):
    return {"label": "Call", "method": "POST", "url": f"/api/echo?delayMs={delay_ms}",
            "body": {"text": "Grüße, 世界", "run": "{{$trigger}}"}}


# Documents and the inputs of their runs.
ENDED = [
    (document("Branches", [
        ("double", "code-execution", CODE), ("route", "router", ROUTE),
        ("big", "code-execution", {"label": "Big", "code": "return 'big';"}),
        ("small", "code-execution", {"label": "Small", "code": "return 'small';"})],
        [("double", "", "route"), ("route", "big", "big"), ("route", "small", "small")]),
     [{"n": 1}, {"n": 7}, None]),
    (document("Call echo", [("call", "http-request", echo(0))]), [{"n": 1.5}, []]),
    (document("Fail", [
        ("throw", "code-execution", {"label": "Throw", "code": "throw new Error('no');"}),
        ("after", "code-execution", {"label": "After", "code": "return 1;"})],
        [("throw", "", "after")]), ["x", {"deep": {"list": [1, None, True]}}]),
    (document("Absorb", [
        ("throw", "code-execution",
         {"label": "Throw", "onError": "branch", "code": "throw new Error('no');"}),
        ("mend", "code-execution", {"label": "Mend", "code": "return nodes.throw;"})],
        [("throw", "error", "mend")]), [1]),
    (document("Nap", [("wait", "delay", {"label": "Wait", "delayMs": 5})]), [1]),
]

# Documents and what ends their runs after the upgrade: None is time, else a resume of the node.
OPEN = [
    (document("Slow call", [
        ("call", "http-request", echo(2000)),
        ("after", "code-execution", {"label": "After", "code": "return nodes.call.status;"})],
        [("call", "", "after")]), None),
    (document("Sleep", [("wait", "delay", {"label": "Wait", "delayMs": 8000})]), None),
    (document("Ask", [
        ("approval", "webhook-wait", {"label": "Approve", "timeoutMs": 3_153_600_000_000})]),
     "approval"),
]


class Server:
    def __init__(self, binary, data_dir):
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "SWIFTGRID_API_TOKEN": TOKEN})
        for line in self.process.stdout:
            if found := re.search(r"http://[\d.:]+", line):
                self.url = found.group(0)
                return
        raise SystemExit("the server printed no address")

    def call(self, method, path, body=None, headers=None):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json",
                     **(headers or {})})
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null"), response.headers

    def get(self, path):
        return self.call("GET", path)[0]

    def create(self, flow):
        """Two versions, the first of them active, and a draft that differs from both."""
        created, headers = self.call("POST", "/api/flows", flow)
        path = f"/api/flows/{created['id']}"
        self.call("POST", f"{path}/publish", {"changeSummary": "first"})
        for summary in ("second", None):
            flow["graph"]["nodes"][0]["position"]["y"] += 7
            _, headers = self.call("PUT", path, {"graph": flow["graph"]},
                                   {"If-Match": headers["ETag"]})
            if summary:
                _, headers = self.call("POST", f"{path}/publish", {"changeSummary": summary})
                headers = self.call("GET", path)[1]
        self.call("POST", f"{path}/rollback", {"version": 1})
        return created["id"]

    def start(self, flow, value):
        """The run; None where this server knows the node types but cannot run them yet."""
        body = {"input": value, "version": "active"}
        try:
            return self.call("POST", f"/api/flows/{flow}/runs", body)[0]["runId"]
        except urllib.error.HTTPError as refused:
            if refused.code != 501:
                raise
            return None

    def run(self, run):
        detail = self.get(f"/api/runs/{run}")
        del detail["graph"]  # that of the flow's first version
        return detail

    def wait_for(self, run, is_reached):
        while not is_reached(self.run(run)):
            time.sleep(0.01)


def end_runs(server, expected):
    for flow_document, inputs in ENDED:
        flow = server.create(flow_document)
        expected["flows"].append(flow)
        for value in inputs:
            if run := server.start(flow, value):
                server.wait_for(run, lambda detail: detail["run"]["completedAt"])
                expected["ended"].append(run)


def leave_runs_open(server, expected):
    for flow_document, resumed_node in OPEN:
        flow = server.create(flow_document)
        expected["flows"].append(flow)
        if run := server.start(flow, {"n": 3}):
            server.wait_for(run, lambda detail: any(
                node["status"] in ("running", "suspended")
                for node in detail["nodeResults"].values()))
            expected["open"].append({"id": run, "resume": resumed_node})


def describe(server, expected):
    expected["flows"] = [
        {"flow": server.get(f"/api/flows/{flow}"),
         "versions": [server.get(f"/api/flows/{flow}/versions/{number}") for number in (1, 2)]}
        for flow in expected["flows"]]
    expected["ended"] = [server.run(run) for run in expected["ended"]]
    for run in expected["open"]:
        run["events"] = server.run(run["id"])["events"]


def main():
    binary, commit = sys.argv[1:]
    expected = {"flows": [], "ended": [], "open": []}
    with tempfile.TemporaryDirectory() as folder:
        data_dir = os.path.join(folder, "data")
        server = Server(os.path.abspath(binary), data_dir)
        try:
            end_runs(server, expected)
            leave_runs_open(server, expected)
            describe(server, expected)
        finally:
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        target = FOLDER / commit
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(target / "data.tar.gz", "w:gz", compresslevel=9) as archive:
            archive.add(data_dir, "data", filter=without_owner)
    (target / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def without_owner(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main()
