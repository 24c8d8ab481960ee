"""The lab's Athena beside other engines on the same CloudTrail logs. Prints Markdown tables; see docs/performance.md.

    python3 -m venv venv && venv/bin/pip install pyathena polars duckdb datafusion
    python3 -m venv mini && mini/bin/pip install 'ministack[full]'
    cargo build --release
    venv/bin/python lab/benches/athena_peers.py target/release/scops mini/bin/ministack

The first two tables: `GROUP BY eventName` over 2,000 objects of gzip, 300 MB inflated, each one line `{"Records":[…]}` and
then each a record a line. The lab reads them from its store and is asked by pyathena; the others read the same files from disk in
this process. The third: two Athena APIs over 200 objects of NDJSON, each with its S3, both asked by pyathena with nothing else changed.
"""

import gzip
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import boto3
import datafusion
import duckdb
import polars
import pyathena
from datafusion import SessionContext

OBJECTS, BYTES, RUNS = 2_000, 300_000_000, 5
SMALL_OBJECTS, SMALL_RUNS = 200, 21
NAMES = ["AssumeRole", "ConsoleLogin", "CreateUser", "DescribeInstances", "GetObject", "ListBuckets", "PutObject", "RunInstances"]


def event(rng):
    user, name = f"user{rng.randrange(500):03}", rng.choice(NAMES)
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser", "principalId": f"AIDA{rng.getrandbits(64):016X}", "arn": f"arn:aws:iam::123456789012:user/{user}",
            "accountId": "123456789012", "accessKeyId": f"AKIA{rng.getrandbits(64):016X}", "userName": user,
            "sessionContext": {"attributes": {"creationDate": "2026-11-23T01:00:00Z", "mfaAuthenticated": "false"}},
        },
        "eventTime": f"2026-11-23T01:{rng.randrange(60):02}:{rng.randrange(60):02}Z",
        "eventSource": "s3.amazonaws.com", "eventName": name, "awsRegion": "us-east-1",
        "sourceIPAddress": f"203.0.113.{rng.randrange(256)}", "userAgent": "aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0 botocore/2.4.5",
        "requestParameters": {"bucketName": f"bucket-{rng.randrange(90)}", "key": f"{rng.getrandbits(96):024x}/{rng.getrandbits(96):024x}"},
        "responseElements": None,
        "additionalEventData": {"SignatureVersion": "SigV4", "CipherSuite": "ECDHE-RSA-AES128-GCM-SHA256", "bytesTransferredIn": rng.randrange(9000)},
        "requestID": f"{rng.getrandbits(64):016X}", "eventID": f"{rng.getrandbits(128):032x}", "readOnly": name[0] in "DGL",
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "123456789012", "eventCategory": "Management",
    }


def write(folder, objects, size, whole):
    """Writes gzip objects of `size` bytes inflated in all, and returns how often each event's name is in them."""
    rng, counts, total = random.Random(7), {}, 0
    (folder / "t").mkdir(parents=True)
    for number in range(objects):
        events, length = [], 0
        while length < size / objects:
            one = event(rng)
            counts[one["eventName"]] = counts.get(one["eventName"], 0) + 1
            events.append(json.dumps(one, separators=(",", ":")))
            length += len(events[-1]) + 1
        text = '{"Records":[' + ",".join(events) + "]}" if whole else "\n".join(events) + "\n"
        total += len(text)
        (folder / "t" / f"{number:05}.json.gz").write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    return counts, total


