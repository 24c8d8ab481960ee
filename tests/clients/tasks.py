"""The five tasks of a night: what is typed with standard tools, and with scops.

Names in angle brackets are filled in: <first> and <last>, the days of the night, <ip>, <object>, and <hash>, which the
command before has printed.
"""

BUCKET = "acme-security-logs"
RESULTS = f"s3://{BUCKET}-index/athena-results/"
IP = "203.0.113.78"


class Task:
    def __init__(self, name, standard, scops):
        self.name, self.standard, self.scops = name, standard, scops


LATE = Task("which source is late or silent", [
    f"aws s3api list-objects-v2 --bucket {BUCKET} --output json > objects.json",
    r"""jq -r '[.Contents[] | {
    source: (.Key | capture("(?<s>CloudTrail|vpcflowlogs|elasticloadbalancing|payments|bastion|kestrel)").s),
    told: (.Key | capture("(?<t>\\d{8}T\\d{4})Z").t | strptime("%Y%m%dT%H%M") | mktime),
    came: (.LastModified[:19] + "Z" | fromdate)}]
  | group_by(.source)[] | (map(.told) | unique) as $t
  | ([range(1; $t | length) | {step: ($t[.] - $t[. - 1]), from: $t[. - 1], to: $t[.]}] | max_by(.step)) as $gap
  | [.[0].source, length, (map(select(.came - .told > 300)) | length),
     $gap.step / 60, ($gap.from | todate), ($gap.to | todate)] | @tsv' objects.json""",
], ["scops sources --range 14h"])

FAILED = Task("which objects failed, and why", [
    "Q=$(aws sqs get-queue-url --queue-name indexer-failed --query QueueUrl --output text)",
    "while m=$(aws sqs receive-message --queue-url $Q --max-number-of-messages 10 --visibility-timeout 600"
    ' --wait-time-seconds 1) && [ -n "$m" ]; do echo "$m"; done > dlq.json',
    """jq -r '.Messages[].Body | fromjson | .Message | fromjson | .Records[].s3 | "s3://\\(.bucket.name)/\\(.object.key)"'"""
    " dlq.json | sort -u > failed.txt",
    """xargs -P4 -I{} sh -c 'echo "{} $(aws s3 cp {} - | gzip -t 2>&1 | tr -d "\\n")"' < failed.txt | sort""",
], ["scops failures"])

SEARCH = Task("where an address shows in the night", [
    """cat > ip.sql <<'END'
SELECT 'cloudtrail' AS source, "$path" AS object, eventtime AS at, eventname AS what
FROM cloudtrail WHERE day BETWEEN '<first>' AND '<last>' AND sourceipaddress = '<ip>'
UNION ALL SELECT 'alb', "$path", time, request_url
FROM alb WHERE day BETWEEN '<first>' AND '<last>' AND client_ip = '<ip>'
UNION ALL SELECT 'vpcflow', "$path", CAST(from_unixtime(start) AS varchar), concat(srcaddr, ' ', dstaddr)
FROM vpcflow WHERE day BETWEEN '<first>' AND '<last>' AND '<ip>' IN (srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr)
UNION ALL SELECT 'payments', "$path", json_extract_scalar(line, '$.timestamp'), line
FROM payments WHERE dt BETWEEN '<first->-00' AND '<last->-23' AND strpos(line, '<ip>') > 0
UNION ALL SELECT 'bastion', "$path", substr(line, 1, 15), line
FROM bastion WHERE hour BETWEEN '<first>/00' AND '<last>/23' AND strpos(line, '<ip>') > 0
UNION ALL SELECT 'kestrel', "$path", '', line
FROM kestrel WHERE hour BETWEEN '<first->/00' AND '<last->/23' AND strpos(line, '<ip>') > 0
END""",
    "id=$(aws athena start-query-execution --query-string file://ip.sql --query-execution-context Database=scops"
    f" --result-configuration OutputLocation={RESULTS} --query QueryExecutionId --output text)",
    "until aws athena get-query-execution --query-execution-id $id --query QueryExecution.Status.State --output text"
    " | grep -E 'SUCCEEDED|FAILED|CANCELLED'; do sleep 1; done",
    f"aws s3 cp {RESULTS}$id.csv - | tee hits.csv",
], ["scops search <ip> --range 14h"])

READ = Task("the records of one object", [
    "aws s3 cp <object> - | zcat | jq -c '.Records[]'",
], ["scops cat <object>"])

REPLAY = Task("replay exactly the 37 that pass now", [
    """jq -c '.Messages[] | select(.Body | contains("CloudTrail"))' dlq.json"""
    " | jq -cs '. as $m | range(0; length; 10) | $m[.:. + 10]' > batches.json",
    "I=$(aws sqs get-queue-url --queue-name indexer --query QueueUrl --output text)",
    """while read -r b; do
  sent=$(aws sqs send-message-batch --queue-url $I --query 'Successful[].Id' --output json \\
    --entries "$(jq -c 'map({Id: .MessageId, MessageBody: .Body})' <<< "$b")")
  aws sqs delete-message-batch --queue-url $Q --entries "$(jq -c --argjson sent "$sent" \\
    'map(select(.MessageId | IN($sent[])) | {Id: .MessageId, ReceiptHandle})' <<< "$b")"
done < batches.json""",
    "until [ -z \"$(aws sqs get-queue-attributes --queue-url $I --output text"
    " --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible"
    " --query 'Attributes.*' | tr -d '\\t0')\" ]; do sleep 1; done",
    "aws sqs get-queue-attributes --queue-url $Q --attribute-names All",
], [
    "scops failures --source cloudtrail -o ndjson > failed.ndjson",
    "scops replay --from failed.ndjson --dry-run",
    "scops replay --from failed.ndjson --confirm <hash>",
])

ALL = [LATE, FAILED, SEARCH, READ, REPLAY]
