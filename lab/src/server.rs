//! One port for all services: a request goes where its signature says.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use s3s::service::S3Service;
use s3s::{Body, HttpError};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::athena::{Athena, AthenaError};
use crate::credentials::Credentials;
use crate::refusal::Refusal;
use crate::sigv4::{self, Authorization, SignatureError};
use crate::sns::{self, Topics, xml_error};
use crate::sqs::Queues;
use crate::sts;

/// Bodies of every service but S3: a batch of SQS is at most 1 MiB, which escapes can make six times longer.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// All that answers requests.
pub(crate) struct Services {
    pub(crate) s3: S3Service,
    pub(crate) queues: Queues,
    pub(crate) topics: Topics,
    pub(crate) athena: Athena,
    pub(crate) credentials: Credentials,
    /// `http://127.0.0.1:PORT`.
    pub(crate) endpoint: String,
}

/// Which service a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Service {
    S3,
    Sqs,
    Sns,
    Athena,
    Sts,
    /// A service that a lab does not have.
    Other(String),
}

impl Service {
    fn of(headers: &HeaderMap) -> Service {
        // The target is asked first: a request without a signature shall be refused in its service's words.
        match target(headers) {
            Some(("AmazonSQS", _)) => return Service::Sqs,
            Some(("AmazonAthena", _)) => return Service::Athena,
            _ => {}
        }
        match Authorization::of(headers).map(|authorization| authorization.service) {
            None | Some("s3") => Service::S3,
            Some("sqs") => Service::Sqs,
            Some("sns") => Service::Sns,
            Some("athena") => Service::Athena,
            Some("sts") => Service::Sts,
            Some(other) => Service::Other(other.to_owned()),
        }
    }
}

/// Service and operation of `x-amz-target: AmazonSQS.SendMessage`.
fn target(headers: &HeaderMap) -> Option<(&str, &str)> {
    headers.get("x-amz-target")?.to_str().ok()?.rsplit_once('.')
}

/// How a service writes its answers.
#[derive(Clone, Copy)]
enum Protocol {
    /// JSON of a version, with the namespace of its error types.
    Json { content_type: &'static str, namespace: &'static str },
    /// XML in a namespace.
    Query { namespace: &'static str },
}

const SQS: Protocol = Protocol::Json { content_type: "application/x-amz-json-1.0", namespace: "com.amazonaws.sqs#" };
const ATHENA: Protocol = Protocol::Json { content_type: "application/x-amz-json-1.1", namespace: "" };
const SNS: Protocol = Protocol::Query { namespace: sns::NAMESPACE };
const STS: Protocol = Protocol::Query { namespace: sts::NAMESPACE };

impl Protocol {
    /// Tells a signature's failure in the protocol's words.
    fn denied(self, error: &SignatureError) -> Refusal {
        let is_json = matches!(self, Protocol::Json { .. });
        let code = match (error, is_json) {
            (SignatureError::Missing, true) => "MissingAuthenticationTokenException",
            (SignatureError::Missing, false) => "MissingAuthenticationToken",
            (SignatureError::Incomplete(_), true) => "IncompleteSignatureException",
            (SignatureError::Incomplete(_), false) => "IncompleteSignature",
            (SignatureError::UnknownKey, true) => "UnrecognizedClientException",
            (SignatureError::UnknownKey, false) => "InvalidClientTokenId",
            (SignatureError::Expired, true) => "ExpiredTokenException",
            (SignatureError::Expired, false) => "ExpiredToken",
            (SignatureError::Mismatch | SignatureError::Skewed { .. }, true) => "InvalidSignatureException",
            (SignatureError::Mismatch | SignatureError::Skewed { .. }, false) => "SignatureDoesNotMatch",
        };
        let status = match error {
            SignatureError::Incomplete(_) => 400,
            _ => 403,
        };
        Refusal::new(code, error.to_string()).with_status(status)
    }

    fn refused(self, refusal: &Refusal) -> Response<Body> {
        match self {
            Protocol::Json { namespace, .. } => {
                let body = json!({
                    "__type": format!("{namespace}{}", refusal.code),
                    "message": refusal.message,
                });
                let mut response = self.respond(refusal.status, body.to_string());
                // For clients that still look for the codes of the query protocol.
                let whose = if refusal.is_clients_fault() { "Sender" } else { "Receiver" };
                let query = format!("{};{whose}", query_code(refusal.code));
                if let Ok(query) = HeaderValue::from_str(&query) {
                    response.headers_mut().insert(HeaderName::from_static("x-amzn-query-error"), query);
                }
                response
            }
            Protocol::Query { namespace } => self.respond(refusal.status, xml_error(namespace, refusal)),
        }
    }

