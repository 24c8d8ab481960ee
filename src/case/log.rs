//! The file of a case: an [`Entry`] a line, as JSON. A write that was cut short leaves a last line that is no entry; it
//! was never acknowledged, and is passed over.

use std::io::BufRead;
use std::path::Path;

use super::CaseError;
use crate::domain::Case;
use crate::domain::case::Entry;

/// How much of a file is whole.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The case; none where no entry is whole.
    pub case: Option<Case>,
    /// Bytes up to the end of the last whole entry.
    pub whole: u64,
}

/// Reads all entries.
pub(super) fn scan(mut reader: impl BufRead, path: &Path) -> Result<Scan, CaseError> {
    let mut scan = Scan::default();
    let mut bytes = Vec::new();
    let mut torn: Option<(u64, String)> = None;
    for line in 1.. {
        bytes.clear();
        let read = reader.read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| CaseError::Read { path: path.to_owned(), error })?;
        if read == 0 {
            break;
        }
        if let Some((line, why)) = torn {
            return Err(CaseError::Damaged { path: path.to_owned(), line, why });
        }
        // JSON that ends in the middle is a torn write; JSON that says something else is not.
        let value: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
        torn = match value {
            Ok(_) if bytes.ends_with(b"\n") => None,
            Ok(_) => Some((line, "its line feed is missing".to_owned())),
            Err(error) => Some((line, error.to_string())),
        };
        if torn.is_none() {
            let foreign = |why: String| CaseError::Foreign { path: path.to_owned(), line, why };
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| foreign(error.to_string()))?;
            match &mut scan.case {
                None => scan.case = Some(Case::open(entry).map_err(|misfit| foreign(misfit.to_string()))?),
                Some(case) => case.apply(entry).map_err(|misfit| foreign(misfit.to_string()))?,
            }
            scan.whole += read as u64;
        }
    }
    Ok(scan)
}

/// The line of an entry.
pub(super) fn line(entry: &Entry) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}
