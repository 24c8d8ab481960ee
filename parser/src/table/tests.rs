use super::*;
use crate::codec::Inflate;
use crate::fault::Fault;

fn table_of(bytes: &[u8], limits: Limits) -> Table<&[u8]> {
    Table::new(Text::new(Inflate::new(bytes, None, None, limits.clone())), limits)
}

/// The lines that `bytes` are read as, and what is wrong with them in the end.
pub(super) fn read_with(bytes: &[u8], limits: Limits) -> (Vec<String>, Option<Fault>) {
    let mut table = table_of(bytes, limits);
    let mut all = Vec::new();
    let mut buffer = vec![0; 1000];
    let damage = loop {
        match table.read(&mut buffer) {
            Ok(piece) if piece.count == 0 => break None,
            Ok(piece) => all.extend_from_slice(&buffer[..piece.count]),
            Err(damage) => break Some(damage.fault(0)),
        }
    };
    (String::from_utf8_lossy(&all).lines().map(str::to_owned).collect(), damage)
}

pub(super) fn read(bytes: &[u8]) -> (Vec<String>, Option<Fault>) {
    read_with(bytes, Limits::default())
}

/// The lines of an object without a fault.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let (lines, damage) = read(bytes);
    assert_eq!(damage, None);
    lines
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_table_that_this_build_does_not_read_is_named() {
    let mut reader = crate::Reader::new(&b"PAR1....PAR1"[..], crate::Options::default());
    assert_eq!(reader.detection().reason, "Parquet is not read by this build");
    let fault = reader.next_record().unwrap().outcome.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unsupported);
    assert_eq!(reader.report().container, Some(Container::Parquet));
}

#[test]
fn what_is_no_table_passes_as_it_is() {
    for bytes in [&b""[..], b"P", b"PAR", b"PAR2\n", b"Obj", b"Obj\x02", b"text\nof lines"] {
        let mut table = table_of(bytes, Limits::default());
        let mut buffer = [0; 16];
        let mut all = Vec::new();
        while let count @ 1.. = table.read(&mut buffer).unwrap().count {
            all.extend_from_slice(&buffer[..count]);
        }
        assert_eq!((all.as_slice(), table.container()), (bytes, None));
    }
}
