//! Codes of MFA devices, asked for in the console.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;

use crate::app::Msg;
use crate::aws::CodeWanted;

/// The question that the console shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes(Arc<Mutex<Option<oneshot::Sender<Option<String>>>>>);

impl Codes {
    /// Whom AWS's adapters ask; the console is told by `sender`.
    pub(super) fn asker(&self, sender: UnboundedSender<Msg>) -> UnboundedSender<CodeWanted> {
        let (asker, mut wanted) = mpsc::unbounded_channel();
        let open = self.clone();
        tokio::spawn(async move {
            while let Some(CodeWanted { device, refused, answer }) = wanted.recv().await {
                *open.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                // A console that has gone away gives no code: its end drops the question.
                let _ = sender.send(Msg::CodeWanted { device, refused });
            }
        });
        asker
    }

    /// Answers the question that is shown; whoever asked may have gone meanwhile.
    pub(super) fn give(&self, code: Option<String>) {
        if let Some(answer) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = answer.send(code);
        }
    }
}
