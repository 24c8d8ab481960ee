"""Builds an account to be discovered, in whatever answers at the endpoint: moto, for the tests.

    account.py ENDPOINT

Buckets with notifications and filters, one encrypted and versioned; a topic that S3 cannot use; queues with wrapped and
raw delivery; a function that polls, and one that a topic invokes.
"""

import gzip
import io
import json
import sys
import zipfile

import boto3

KEYS = dict(aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1")
ACCOUNT = "123456789012"
FLOW = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    "2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 1700000000 1700000060 ACCEPT OK\n"
)
TRAIL = json.dumps({"Records": [{
    "eventVersion": "1.10", "eventTime": "2026-11-23T01:31:00Z", "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin", "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.7", "userAgent": "curl",
    "userIdentity": {"type": "Root", "accountId": ACCOUNT}, "eventID": "1", "eventType": "AwsConsoleSignIn",
    "recipientAccountId": ACCOUNT,
}]})


def main(endpoint):
    client = lambda service: boto3.client(service, endpoint_url=endpoint, **KEYS)
    s3, sns, sqs, iam, functions = (client(name) for name in ["s3", "sns", "sqs", "iam", "lambda"])

    def queue(name, **attributes):
        url = sqs.create_queue(QueueName=name, Attributes={k: str(v) for k, v in attributes.items()})["QueueUrl"]
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def subscribe(topic, protocol, endpoint, **attributes):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes, ReturnSubscriptionArn=True)

    failed = queue("indexer-failed", MessageRetentionPeriod=1209600)
    redrive = json.dumps({"deadLetterTargetArn": failed, "maxReceiveCount": 2})
    indexer = queue("indexer", MessageRetentionPeriod=86400, VisibilityTimeout=60, RedrivePolicy=redrive)
    raw = queue("archive")
    direct = queue("vpc-direct")
    topic = sns.create_topic(Name="object-created")["TopicArn"]
    locked = sns.create_topic(Name="locked", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    subscribe(topic, "sqs", indexer)
    subscribe(topic, "sqs", raw, RawMessageDelivery="true", FilterPolicy=json.dumps({"kind": ["x"]}))

    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}", Path="/")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return None\n")
    make = lambda name, timeout: functions.create_function(
        FunctionName=name, Runtime="python3.12", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()},
        Timeout=timeout)["FunctionArn"]
    polls, invoked = make("indexer-worker", 30), make("detect-alerts", 10)
    functions.create_event_source_mapping(EventSourceArn=indexer, FunctionName=polls, BatchSize=10, Enabled=False)
    subscribe(topic, "lambda", invoked)

    for name in ["acme-logs", "acme-encrypted", "acme-website", "acme-silent"]:
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket="acme-encrypted", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(Bucket="acme-encrypted", ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    s3.put_bucket_lifecycle_configuration(Bucket="acme-logs", LifecycleConfiguration={"Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"}, "Expiration": {"Days": 365}}]})
    prefix = lambda value: {"Key": {"FilterRules": [{"Name": "prefix", "Value": value}, {"Name": "suffix", "Value": ".gz"}]}}
    s3.put_bucket_notification_configuration(Bucket="acme-logs", NotificationConfiguration={
        "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"], "Filter": prefix("AWSLogs/")}]})
    s3.put_bucket_notification_configuration(Bucket="acme-encrypted", NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": direct, "Events": ["s3:ObjectCreated:Put"], "Filter": prefix("flow/")}],
        "TopicConfigurations": [{"TopicArn": locked, "Events": ["s3:ObjectCreated:*"], "Filter": prefix("app/")}]})

    def put(bucket, key, text):
        body = gzip.compress(text.encode()) if key.endswith(".gz") else text.encode()
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    for day in ["21", "22", "23"]:
        for region in ["us-east-1", "eu-west-1"]:
            base = f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/2026/11/{day}"
            put("acme-logs", f"{base}/{ACCOUNT}_CloudTrail_{region}_202611{day}T0131Z_kP2xQyAbCdEfGhIj.json.gz", TRAIL)
        put("acme-logs", f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/11/{day}/x.json.gz", "{}")
        put("acme-encrypted", f"flow/AWSLogs/aws-account-id={ACCOUNT}/aws-service=vpcflowlogs/aws-region=us-east-1/"
            f"year=2026/month=11/day={day}/{ACCOUNT}_vpcflowlogs_us-east-1_fl-1_202611{day}T0135Z_a1b2c3d4.log.gz", FLOW)
        put("acme-logs", f"app/dt=2026-11-{day}-01/part-0.gz", "".join(f"what {n} nobody knows\n" for n in range(9)))
    put("acme-website", "index.html", "<html></html>\n")
    put("acme-website", "img/owl.svg", "<svg/>\n")


if __name__ == "__main__":
    main(sys.argv[1])
