//! What the pictures of the guide show, and the keys that lead there. A test walks the same scenes.

/// A picture: its name, what it shows, and how one gets there from the scene before it.
#[derive(Debug)]
pub struct Scene {
    /// The name of its file, without the suffix.
    pub name: &'static str,
    /// What it shows, in words.
    pub title: &'static str,
    /// What is done, in order.
    pub steps: &'static [Step],
}

/// Something that is done at the terminal.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// These keys are pressed.
    Keys(&'static str),
    /// The screen shows this by and by.
    Shows(&'static str),
    /// The screen shows this no more by and by.
    Lacks(&'static str),
    /// The replay is confirmed in the way that its sheet asks for.
    Confirm,
}

use Step::{Confirm, Keys, Lacks, Shows};

const ESCAPE: &str = "\x1b";
const F5: &str = "\x1b[15~";

/// The night, from the pager to the proof.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "sources",
        title: "The sources, those in trouble first",
        steps: &[
            Shows("payments"),
            Shows("no parser knows its format"),
            Shows("eventVersion 1.12 is newer than 1.11"),
            Lacks("loading"),
        ],
    },
    Scene {
        name: "objects",
        title: "The objects of a source below their timeline, the one under the cursor beside them",
        steps: &[
            Keys(":objects cloudtrail\r"),
            Shows("newest first"),
            Shows("preview · "),
            Keys("/state:failed\r"),
            Shows("eventVersion 1.12"),
        ],
    },
    Scene {
        name: "records",
        title: "The records of an object, one of them in full",
        steps: &[Keys("\r"), Shows("event.action"), Keys("\t"), Shows("userIdentity")],
    },
    Scene {
        name: "price",
        title: "The price of a search before it runs",
        steps: &[Keys("4"), Shows("search"), Keys("203.0.113.88\r"), Shows("enter runs it")],
    },
    Scene {
        name: "hits",
        title: "The hits of a search, their values beside them",
        steps: &[Keys("\r"), Shows("done · "), Keys("p"), Shows("values")],
    },
    Scene {
        name: "failures",
        title: "What failed, by reason, and whether it would pass now",
        steps: &[Keys("5"), Shows("fails again"), Shows("pass"), Keys("g")],
    },
    Scene {
        name: "sheet",
        title: "What a replay would send, and to whom, before anything is sent",
        steps: &[
            Keys("/eventVersion\r"),
            Lacks("no parser knows"),
            Keys("r"),
            Shows("would fail again"),
            Shows("nothing is sent yet"),
        ],
    },
    Scene {
        name: "replays",
        title: "A replay whose objects have recovered",
        steps: &[Confirm, Shows("replays 1"), Shows("in the index: "), Lacks("on their way"), Lacks("waiting")],
    },
    Scene {
        name: "alerts",
        title: "What the rules of detection found, the gravest first",
        steps: &[Keys("7"), Shows("alerts "), Keys("gj")],
    },
    Scene {
        name: "pipeline",
        title: "What stands behind the bucket, with the depths of its queues",
        steps: &[Keys("8"), Shows("destroyed after"), Shows("subscriber")],
    },
    Scene {
        name: "workbench",
        title: "A log that no parser knew, with the definition that is proposed for it",
        steps: &[
            Keys("5"),
            Shows("failures"),
            Keys(ESCAPE),
            Shows("no parser"),
            Keys("Gw"),
            Shows("proposed from the bytes"),
            Shows("recognised by"),
        ],
    },
    Scene {
        name: "help",
        title: "The keys that work on a screen",
        steps: &[Keys("1"), Shows("trouble first"), Keys("?"), Shows("keys of sources")],
    },
    Scene {
        name: "sql",
        title: "SQL over the index, with its rows",
        steps: &[
            Keys(ESCAPE),
            Lacks("keys of sources"),
            Keys(";"),
            Shows("sql · "),
            Keys("SELECT source, count(*) AS records\rFROM records\rGROUP BY source\rORDER BY records DESC"),
            Keys(F5),
            // It would read all of a table, which is asked about.
            Shows("f5 once more runs it"),
            Keys(F5),
            Shows("SUCCEEDED"),
        ],
    },
];

/// The keys by which a sheet wants its plan confirmed: the number of its objects where it asks for that.
pub fn confirmation(screen: &str) -> String {
    let asked = screen.split_once("type ").and_then(|(_, rest)| rest.split_once(", then enter"));
    asked.map_or_else(|| "y".to_owned(), |(number, _)| format!("{}\r", number.replace(',', "")))
}
