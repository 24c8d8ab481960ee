//! Receipt handles: opaque to clients; the message, its queue and the receive they stand for.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::Queue;
use crate::refusal::Refusal;

/// What a receipt handle stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    queue: i64,
    pub(super) message: i64,
    /// The mark of the receive.
    pub(super) mark: String,
}

impl Receipt {
    pub(super) fn new(queue: &Queue, message: i64, mark: String) -> Receipt {
        Receipt { queue: queue.id, message, mark }
    }

    pub(super) fn handle(&self) -> String {
        BASE64_STANDARD.encode(format!("{} {} {}", self.queue, self.message, self.mark))
    }

    /// Reads a handle that was given out for a message of `queue`.
    pub(super) fn of_handle(handle: &str, queue: &Queue) -> Result<Receipt, Refusal> {
        let invalid = || {
            Refusal::new(
                "ReceiptHandleIsInvalid",
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
            )
        };
        let bytes = BASE64_STANDARD.decode(handle).map_err(|_| invalid())?;
        let text = String::from_utf8(bytes).map_err(|_| invalid())?;
        let mut fields = text.split(' ');
        let mut number = || fields.next()?.parse::<i64>().ok();
        let (of, message) = (number().ok_or_else(invalid)?, number().ok_or_else(invalid)?);
        let mark = fields.next().ok_or_else(invalid)?.to_owned();
        if of != queue.id {
            return Err(Refusal::new("ReceiptHandleIsInvalid", "The receipt handle was given out for another queue."));
        }
        Ok(Receipt { queue: of, message, mark })
    }
}
