//! Every way to credentials, by the real program in a home of its own, against the lab's signatures and small servers on
//! loopback.

use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::aws::{Aws, Connection, Put};
use scops::domain::ObjectId;
use scops_lab::{Lab, LabOptions};
use tempfile::TempDir;

use crate::aws::{response, serve_at};
use crate::program::{Ended, Home};
use crate::terminal::Program;

/// A lab with one object, and a home whose AWS files reach it.
struct Account {
    _folder: TempDir,
    lab: Lab,
    home: Home,
}

impl Account {
    async fn start(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path())).await.expect("a lab");
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
        });
        aws.create_bucket("logs").await.expect("a bucket");
        let id = ObjectId::new("logs", "dt=2026-11-23/a.json");
        aws.put(&id, Bytes::from_static(b"{}\n"), Put::default()).await.expect("is put");
        let home = Home::new();
        let keys = format!(
            "aws_access_key_id = {}\naws_secret_access_key = {}\n",
            lab.access_key_id(),
            lab.secret_access_key()
        );
        home.write(".aws/credentials", format!("[keys]\n{keys}"));
        home.write(".aws/config", config.replace("KEYS", &keys));
        Self { _folder: folder, lab, home }
    }

    /// `scops` that reaches the lab, whatever signs.
    fn command(&self) -> Command {
        let mut command = self.home.command();
        command.env("AWS_ENDPOINT_URL", self.lab.endpoint());
        command
    }

    async fn run(&self, mut command: Command, arguments: &[&str]) -> Ended {
        command.args(arguments).stdin(std::process::Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output().expect("scops ends")).await;
        ended.expect("no panic").into()
    }

    /// Lists the bucket with these variables, and tells whether the object was seen.
    async fn lists(&self, profile: Option<&str>, variables: &[(&str, &str)]) {
        let mut command = self.command();
        command.envs(variables.iter().copied());
        let mut arguments = vec!["ls", "s3://logs/dt=2026-11-23/", "-o", "raw"];
        arguments.extend(profile.into_iter().flat_map(|profile| ["--aws-profile", profile]));
        let ended = self.run(command, &arguments).await;
        assert_eq!(ended.code(), 0, "{}", ended.stderr());
        assert_eq!(ended.stdout(), "s3://logs/dt=2026-11-23/a.json\n");
    }

    /// Credentials of the lab as containers, instances and processes tell them.
    fn told(&self, expires: Timestamp) -> String {
        format!(
            "{{\"Version\":1,\"Code\":\"Success\",\"AccessKeyId\":\"{}\",\"SecretAccessKey\":\"{}\",\"Token\":\"t\",\
             \"SessionToken\":\"t\",\"Expiration\":\"{expires:.0}\"}}",
            self.lab.access_key_id(),
            self.lab.secret_access_key(),
        )
    }
}

fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_the_environment_sign_and_a_named_profile_comes_before_them() {
    let account = Account::start("").await;
    let (id, secret) = (account.lab.access_key_id(), account.lab.secret_access_key());
    account.lists(None, &[("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)]).await;
    account.lists(Some("keys"), &[]).await;
    account.lists(None, &[("AWS_PROFILE", "keys")]).await;
    let others = [("AWS_ACCESS_KEY_ID", "AKIAOTHER"), ("AWS_SECRET_ACCESS_KEY", "other")];
    account.lists(Some("keys"), &others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_assumed_one_after_the_other() {
    let config = "[profile reader]\nrole_arn = arn:aws:iam::000000000000:role/reader\nsource_profile = keys\n\
        [profile deep]\nrole_arn = arn:aws:iam::000000000000:role/deep\nsource_profile = reader\nrole_session_name = aya\n\
        [profile named]\nrole_arn = arn:aws:iam::000000000000:role/named\ncredential_source = Environment\n\
        [profile theirs]\nrole_arn = arn:aws:iam::111122223333:role/theirs\nsource_profile = keys\n";
    let account = Account::start(config).await;
    for profile in ["reader", "deep"] {
        account.lists(Some(profile), &[]).await;
    }
    let (id, secret) = (account.lab.access_key_id(), account.lab.secret_access_key());
    account.lists(Some("named"), &[("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)]).await;
    let doctor = account.run(account.command(), &["doctor", "--aws-profile", "deep"]).await.stdout();
    assert!(doctor.contains("arn:aws:sts::000000000000:assumed-role/deep/aya"), "{doctor}");
    let refused = account.run(account.command(), &["ls", "s3://logs/", "--aws-profile", "theirs"]).await;
    assert_eq!(refused.code(), 1);
    assert!(refused.stderr().contains("sts:AssumeRole"), "{}", refused.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_tells_credentials() {
    let account = Account::start("[profile told]\ncredential_process = cat told.json\n").await;
    account.home.write("told.json", account.told(in_an_hour()));
    account.lists(Some("told"), &[]).await;
    account.home.write("told.json", "no JSON");
    let refused = account.run(account.command(), &["ls", "s3://logs/", "--aws-profile", "told"]).await;
    assert_eq!(refused.code(), 1);
    assert!(refused.stderr().contains("credential"), "{}", refused.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_containers_endpoint_tells_credentials() {
    let account = Account::start("").await;
    let told = account.told(in_an_hour());
    let (endpoint, seen) =
        serve_at(move |_| Some(response("200 OK", "Content-Type: application/json\r\n", &told))).await;
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{endpoint}/creds")),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "let-me-in".to_owned()),
    ];
    account.lists(None, &variables.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let head = seen.lock().expect("no panic").first().cloned().unwrap_or_default().to_ascii_lowercase();
    assert!(head.starts_with("get /creds ") && head.contains("authorization: let-me-in"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instances_role_tells_credentials() {
    let account = Account::start("").await;
    let told = account.told(in_an_hour());
    let (endpoint, seen) = serve_at(move |head| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        Some(match path {
            "/latest/api/token" => response("200 OK", "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", "token"),
            "/latest/meta-data/iam/security-credentials/" => response("200 OK", "", "oncall"),
            "/latest/meta-data/iam/security-credentials/oncall" => response("200 OK", "", &told),
            _ => response("404 Not Found", "", ""),
        })
    })
    .await;
    let mut command = account.command();
    command.env_remove("AWS_EC2_METADATA_DISABLED").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint);
    let ended = account.run(command, &["ls", "s3://logs/dt=2026-11-23/", "-o", "raw"]).await;
    assert_eq!(ended.stdout(), "s3://logs/dt=2026-11-23/a.json\n", "{}", ended.stderr());
    assert!(seen.lock().expect("no panic").iter().any(|head| head.starts_with("PUT /latest/api/token")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_identity_file_is_exchanged_for_a_role() {
    let account = Account::start("").await;
    let answer = format!(
        "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>{:.0}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
         </AssumeRoleWithWebIdentityResponse>",
        account.lab.access_key_id(),
        account.lab.secret_access_key(),
        in_an_hour(),
    );
    let (endpoint, _) = serve_at(move |_| Some(response("200 OK", "Content-Type: text/xml\r\n", &answer))).await;
    let token = account.home.write("token", "a.b.c");
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().expect("UTF-8")),
        ("AWS_ROLE_ARN", "arn:aws:iam::000000000000:role/pod"),
        ("AWS_ENDPOINT_URL_STS", &endpoint),
    ];
    account.lists(None, &variables).await;
}

/// The file of a sign-in by SSO, named by the SHA-1 of "https://acme.example/start".
const SIGNED_IN: &str = ".aws/sso/cache/32b9d3c1dabf96c36d5542a011699561d2dee1fa.json";
const START: &str = "https://acme.example/start";

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_sso_is_used_and_its_end_names_the_command_that_signs_in() {
    let config = format!(
        "[profile dev]\nsso_start_url = {START}\nsso_region = us-east-1\nsso_account_id = 000000000000\n\
         sso_role_name = oncall\n[profile deep]\nrole_arn = arn:aws:iam::000000000000:role/deep\nsource_profile = dev\n"
    );
    let account = Account::start(&config).await;
    let token = |ends: &str| {
        format!(
            "{{\"accessToken\":\"sso-token\",\"expiresAt\":\"{ends}\",\"region\":\"us-east-1\",\"startUrl\":\"{START}\"}}"
        )
    };
    let told = format!(
        "{{\"roleCredentials\":{{\"accessKeyId\":\"{}\",\"secretAccessKey\":\"{}\",\"sessionToken\":\"t\",\
         \"expiration\":{}}}}}",
        account.lab.access_key_id(),
        account.lab.secret_access_key(),
        in_an_hour().as_millisecond(),
    );
    let (endpoint, seen) =
        serve_at(move |_| Some(response("200 OK", "Content-Type: application/json\r\n", &told))).await;
    account.home.write(SIGNED_IN, token("2999-01-01T00:00:00Z"));
    let portal = [("AWS_ENDPOINT_URL_SSO", endpoint.as_str())];
    account.lists(Some("dev"), &portal).await;
    let head = seen.lock().expect("no panic").first().cloned().unwrap_or_default().to_ascii_lowercase();
    assert!(head.contains("/federation/credentials?") && head.contains("sso-token"), "{head}");

    for (ends, profile) in [(Some("2020-01-01T00:00:00Z"), "dev"), (None, "dev"), (None, "deep")] {
        match ends {
            Some(ends) => drop(account.home.write(SIGNED_IN, token(ends))),
            None => drop(std::fs::remove_file(account.home.path().join(SIGNED_IN))),
        }
        let ended = account.run(account.command(), &["ls", "s3://logs/", "--aws-profile", profile]).await;
        assert_eq!(ended.code(), 1);
        assert!(ended.stderr().contains("aws sso login --profile dev"), "{}", ended.stderr());
    }
}

const DEVICE: &str = "arn:aws:iam::000000000000:mfa/aya";

fn with_device() -> String {
    format!(
        "[profile oncall]\nrole_arn = arn:aws:iam::000000000000:role/oncall-mfa\nsource_profile = keys\n\
         mfa_serial = {DEVICE}\nrole_session_name = aya\nduration_seconds = 1800\n\
         [profile deep]\nrole_arn = arn:aws:iam::000000000000:role/deep\nsource_profile = oncall\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_on_the_terminal_and_its_session_is_kept() {
    let Account { _folder, lab, home } = Account::start(&with_device()).await;
    let endpoint = lab.endpoint().to_owned();
    let code = lab.mfa_code();
    let config =
        format!("[profiles.p]\nendpoint_url = \"{endpoint}\"\nregion = \"us-east-1\"\naws_profile = \"oncall\"\n");
    home.write(".config/scops/config.toml", config);
    // The role's STS is reached by AWS's own file.
    let services = format!("{}\n[services lab]\nsts =\n  endpoint_url = {endpoint}\n", with_device());
    home.write(".aws/config", services.replace("source_profile", "services = lab\nsource_profile"));
    let listing = ["ls", "s3://logs/dt=2026-11-23/", "-o", "raw"];

    let home = tokio::task::spawn_blocking(move || {
        // Nobody is there to be asked.
        let ended = home.run_with(&listing, format!("{code}\n").as_bytes());
        assert_eq!(ended.code(), 2, "{}", ended.stderr());
        assert!(ended.stderr().contains(&format!("needs an MFA code of {DEVICE}")), "{}", ended.stderr());
        assert!(ended.stderr().contains("hint: run it once on a terminal"), "{}", ended.stderr());

        let mut terminal = Program::start_in(home, &listing, 120, 40);
        terminal.wait_for(&format!("Enter MFA code for {DEVICE}:"));
        terminal.keys("000000\r");
        terminal.wait_for("MultiFactorAuthentication failed");
        terminal.wait_until("it is asked anew", |screen| screen.matches("Enter MFA code").count() == 2);
        terminal.keys(&format!("{code}\r"));
        terminal.wait_for("s3://logs/dt=2026-11-23/a.json");
        assert_eq!(terminal.wait_for_exit(), 0);
        terminal.kill()
    })
    .await
    .expect("no panic");

    // The session serves the next call, also through a role that is assumed by it.
    let told = |ended: &Ended| (ended.code(), ended.stdout());
    let ended = home.run(&["doctor"]);
    assert!(ended.stdout().contains("assumed-role/oncall-mfa/aya"), "{}", ended.stdout());
    assert!(ended.stdout().contains("which ends in 29m"), "{}", ended.stdout());
    let deep = home.run(&["ls", "s3://logs/dt=2026-11-23/", "-o", "raw", "--aws-profile", "deep"]);
    assert_eq!(told(&deep), (0, "s3://logs/dt=2026-11-23/a.json\n".to_owned()), "{}", deep.stderr());
    lab.stop().await;
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What ends while the console is open is told once, leaves what is shown, and is picked up when it is renewed. And no
/// secret is in what the console wrote meanwhile, log included.
#[tokio::test(flavor = "multi_thread")]
async fn a20_credentials_that_end_leave_the_screens_and_no_secret_is_written_down() {
    let account = Account::start("[profile told]\ncredential_process = cat told.json\n").await;
    let secret = account.lab.secret_access_key().to_owned();
    let later = account.told(in_an_hour());
    account.home.write("told.json", account.told(Timestamp::now() + SignedDuration::from_secs(20)));
    let config = format!(
        "[profiles.p]\nendpoint_url = \"{}\"\nregion = \"us-east-1\"\naws_profile = \"told\"\n\
         [[profiles.p.sources]]\nname = \"night\"\nbucket = \"logs\"\nlayout = \"dt={{yyyy}}-{{MM}}-{{dd}}/\"\n",
        account.lab.endpoint()
    );
    account.home.write(".config/scops/config.toml", config);
    let Account { _folder, lab, home } = account;

    let home = tokio::task::spawn_blocking(move || {
        let variables = [("SCOPS_LOG", "trace"), ("AWS_EC2_METADATA_DISABLED", "true")];
        let mut console = Program::start_with(home, &variables, &["--at", "sources"], 120, 40);
        console.wait_until("the source", |screen| screen.contains("night") && !screen.contains("loading"));
        std::fs::remove_file(console.home().join("told.json")).expect("it was there");
        // The SDK holds what it has until shortly before its end.
        let begin = std::time::Instant::now();
        while !console.shows_soon("AWS cannot be asked") {
            assert!(begin.elapsed() < std::time::Duration::from_mins(2), "{}", console.text());
            console.keys("R");
        }
        assert!(console.text().contains("night"), "what was shown stays:\n{}", console.text());
        console.keys("R");
        console.wait_for("AWS cannot be asked");
        console.keys("!");
        let told = console.wait_for("messages");
        assert_eq!(told.matches("AWS cannot be asked").count(), 1, "{told}");
        console.keys("\x1b");
        // What follows an escape too soon is a key with alt.
        console.wait_until("the messages are closed", |screen| !screen.contains("esc closes"));

        std::fs::write(console.home().join("told.json"), later).expect("written");
        console.keys("R");
        console.wait_until("it goes on", |screen| !screen.contains("AWS cannot be asked") && screen.contains("night"));
        console.keys(":quit\r");
        assert_eq!(console.wait_for_exit(), 0);
        console.kill()
    })
    .await
    .expect("no panic");

    let written = files(&home.path().join(".local"));
    assert!(written.iter().any(|path| path.ends_with("scops.log")), "{written:?}");
    for path in written {
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&secret), "{} holds the secret", path.display());
    }
    lab.stop().await;
}
