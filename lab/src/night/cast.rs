//! Who and what is on stage: the fictional company Acme in AWS's documentation accounts, on the documentation networks
//! of RFC 5737.
//!
//! | network | who |
//! |---|---|
//! | 192.0.2.0/26 | the office and its VPN |
//! | 192.0.2.64 and up, 198.51.100.0/24 | customers, crawlers, scanners |
//! | 203.0.113.0/24 | the attacker alone, so that a search for the address finds the story and nothing else |
//! | 10.0.0.0/8 | inside |

use super::dice::Dice;

pub(super) const BUCKET: &str = "acme-security-logs";

/// Production.
pub(super) const PROD: &str = "111122223333";
/// Data and staging.
pub(super) const DATA: &str = "444455556666";

pub(super) const TOKYO: &str = "ap-northeast-1";
pub(super) const VIRGINIA: &str = "us-east-1";
pub(super) const IRELAND: &str = "eu-west-1";

pub(super) const USERS: [&str; 12] = [
    "akira.sato",
    "mika.tanaka",
    "jonas.weber",
    "priya.nair",
    "luca.rossi",
    "emma.clark",
    "yuto.mori",
    "sofia.lind",
    "daniel.okafor",
    "hana.kim",
    "tomas.novak",
    "grace.lee",
];

/// A machine's role.
pub(super) struct Role {
    pub name: &'static str,
    /// Its session's name: a task, an instance, a caller.
    pub session: &'static str,
    /// What its software calls itself.
    pub agent: &'static str,
}

const fn role(name: &'static str, session: &'static str, agent: &'static str) -> Role {
    Role { name, session, agent }
}

pub(super) const ROLES: [Role; 9] = [
    role("payments-api-task", "8f3c2b1a9d7e4c55a1b2c3d4e5f60718", AGENT_RUST),
    role("orders-worker-task", "2a9b7c4d1e8f4a60b3c5d7e9f1a2b3c4", AGENT_JAVA),
    role("web-instance", "i-0c41d2e5f6a7b8c90", AGENT_GO),
    role("ci-deploy", "GitHubActions", "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 aws-sdk-go-v2/1.39.2"),
    role("eks-node-group", "i-07a1b2c3d4e5f6071", AGENT_GO),
    role("log-shipper", "i-0fedcba9876543210", AGENT_PYTHON),
    role("nightly-etl", "etl-scheduler", AGENT_PYTHON),
    role("config-recorder", "AWSConfig-Describe", "config.amazonaws.com"),
    role("backup-operator", "AWSBackup-AWSServiceRole", "backup.amazonaws.com"),
];

const AGENT_RUST: &str = "aws-sdk-rust/1.3.9 ua/2.1 api/kms/1.89.0 os/linux lang/rust/1.90.0";
const AGENT_JAVA: &str = "aws-sdk-java/2.34.8 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.153 lang/java#21.0.8";
const AGENT_GO: &str = "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#arm64";
const AGENT_PYTHON: &str =
    "Boto3/1.40.45 md/Botocore#1.40.45 ua/2.1 os/linux#6.1.153 md/arch#aarch64 lang/python#3.13.7";

/// What people type into.
pub(super) const TERMINAL: &str =
    "aws-cli/2.31.8 md/awscrt#0.27.6 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7";

/// Host and address of the one way in by SSH.
pub(super) const BASTION_HOST: &str = "bastion-01";
pub(super) const BASTION_IP: &str = "10.1.4.20";
pub(super) const BASTION_ENI: &str = "eni-0b45710a1c2d3e4f5";
pub(super) const BASTION_INSTANCE: &str = "i-0b45710a9f8e7d6c5";

/// The bucket that the attacker empties, and the role used for it.
pub(super) const EXPORT_BUCKET: &str = "acme-customer-exports";
pub(super) const EXPORT_ROLE: &str = "customer-export-reader";

pub(super) const BROWSERS: [&str; 7] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
];

/// What the attacker's tools call themselves.
pub(super) const ATTACKER_BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
pub(super) const ATTACKER_SCANNER: &str = "python-requests/2.32.3";
pub(super) const ATTACKER_CLI: &str =
    "aws-cli/2.28.11 md/awscrt#0.27.6 ua/2.1 os/linux#6.12.38+kali-amd64 md/arch#x86_64 lang/python#3.13.4";

/// A customer's or a crawler's address.
pub(super) fn internet_address(dice: &mut Dice) -> String {
    if dice.chance(60) {
        format!("198.51.100.{}", dice.range(1, 254))
    } else {
        format!("192.0.2.{}", dice.range(64, 254))
    }
}

/// An address of the office.
pub(super) fn office_address(dice: &mut Dice) -> String {
    format!("192.0.2.{}", dice.range(8, 23))
}

/// An identifier of 17 hexadecimal digits as EC2 gives them, the same every night for one `number`: `eni-0…`, `i-0…`,
/// `subnet-0…`.
pub(super) fn fixture(prefix: &str, number: u64) -> String {
    format!("{prefix}-0{:016x}", Dice::new(number.wrapping_mul(0x5851_f42d_4c95_7f2d)).bits())
}

/// The long-lived access key of a user, in the manner of AWS's documentation: `AKIA…EXAMPLE`.
pub(super) fn access_key(dice: &mut Dice) -> String {
    format!("AKIA{}EXAMPLE", dice.letters(KEY_LETTERS, 9))
}

/// A session's access key: `ASIA…EXAMPLE`.
pub(super) fn session_key(dice: &mut Dice) -> String {
    format!("ASIA{}EXAMPLE", dice.letters(KEY_LETTERS, 9))
}

pub(super) const KEY_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
