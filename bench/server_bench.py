#!/usr/bin/env python3
"""Measures the release server on loopback, with fsync on, as a client sees it.

Prints figures and marks; asserts nothing. Needs wrk. All load stays on 127.0.0.1 and ends by
itself.
Usage: server_bench.py BINARY [--seconds N]
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

TOKEN = "bench-token-of-the-server"


class Server:
    """The binary on a data folder of its own."""

    def __init__(self, binary, data_dir):
        self.data_dir = data_dir
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "SWIFTGRID_API_TOKEN": TOKEN})
        self.url = None
        for line in self.process.stdout:
            if found := re.search(r"http://[\w.\[\]:]+", line):
                self.url = found.group(0)
                break
        self.cold_start_ms = (time.perf_counter() - started) * 1000
        if self.url is None:
            raise SystemExit("the server printed no address")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null")

    def text(self, path):
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request) as response:
            return response.read().decode()

    def process_ids(self):
        """The server and everything it forked."""
        parents = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        family = {self.process.pid}
        grown = True
        while grown:
            children = {pid for pid, parent in parents.items() if parent in family} - family
            family |= children
            grown = bool(children)
        return family

    def cpu_seconds(self):
        ticks = 0
        for pid in self.process_ids():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        """Resident memory of the server alone, and of the family with shared pages counted once."""
        def kilobytes(path, name):
            try:
                return int(re.search(rf"^{name}:\s+(\d+)", pathlib.Path(path).read_text(), re.M)[1])
            except (OSError, TypeError):
                return 0
        own = kilobytes(f"/proc/{self.process.pid}/status", "VmRSS")
        family = sum(kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") for pid in self.process_ids())
        return own / 1024, family / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def flow_document(node_types):
    """A chain; a router passes on through its condition."""
    nodes, edges = [], []
    for index, kind in enumerate(node_types):
        data = {"label": f"Step {index}"}
        if kind == "code-execution":
            data["code"] = "return { n: (INPUT && INPUT.n || 0) + 1 };"
        else:
            data["routeBy"] = f"{{{{n{index - 1}.n}}}}"
            data["conditions"] = [{"id": "go", "label": "Go", "expression": "value > 0"}]
            data["defaultOutput"] = "stop"
        if index and node_types[index - 1] == "router":
            data["inputs"] = {"n": f"{{{{n{index - 2}.n}}}}"}
        nodes.append({"id": f"n{index}", "type": kind, "position": {"x": 0, "y": 100 * index},
                      "data": data})
        if index:
            edge = {"id": f"e{index}", "source": f"n{index - 1}", "target": f"n{index}"}
            if node_types[index - 1] == "router":
                edge["sourceHandle"] = "go"
            edges.append(edge)
    return {"name": "Bench", "graph": {"nodes": nodes, "edges": edges}}


def publish(server, node_types):
    flow = server.call("POST", "/api/flows", flow_document(node_types))
    server.call("POST", f"/api/flows/{flow['id']}/publish", {"changeSummary": "bench"})
    return flow["id"]


def wrk(server, flow_id, connections, seconds, query, delay_ms=0):
    """Runs wrk: rate, p50 and p99 in ms, CPU ms per request, count of bad answers."""
    script = f"""
wrk.method = "POST"
wrk.path = "/api/flows/{flow_id}/runs{query}"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {TOKEN}"
wrk.body = '{{"input":{{"x":1}},"version":"active"}}'
{f'function delay() return math.random(0, {2 * delay_ms}) end' if delay_ms else ''}
done = function(summary, latency, requests)
  io.write(string.format('RESULT {{"requests":%d,"us":%d,"p50":%d,"p99":%d,"bad":%d}}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        before = server.cpu_seconds()
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", file.name,
             server.url], capture_output=True, text=True, check=True).stdout
        cpu = server.cpu_seconds() - before
    result = json.loads(re.search(r"RESULT (.*)", output)[1])
    rate = result["requests"] / (result["us"] / 1e6)
    return (rate, result["p50"] / 1000, result["p99"] / 1000,
            cpu * 1000 / max(1, result["requests"]), result["bad"])


def folder_bytes(path):
    return sum(file.stat().st_size for file in pathlib.Path(path).rglob("*") if file.is_file())