@contextmanager
def server(command, environment, ready):
    """Runs a server; gives the seconds until it answered. It is ended with the block."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        while not ready(process):
            time.sleep(0.02)
        yield time.perf_counter() - start, process
    finally:
        process.terminate()
        process.wait()


def answers(port):
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def lab(binary, folder):
    environment = {}

    def ready(process):
        while len(environment) < 5:
            name, _, value = process.stdout.readline().removeprefix("export ").strip().partition("=")
            environment[name] = value
        return answers(int(environment["AWS_ENDPOINT_URL"].rsplit(":", 1)[1]))

    with server([binary, "lab", "--dir", str(folder)], {}, ready) as (seconds, _):
        yield environment, seconds


@contextmanager
def ministack(binary, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"GATEWAY_PORT": str(port), "MINISTACK_HOST": "127.0.0.1", "ATHENA_ENGINE": "duckdb", "HOME": str(folder)}
    environment = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                   "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    with server([binary], own, lambda _: answers(port)) as (seconds, _):
        yield environment, seconds


def clients(environment):
    os.environ.update(environment)
    boto3.setup_default_session()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bench")
    return s3, pyathena.connect(s3_staging_dir="s3://bench/results/", poll_interval=0.005).cursor()


def upload(s3, folder):
    for path in sorted((folder / "t").iterdir()):
        s3.put_object(Bucket="bench", Key=f"t/{path.name}", Body=path.read_bytes())


DATABASE = "CREATE DATABASE IF NOT EXISTS bench"
TABLE = """CREATE EXTERNAL TABLE bench.trail (eventversion string, eventtime string, eventsource string, eventname string,
  awsregion string, sourceipaddress string, useragent string, requestid string, eventid string)
  ROW FORMAT SERDE '{serde}' LOCATION 's3://bench/t/'"""
CLOUDTRAIL = TABLE.format(serde="com.amazon.emr.hive.serde.CloudTrailSerde")
NDJSON = TABLE.format(serde="org.openx.data.jsonserde.JsonSerDe")
COUNT = "SELECT eventname, count(*) AS n FROM bench.trail GROUP BY eventname"


def timed(runs, ask, expected):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        found = ask()
        seconds.append(time.perf_counter() - start)
        assert dict(found) == expected, found
    return seconds


def row(name, *cells):
    print(f"| {name} | " + " | ".join(cells) + " |")


def engines(files, folder, cursor, whole):
    """Each engine's way to count names: of `{"Records":[…]}` in each file, or of a record a line."""
    event = "STRUCT(eventName VARCHAR)"

    def by_polars():
        name = {"eventName": polars.String}
        if not whole:
            return polars.scan_ndjson(files, schema=name).group_by("eventName").len().collect().iter_rows()
        frames = polars.scan_ndjson(files, schema={"Records": polars.List(polars.Struct(name))})
        names = frames.explode("Records").select(polars.col("Records").struct.field("eventName"))
        return names.group_by("eventName").len().collect().iter_rows()

    def by_duckdb():
        if not whole:
            source = f"read_json('{files}', columns = {{eventName: 'VARCHAR'}}, format = 'newline_delimited')"
            return duckdb.sql(f"SELECT eventName, count(*) FROM {source} GROUP BY 1").fetchall()
        # Of the ways to read such files (newline_delimited, unstructured, a typed struct) the fastest.
        source = f"(SELECT unnest(Records) AS r FROM read_json('{files}', columns = {{Records: 'JSON[]'}}))"
        return duckdb.sql(f"SELECT r->>'eventName', count(*) FROM {source} GROUP BY 1").fetchall()

    def by_datafusion():
        context = SessionContext()
        context.register_json("t", folder, file_extension=".json.gz", file_compression_type="gzip", schema_infer_max_records=1)
        source = """(SELECT unnest("Records") AS r FROM t)""" if whole else "t"
        name = "r['eventName']" if whole else '"eventName"'
        found = context.sql(f"SELECT {name} AS name, count(*) AS n FROM {source} GROUP BY 1").to_pydict()
        return zip(found["name"], found["n"])

    return {
        "the lab, by pyathena": lambda: cursor.execute(COUNT).fetchall(),
        f"polars {polars.__version__}": by_polars,
        f"DuckDB {duckdb.__version__}": by_duckdb,
        f"datafusion-python {datafusion.__version__}": by_datafusion,
    }


def many_files(binary, work, whole):
    name = "large" if whole else "lines"
    counts, total = write(work / name, OBJECTS, BYTES, whole)
    with lab(binary, work / f"lab-{name}") as (environment, _):
        s3, cursor = clients(environment)
        upload(s3, work / name)
        cursor.execute(DATABASE)
        cursor.execute(CLOUDTRAIL if whole else NDJSON)
        asked = engines(str(work / name / "t" / "*.json.gz"), str(work / name / "t"), cursor, whole)
        seconds = {engine: [] for engine in asked}
        for _ in range(RUNS):
            for engine, ask in asked.items():
                seconds[engine] += timed(1, ask, counts)
    layout = "each one line of Records" if whole else "a record a line"
    print(f"\n{OBJECTS:,} objects, {layout}, {total / 1e6:.0f} MB inflated, {RUNS} runs in turns\n")
    print("| engine | best s | median s | MB/s |\n|---|---:|---:|---:|")
    for engine, runs in seconds.items():
        row(engine, f"{min(runs):.2f}", f"{statistics.median(runs):.2f}", f"{total / 1e6 / statistics.median(runs):.0f}")


def two_athenas(binary, other, work):
    counts, total = write(work / "small", SMALL_OBJECTS, BYTES * SMALL_OBJECTS / OBJECTS, whole=False)
    print(f"\n{SMALL_OBJECTS} objects of NDJSON, {total / 1e6:.0f} MB inflated, {SMALL_RUNS} queries\n")
    print("| Athena | start s | first rows s | GROUP BY p50 ms | p95 ms | SELECT 1 p50 ms | p95 ms |\n|---|---:|---:|---:|---:|---:|---:|")
    for name, start in {"the lab": lab(binary, work / "lab-small"), "ministack": ministack(other, work)}.items():
        with start as (environment, ready):
            s3, cursor = clients(environment)
            upload(s3, work / "small")
            begun = time.perf_counter()
            if name == "the lab":
                cursor.execute(DATABASE)
            else:
                boto3.client("glue").create_database(DatabaseInput={"Name": "bench"})
            cursor.execute(NDJSON)
            count = COUNT if name == "the lab" else re.sub("eventname", "eventName", COUNT)
            first = timed(1, lambda: cursor.execute(count).fetchall(), counts)
            first = time.perf_counter() - begun
            groups = timed(SMALL_RUNS, lambda: cursor.execute(count).fetchall(), counts)
            ones = timed(SMALL_RUNS, lambda: cursor.execute("SELECT 'a' AS a, 1 AS b").fetchall(), {"a": 1})
            cells = [f"{ready:.2f}", f"{ready + first:.2f}"]
            for runs in (groups, ones):
                p95 = statistics.quantiles(runs, n=20)[18]
                cells += [f"{statistics.median(runs) * 1e3:.0f}", f"{p95 * 1e3:.0f}"]
            row(name, *cells)


if __name__ == "__main__":
    work = Path(tempfile.mkdtemp(prefix="athena-peers-"))
    try:
        for whole in (True, False):
            many_files(sys.argv[1], work, whole)
        if len(sys.argv) > 2:
            two_athenas(sys.argv[1], sys.argv[2], work)
    finally:
        shutil.rmtree(work)
