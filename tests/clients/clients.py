"""Standard clients against the lab, each doing what people do with it. Prints one line a client; any difference fails."""

import csv
import decimal
import gzip
import json
import os
import subprocess
import tempfile
import time

import boto3
import pyathena
import pyathena.cursor
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


def athena_as_drivers_use_it():
    """What JDBC and ODBC drivers, dbt and notebooks lean on: a workgroup's defaults, pages and their tokens, the result
    file, types of columns, prepared statements, a table made of a query."""
    athena = boto3.client("athena")
    location = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/team/"}}
    athena.create_work_group(Name="team", Configuration=location)
    started = athena.start_query_execution(QueryString="SELECT x, 'a,\"b' AS q, CAST(NULL AS varchar) AS n FROM UNNEST(sequence(1, 2500)) AS t(x)", WorkGroup="team")
    identifier = started["QueryExecutionId"]
    while (execution := athena.get_query_execution(QueryExecutionId=identifier)["QueryExecution"])["Status"]["State"] in ("QUEUED", "RUNNING"):
        time.sleep(0.05)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    output = execution["ResultConfiguration"]["OutputLocation"]
    assert output == f"s3://{BUCKET}/team/{identifier}.csv"
    pages = list(athena.get_paginator("get_query_results").paginate(QueryExecutionId=identifier, PaginationConfig={"PageSize": 900}))
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [900, 900, 701]
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
    assert rows[0] == ["x", "q", "n"] and rows[-1] == ["2500", 'a,"b', None]
    columns = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [column["Type"] for column in columns] == ["bigint", "varchar", "varchar"]
    text = s3.get_object(Bucket=BUCKET, Key=output.removeprefix(f"s3://{BUCKET}/"))["Body"].read().decode()
    assert text.splitlines()[:2] == ['"x","q","n"', '"1","a,""b",']
    assert list(csv.reader(text.splitlines()))[-1] == ["2500", 'a,"b', ""]
    cursor = pyathena.connect(work_group="team", schema_name="night").cursor()
    cursor.execute("CREATE TABLE counted WITH (format = 'PARQUET') AS SELECT eventname, count(*) AS n FROM trail GROUP BY eventname")
    cursor.execute("SELECT n FROM counted WHERE eventname = ?", ["'GetObject'"], paramstyle="qmark")
    assert cursor.fetchall() == [(6,)]
    athena.create_prepared_statement(StatementName="by_name", WorkGroup="team", QueryStatement="SELECT n FROM counted WHERE eventname = ?")
    cursor.execute("EXECUTE by_name USING 'ListBuckets'")
    assert cursor.fetchall() == [(3,)]
    try:
        cursor.execute("SELECT nothing FROM trail")
        raise AssertionError("a column that is not there was read")
    except pyathena.OperationalError as error:
        assert "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved" in str(error), error
    frame = pyathena.connect(work_group="team", schema_name="night").cursor(pyathena.cursor.DictCursor)
    assert frame.execute("SELECT 1.5 AS d, DATE '2026-11-23' AS day, true AS b, ARRAY[1] AS l").fetchone()["d"] == decimal.Decimal("1.5")
    print("Athena as drivers use it: workgroup, pages, result file, types, CTAS, parameters, EXECUTE, errors")


def ended(athena, identifier):
    while (execution := athena.get_query_execution(QueryExecutionId=identifier)["QueryExecution"])["Status"]["State"] in ("QUEUED", "RUNNING"):
        time.sleep(0.02)
    return execution


def refused(code, call):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return str(error)
    raise AssertionError(f"no {code}")


