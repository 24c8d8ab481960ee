//! SNS's query protocol: a form in, XML out.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use super::topics::{Subscription, check_topic, invalid};
use super::xml::{Xml, response};
use super::{Publication, Topics, publish};
use crate::names::ACCOUNT;
use crate::refusal::Refusal;
use crate::sqs::{Attribute, AttributeValue, Attributes, BATCH_LIMIT, EnqueueError, attributes_size, check_attributes};

/// The namespace of SNS's answers.
pub(crate) const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// A message and its attributes, and a batch of them, have at most this many bytes.
const MESSAGE_LIMIT: usize = 256 * 1024;
const PAGE: usize = 100;

/// The parameters of a request.
struct Form(BTreeMap<String, String>);

impl Form {
    fn parse(body: &[u8]) -> Form {
        Form(url::form_urlencoded::parse(body).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            Refusal::new(
                "InvalidParameter",
                format!("Invalid parameter: {name} Reason: no value for required parameter"),
            )
        })
    }

    /// The form of the `number`th element below `name`: its members without that prefix.
    fn below(&self, name: &str, number: usize) -> Option<Form> {
        let prefix = format!("{name}.{number}.");
        let members: BTreeMap<String, String> = self
            .0
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?.to_owned(), value.clone())))
            .collect();
        (!members.is_empty()).then_some(Form(members))
    }

    fn elements(&self, name: &str) -> Vec<Form> {
        (1..).map_while(|number| self.below(name, number)).collect()
    }

    /// `Attributes.entry.N.key` and `.value`.
    fn attributes(&self) -> Result<BTreeMap<String, String>, Refusal> {
        self.elements("Attributes.entry")
            .iter()
            .map(|entry| Ok((entry.required("key")?.to_owned(), entry.required("value")?.to_owned())))
            .collect()
    }

    fn message_attributes(&self) -> Result<Attributes, Refusal> {
        let mut attributes = Attributes::new();
        for entry in self.elements("MessageAttributes.entry") {
            let name = entry.required("Name")?.to_owned();
            let value = match entry.get("Value.BinaryValue") {
                Some(encoded) => AttributeValue::Binary(
                    BASE64_STANDARD.decode(encoded).map_err(|_| invalid(format!("BinaryValue of {name}")))?,
                ),
                None => AttributeValue::Text(entry.required("Value.StringValue")?.to_owned()),
            };
            let data_type = entry.required("Value.DataType")?.to_owned();
            attributes.insert(name, Attribute { data_type, value });
        }
        // String.Array is SNS's own type, which SQS carries as text.
        check_attributes(&attributes).map_err(|refusal| Refusal::new("ParameterValueInvalid", refusal.message))?;
        Ok(attributes)
    }

    fn publication(&self) -> Result<Publication, Refusal> {
        let message = self.required("Message")?;
        if message.is_empty() {
            return Err(invalid("Empty message"));
        }
        let message = match self.get("MessageStructure") {
            Some("json") => for_queues(message)?,
            Some(_) => return Err(invalid("MessageStructure")),
            None => message.to_owned(),
        };
        let subject = self.get("Subject").filter(|subject| !subject.is_empty());
        if subject.is_some_and(|subject| subject.chars().count() > 100 || subject.contains('\n')) {
            return Err(invalid("Subject"));
        }
        Ok(Publication { subject: subject.map(str::to_owned), message, attributes: self.message_attributes()? })
    }
}

/// What queues get of a message that tells each protocol something else.
fn for_queues(message: &str) -> Result<String, Refusal> {
    let by_protocol: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(message).map_err(|_| invalid("Message Structure - JSON message body failed to parse"))?;
    let default = by_protocol
        .get("default")
        .ok_or_else(|| invalid("Message Structure - No default entry in JSON message body"))?;
    by_protocol
        .get("sqs")
        .unwrap_or(default)
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| invalid("Message Structure - entries must be strings"))
}

fn size(publication: &Publication) -> usize {
    publication.message.len() + attributes_size(&publication.attributes)
}