def row(name, value, mark=""):
    print(f"  {name:<52} {value:>26}   {mark}", flush=True)


def measure_throughput(server, flow_id, seconds):
    peak = 0.0
    for connections in (32, 256):
        rate, p50, p99, cpu, bad = wrk(server, flow_id, connections, seconds, "")
        row(f"accepted runs/s, {connections} connections", f"{rate:,.0f}")
        row("  p50 / p99 / CPU a run", f"{p50:.1f} / {p99:.1f} ms / {cpu:.3f} ms",
            f"{bad} bad answers" if bad else "")
        time.sleep(1)
        rate, p50, p99, cpu, bad = wrk(server, flow_id, connections, seconds, "?wait=30")
        row(f"completed runs/s, {connections} connections", f"{rate:,.0f}", "mark 8,000")
        row("  p50 / p99 / CPU a run", f"{p50:.1f} / {p99:.1f} ms / {cpu:.3f} ms",
            "mark 0.150 ms" + (f", {bad} bad answers" if bad else ""))
        peak = max(peak, rate)
    return peak


def measure_half_load(server, flow_id, seconds, peak):
    connections = 64
    delay_ms = max(1, round(connections / (peak / 2) * 1000) - 2)
    for name, query in (("accept", ""), ("completion", "?wait=30")):
        rate, p50, p99, _, bad = wrk(server, flow_id, connections, seconds, query, delay_ms)
        row(f"{name} at half load ({rate:,.0f}/s): p50 / p99", f"{p50:.2f} / {p99:.2f} ms",
            f"{bad} bad answers" if bad else "")


def measure_chain(server):
    flow_id = publish(server, ["code-execution"] * 40)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    durations = []
    for _ in range(300):
        started = time.perf_counter()
        connection.request("POST", f"/api/flows/{flow_id}/runs?wait=30", '{"input":{"x":1}}',
                           headers)
        ended = json.loads(connection.getresponse().read())
        durations.append((time.perf_counter() - started) * 1000)
        if ended["status"] != "completed" or ended["output"] != {"n": 40}:
            raise SystemExit(f"a chain did not complete: {ended}")
    row("chain of 40 code nodes, request to answer, p50",
        f"{statistics.median(durations[100:]):.2f} ms", "mark 2 ms")


def measure_disk(binary, seconds):
    data_dir = tempfile.mkdtemp(prefix="swiftgrid-bench-")
    try:
        server = Server(binary, data_dir)
        flow_id = publish(server, ["code-execution", "router", "code-execution"])
        server.stop()
        before = folder_bytes(data_dir)
        server = Server(binary, data_dir)
        rate, *_ = wrk(server, flow_id, 32, seconds, "?wait=30")
        server.stop()
        runs = rate * seconds
        row("disk per 1,000 runs", f"{(folder_bytes(data_dir) - before) / runs:,.0f} KB",
            "mark 900 KB")
    finally:
        shutil.rmtree(data_dir)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"server (load average at start {load:.2f})")
    data_dir = tempfile.mkdtemp(prefix="swiftgrid-bench-")
    server = Server(options.binary, data_dir)
    try:
        row("cold start to ready", f"{server.cold_start_ms:.0f} ms", "mark 50 ms")
        time.sleep(1)
        own, family = server.memory_mb()
        row("memory idle: server / with script workers", f"{own:.1f} / {family:.1f} MB",
            "mark 30 MB")
        flow_id = publish(server, ["code-execution", "router", "code-execution"])
        measure_chain(server)
        peak = measure_throughput(server, flow_id, options.seconds)
        measure_half_load(server, flow_id, options.seconds, peak)
        time.sleep(2)
        metrics = server.text("/metrics")
        started, completed = (
            sum(int(float(each)) for each in re.findall(rf"^{name} (\S+)", metrics, re.M))
            for name in (r"swiftgrid_runs_started_total\{[^}]*\}",
                         r'swiftgrid_runs_finished_total\{status="completed"\}'))
        row("runs started / completed in all", f"{started:,} / {completed:,}")
        own, family = server.memory_mb()
        row("memory after load: server / with workers", f"{own:.1f} / {family:.1f} MB")
    finally:
        server.stop()
        shutil.rmtree(data_dir)
    measure_disk(options.binary, options.seconds)


if __name__ == "__main__":
    main()
