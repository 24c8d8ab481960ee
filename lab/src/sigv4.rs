//! Signature Version 4 in the `Authorization` header, for every service but S3, whose signatures `s3s` checks.
//!
//! After the AWS IAM user guide, "Create a signed AWS API request".

use hmac::{Hmac, Mac};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::credentials::{Credentials, Holder};
use crate::store::hex;

/// How far a request's time may be from ours.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// What SigV4 leaves as it is: the unreserved characters of RFC 3986.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("Request is missing Authentication Token")]
    Missing,
    #[error("{0}")]
    Incomplete(String),
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error("The security token included in the request is expired")]
    Expired,
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
    #[error("Signature expired: {signed} is not within 15 minutes of {now}")]
    Skewed { signed: Timestamp, now: Timestamp },
}

/// The `Authorization` header, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authorization<'a> {
    date: &'a str,
    region: &'a str,
    /// Who signed it.
    pub(crate) access_key_id: &'a str,
    /// The service that the request was signed for.
    pub(crate) service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads the header; none if there is none or it is no SigV4.
    pub(crate) fn of(headers: &'a HeaderMap) -> Option<Authorization<'a>> {
        let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let mut scope = field("Credential")?.rsplitn(5, '/');
        if scope.next()? != "aws4_request" {
            return None;
        }
        let (service, region, date) = (scope.next()?, scope.next()?, scope.next()?);
        Some(Authorization {
            access_key_id: scope.next()?,
            date,
            region,
            service,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        })
    }
}

/// Checks the signature of a request whose body is at hand. `now` is the machine's time.
pub(crate) fn verify(
    request: &Parts,
    body: &[u8],
    credentials: &Credentials,
    now: Timestamp,
) -> Result<(), SignatureError> {
    if !request.headers.contains_key(AUTHORIZATION) {
        return Err(SignatureError::Missing);
    }
    let authorization = Authorization::of(&request.headers).ok_or_else(|| {
        SignatureError::Incomplete(
            "Authorization header requires AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.".to_owned(),
        )
    })?;
    let holder = credentials.holder(authorization.access_key_id).ok_or(SignatureError::UnknownKey)?;
    if let Holder::Session(session) = &holder {
        let token = request.headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
        if token != Some(&session.token) {
            return Err(SignatureError::UnknownKey);
        }
        if session.expires <= now {
            return Err(SignatureError::Expired);
        }
    }
    let date = request.headers.get("x-amz-date").and_then(|date| date.to_str().ok()).ok_or_else(|| {
        SignatureError::Incomplete("Authorization header requires existence of 'X-Amz-Date'.".to_owned())
    })?;
    let signed = amz_date(date)
        .ok_or_else(|| SignatureError::Incomplete(format!("Date must be in ISO-8601 'basic format'. Got {date:?}.")))?;
    if !date.starts_with(authorization.date) {
        return Err(SignatureError::Incomplete(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.".to_owned(),
        ));
    }
    if now.duration_since(signed).abs() > SKEW {
        return Err(SignatureError::Skewed { signed, now });
    }
    let canonical = canonical_request(request, body, authorization.signed_headers)?;
    let scope = format!("{}/{}/{}/aws4_request", authorization.date, authorization.region, authorization.service);
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = signing_key(holder.secret(), &authorization);
    let given = unhex(authorization.signature).ok_or(SignatureError::Mismatch)?;
    // Compares in constant time.
    mac(&key, to_sign.as_bytes()).verify_slice(&given).map_err(|_| SignatureError::Mismatch)
}

fn canonical_request(request: &Parts, body: &[u8], signed_headers: &str) -> Result<String, SignatureError> {
    let mut headers = String::new();
    let mut has_host = false;
    for name in signed_headers.split(';') {
        let header = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .filter(|header| request.headers.contains_key(header))
            .ok_or_else(|| SignatureError::Incomplete(format!("The signed header {name:?} is not in the request.")))?;
        has_host |= header == http::header::HOST;
        let values: Vec<String> = request
            .headers
            .get_all(&header)
            .iter()
            .map(|value| {
                String::from_utf8_lossy(value.as_bytes()).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        headers.extend([header.as_str(), ":", &values.join(","), "\n"]);
    }
    if !has_host {
        return Err(SignatureError::Incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned()));
    }
    Ok(format!(
        "{}\n{}\n{}\n{headers}\n{signed_headers}\n{}",
        request.method,
        // Every service but S3 encodes the path, as it was sent, once more.
        utf8_percent_encode(request.uri.path(), PATH),
        canonical_query(request.uri.query().unwrap_or_default()),
        hex(&Sha256::digest(body)),
    ))
}

fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        utf8_percent_encode(&decoded, UNRESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encode(name), encode(value))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn signing_key(secret: &str, authorization: &Authorization<'_>) -> Vec<u8> {
    let mut key = format!("AWS4{secret}").into_bytes();
    for step in [authorization.date, authorization.region, authorization.service, "aws4_request"] {
        key = mac(&key, step.as_bytes()).finalize().into_bytes().to_vec();
    }
    key
}

fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac
}

/// Reads `20150830T123600Z`.
fn amz_date(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y%m%dT%H%M%SZ%z", format!("{text}+0000")).ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the AWS General Reference, "Signature Version 4 signing process": IAM's ListUsers.
    fn example(signature: &str) -> Parts {
        http::Request::get("/?Action=ListUsers&Version=2010-05-08")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("host", "iam.amazonaws.com")
            .header("x-amz-date", "20150830T123600Z")
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
                ),
            )
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    const PUBLISHED: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    fn check(request: &Parts, body: &[u8], at: &str) -> Result<(), SignatureError> {
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            sessions: std::sync::Arc::default(),
        };
        verify(request, body, &credentials, at.parse().unwrap())
    }

    #[test]
    fn the_published_example_is_accepted() {
        assert_eq!(check(&example(PUBLISHED), b"", "2015-08-30T12:50:00Z"), Ok(()));
    }

    #[test]
    fn any_change_is_refused() {
        let at = "2015-08-30T12:36:00Z";
        assert_eq!(check(&example(PUBLISHED), b"x", at), Err(SignatureError::Mismatch));
        let mut other = example(PUBLISHED);
        other.uri = "/?Action=DeleteUser&Version=2010-05-08".parse().unwrap();
        assert_eq!(check(&other, b"", at), Err(SignatureError::Mismatch));
        assert_eq!(check(&example(&PUBLISHED.replace('5', "6")), b"", at), Err(SignatureError::Mismatch));
    }

    #[test]
    fn an_old_or_a_future_request_is_refused() {
        for at in ["2015-08-30T12:51:01Z", "2015-08-30T12:20:59Z"] {
            assert!(matches!(check(&example(PUBLISHED), b"", at), Err(SignatureError::Skewed { .. })));
        }
    }

    #[test]
    fn a_request_without_a_signature_is_told_so() {
        let mut request = example(PUBLISHED);
        request.headers.remove("authorization");
        assert_eq!(check(&request, b"", "2015-08-30T12:36:00Z"), Err(SignatureError::Missing));
    }
}
