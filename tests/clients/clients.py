"""Standard clients against the lab, each doing what people do with it. Prints one line a client; any difference fails."""

import gzip
import json
import os
import subprocess
import tempfile

import boto3
import pyathena
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
BUCKET = "clients"
ODD_KEY = "odd/a b+c%20=&é.log"
EVENTS = [
    {"eventVersion": "1.11", "eventTime": f"2026-11-23T01:0{n}:00Z", "eventName": name, "eventSource": "s3.amazonaws.com",
     "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.7", "requestParameters": {"bucketName": f"b{n}"}}
    for n, name in enumerate(["ListBuckets", "GetObject", "GetObject"])
]

s3 = boto3.client("s3")
sqs = boto3.client("sqs")
sns = boto3.client("sns")


def command(*words, text_input=None):
    result = subprocess.run(words, capture_output=True, text=True, input=text_input, check=False)
    assert result.returncode == 0, f"{words}: {result.stderr}"
    return result.stdout


def s3_by_boto3():
    s3.create_bucket(Bucket=BUCKET)
    body = bytes(range(256)) * 40
    s3.put_object(Bucket=BUCKET, Key=ODD_KEY, Body=body, Metadata={"who": "boto3"})
    got = s3.get_object(Bucket=BUCKET, Key=ODD_KEY, Range="bytes=10-19")
    assert got["Body"].read() == body[10:20] and got["ContentRange"] == f"bytes 10-19/{len(body)}"
    assert s3.head_object(Bucket=BUCKET, Key=ODD_KEY)["Metadata"] == {"who": "boto3"}
    for n in range(1205):
        s3.put_object(Bucket=BUCKET, Key=f"many/{n:05}", Body=b"x")
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="many/"))
    assert [len(page["Contents"]) for page in pages] == [1000, 205]
    top = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/")
    assert [prefix["Prefix"] for prefix in top["CommonPrefixes"]] == ["many/", "odd/"]
    try:
        s3.put_object(Bucket=BUCKET, Key=ODD_KEY, Body=b"", IfNoneMatch="*")
        raise AssertionError("a conditional put went through")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "PreconditionFailed"
    print("boto3: S3 put, ranged get, head, list by pages and by delimiter, conditional put")


def events_by_boto3():
    queue = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="created")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]},
    )
    s3.put_object(Bucket=BUCKET, Key=ODD_KEY, Body=b"again")
    found = None
    while found is None:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10)["Messages"]:
            event = json.loads(json.loads(message["Body"])["Message"])
            if "Records" in event:
                found = event["Records"][0]["s3"]["object"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert found["key"] == "odd/a+b%2Bc%2520%3D%26%C3%A9.log", found["key"]
    print("boto3: S3 event through SNS to SQS, received and deleted")


def aws_cli():
    names = command("aws", "s3", "ls", f"s3://{BUCKET}/odd/")
    assert "a b+c%20=&é.log" in names, names
    copied = command("aws", "s3", "cp", "-", f"s3://{BUCKET}/cli.txt", text_input="from the CLI")
    assert copied is not None
    assert command("aws", "s3", "cp", f"s3://{BUCKET}/cli.txt", "-") == "from the CLI"
    urls = json.loads(command("aws", "--endpoint-url", ENDPOINT, "sqs", "list-queues"))["QueueUrls"]
    command("aws", "--endpoint-url", ENDPOINT, "sqs", "send-message", "--queue-url", urls[0], "--message-body", "hello")
    received = json.loads(command("aws", "--endpoint-url", ENDPOINT, "sqs", "receive-message", "--queue-url", urls[0], "--wait-time-seconds", "5", "--max-number-of-messages", "10"))
    assert "hello" in [message["Body"] for message in received["Messages"]]
    print("aws CLI: s3 ls, cp both ways; sqs send and receive")


def s5cmd():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "five.bin")
        with open(path, "wb") as file:
            file.write(os.urandom(12 << 20))
        prefix = ["s5cmd", "--endpoint-url", ENDPOINT]
        command(*prefix, "cp", path, f"s3://{BUCKET}/five.bin")
        command(*prefix, "cp", f"s3://{BUCKET}/five.bin", path + ".back")
        with open(path, "rb") as sent, open(path + ".back", "rb") as back:
            assert sent.read() == back.read()
        assert len(command(*prefix, "ls", f"s3://{BUCKET}/many/*").splitlines()) == 1205
    print("s5cmd: 12 MiB there and back by parts, ls of 1,205 keys")


def athena_by_pyathena():
    for n in range(3):
        body = gzip.compress(json.dumps({"Records": EVENTS}).encode())
        s3.put_object(Bucket=BUCKET, Key=f"trail/dt=2026-11-2{n}/{n}.json.gz", Body=body)
    cursor = pyathena.connect(s3_staging_dir=f"s3://{BUCKET}/results/").cursor()
    cursor.execute("CREATE DATABASE IF NOT EXISTS night")
    cursor.execute(f"""CREATE EXTERNAL TABLE night.trail (
        eventtime STRING, eventname STRING, sourceipaddress STRING, requestparameters STRING)
      PARTITIONED BY (dt STRING)
      ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://{BUCKET}/trail/'""")
    cursor.execute("MSCK REPAIR TABLE night.trail")
    cursor.execute("SELECT eventname, count(*) AS n FROM night.trail WHERE dt >= '2026-11-21' GROUP BY eventname ORDER BY n")
    assert cursor.fetchall() == [("ListBuckets", 2), ("GetObject", 4)]
    pruned = cursor.data_scanned_in_bytes
    cursor.execute("SELECT count(*), max(\"$path\") FROM night.trail WHERE sourceipaddress = '203.0.113.7'")
    assert cursor.fetchall() == [(9, f"s3://{BUCKET}/trail/dt=2026-11-22/2.json.gz")]
    assert 0 < pruned < cursor.data_scanned_in_bytes
    cursor.execute("SELECT eventname FROM night.trail WHERE eventname = %(name)s LIMIT 1", {"name": "it's; DROP TABLE x --"})
    assert cursor.fetchall() == []
    print("pyathena: DDL, partitions, GROUP BY, \"$path\", bytes scanned, a quoted parameter")


if __name__ == "__main__":
    for client in (s3_by_boto3, events_by_boto3, aws_cli, s5cmd, athena_by_pyathena):
        client()
    print("5 passed, 0 failed")
