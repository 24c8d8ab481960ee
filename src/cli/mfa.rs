//! Codes of MFA devices, asked for on the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use tokio::sync::mpsc;

use super::output::show;
use crate::aws::CodeWanted;

/// Asks on the terminal, in the AWS CLI's words. What is piped into scops is never read for a code: then none is given.
pub fn terminal() -> mpsc::UnboundedSender<CodeWanted> {
    let (sender, mut wanted) = mpsc::unbounded_channel::<CodeWanted>();
    // A thread of its own: whoever waits for a line must not keep the program from ending.
    std::thread::spawn(move || {
        while let Some(CodeWanted { device, refused, answer }) = wanted.blocking_recv() {
            // Whoever no longer waits for the code takes none.
            let _ = answer.send(ask(&device, refused.as_deref()).unwrap_or_default());
        }
    });
    sender
}

fn ask(device: &str, refused: Option<&str>) -> io::Result<Option<String>> {
    let (input, mut error) = (io::stdin(), io::stderr());
    if !input.is_terminal() {
        return Ok(None);
    }
    if let Some(refused) = refused {
        writeln!(error, "{}", show(refused))?;
    }
    write!(error, "Enter MFA code for {}: ", show(device))?;
    error.flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let code = line.trim();
    Ok((!code.is_empty()).then(|| code.to_owned()))
}
