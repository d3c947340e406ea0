#!/usr/bin/env python3
"""Measures runs that wait and runs that call others, on the release server with fsync on.

Prints figures and marks; asserts nothing. Needs wrk. All load stays on 127.0.0.1, ends by itself.
Usage: waiting_server_bench.py BINARY [--items N] [--open-runs N] [--only maps|open-runs]
"""

import argparse
import contextlib
import datetime
import os
import random
import re
import shutil
import statistics
import tempfile
import time
import urllib.error

from server_bench import Server, row, wrk

HOUR_MS = 3_600_000


def document(name, node, kind, data):
    return {"name": name, "graph": {"edges": [], "nodes": [
        {"id": node, "type": kind, "position": {"x": 0, "y": 0}, "data": data}]}}


def publish(server, flow):
    flow_id = server.call("POST", "/api/flows", flow)["id"]
    server.call("POST", f"/api/flows/{flow_id}/publish", {"changeSummary": "bench"})
    return flow_id


def delay(milliseconds):
    return document("Delay", "wait", "delay", {"delayMs": milliseconds})


def trivial():
    return document("Trivial", "one", "code-execution", {"code": "return 1;"})


def start(server, flow, value=None, wait=0):
    query = f"?wait={wait}" if wait else ""
    return server.call("POST", f"/api/flows/{flow}/runs{query}",
                       {"input": value, "version": "active"})


def measure_map(server, child, items, mark, concurrent=100):
    """The rate and the memory at each tenth: both must stay flat. Then how the run is looked at."""
    flow = publish(server, document("Map", "each", "map", {
        "subflowId": child, "inputArray": "{{$trigger}}", "maxConcurrent": concurrent,
        "collectResults": False}))
    curve, settled, told_at = [], 0, time.perf_counter()
    began = told_at
    run = start(server, flow, list(range(items)))["runId"]
    while True:
        try:
            page = server.call("GET", f"/api/runs/{run}/map/each?limit=1")
        except urllib.error.HTTPError:  # the node has not begun
            continue
        done = page["succeeded"] + page["failed"]
        now = time.perf_counter()
        if done > settled and (done - settled >= items / 10 or done == items):
            curve.append(f"{(done - settled) / (now - told_at):,.0f}/s {server.memory_mb()[0]:.0f}")
            settled, told_at = done, now
        if done == items or now - began > 300:
            break
        time.sleep(0.01 if items <= 1000 else 0.1)
    row(f"map of {items:,} trivial items, {concurrent} at a time ({done:,} done)",
        f"{now - began:.2f} s", mark)
    print("    items/s and MB at each tenth: " + ", ".join(curve), flush=True)
    look_at(server, run)


