-- The lab's tables. Times are milliseconds since the epoch.
PRAGMA user_version = 1;

-- versioning: 0 never enabled, 1 enabled, 2 suspended.
CREATE TABLE IF NOT EXISTS buckets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    versioning INTEGER NOT NULL DEFAULT 0,
    notification TEXT
);

-- A bucket's lifecycle configuration, as S3's XML.
CREATE TABLE IF NOT EXISTS lifecycles (bucket INTEGER PRIMARY KEY, xml TEXT NOT NULL);

-- The last sequence given out. It orders versions, and is the events' sequencer.
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- Keys are blobs: they sort by their UTF-8 bytes, as S3's do. `age` is the negated sequence, so that the newest
-- version of a key comes first. `version` is '' for what S3 calls the null version.
CREATE TABLE IF NOT EXISTS objects (
    bucket INTEGER NOT NULL,
    key BLOB NOT NULL,
    age INTEGER NOT NULL,
    version TEXT NOT NULL,
    marker INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    storage_class TEXT,
    headers TEXT,
    body INTEGER NOT NULL,
    PRIMARY KEY (bucket, key, age)
) WITHOUT ROWID;

-- Exactly one of the three holds the bytes: `data`, a file of ours, or a linked file that is not ours.
CREATE TABLE IF NOT EXISTS bodies (
    id INTEGER PRIMARY KEY,
    uses INTEGER NOT NULL,
    data BLOB,
    file TEXT,
    link BLOB
);

CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY,
    bucket INTEGER NOT NULL,
    key BLOB NOT NULL,
    initiated INTEGER NOT NULL,
    storage_class TEXT,
    headers TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    body INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
) WITHOUT ROWID;

-- SQS. `settings` holds the attributes that were set, as JSON.
CREATE TABLE IF NOT EXISTS queues (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    purged INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL
);

-- `visible` is when the message can be received (again); `receives` counts over all queues, `tries` in this one.
-- `receipt` is the mark of the last receive. `origin` is the queue that gave the message up.
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT,
    trace TEXT,
    sent INTEGER NOT NULL,
    visible INTEGER NOT NULL,
    first_received INTEGER,
    receives INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    receipt TEXT,
    origin TEXT
);
CREATE INDEX IF NOT EXISTS messages_by_visible ON messages (queue, visible, id);
CREATE INDEX IF NOT EXISTS messages_by_sent ON messages (queue, sent);

CREATE TABLE IF NOT EXISTS move_tasks (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    destination TEXT,
    rate INTEGER,
    started INTEGER NOT NULL,
    status TEXT NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0,
    to_move INTEGER NOT NULL,
    failure TEXT
) WITHOUT ROWID;

-- SNS.
CREATE TABLE IF NOT EXISTS topics (
    arn TEXT PRIMARY KEY,
    settings TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS subscriptions (
    arn TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    raw INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subscriptions_by_topic ON subscriptions (topic);
