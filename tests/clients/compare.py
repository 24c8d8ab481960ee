"""Does the tasks of tasks.py with standard tools and with scops, compares the answers, and writes the figures.

    compare.py FOLDER PAGE

Each side has a platform of its own with the same night in it, so that neither finds what the other has changed. Any
difference between the answers fails.
"""

import collections
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import tasks

SCOPS = os.environ["SCOPS_BIN"]
# Each line has a shell of its own, which finds the variables of the one before.
KEEP_VARIABLES = "code=$?; declare -p Q I id > variables 2>/dev/null; exit $code"
SOURCES = {"CloudTrail": "cloudtrail", "vpcflowlogs": "vpcflow", "elasticloadbalancing": "alb"}
# What scops ends with where some objects could not be read: the night has four that nothing can.
PARTLY = 3


class Side:
    """A platform, and a shell in which one side's commands are typed."""

    def __init__(self, folder, end):
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        with open(folder / "environment", "w") as out, open(folder / "demo.log", "w") as log:
            words = [SCOPS, "demo", "--no-console", "--at", end.strftime("%Y-%m-%dT%H:%M:%SZ"), "--dir", folder / "night"]
            self.demo = subprocess.Popen(words, stdout=out, stderr=log)

    def wait(self):
        while "AWS_REGION" not in (text := (self.folder / "environment").read_text()):
            assert self.demo.poll() is None, (self.folder / "demo.log").read_text()
            time.sleep(0.2)
        values = dict(re.findall(r"^export (\w+)=(.*)$", text, re.M))
        # Version 1 of the aws CLI, which PyPI has, asks SQS at its own place unless the endpoint is an argument.
        aws = f'#!/bin/sh\nexec {shutil.which("aws")} --endpoint-url {values["AWS_ENDPOINT_URL"]} "$@"\n'
        for name, text in [("aws", aws), ("scops", f'#!/bin/sh\nexec {SCOPS} "$@"\n')]:
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)
        path = f'{self.folder / "bin"}:{os.environ["PATH"]}'
        self.environment = {**os.environ, **values, "PATH": path, "SCOPS_CONFIG": str(self.folder / "night/config.toml")}

    def type(self, command):
        """Types a line, and gives what it printed."""
        text = f". ./variables 2>/dev/null\n{command}\n{KEEP_VARIABLES}"
        done = subprocess.run(["bash", "-c", text], cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode in (0, PARTLY), f"{command}\nended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def records(self, command):
        return [json.loads(line) for line in self.type(command).splitlines()]

    def receipts(self):
        listed = json.loads(self.type(f"aws s3api list-objects-v2 --bucket {tasks.BUCKET}-index --prefix receipts/"))
        return {object["Key"] for object in listed["Contents"]}

    def stop(self):
        self.demo.send_signal(signal.SIGINT)
        self.demo.wait()


class Done:
    """A task as one side did it: what was typed, how long that took, and what each command printed."""

    def __init__(self, side, commands, values):
        self.typed, self.printed, self.seconds = [], [], 0.0
        for command in commands:
            if "<hash>" in command:
                values = values | {"hash": re.search(r"[0-9a-f]{64}", self.printed[-1]).group()}
            command = re.sub(r"<(\w+-?)>", lambda name: values.get(name[1], name[0]), command)
            began = time.monotonic()
            self.printed.append(side.type(command))
            self.seconds += time.monotonic() - began
            self.typed.append(command)
        self.characters = sum(len(command) for command in self.typed)


def same(what, standard, scops):
    if isinstance(standard, set):
        assert standard == scops, f"{what}: only standard tools {standard - scops}, only scops {scops - standard}"
    assert standard == scops, f"{what}: standard tools {standard}, scops {scops}"
    return standard


def late(done, scops, _):
    rows = [line.split("\t") for line in done.printed[-1].splitlines()]
    told = {SOURCES.get(row[0], row[0]): row for row in rows}
    surveys = scops.records(tasks.LATE.scops[0] + " -o ndjson")
    same("objects", {name: int(row[1]) for name, row in told.items()}, {row["source"]: row["objects"] for row in surveys})
    counts = same("late", {name: int(row[2]) for name, row in told.items()}, {row["source"]: row["late"] for row in surveys})
    longest = max(told.items(), key=lambda item: float(item[1][3]))
    gaps = [(row["source"], gap["start"], gap["end"]) for row in surveys for gap in row["gaps"]]
    name, start, end = (longest[0], *longest[1][4:6])
    assert (name, start, end) in gaps, f"no silence of {name} {start} {end} in {gaps}"
    shown = ", ".join(f"{name} {count} late" for name, count in counts.items() if count)
    return f"{shown}; {name} silent {start[11:16]}–{end[11:16]}Z"


def failed(done, scops, _):
    reasons = dict(line.split(" ", 1) if " " in line else (line, "") for line in done.printed[-1].splitlines())
    listed = [row for row in scops.records(tasks.FAILED.scops[0] + " -o ndjson") if row["state"] == "failed"]
    keys = same("failed objects", set(reasons), {row["object"] for row in listed})
    broken = {key for key, reason in reasons.items() if reason.strip()}
    same("broken objects", broken, {row["object"] for row in listed if row["reason"].startswith("gzip")})
    assert all(row["reason"] for row in listed)
    return f"{len(keys)} objects; why: of {len(broken)} by standard tools, of {len(listed)} by scops"


def search(done, scops, values):
    rows = list(csv.reader(done.printed[-1].splitlines()))[1:]
    found = scops.records(tasks.SEARCH.scops[0].replace("<ip>", values["ip"]) + " -o ndjson")
    by_standard = collections.Counter((row[0], row[1]) for row in rows)
    by_scops = collections.Counter((hit["source"], f's3://{hit["object"]["bucket"]}/{hit["object"]["key"]}') for hit in found)
    same("records of each object", by_standard, by_scops)
    return f"{len(rows)} records of {len(by_standard)} objects in {len({source for source, _ in by_standard})} sources"


def read(done, scops, values):
    records = [json.loads(line)["eventID"] for line in done.printed[-1].splitlines()]
    by_scops = [row["fields"]["eventID"] for row in scops.records(f'scops cat {values["object"]} -o ndjson')]
    return f'{len(same("records", records, by_scops))} records'


def replay(done, scops, values):
    new = same("recovered objects", *(side.receipts() - before for side, before in values["receipts"]))
    assert len(new) == 37, new
    left = json.loads(done.printed[-1])["Attributes"]
    left = [int(left[f"ApproximateNumberOfMessages{where}"]) for where in ["", "NotVisible"]]
    failing = [row for row in scops.records("scops failures -o ndjson") if row["state"] == "failed"]
    return f'{len(new)} recovered, {same("left", sum(left), len(failing))} left in the failure queue'


CHECKS = {tasks.LATE: late, tasks.FAILED: failed, tasks.SEARCH: search, tasks.READ: read, tasks.REPLAY: replay}


def compare(work):
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    standard, scops = sides = [Side(work / name, end) for name in ["standard", "scops"]]
    try:
        for side in sides:
            side.wait()
        for source in ["cloudtrail", "vpcflow", "alb", "payments", "bastion", "kestrel"]:
            # Tables over the sources stand before the night, as AWS documents them.
            standard.type(f"scops query --write -- \"$(scops query --ddl {source})\"")
        first = end - datetime.timedelta(hours=12)
        days = {"first": first, "last": end}
        values = {name: day.strftime("%Y/%m/%d") for name, day in days.items()}
        values |= {f"{name}-": day.strftime("%Y-%m-%d") for name, day in days.items()}
        objects = scops.records("scops ls cloudtrail --range 14h -o ndjson")
        values |= {"ip": tasks.IP, "object": max(objects, key=lambda row: row["size"])["object"]}
        values["receipts"] = [(side, side.receipts()) for side in sides]
        rows = []
        for task in tasks.ALL:
            one, other = Done(standard, task.standard, values), Done(scops, task.scops, values)
            answer = CHECKS[task](one, scops, values)
            rows.append((task, one, other, answer))
            print(f"{task.name}: {one.seconds:.1f} s and {other.seconds:.1f} s; {answer}", flush=True)
        return rows
    finally:
        for side in sides:
            side.stop()


def page(rows):
    """The table, and under it the commands in full."""
    lines = ["| task | standard tools | scops | ratio of characters | ratio of seconds | what both found |", "|---|---|---|---:|---:|---|"]
    told = lambda count, characters, seconds: f'{count} {"command" if count == 1 else "commands"}, {characters:,} characters, {seconds:.1f} s'
    total = [[0, 0, 0.0], [0, 0, 0.0]]
    for task, one, other, answer in rows:
        figures = [[len(done.typed), done.characters, done.seconds] for done in (one, other)]
        total = [[a + b for a, b in zip(sum_, add)] for sum_, add in zip(total, figures)]
        lines.append(f"| {task.name} | {told(*figures[0])} | {told(*figures[1])} | {ratios(figures)} | {answer} |")
    lines.append(f"| all | {told(*total[0])} | {told(*total[1])} | {ratios(total)} | |")
    for task, one, other, _ in rows:
        lines += ["", f"### {task.name[0].upper()}{task.name[1:]}", ""]
        for name, done in [("Standard tools", one), ("scops", other)]:
            lines += [f"{name}:", "", "```sh", *done.typed, "```", ""]
        lines.pop()
    return "\n".join(lines)


def ratios(figures):
    return f"{figures[0][1] / figures[1][1]:.1f} | {figures[0][2] / figures[1][2]:.1f}"


def main(work, target):
    text = page(compare(pathlib.Path(work)))
    target = pathlib.Path(target)
    before, rest = target.read_text().split("<!-- figures -->\n")
    after = rest.split("<!-- /figures -->")[1]
    target.write_text(f"{before}<!-- figures -->\n{text}\n<!-- /figures -->{after}")


if __name__ == "__main__":
    main(*sys.argv[1:])
