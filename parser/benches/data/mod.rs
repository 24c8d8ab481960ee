//! Logs to measure on, the same bytes in every run.

use std::fmt::Write as _;

/// A generator of numbers that repeats itself in every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn address(&mut self) -> String {
        let (c, d) = (self.below(256), self.below(254) + 1);
        match self.below(3) {
            0 => format!("203.0.113.{d}"),
            1 => format!("10.{}.{c}.{d}", self.below(16)),
            _ => format!("198.51.{c}.{d}"),
        }
    }
}

const START: u64 = 1_795_399_200;

/// VPC flow logs of version 2 with their header line, at least `size` bytes.
pub fn vpcflow(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0x5eed);
    let mut text = String::with_capacity(size + 256);
    text.push_str(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    let mut second = START;
    while text.len() < size {
        second += numbers.below(2);
        let (from, to) = (numbers.address(), numbers.address());
        let (source, target) = (1024 + numbers.below(64_000), numbers.of(&["443", "22", "53", "3389", "5432"]));
        let (packets, action) = (1 + numbers.below(900), numbers.of(&["ACCEPT", "ACCEPT", "ACCEPT", "REJECT"]));
        let bytes = packets * (40 + numbers.below(1400));
        let eni = numbers.below(0xffff);
        writeln!(
            text,
            "2 111122223333 eni-0a1b2c3d4e5f6{eni:04x} {from} {to} {source} {target} 6 {packets} {bytes} {second} {} {action} OK",
            second + 59
        )
        .expect("a string takes all");
    }
    text.into_bytes()
}

/// Access logs of an Application Load Balancer with 30 columns, at least `size` bytes.
pub fn alb(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0xa1b);
    let mut text = String::with_capacity(size + 1024);
    let mut millis = 0;
    while text.len() < size {
        millis += numbers.below(900);
        let time = timestamp(START + millis / 1000, millis % 1000);
        let (client, target) = (numbers.address(), numbers.address());
        let (port, id) = (1024 + numbers.below(64_000), numbers.below(u64::MAX));
        let (verb, path) =
            (numbers.of(&["GET", "GET", "POST", "PUT"]), numbers.of(&["login", "api/v1/orders", "health"]));
        let status = numbers.of(&["200", "200", "200", "302", "403", "502"]);
        let agent = numbers.of(&[
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "curl/8.11.0",
            "ELB-HealthChecker/2.0",
        ]);
        writeln!(
            text,
            "https {time}Z app/edge/50dc6c495c0c9188 {client}:{port} {target}:8080 0.000 0.0{:02} 0.000 {status} {status} {} {} \
             \"{verb} https://www.example.com:443/{path}?id={id:x} HTTP/2.0\" \"{agent}\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 \
             arn:aws:elasticloadbalancing:us-east-2:111122223333:targetgroup/web/73e2d6bc24d8a067 \
             \"Root=1-58337364-{id:024x}\" \"www.example.com\" \"arn:aws:acm:us-east-2:111122223333:certificate/12345678\" 1 \
             {time}Z \"forward\" \"-\" \"-\" \"{target}:8080\" \"{status}\" \"-\" \"-\" TID_{id:032x}",
            numbers.below(99),
            34 + numbers.below(9000),
            57 + numbers.below(90_000),
        )
        .expect("a string takes all");
    }
    text.into_bytes()
}

/// `2026-11-23T02:14:07.123000`, seconds counted within November 2026.
fn timestamp(second: u64, millis: u64) -> String {
    let of_month = second - START;
    let (day, of_day) = (23 + of_month / 86_400 % 7, of_month % 86_400);
    format!("2026-11-{day}T{:02}:{:02}:{:02}.{millis:03}000", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// CloudTrail events, one a line, about 1.5 KB each, at least `size` bytes.
pub fn cloudtrail_lines(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0xc7);
    let mut text = String::with_capacity(size + 4096);
    let mut second = 0;
    while text.len() < size {
        second += numbers.below(2);
        event(&mut text, &mut numbers, second);
        text.push('\n');
    }
    text.into_bytes()
}

/// Objects as CloudTrail delivers them: `{"Records":[…]}`, `size` bytes each.
pub fn cloudtrail_object(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0xc7);
    let mut text = String::with_capacity(size + 4096);
    text.push_str("{\"Records\":[");
    let mut second = 0;
    while text.len() < size {
        if second > 0 {
            text.push(',');
        }
        second += 1 + numbers.below(2);
        event(&mut text, &mut numbers, second);
    }
    text.push_str("]}");
    text.into_bytes()
}