impl Topics {
    /// Answers one request: the XML of the response.
    pub(crate) fn answer(&self, body: &[u8]) -> Result<String, Refusal> {
        let form = Form::parse(body);
        let action = form
            .get("Action")
            .ok_or_else(|| Refusal::new("MissingAction", "The request must contain the parameter Action."))?
            .to_owned();
        let result = self.act(&action, &form)?;
        Ok(response(NAMESPACE, &action, result))
    }

    fn act(&self, action: &str, form: &Form) -> Result<Option<Xml>, Refusal> {
        let mut xml = Xml::default();
        match action {
            "CreateTopic" => {
                let arn = self.create(form.required("Name")?, form.attributes()?)?;
                xml.text("TopicArn", &arn);
            }
            "DeleteTopic" => {
                self.delete(form.required("TopicArn")?)?;
                return Ok(None);
            }
            "ListTopics" => {
                let topics = self.list(&after(form)?)?;
                xml.element("Topics", |xml| {
                    for arn in &topics {
                        xml.element("member", |xml| {
                            xml.text("TopicArn", arn);
                        });
                    }
                });
                next(&mut xml, topics.len(), topics.last());
            }
            "GetTopicAttributes" => {
                entries(&mut xml, &self.attributes(form.required("TopicArn")?)?);
            }
            "SetTopicAttributes" => {
                self.set_attribute(
                    form.required("TopicArn")?,
                    form.required("AttributeName")?,
                    form.get("AttributeValue").unwrap_or_default(),
                )?;
                return Ok(None);
            }
            "Subscribe" => {
                let arn = self.subscribe(
                    form.required("TopicArn")?,
                    form.required("Protocol")?,
                    form.required("Endpoint")?,
                    &form.attributes()?,
                )?;
                xml.text("SubscriptionArn", &arn);
            }
            "Unsubscribe" => {
                self.unsubscribe(form.required("SubscriptionArn")?)?;
                return Ok(None);
            }
            "SetSubscriptionAttributes" => {
                self.set_subscription_attribute(
                    form.required("SubscriptionArn")?,
                    form.required("AttributeName")?,
                    form.get("AttributeValue").unwrap_or_default(),
                )?;
                return Ok(None);
            }
            "GetSubscriptionAttributes" => {
                let subscription = self.subscription(form.required("SubscriptionArn")?)?;
                entries(&mut xml, &subscription_attributes(&subscription));
            }
            "ListSubscriptions" => self.list_subscriptions(&mut xml, None, form)?,
            "ListSubscriptionsByTopic" => {
                self.list_subscriptions(&mut xml, Some(form.required("TopicArn")?), form)?;
            }
            "Publish" => {
                xml.text("MessageId", &self.publish_one(form)?);
            }
            "PublishBatch" => self.publish_batch(&mut xml, form)?,
            _ => {
                return Err(Refusal::new("InvalidAction", format!("The lab's SNS has no action {action}.")));
            }
        }
        Ok(Some(xml))
    }

    fn list_subscriptions(&self, xml: &mut Xml, topic: Option<&str>, form: &Form) -> Result<(), Refusal> {
        let subscriptions = self.subscriptions(topic, &after(form)?)?;
        xml.element("Subscriptions", |xml| {
            for subscription in &subscriptions {
                xml.element("member", |xml| {
                    xml.text("SubscriptionArn", &subscription.arn)
                        .text("Owner", ACCOUNT)
                        .text("Protocol", "sqs")
                        .text("Endpoint", &subscription.endpoint)
                        .text("TopicArn", &subscription.topic);
                });
            }
        });
        let last = subscriptions.last().map(|subscription| &subscription.arn);
        next(xml, subscriptions.len(), last);
        Ok(())
    }

    fn publish_one(&self, form: &Form) -> Result<String, Refusal> {
        let topic = form.get("TopicArn").or(form.get("TargetArn"));
        let topic = topic.ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value for required parameter"))?;
        let publication = form.publication()?;
        if size(&publication) > MESSAGE_LIMIT {
            return Err(invalid("Message too long"));
        }
        let now = self.clock.millis();
        let id = self.database.write(|transaction| {
            check_topic(transaction, topic)?;
            publish(transaction, &self.signer, topic, &publication, now).map_err(Refusal::from)
        })?;
        self.queues.wake();
        Ok(id)
    }