def athena_habits():
    """What drivers do beside their queries: catalogs to choose from, tokens of every list, what is wrong with them, DDL whose
    result is text, a workgroup that insists, a statement that is stopped."""
    athena = boto3.client("athena")
    assert [one["CatalogName"] for one in athena.list_data_catalogs()["DataCatalogsSummary"]] == ["AwsDataCatalog"]
    databases = athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert "night" in [one["Name"] for one in databases]
    assert athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="night", TableName="trail")["TableMetadata"]["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    ids = [athena.start_query_execution(QueryString=f"SELECT {n} AS n", WorkGroup="team")["QueryExecutionId"] for n in range(3)]
    listed = [one for page in athena.get_paginator("list_query_executions").paginate(WorkGroup="team", PaginationConfig={"PageSize": 2}) for one in page["QueryExecutionIds"]]
    assert set(ids) <= set(listed) and len(listed) == len(set(listed))
    for identifier in ids:
        ended(athena, identifier)
    known = athena.batch_get_query_execution(QueryExecutionIds=[*ids, "nothing"])
    assert [one["Query"] for one in known["QueryExecutions"]] == ["SELECT 0 AS n", "SELECT 1 AS n", "SELECT 2 AS n"]
    assert [one["QueryExecutionId"] for one in known["UnprocessedQueryExecutionIds"]] == ["nothing"]
    refused("InvalidRequestException", lambda: athena.get_query_results(QueryExecutionId=ids[0], NextToken="elsewhere"))
    refused("InvalidRequestException", lambda: athena.get_query_results(QueryExecutionId=ids[0], MaxResults=1001))
    assert athena.get_query_runtime_statistics(QueryExecutionId=ids[0])["QueryRuntimeStatistics"]["Rows"]["OutputRows"] == 1
    shown = ended(athena, athena.start_query_execution(QueryString="SHOW TABLES IN night", WorkGroup="team")["QueryExecutionId"])
    output = shown["ResultConfiguration"]["OutputLocation"]
    assert output.endswith(".txt") and shown["StatementType"] in ("DDL", "UTILITY"), shown
    assert s3.get_object(Bucket=BUCKET, Key=output.removeprefix(f"s3://{BUCKET}/"))["Body"].read() == b"counted\ntrail\n"
    athena.update_work_group(WorkGroup="team", ConfigurationUpdates={"EnforceWorkGroupConfiguration": True})
    own = {"OutputLocation": f"s3://{BUCKET}/elsewhere/"}
    forced = ended(athena, athena.start_query_execution(QueryString="SELECT 1", WorkGroup="team", ResultConfiguration=own)["QueryExecutionId"])
    assert forced["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{BUCKET}/team/")
    athena.update_work_group(WorkGroup="team", ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})
    long = "SELECT count(*) FROM UNNEST(sequence(1, 100000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 100000)) AS b(y) WHERE (x * y) % 7919 = x + y"
    identifier = athena.start_query_execution(QueryString=long, WorkGroup="team")["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=identifier)
    assert ended(athena, identifier)["Status"]["State"] == "CANCELLED"
    refused("InvalidRequestException", lambda: athena.get_query_results(QueryExecutionId=identifier))
    print("boto3: catalogs, lists and their tokens, batches, text results, an enforced workgroup, a stop")


def athena_reuses_and_limits():
    """A result that is given again, and a limit of bytes."""
    athena = boto3.client("athena")
    query = "SELECT count(*) AS n FROM night.trail"

    def asked(**more):
        reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10}}
        started = athena.start_query_execution(QueryString=query, WorkGroup="team", **{"ResultReuseConfiguration": reuse, **more})
        execution = ended(athena, started["QueryExecutionId"])
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        statistics = execution["Statistics"]
        return statistics["ResultReuseInformation"]["ReusedPreviousResult"], statistics["DataScannedInBytes"], execution

    first, second = asked(), asked()
    assert (first[0], second[0], second[1]) == (False, True, 0) and first[1] > 0
    assert first[2]["ResultConfiguration"] == second[2]["ResultConfiguration"]
    rows = athena.get_query_results(QueryExecutionId=second[2]["QueryExecutionId"])["ResultSet"]["Rows"]
    assert rows[1]["Data"][0]["VarCharValue"] == "9"
    assert asked(QueryExecutionContext={"Database": "night"})[0] is False
    assert asked(ResultReuseConfiguration={"ResultReuseByAgeConfiguration": {"Enabled": False}})[0] is False
    over = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10081}}
    refused("InvalidRequestException", lambda: asked(ResultReuseConfiguration=over))
    cursor = pyathena.connect(work_group="team", result_reuse_enable=True, result_reuse_minutes=60).cursor()
    found = [(cursor.execute("SELECT max(eventname) FROM night.trail").fetchall(), cursor.reused_previous_result) for _ in range(2)]
    assert found == [([("ListBuckets",)], False), ([("ListBuckets",)], True)], found

    for n in range(2):
        s3.put_object(Bucket=BUCKET, Key=f"much/{n}.csv", Body=b"x" * 99 + b"\n" + (b"y" * 99 + b"\n") * 60_000)
    cursor = pyathena.connect(s3_staging_dir=f"s3://{BUCKET}/results/").cursor()
    cursor.execute(f"CREATE EXTERNAL TABLE night.much (a string) ROW FORMAT DELIMITED LOCATION 's3://{BUCKET}/much/'")
    athena.create_work_group(Name="small", Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/small/"}, "BytesScannedCutoffPerQuery": 10_000_000})
    started = athena.start_query_execution(QueryString="SELECT count(*) FROM night.much WHERE a <> ''", WorkGroup="small")
    cut = ended(athena, started["QueryExecutionId"])
    assert (cut["Status"]["State"], cut["Status"]["StateChangeReason"]) == ("CANCELLED", "Bytes scanned limit was exceeded"), cut
    assert cut["Statistics"]["DataScannedInBytes"] > 10_000_000
    cursor.execute("DROP TABLE night.much")
    print("boto3 and pyathena: results that are given again, a limit of bytes")


def athena_by_aws_cli():
    answer = json.loads(command("aws", "athena", "start-query-execution", "--work-group", "team", "--query-string", "SELECT 7 AS seven"))
    identifier = answer["QueryExecutionId"]
    while json.loads(command("aws", "athena", "get-query-execution", "--query-execution-id", identifier))["QueryExecution"]["Status"]["State"] != "SUCCEEDED":
        time.sleep(0.05)
    rows = json.loads(command("aws", "athena", "get-query-results", "--query-execution-id", identifier))["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["seven", "7"]
    names = json.loads(command("aws", "athena", "list-table-metadata", "--catalog-name", "AwsDataCatalog", "--database-name", "night"))
    assert [table["Name"] for table in names["TableMetadataList"]] == ["counted", "trail"]
    print("aws CLI: athena start, wait, results, list-table-metadata")


CLIENTS = (s3_by_boto3, events_by_boto3, aws_cli, s5cmd, athena_by_pyathena, athena_as_drivers_use_it, athena_habits, athena_reuses_and_limits, athena_by_aws_cli)

if __name__ == "__main__":
    for client in CLIENTS:
        client()
    print(f"{len(CLIENTS)} passed, 0 failed")
