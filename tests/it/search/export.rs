//! Results and exports through the wire: by the result file, by pages, and gone on with.

use bytes::Bytes;
use scops::aws::{Aws, Connection, Put};
use scops::domain::export::Format;
use scops::domain::{Index, Location, ObjectId, QueryStatus};
use scops::search;
use scops::search::export::{self, Style, To};
use scops::search::results::Rows;
use scops_lab::{Lab, LabOptions};
use tempfile::TempDir;

use crate::program::Home;

struct Platform {
    aws: Aws,
    index: Index,
    config: String,
    lab: Lab,
    _folder: TempDir,
}

impl Platform {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path())).await.expect("a lab");
        let keys = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some(keys.clone()),
        });
        aws.create_bucket("index").await.expect("a bucket");
        let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
        let index = Index {
            location: below("scops/"),
            database: "default".into(),
            workgroup: "primary".into(),
            output: Some(below("results/")),
            retention_days: None,
        };
        let config = format!(
            "default_profile = \"lab\"\n[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n\
             credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
             [profiles.lab.index]\nlocation = \"s3://index/scops/\"\ndatabase = \"default\"\nworkgroup = \"primary\"\n\
             output = \"s3://index/results/\"\n",
            lab.endpoint(),
            keys.0,
            keys.1
        );
        Self { aws, index, config, lab, _folder: folder }
    }

    async fn query(&self, rows: usize) -> QueryStatus {
        let sql = format!(
            "SELECT a AS n, CASE WHEN a % 3 = 0 THEN NULL WHEN a % 3 = 1 THEN '' ELSE '=\"x\",' || chr(10) END AS text \
             FROM UNNEST(sequence(1, {rows})) AS t(a) ORDER BY a"
        );
        search::run::finish(&self.aws, &self.index, &sql, |_| {}).await.expect("succeeds")
    }
}

fn file(status: &QueryStatus) -> ObjectId {
    ObjectId::new("index", format!("results/{}.csv", status.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_file_holds_the_rows_that_the_pages_do() {
    let platform = Platform::start().await;
    let status = platform.query(3_500).await;
    let before = platform.aws.usage();
    let table = Rows::open(&platform.aws, &status.id).await.expect("opens").collect().await.expect("is read");
    let asked = platform.aws.usage().session.total() - before.session.total();
    assert_eq!(table.rows.len(), 3_500);
    assert!(asked <= 4, "{asked} requests");
    assert_eq!(table.rows[0], [Some("1".to_owned()), Some(String::new())]);
    assert_eq!(table.rows[1], [Some("2".to_owned()), Some("=\"x\",\n".to_owned())]);
    assert_eq!(table.rows[2], [Some("3".to_owned()), None]);

    // Whose file is gone, or something else, reads the pages.
    let bytes = platform.aws.get_all(&file(&status), scops::domain::ByteSize::mib(8)).await.expect("is there").1;
    let other = Bytes::from([b"\"other\"\n".as_slice(), &bytes].concat());
    platform.aws.put(&file(&status), other, Put::default()).await.expect("is put");
    assert!(Rows::open(&platform.aws, &status.id).await.expect("opens").place().is_none());
    platform.aws.put(&file(&status), bytes, Put::default()).await.expect("is put");
    assert!(Rows::open(&platform.aws, &status.id).await.expect("opens").place().is_some());
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_dropped_is_gone_on_with() {
    let platform = Platform::start().await;
    // More than one range of the file.
    let status = platform.query(400_000).await;
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole.csv");
    let cut = folder.path().join("parts/cut.csv");
    let style = Style::from(Format::Csv);
    let all = export::query(&platform.aws, &status.id, style, To { path: &whole, is_replacing: false }, |_| {});
    assert_eq!(all.await.expect("is written").rows, 400_000);
    let to = To { path: &cut, is_replacing: false };
    let (sender, told) = tokio::sync::oneshot::channel();
    let mut sender = Some(sender);
    let begun = export::query(&platform.aws, &status.id, style, to, |_| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(());
        }
    });
    tokio::select! {
        biased;
        _ = told => {}
        _ = begun => {}
    }
    // What writes goes on until its rows are on disk.
    let mut resumed = 0;
    for _ in 0..200 {
        let is_marked = std::fs::read_dir(cut.parent().expect("a folder"))
            .expect("is read")
            .any(|entry| entry.expect("an entry").path().extension().is_some_and(|extension| extension == "mark"));
        if is_marked {
            let export = export::query(&platform.aws, &status.id, style, to, |_| {}).await.expect("is written");
            assert_eq!(export.rows, 400_000);
            resumed = export.resumed;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(resumed > 0, "it began anew");
    assert!(std::fs::read(&whole).expect("is there") == std::fs::read(&cut).expect("is there"), "they differ");
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_writes_every_form() {
    let platform = Platform::start().await;
    let status = platform.query(1_200).await;
    let home = Home::new();
    home.write(".config/scops/config.toml", &platform.config);
    let run = |arguments: Vec<String>| tokio::task::block_in_place(|| home.run(&arguments));
    let query = |more: &[&str]| {
        let mut arguments = vec!["query".to_owned(), "--result".into(), status.id.clone()];
        arguments.extend(more.iter().map(|text| (*text).to_owned()));
        run(arguments)
    };
    let csv = query(&["-o", "csv"]);
    assert_eq!(csv.code(), 0, "{}", csv.stderr());
    assert!(
        csv.stdout().starts_with("n,text\r\n1,\"\"\r\n2,\"'=\"\"x\"\",\n\"\r\n3,\r\n"),
        "{:?}",
        &csv.stdout()[..60]
    );
    let kept = query(&["-o", "csv", "--keep-formulas"]);
    assert!(kept.stdout().contains("2,\"=\"\"x\"\",\n\""));
    assert_eq!(query(&["-o", "ndjson"]).stdout().lines().count(), 1_200);
    let json: serde_json::Value = serde_json::from_str(&query(&["-o", "json"]).stdout()).expect("JSON");
    assert_eq!(json[2], serde_json::json!({ "n": 3, "text": null }));
    assert_eq!(query(&["-o", "markdown"]).stdout().lines().count(), 1_202);
    assert_eq!(query(&[]).stdout().lines().count(), 1_202);

    let to = home.path().join("rows.parquet").display().to_string();
    for name in ["rows.parquet", "rows-2.parquet"] {
        let ended = query(&["--to", &to]);
        assert_eq!(ended.code(), 0, "{}", ended.stderr());
        assert!(ended.stderr().contains("1,200 rows in ") && ended.stderr().contains(name), "{}", ended.stderr());
        assert!(std::fs::read(home.path().join(name)).expect("is there").starts_with(b"PAR1"));
    }
    let ended = query(&["--to", "rows.xlsx"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("hint: end it in .csv"), "{}", ended.stderr());
    platform.lab.stop().await;
}