    fn respond(self, status: u16, body: String) -> Response<Body> {
        let content_type = match self {
            Protocol::Json { content_type, .. } => content_type,
            Protocol::Query { .. } => "text/xml",
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
            headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
        }
        response
    }
}

/// The code that SQS's query protocol has for an error of its JSON protocol.
fn query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "QueueNameExists" => "QueueAlreadyExists".to_owned(),
        "EmptyBatchRequest"
        | "TooManyEntriesInBatchRequest"
        | "BatchEntryIdsNotDistinct"
        | "BatchRequestTooLong"
        | "InvalidBatchEntryId"
        | "MessageNotInflight"
        | "UnsupportedOperation" => format!("AWS.SimpleQueueService.{code}"),
        code => code.to_owned(),
    }
}

impl Services {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, HttpError> {
        let protocol = match Service::of(request.headers()) {
            Service::S3 => return self.s3.call(request.map(Body::from)).await,
            Service::Sqs => SQS,
            Service::Athena => ATHENA,
            Service::Sns => SNS,
            Service::Sts => STS,
            Service::Other(service) => return Ok(unknown_service(request.headers(), &service)),
        };
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                let refusal = Refusal::new("RequestEntityTooLarge", error.to_string());
                return Ok(protocol.refused(&refusal.with_status(413)));
            }
        };
        Ok(match self.dispatch(protocol, &parts, body).await {
            Ok(response) => response,
            Err(refusal) => protocol.refused(&refusal),
        })
    }

    async fn dispatch(&self, protocol: Protocol, parts: &Parts, body: Bytes) -> Result<Response<Body>, Refusal> {
        // Signatures are about the machine's time, whatever clock the lab runs by.
        sigv4::verify(parts, &body, &self.credentials, Timestamp::now()).map_err(|error| protocol.denied(&error))?;
        let operation = target(&parts.headers).map(|(_, operation)| operation);
        let answer = match (Service::of(&parts.headers), operation) {
            (Service::Sqs, Some(operation)) => self.queues.answer(operation, &body, &self.endpoint).await?.to_string(),
            (Service::Athena, Some(operation)) => match self.athena.handle(operation, &body).await {
                Ok(answer) => answer.to_string(),
                // Athena's errors carry a code of their own beside their type.
                Err(error) => {
                    let status = if matches!(error, AthenaError::Internal(_)) { 500 } else { 400 };
                    return Ok(protocol.respond(status, error.to_json().to_string()));
                }
            },
            (Service::Sns, _) => {
                let topics = self.topics.clone();
                blocking(move || topics.answer(&body)).await?
            }
            (Service::Sts, _) => {
                let signer = Authorization::of(&parts.headers).map(|authorization| authorization.access_key_id);
                sts::answer(&body, &self.credentials, signer.unwrap_or_default())?
            }
            _ => {
                return Err(Refusal::new(
                    "UnknownOperationException",
                    "The request names no operation: the lab speaks the JSON protocol of this service.",
                ));
            }
        };
        Ok(protocol.respond(200, answer))
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Refusal::new("InternalFailure", error.to_string()).with_status(500)))
}

fn unknown_service(headers: &HeaderMap, service: &str) -> Response<Body> {
    let message = format!("The lab has S3, SNS, SQS and Athena, and no service {service:?}.");
    let is_json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|content_type| content_type.as_bytes().starts_with(b"application/x-amz-json"));
    if is_json {
        ATHENA.refused(&Refusal::new("UnknownOperationException", message))
    } else {
        STS.refused(&Refusal::new("InvalidAction", message))
    }
}

/// Serves connections until `stop` is cancelled; `connections` then ends when their requests have.
pub(crate) async fn serve(
    listener: TcpListener,
    services: Arc<Services>,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: other connections will free some.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        connections.spawn(connection(stream, peer, Arc::clone(&services), stop.clone()));
    }
}

async fn connection(stream: tokio::net::TcpStream, peer: SocketAddr, services: Arc<Services>, stop: CancellationToken) {
    let service = service_fn(move |request| {
        let services = Arc::clone(&services);
        async move {
            let response = services.answer(request).await.unwrap_or_else(|error| {
                tracing::error!(?error, "a request could not be answered");
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            });
            Ok::<_, Infallible>(response)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}
