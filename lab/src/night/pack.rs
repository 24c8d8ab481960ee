//! gzip, whole or damaged.

use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::plan::Damage;

/// One gzip member with no time and no name in its header, so that equal text gives equal bytes.
pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let room = Vec::with_capacity(text.len() / 5 + 64);
    let mut encoder = GzBuilder::new().mtime(0).operating_system(255).write(room, Compression::fast());
    encoder.write_all(text).expect("a Vec takes all that is written");
    encoder.finish().expect("a Vec takes all that is written")
}

/// Breaks a gzip file so that it inflates for a while, then fails.
pub(super) fn damage(packed: &mut Vec<u8>, damage: Damage) {
    let middle = packed.len() * 3 / 5;
    match damage {
        // An upload cut off: the rest of the deflate stream, its checksum and its length are missing.
        Damage::Truncated => packed.truncate(middle),
        // A block overwritten on disk; what still inflates fails at the checksum.
        Damage::Corrupt => {
            for byte in packed.iter_mut().skip(middle).take(24) {
                *byte ^= 0x5a;
            }
        }
    }
}