fn event(text: &mut String, numbers: &mut Numbers, second: u64) {
    let time = timestamp(START + second, 0);
    let time = &time[..19];
    let (address, id) = (numbers.address(), numbers.below(u64::MAX));
    let user = numbers.of(&["alice", "bob", "carol", "deploy", "backup-agent"]);
    let (source, name, read_only) = match numbers.below(5) {
        0 => ("s3.amazonaws.com", "GetObject", true),
        1 => ("sts.amazonaws.com", "AssumeRole", true),
        2 => ("ec2.amazonaws.com", "DescribeInstances", true),
        3 => ("iam.amazonaws.com", "CreateAccessKey", false),
        _ => ("kms.amazonaws.com", "Decrypt", true),
    };
    let size = numbers.below(99_999);
    write!(
        text,
        "{{\"eventVersion\":\"1.11\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"AROA3XFRBF535EXAMPLE1:{user}\",\
         \"arn\":\"arn:aws:sts::111122223333:assumed-role/ops/{user}\",\"accountId\":\"111122223333\",\"accessKeyId\":\
         \"ASIA3XFRBF53{:08X}\",\"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"AROA3XFRBF535EXAMPLE1\",\
         \"arn\":\"arn:aws:iam::111122223333:role/ops\",\"accountId\":\"111122223333\",\"userName\":\"ops\"}},\"attributes\":\
         {{\"creationDate\":\"2026-11-23T00:00:00Z\",\"mfaAuthenticated\":\"false\"}}}}}},\"eventTime\":\"{time}Z\",\"eventSource\":\
         \"{source}\",\"eventName\":\"{name}\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"{address}\",\"userAgent\":\
         \"[aws-cli/2.22.7 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython]\",\
         \"requestParameters\":{{\"bucketName\":\"payroll-{size}\",\"key\":\"2026/11/23/part-{id:x}.json.gz\",\"x-amz-server-side-\
         encryption\":\"aws:kms\",\"Host\":\"payroll.s3.us-east-1.amazonaws.com\"}},\"responseElements\":null,\"additionalEventData\":\
         {{\"SignatureVersion\":\"SigV4\",\"CipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"bytesTransferredIn\":0,\"AuthenticationMethod\":\
         \"AuthHeader\",\"x-amz-id-2\":\"{id:032x}EXAMPLE=\",\"bytesTransferredOut\":{size}}},\"requestID\":\"{id:016X}\",\"eventID\":\
         \"{:08x}-0000-4000-8000-{id:012x}\",\"readOnly\":{read_only},\"resources\":[{{\"type\":\"AWS::S3::Object\",\"ARN\":\
         \"arn:aws:s3:::payroll-{size}/2026/11/23/part-{id:x}.json.gz\"}}],\"eventType\":\"AwsApiCall\",\"managementEvent\":false,\
         \"recipientAccountId\":\"111122223333\",\"eventCategory\":\"Data\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\
         \"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"payroll.s3.us-east-1.amazonaws.com\"}}}}",
        numbers.below(0xffff_ffff),
        numbers.below(0xffff_ffff),
    )
    .expect("a string takes all");
}

/// Access logs of a web server in the Combined Log Format, at least `size` bytes.
pub fn combined(size: usize) -> Vec<u8> {
    let mut numbers = Numbers(0xc0_3b);
    let mut text = String::with_capacity(size + 256);
    while text.len() < size {
        let address = numbers.address();
        let user = numbers.of(&["-", "-", "alice", "bob"]);
        let (minute, second) = (numbers.below(60), numbers.below(60));
        let method = numbers.of(&["GET", "GET", "POST", "HEAD"]);
        let path = numbers.of(&["/", "/index.html", "/api/v1/orders?limit=50", "/static/app.7f3a.js", "/login"]);
        let (status, bytes) = (numbers.of(&["200", "200", "304", "404", "500"]), numbers.below(90_000));
        let agent =
            numbers.of(&["curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]);
        writeln!(
            text,
            "{address} - {user} [23/Nov/2026:02:{minute:02}:{second:02} +0000] \"{method} {path} HTTP/1.1\" {status} {bytes} \
             \"https://www.example.com/\" \"{agent}\""
        )
        .expect("a string takes all");
    }
    text.into_bytes()
}
