//! Objects of one column and one page, made byte by byte.

/// Writes Thrift's compact protocol.
#[derive(Default)]
pub(super) struct Thrift {
    pub bytes: Vec<u8>,
    last: Vec<i64>,
}

impl Thrift {
    /// Begins a struct.
    pub(super) fn begin(&mut self) -> &mut Self {
        self.last.push(0);
        self
    }

    /// Ends a struct.
    pub(super) fn end(&mut self) -> &mut Self {
        self.last.pop();
        self.bytes.push(0);
        self
    }

    /// The field `id` of a kind, without its value.
    pub(super) fn field(&mut self, id: i64, kind: u8) -> &mut Self {
        let last = self.last.last_mut().unwrap();
        self.bytes.push(((id - *last) as u8) << 4 | kind);
        *last = id;
        self
    }

    pub(super) fn varint(&mut self, mut number: u64) -> &mut Self {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
        self
    }

    /// A field that is an integer.
    pub(super) fn int(&mut self, id: i64, value: i64) -> &mut Self {
        self.field(id, 6).varint((value << 1 ^ value >> 63) as u64)
    }

    pub(super) fn text(&mut self, id: i64, text: &str) -> &mut Self {
        self.field(id, 8).varint(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// A field that is a list of structs.
    pub(super) fn structs(&mut self, id: i64, count: u64) -> &mut Self {
        self.field(id, 9);
        self.bytes.push(0xfc);
        self.varint(count)
    }
}

/// What is claimed about the page, and what it is.
#[derive(Clone)]
pub(super) struct Handmade<'a> {
    pub page: &'a [u8],
    pub inflated: i64,
    pub stored: i64,
    pub codec: i64,
    pub encoding: i64,
    pub level_encoding: i64,
    /// Levels that the page counts, that the column counts, and rows.
    pub count: i64,
    pub values: i64,
    pub rows: i64,
    /// Repeated (2) or optional (1), and the type.
    pub repetition: i64,
    pub physical: i64,
    pub row_groups: u64,
    pub children: i64,
}

impl<'a> Handmade<'a> {
    /// A page of an optional column of 32 bits.
    pub(super) fn optional_int(page: &'a [u8], count: i64) -> Self {
        Handmade {
            page,
            inflated: page.len() as i64,
            stored: page.len() as i64,
            codec: 0,
            encoding: 0,
            level_encoding: 3,
            count,
            values: count,
            rows: count,
            repetition: 1,
            physical: 1,
            row_groups: 1,
            children: 1,
        }
    }

    pub(super) fn object(&self) -> Vec<u8> {
        let mut header = Thrift::default();
        header.begin().int(1, 0).int(2, self.inflated).int(3, self.stored).field(5, 12).begin();
        header.int(1, self.count).int(2, self.encoding).int(3, self.level_encoding).int(4, self.level_encoding);
        header.end().end();
        let mut footer = Thrift::default();
        footer.begin().int(1, 1).structs(2, 2);
        footer.begin().text(4, "m").int(5, self.children).end();
        footer.begin().int(1, self.physical).int(3, self.repetition).text(4, "v").end();
        footer.int(3, self.rows).structs(4, self.row_groups).begin().structs(1, 1).begin().field(3, 12).begin();
        footer.int(4, self.codec).int(5, self.values).int(9, 4).end().end().int(3, self.rows).end().end();
        let length = (footer.bytes.len() as u32).to_le_bytes();
        [b"PAR1", &header.bytes[..], self.page, &footer.bytes, &length, b"PAR1"].concat()
    }
}