def milliseconds(work):
    """The best of a few: others use the machine too."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


def look_at(server, run):
    while server.call("GET", f"/api/runs/{run}")["run"]["status"] != "completed":
        time.sleep(0.05)
    size = len(server.text(f"/api/runs/{run}"))
    last = server.call("GET", f"/api/runs/{run}")["nextAfter"] or 0
    row("    its detail", f"{milliseconds(lambda: server.text(f'/api/runs/{run}')):.0f} ms",
        f"{size / 1024:,.0f} KB")
    path = f"/api/runs/{run}/events?limit=1000&after={last}"
    row("    its second page of events", f"{milliseconds(lambda: server.text(path)):.0f} ms")
    path = f"/api/runs/{run}/stream?after=1000000000"
    row("    its stream, behind the end", f"{milliseconds(lambda: server.text(path)):.0f} ms")


def measure_calls(server, child, depth_runs=20):
    """A run of so many calls, one after the other."""
    nodes = [{"id": f"c{i}", "type": "sub-flow", "position": {"x": 0, "y": 100 * i},
              "data": {"workflowId": child}} for i in range(depth_runs)]
    edges = [{"id": f"e{i}", "source": f"c{i}", "target": f"c{i + 1}"}
             for i in range(depth_runs - 1)]
    flow = publish(server, {"name": "Calls", "graph": {"nodes": nodes, "edges": edges}})
    took = []
    for _ in range(20):
        began = time.perf_counter()
        if start(server, flow, wait=60)["status"] != "completed":
            raise SystemExit("a chain of calls did not complete")
        took.append((time.perf_counter() - began) * 1000 / depth_runs)
    row("a call of a trivial flow, in a chain of 20, p50", f"{statistics.median(took):.2f} ms")


def measure_delays(server):
    """Ten fan-outs of 1,000 at a time, from the first request to the end of all."""
    child = publish(server, delay(100))
    flow = publish(server, document("Delays", "each", "map", {
        "subflowId": child, "inputArray": "{{$trigger}}", "maxConcurrent": 1000}))
    values = list(range(1000))
    began = time.perf_counter()
    runs = [start(server, flow, values)["runId"] for _ in range(10)]
    while any(server.call("GET", f"/api/runs/{run}")["run"]["status"] != "completed"
              for run in runs):
        time.sleep(0.01)
    row("10,000 concurrent delays of 100 ms, all done", f"{time.perf_counter() - began:.2f} s",
        "mark 1 s")
    seconds, connections = 5, 256
    rate, p50, p99, _, bad = wrk(server, child, connections, seconds, "?wait=30")
    row(f"delays of 100 ms by {connections} clients: p50 / p99", f"{p50:.0f} / {p99:.0f} ms",
        f"{rate:,.0f}/s, {bad} bad answers")


def metric(server, name):
    """Of all its labels together."""
    values = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)", server.text("/metrics"), re.M)
    return sum(map(float, values))


def start_waiting_runs(server, flow, wanted):
    """Until so many wait; how many do, at most ten minutes later."""
    began = time.perf_counter()
    while (started := int(metric(server, "swiftgrid_runs_started_total"))) < wanted:
        if time.perf_counter() - began > 600:
            break
        wrk(server, flow, 64, 2 if wanted - started > 20_000 else 1, "")
    return started


def measure_lateness(server, pending):
    """Delays that end at any time of some seconds, among all the others that wait."""
    count, longest_ms = 1_000, 10_000
    flows = [publish(server, delay(random.randint(2_000, longest_ms))) for _ in range(50)]
    runs = [start(server, flows[i % 50])["runId"] for i in range(count)]
    time.sleep(longest_ms / 1000 + 2)
    late = []
    for run in runs:
        events = server.call("GET", f"/api/runs/{run}/events")["items"]
        until = next(e["payload"]["until"] for e in events if e["eventType"] == "NODE_SUSPENDED")
        done = next(e["createdAt"] for e in events if e["eventType"] == "NODE_COMPLETED")
        parse = datetime.datetime.fromisoformat
        late.append((parse(done) - parse(until)).total_seconds() * 1000)
    late.sort()
    row(f"timer lateness with {pending:,} pending: p50 / p99 / most",
        f"{late[count // 2]:.0f} / {late[count * 99 // 100]:.0f} / {late[-1]:.0f} ms", "mark 50 ms")


def measure_open_runs(binary, wanted):
    with folder() as data_dir:
        server = Server(binary, data_dir)
        flow = publish(server, delay(24 * HOUR_MS))
        wrk(server, flow, 64, 1, "")  # its connections and caches are no part of a run
        begun, before = metric(server, "swiftgrid_runs_in_memory"), server.memory_mb()[0]
        few = start_waiting_runs(server, flow, 15_000)
        held, with_few = metric(server, "swiftgrid_runs_in_memory"), server.memory_mb()[0]
        if held > begun:
            row(f"memory of an open run in memory, {held:,.0f} held",
                f"{(with_few - before) * 1048576 / (held - begun):,.0f} B")
        middle = start_waiting_runs(server, flow, min(60_000, wanted // 2))
        with_middle = server.memory_mb()[0]
        started = start_waiting_runs(server, flow, wanted)
        if started > middle > few:
            row(f"memory of an open run out of memory, {started:,} wait",
                f"{(server.memory_mb()[0] - with_middle) * 1048576 / (started - middle):,.0f} B",
                "on disk: near 0")
        measure_lateness(server, started)
        server.process.kill()
        server.process.wait()
        server = Server(binary, data_dir)
        row(f"ready after a kill with {started:,} open runs", f"{server.cold_start_ms:.0f} ms",
            "mark 2,000 ms for 100,000")
        row("memory after that start", f"{server.memory_mb()[0]:.1f} MB")
        server.stop()


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="swiftgrid-bench-")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--open-runs", type=int, default=100_000)
    parser.add_argument("--only", choices=["maps", "open-runs"])
    options = parser.parse_args()
    print(f"waiting and calling (load average at start {os.getloadavg()[0]:.2f})")
    if options.only != "open-runs":
        with folder() as data_dir:
            measure_maps(Server(options.binary, data_dir), options.items)
    if options.only != "maps":
        measure_open_runs(options.binary, options.open_runs)


def measure_maps(server, items):
    try:
        child = publish(server, trivial())
        measure_calls(server, child)
        measure_map(server, child, 1_000, "mark 0.15 s")
        measure_delays(server)
        measure_map(server, child, items, "mark 12 s for 100,000")
        measure_map(server, child, items, "no worse than the wide one", concurrent=10)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