    fn publish_batch(&self, xml: &mut Xml, form: &Form) -> Result<(), Refusal> {
        let topic = form.required("TopicArn")?;
        let entries = form.elements("PublishBatchRequestEntries.member");
        check_batch(&entries)?;
        let publications: Vec<Result<Publication, Refusal>> = entries.iter().map(Form::publication).collect();
        let total: usize = publications.iter().flatten().map(size).sum();
        if total > MESSAGE_LIMIT {
            return Err(Refusal::new(
                "BatchRequestTooLong",
                "The length of all the batch messages put together is more than the limit.",
            ));
        }
        let now = self.clock.millis();
        let results: Vec<Result<String, Refusal>> = self.database.write(|transaction| {
            check_topic(transaction, topic)?;
            publications
                .into_iter()
                .map(|publication| match publication {
                    Ok(publication) => Ok(Ok(publish(transaction, &self.signer, topic, &publication, now)?)),
                    Err(refusal) => Ok(Err(refusal)),
                })
                .collect::<Result<Vec<_>, EnqueueError>>()
                .map_err(Refusal::from)
        })?;
        self.queues.wake();
        let results: Vec<(&str, Result<String, Refusal>)> =
            entries.iter().map(|entry| entry.get("Id").unwrap_or_default()).zip(results).collect();
        xml.element("Successful", |xml| {
            for (entry, id) in results.iter().filter_map(|(entry, result)| Some((entry, result.as_ref().ok()?))) {
                xml.element("member", |xml| {
                    xml.text("Id", entry).text("MessageId", id);
                });
            }
        });
        xml.element("Failed", |xml| {
            for (entry, refusal) in results.iter().filter_map(|(entry, result)| Some((entry, result.as_ref().err()?))) {
                xml.element("member", |xml| {
                    xml.text("Id", entry)
                        .text("Code", refusal.code)
                        .text("Message", &refusal.message)
                        .text("SenderFault", "true");
                });
            }
        });
        Ok(())
    }
}

/// Refuses a batch that SNS refuses as a whole.
fn check_batch(entries: &[Form]) -> Result<(), Refusal> {
    if entries.is_empty() {
        return Err(Refusal::new("EmptyBatchRequest", "The batch request doesn't contain any entries."));
    }
    if entries.len() > BATCH_LIMIT {
        return Err(Refusal::new(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible (more than 10).",
        ));
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.required("Id")).collect::<Result<_, _>>()?;
    if ids.len() < entries.len() {
        return Err(Refusal::new(
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ));
    }
    match ids.iter().find(|id| !crate::names::is_name(id, 80)) {
        Some(id) => Err(Refusal::new(
            "InvalidBatchEntryId",
            format!("The Id of a batch entry in a batch request doesn't abide by the specification: {id:?}."),
        )),
        None => Ok(()),
    }
}

fn subscription_attributes(subscription: &Subscription) -> BTreeMap<String, String> {
    [
        ("SubscriptionArn", subscription.arn.as_str()),
        ("TopicArn", &subscription.topic),
        ("Protocol", "sqs"),
        ("Endpoint", &subscription.endpoint),
        ("Owner", ACCOUNT),
        ("ConfirmationWasAuthenticated", "true"),
        ("PendingConfirmation", "false"),
        ("RawMessageDelivery", if subscription.is_raw { "true" } else { "false" }),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn entries(xml: &mut Xml, attributes: &BTreeMap<String, String>) {
    xml.element("Attributes", |xml| {
        for (name, value) in attributes {
            xml.element("entry", |xml| {
                xml.text("key", name).text("value", value);
            });
        }
    });
}

/// Where the previous page ended.
fn after(form: &Form) -> Result<String, Refusal> {
    let Some(token) = form.get("NextToken").filter(|token| !token.is_empty()) else {
        return Ok(String::new());
    };
    BASE64_URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| invalid("NextToken"))
}

/// A full page names the next.
fn next(xml: &mut Xml, length: usize, last: Option<&String>) {
    if let Some(last) = last.filter(|_| length == PAGE) {
        xml.text("NextToken", &BASE64_URL_SAFE_NO_PAD.encode(last));
    }
}
