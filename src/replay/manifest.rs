//! A job of S3 Batch Operations in place of a replay: for millions of objects.
//!
//! Source: "Specifying a manifest", "Invoke AWS Lambda function" in the S3 user guide; CreateJob in the S3 Control API
//! reference.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::lines::{self, LineError};
use crate::domain::size::plural;
use crate::domain::{Location, ObjectId, event};

/// A manifest's content, once it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// How many objects it lists.
    pub objects: u64,
    /// Whether it names versions.
    pub has_versions: bool,
    /// SHA-256 of its bytes, in hexadecimal: what asks for the same job twice gets one.
    pub hash: String,
}

/// Writes the objects that lines name (see [`lines::from_lines`]) as a CSV manifest: bucket, form-encoded key and, where
/// the first line has one, the version. S3 takes either a version of every object or of none.
pub fn write(reader: impl BufRead, out: &mut impl Write) -> Result<Manifest, LineError> {
    let mut manifest = Manifest { objects: 0, has_versions: false, hash: String::new() };
    let mut hash = Sha256::new();
    lines::each(reader, |text| {
        let Some(object) = lines::object(text)? else { return Ok(()) };
        if manifest.objects == 0 {
            manifest.has_versions = object.version.is_some();
        } else if manifest.has_versions != object.version.is_some() {
            return Err("a manifest names the versions of all objects or of none".to_owned());
        }
        let row = row(&object);
        hash.update(row.as_bytes());
        manifest.objects += 1;
        out.write_all(row.as_bytes()).map_err(|error: io::Error| format!("the manifest cannot be written: {error}"))
    })?;
    manifest.hash = format!("{:x}", hash.finalize());
    Ok(manifest)
}

/// Both decoders of spaces read `%20`; `+` only one of them.
fn row(object: &ObjectId) -> String {
    let key = event::encode_key(&object.key).replace('+', "%20");
    let version = object.version.as_ref().map(|version| format!(",{version}")).unwrap_or_default();
    format!("{},{key}{version}\n", object.bucket)
}

/// What the job is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job<'j> {
    /// The account that runs it.
    pub account: &'j str,
    /// The function that it calls for each object, by ARN.
    pub function: &'j str,
    /// The role that it acts in, by ARN.
    pub role: &'j str,
    /// Where the manifest lies.
    pub manifest: &'j ObjectId,
    /// The manifest's eTag.
    pub etag: &'j str,
    /// Where the report of each task goes.
    pub report: &'j Location,
}

/// The description that `aws s3control create-job --cli-input-json` takes. The job waits for a confirmation before it
/// runs.
pub fn job(job: &Job<'_>, manifest: &Manifest) -> Value {
    let fields = ["Bucket", "Key", "VersionId"];
    let fields = &fields[..if manifest.has_versions { 3 } else { 2 }];
    let objects = manifest.objects;
    json!({
        "AccountId": job.account,
        "ConfirmationRequired": true,
        "Operation": { "LambdaInvoke": { "FunctionArn": job.function, "InvocationSchemaVersion": "2.0" } },
        "Manifest": {
            "Spec": { "Format": "S3BatchOperations_CSV_20180820", "Fields": fields },
            "Location": {
                "ObjectArn": format!("arn:aws:s3:::{}/{}", job.manifest.bucket, job.manifest.key),
                "ETag": job.etag,
            },
        },
        "Report": {
            "Bucket": format!("arn:aws:s3:::{}", job.report.bucket),
            "Prefix": job.report.prefix.trim_end_matches('/'),
            "Format": "Report_CSV_20180820",
            "Enabled": true,
            "ReportScope": "AllTasks",
        },
        "Priority": 10,
        "RoleArn": job.role,
        "Description": format!("replay of {}", plural(objects, "object")),
        "ClientRequestToken": &manifest.hash[..manifest.hash.len().min(64)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_buckets_and_encoded_keys_and_versions_of_all_or_none() {
        let mut out = Vec::new();
        let manifest =
            write("s3://logs/a b+c%20=&é,\"x\".gz\n\ns3://logs/d\n".as_bytes(), &mut out).expect("is written");
        assert_eq!((manifest.objects, manifest.has_versions), (2, false));
        let text = String::from_utf8(out).expect("text");
        assert_eq!(text, "logs,a%20b%2Bc%2520%3D%26%C3%A9%2C%22x%22.gz\nlogs,d\n");
        for row in text.lines() {
            let (_, key) = row.split_once(',').expect("a bucket");
            assert!(["a b+c%20=&é,\"x\".gz", "d"].contains(&event::decode_key(key).as_str()), "{key}");
        }

        let versions = "{\"uri\":\"s3://l/a\",\"version\":\"v1\"}\ns3://l/b\n";
        let error = write(versions.as_bytes(), &mut Vec::new()).expect_err("is mixed");
        assert_eq!(error.to_string(), "line 2: a manifest names the versions of all objects or of none");
    }

    #[test]
    fn a_job_waits_for_its_confirmation_and_names_what_the_manifest_has() {
        let object = ObjectId::new("ops", "replays/m.csv");
        let report = Location { bucket: "ops".into(), prefix: "replays/report/".into() };
        let manifest = Manifest { objects: 2, has_versions: true, hash: "ab".repeat(32) };
        let described = Job {
            account: "111122223333",
            function: "arn:aws:lambda:eu-west-1:111122223333:function:again",
            role: "arn:aws:iam::111122223333:role/batch",
            manifest: &object,
            etag: "e",
            report: &report,
        };
        let told = job(&described, &manifest);
        assert_eq!(told["ConfirmationRequired"], true);
        assert_eq!(told["Manifest"]["Spec"]["Fields"], json!(["Bucket", "Key", "VersionId"]));
        assert_eq!(told["Manifest"]["Location"]["ObjectArn"], "arn:aws:s3:::ops/replays/m.csv");
        assert_eq!(told["Report"]["Prefix"], "replays/report");
        assert_eq!(told["ClientRequestToken"].as_str().map(str::len), Some(64));
    }
}
