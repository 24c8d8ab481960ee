//! What one object may cost: everything that its author controls is bounded.

/// Bounds for reading one object. Going over one never stops the program: a record over [`Limits::record`] is one bad
/// record, the rest end the reading with a fault that names the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that one object may inflate to; also bytes of JSON that its rows may be, if it is a table.
    pub inflated: u64,
    /// Times its stored size that one object may inflate to, once it is past 32 MiB. Deflate reaches 1,029, zstd
    /// 32,594; real logs stay under 100. Of the rows of a table only the values count.
    pub ratio: u64,
    /// Members of a gzip object, frames or streams of another, at each level.
    pub members: u64,
    /// Levels of compression in each other, as in gzip in gzip; at most 8.
    pub nesting: usize,
    /// Bytes that a decoder may hold of what came out: the dictionary of xz, the window of zstd, the block of LZ4 or
    /// Snappy. Inside another codec an eighth of it. The greatest of `xz -9` and `zstd --ultra -21` are 64 MiB.
    pub window: usize,
    /// Bytes of one record. The reader's memory is a small multiple of this.
    pub record: usize,
    /// Levels of nested JSON, at most 512.
    pub depth: usize,
    /// Bytes of a table that are held in memory. A larger Parquet object is put into a temporary file without a name,
    /// and what is open of its pages takes eight times this at most; a block of an Avro object may be so long.
    pub table: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            inflated: 64 << 30,
            ratio: 250,
            members: 1_000_000,
            nesting: 3,
            window: 64 << 20,
            record: 8 << 20,
            depth: 200,
            table: 32 << 20,
        }
    }
}

/// Inflated bytes below which no ratio is a bomb.
pub(crate) const RATIO_FLOOR: u64 = 32 << 20;

/// The most of [`Limits::nesting`]: each level reads by way of the one below it.
pub(crate) const NESTING: usize = 8;
