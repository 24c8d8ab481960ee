//! The one list of commands: what a key may be bound to, and what `:` runs by name.

use crate::mistake::nearest;

/// Where a command has a meaning; also the sections of a keymap file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere.
    Global,
    /// Every screen with rows and a cursor.
    List,
    /// The sources screen.
    Sources,
    /// The objects screen.
    Objects,
    /// The objects screen while a range is brushed on its timeline.
    Brush,
    /// The records screen.
    Records,
    /// The record tree beside the records.
    Detail,
    /// The search screen.
    Search,
    /// The values beside the hits of a search.
    Facets,
    /// The failures screen.
    Failures,
    /// The replays screen.
    Replays,
    /// The alerts screen.
    Alerts,
    /// The pipeline screen.
    Pipeline,
    /// The workbench.
    Workbench,
    /// The notes of the case.
    Case,
    /// The definition on the workbench, while it is edited.
    Editor,
    /// What is below the editor of SQL.
    Sql,
    /// The editor of SQL.
    SqlEditor,
    /// The sheet that asks before a replay.
    Sheet,
    /// The list of keys and the list of messages.
    Popup,
    /// A line of text that is being typed.
    Input,
}

impl Context {
    /// Every context, in the order of a keymap file.
    pub const ALL: [Self; 21] = [
        Self::Global,
        Self::List,
        Self::Sources,
        Self::Objects,
        Self::Brush,
        Self::Records,
        Self::Detail,
        Self::Search,
        Self::Facets,
        Self::Failures,
        Self::Replays,
        Self::Alerts,
        Self::Pipeline,
        Self::Workbench,
        Self::Case,
        Self::Editor,
        Self::Sql,
        Self::SqlEditor,
        Self::Sheet,
        Self::Popup,
        Self::Input,
    ];

    /// Its name in a keymap file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Sources => "sources",
            Self::Objects => "objects",
            Self::Brush => "brush",
            Self::Records => "records",
            Self::Detail => "detail",
            Self::Search => "search",
            Self::Facets => "facets",
            Self::Failures => "failures",
            Self::Replays => "replays",
            Self::Alerts => "alerts",
            Self::Pipeline => "pipeline",
            Self::Workbench => "workbench",
            Self::Case => "case",
            Self::Editor => "editor",
            Self::Sql => "sql",
            Self::SqlEditor => "sql-editor",
            Self::Sheet => "sheet",
            Self::Popup => "popup",
            Self::Input => "input",
        }
    }

    /// The context of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal $(, $argument:literal)? in [$($context:ident),+];)+) => {
        /// Something that a key may be bound to and that `:` runs by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Command {
            /// Every command, in the order of the help.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in keymaps and on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it does, in one line.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }

            /// What may be typed after its name, in capitals; none where nothing may.
            pub fn argument(self) -> Option<&'static str> {
                match self { $(Self::$variant => [$($argument)?].first().copied()),+ }
            }

            /// Where it has a meaning.
            pub fn contexts(self) -> &'static [Context] {
                match self { $(Self::$variant => &[$(Context::$context),+]),+ }
            }
        }
    };
}

commands! {
    /// Moves the cursor down.
    Down = "down" in [List, Popup, Sheet];
    /// Moves the cursor up.
    Up = "up" in [List, Popup, Sheet];
    /// Moves the cursor a page down.
    PageDown = "page-down" in [List, Popup, Sheet];
    /// Moves the cursor a page up.
    PageUp = "page-up" in [List, Popup, Sheet];
    /// Moves the cursor half a page down.
    HalfDown = "half-down" in [List, Popup, Sheet];
    /// Moves the cursor half a page up.
    HalfUp = "half-up" in [List, Popup, Sheet];
    /// Moves the cursor to the first row.
    Top = "top" in [List, Popup, Sheet];
    /// Moves the cursor to the last row that is loaded.
    Bottom = "bottom" in [List, Popup, Sheet];
    /// Opens what is under the cursor; with an S3 URI, that object.
    Open = "open", "URI" in [List, Popup];
    /// Goes back: closes what is open, drops the filter, then leaves the view.
    Back = "back" in [Global];
    /// Goes to the view that was left by going back.
    Forward = "forward" in [Global];
    /// Goes back; leaves the program from the first view.
    Close = "close" in [Global];
    /// Leaves the program; asks first while a replay runs.
    Quit = "quit" in [Global];
    /// Stops what runs; a second time leaves the program.
    Interrupt = "interrupt" in [Global];
    /// Goes to the background; the shell's fg comes back.
    Suspend = "suspend" in [Global];
    /// Lists the keys that work here.
    Help = "help" in [Global];
    /// Opens the command line.
    CommandLine = "command-line", "COMMAND" in [Global];
    /// Finds a command by any part of its name or of what it does, and runs it.
    Palette = "palette", "TEXT" in [Global];
    /// Enters another profile: the one that is named, or one of a list.
    Profile = "profile", "NAME" in [Global];
    /// Goes to an address: screen,name=value,… as copy-view writes it.
    Go = "go", "ADDRESS" in [Global];
    /// Copies a command line that opens this very view again.
    CopyView = "copy-view" in [Global];
    /// Gives the mouse to the terminal, or takes it again.
    Mouse = "mouse" in [Global];
    /// Lists what went wrong so far.
    Messages = "messages" in [Global];
    /// Lists what runs and what it costs; each can be cancelled there.
    Jobs = "jobs" in [Global];
    /// Cancels what is under the cursor in the list of what runs.
    CancelJob = "cancel-job" in [Popup];
    /// Asks the world again; cursor and marks stay.
    Refresh = "refresh" in [Global];
    /// Shows the sources.
    ShowSources = "sources" in [Global];
    /// Shows the objects of the source.
    ShowObjects = "objects", "SOURCE" in [Global];
    /// Shows the records of the object.
    ShowRecords = "records" in [Global];
    /// Shows the search; with an expression, looks for it.
    Search = "search", "QUERY" in [Global];
    /// Shows what failed, by reason.
    ShowFailures = "failures" in [Global];
    /// Shows the running replay and the history.
    ShowReplays = "replays" in [Global];
    /// Shows what the rules of detection found.
    ShowAlerts = "alerts" in [Global];
    /// Shows the queues.
    ShowPipeline = "pipeline" in [Global];
    /// Shows the next screen.
    NextScreen = "next-screen" in [Global];
    /// Shows the screen before.
    PreviousScreen = "previous-screen" in [Global];
    /// Sets the range of time: 15m, 6h, 3d, 24h ending now, or two timestamps.
    Range = "range", "RANGE" in [Global];
    /// Moves the range one length earlier.
    Earlier = "earlier" in [Global];
    /// Moves the range one length later.
    Later = "later" in [Global];
    /// Makes the range half as long.
    Narrower = "narrower" in [Global];
    /// Makes the range twice as long.
    Wider = "wider" in [Global];
    /// Changes the colours: a theme that ships with scops, or one of your own.
    Theme = "theme", "NAME" in [Global];
    /// Filters the rows: text, !text, state:failed, size:>1M, lag:>5m, key:T01, class:GLACIER, consumer:NAME.
    Filter = "filter", "FILTER" in [List, Popup];
    /// Goes to the next match, or the next row that failed.
    NextMatch = "next-match" in [List];
    /// Goes to the match before.
    PreviousMatch = "previous-match" in [List];
    /// Marks the row, or takes its mark away, and moves down.
    Mark = "mark" in [Objects, Failures, Alerts];
    /// Begins a range of marks, or marks all rows from its beginning to here.
    MarkRange = "mark-range" in [Objects];
    /// Marks every row that is loaded and passes the filter.
    MarkAll = "mark-all" in [Objects, Failures, Alerts];
    /// Marks every row that failed.
    MarkFailed = "mark-failed" in [Objects];
    /// Takes all marks away.
    ClearMarks = "clear-marks" in [Objects, Failures, Alerts];
    /// Plans a replay of what is marked, or of the row; nothing is sent before you confirm.
    Replay = "replay", "CONSUMER" in [Objects, Failures, Alerts];
    /// Compares listing, receipts and index: what was never processed, cannot be searched, or twice.
    Reconcile = "reconcile" in [Sources, Failures];
    /// Saves every message of the failure queues into a case; nothing is deleted.
    Save = "save", "CASE" in [Failures];
    /// Plans what is left of the replay under the cursor; nothing is sent before you confirm.
    ResumeReplay = "resume-replay" in [Replays];
    /// Has the replay that runs send nothing for now, or go on.
    PauseReplay = "pause-replay" in [Replays];
    /// Lets the replay that runs send more a second; with a number, so many.
    Faster = "faster", "RATE" in [Replays];
    /// Lets the replay that runs send less a second; with a number, so many.
    Slower = "slower", "RATE" in [Replays];
    /// Has the replay that runs send nothing more; what was sent is watched to its end.
    AbortReplay = "abort-replay" in [Replays];
    /// Changes the order of the rows: the next one, or the one that is named.
    Sort = "sort", "ORDER" in [Sources, Objects, Search];
    /// Turns the order of the hits round.
    Reverse = "reverse" in [Search];
    /// Copies another form of the object's name, or of those marked: uri, arn, command, key, name; without one, a menu.
    CopyAs = "copy-as", "FORM" in [Objects];
    /// Shows the records of the marked objects by event time.
    Merge = "merge" in [Objects];
    /// Fetches what is marked, or the object, into files of a folder; nothing is overwritten.
    Download = "download", "FOLDER" in [Objects];
    /// Writes what was found into a new file: csv, json, ndjson, md or parquet, as its name ends; without one, asks for it.
    Export = "export", "FILE" in [Search, Sql];
    /// Lists the versions and delete markers of the object's key, or of an S3 URI.
    Versions = "versions", "URI" in [Objects];
    /// Asks for readable copies of archived objects: bulk, standard or expedited, for so many days; or shows how far they are.
    Restore = "restore", "TIER" in [Objects];
    /// Shows or hides the preview.
    Preview = "preview" in [Objects];
    /// Begins to brush a range on the timeline.
    Brush = "brush" in [Objects, Search, Brush];
    /// Moves the brush left.
    BrushLeft = "brush-left" in [Brush];
    /// Moves the brush right.
    BrushRight = "brush-right" in [Brush];
    /// Looks at the range that is brushed.
    BrushApply = "brush-apply" in [Brush];
    /// Halves the range around the cursor's time.
    ZoomIn = "zoom-in" in [Objects];
    /// Doubles the range around the cursor's time.
    ZoomOut = "zoom-out" in [Objects];
    /// Counts the columns of the timeline by the time that keys tell, or by arrival.
    Axis = "axis" in [Objects];
    /// Compares the timeline with that of a day before, of a week before, or with none.
    Compare = "compare" in [Objects];
    /// Shows the timeline as hours by days, or as bars.
    HeatMap = "heat-map" in [Objects];
    /// Draws the timelines of the sources on one scale, or each on its own.
    Scale = "scale" in [Sources];
    /// Tells the sources apart by account and region, or shows each as a whole; groups hits by a field, or by none; alerts by rule, or not.
    Group = "group", "FIELD" in [Sources, Search, Facets, Alerts];
    /// Moves the range a quarter of its length earlier.
    PanEarlier = "pan-earlier" in [Sources, Objects];
    /// Moves the range a quarter of its length later.
    PanLater = "pan-later" in [Sources, Objects];
    /// Goes to the next object that failed or is parked, or in which a rule found something.
    NextTrouble = "next-trouble" in [Objects];
    /// Goes to the object before that failed or is parked, or in which a rule found something.
    PreviousTrouble = "previous-trouble" in [Objects];
    /// Shows or hides the record under the cursor.
    Detail = "detail" in [Records, Detail];
    /// Moves between the panes.
    SwitchPane = "switch-pane" in [Records, Detail, Search, Facets, Alerts, Workbench, Editor, Case, Sql, SqlEditor];
    /// Changes what is shown: of a record fields, ECS, raw; on the workbench the record or the coverage.
    DetailMode = "detail-mode" in [Records, Detail, Workbench];
    /// Folds or unfolds the branch under the cursor.
    Fold = "fold" in [Detail, Search, Facets, Alerts];
    /// Folds or unfolds every branch.
    FoldAll = "fold-all" in [Detail, Search, Alerts];
    /// Offers what can be done with the value under the cursor, and explains it; with a value, that one.
    Pivot = "pivot", "VALUE" in [Global];
    /// Shows only the records that hold the value under the cursor in its field.
    FilterIn = "filter-in" in [Detail, Search, Facets];
    /// Leaves out the records that hold the value under the cursor in its field.
    FilterOut = "filter-out" in [Detail, Search, Facets];
    /// Shows or hides the values of the hits, by field, with how many have each.
    Facets = "facets" in [Search, Facets];
    /// Shows or hides the hits by time.
    Histogram = "histogram" in [Search];
    /// Counts the values of the field under the cursor, or of the one that is named, over the records that are shown.
    Statistics = "statistics", "FIELD" in [Records, Detail];
    /// Chooses the columns, by paths with commas between them; without one, the format's own.
    Columns = "columns", "FIELDS" in [Records, Detail, Search];
    /// Changes how times are told: utc, local, relative.
    TimeStyle = "time-style", "STYLE" in [Records, Detail];
    /// Goes to the first record at or after a time, or to the end, and reads on until it is there.
    Jump = "jump", "TIME" in [Records, Detail];
    /// Shows the records around this one by event time, so many before and after it, across the objects around.
    Surroundings = "surroundings", "NUMBER" in [Records, Detail, Search];
    /// Shows the newest objects of the source, and reads on as further ones arrive; goes to the end where it does.
    Follow = "follow", "SOURCE" in [Objects, Records];
    /// Reads the object through and tells what came of it; each bad or flagged record can be gone to.
    Report = "report" in [Records, Detail];
    /// Shows the record's object by itself, where records of several are shown.
    OpenAlone = "open-alone" in [Records, Detail];
    /// Moves the text to the left.
    ScrollRight = "scroll-right" in [Records, Detail, Sql];
    /// Moves the text back to the right.
    ScrollLeft = "scroll-left" in [Records, Detail, Sql];
    /// Wraps long values, or cuts them.
    Wrap = "wrap" in [Records, Detail];
    /// Searches every source for the value under the cursor.
    SearchValue = "search-value" in [Records, Detail, Alerts];
    /// Copies the row or the value.
    Copy = "copy" in [List];
    /// Copies the S3 URI of the object.
    CopyUri = "copy-uri" in [List];
    /// Puts the object on the workbench, where its format is taught; from elsewhere, shows what lies there.
    Workbench = "workbench" in [Global];
    /// Pins what is under the cursor into the case, with a word where one is typed.
    Pin = "pin", "TEXT" in [List];
    /// Pins what the screen shows as a whole: a timeline, a search with its hits, a group of failures.
    PinView = "pin-view", "TEXT" in [List];
    /// Notes a text in the case.
    Note = "note", "TEXT" in [Global];
    /// Shows the case; with a name, opens or begins it; export FOLDER writes it for others; close leaves it.
    Case = "case", "NAME" in [Global];
    /// Edits the text of the note.
    EditNote = "edit-note" in [Case];
    /// Takes the note out of the case; undo brings it back.
    RemoveNote = "remove-note" in [Case];
    /// Moves the note up.
    MoveNoteUp = "move-note-up" in [Case];
    /// Moves the note down.
    MoveNoteDown = "move-note-down" in [Case];
    /// Edits the definition, or the statement.
    EditDefinition = "edit-definition" in [Workbench, Sql];
    /// Opens the definition in the editor that $VISUAL or $EDITOR names.
    OpenEditor = "open-editor" in [Workbench, Editor, Sql, SqlEditor];
    /// Takes the last change of the definition, or of the case, back.
    Undo = "undo" in [Workbench, Editor, Case, Sql, SqlEditor];
    /// Makes the change again that was taken back.
    Redo = "redo" in [Workbench, Editor, Sql, SqlEditor];
    /// Makes the record under the cursor a sample of the definition, with what it was read as.
    KeepSample = "keep-sample" in [Workbench];
    /// Tries the definition on more objects of the source: 20, or so many.
    Coverage = "coverage", "NUMBER" in [Workbench, Editor];
    /// Saves the definition as a format of your own, and uses it from now on.
    SaveFormat = "save-format" in [Workbench, Editor];
    /// Plans a replay of what failed or was parked and passes now; nothing is sent before you confirm.
    Release = "release" in [Workbench];
    /// Opens the editor of SQL for the profile's Athena; with a statement, that one.
    ShowSql = "sql", "STATEMENT" in [Global];
    /// Runs the statement under the cursor; a second time where much is at stake.
    RunSql = "run-sql" in [Sql, SqlEditor];
    /// Keeps what stands in the editor as a file, under a name.
    SaveQuery = "save-query", "NAME" in [Sql, SqlEditor];
    /// Lists the queries that are kept as files.
    SavedQueries = "saved-queries" in [Sql, SqlEditor];
    /// Lists the statements that were run from here, then those of the workgroup; opening one shows its result again.
    SqlHistory = "sql-history", "WHOSE" in [Sql, SqlEditor];
    /// Lets Athena give a result again that is not older than an hour, or has every statement run anew.
    ReuseResults = "reuse-results" in [Sql, SqlEditor];
    /// Writes the statement that makes a table of a source into the editor.
    MakeTable = "make-table", "SOURCE" in [Sql, SqlEditor];
    /// Writes the statement that adds the partitions which a table lacks in the range into the editor.
    MissingPartitions = "missing-partitions", "TABLE" in [Sql, SqlEditor];
    /// Chooses the workgroup that statements run in; - is the profile's.
    Workgroup = "workgroup", "NAME" in [Sql, SqlEditor];
    /// Chooses the database of tables that are named without one; - is the profile's.
    Database = "database", "NAME" in [Sql, SqlEditor];
    /// Copies the row, its cells with tabs between them.
    CopyRow = "copy-row" in [Sql];
    /// Edits the search.
    EditSearch = "edit-search" in [Search];
    /// Takes the next means that the search can be done by, or the one that is named: index, scan.
    Means = "means", "MEANS" in [Search];
    /// Runs the search that is priced although it is over a limit of the profile.
    RunOverLimit = "run-over-limit" in [Search];
    /// Asks for more records of the search: a scan goes on where it stands.
    More = "more" in [Search];
    /// Lists the objects that the search could not read, or not all of them.
    Flaws = "flaws" in [Search];
    /// Stops the queries that an earlier session left running on Athena.
    StopOrphans = "stop-orphans" in [Search];
    /// Asks for the code of the MFA device again, where the profile's role wants one.
    SignIn = "sign-in" in [Global];
    /// Tells why the search found nothing.
    Why = "why" in [Search];
    /// Sends what the plan lists, where it is small enough to need no number.
    Confirm = "confirm" in [Sheet];
    /// Closes the sheet; nothing is sent.
    Cancel = "cancel" in [Sheet];
    /// Shows the exact message of the object under the cursor.
    ShowMessage = "show-message" in [Sheet];
    /// Plans anew without the objects that would fail again.
    LeaveOutFailing = "leave-out-failing" in [Sheet];
    /// Plans the same objects for the next consumer of the profile.
    NextConsumer = "next-consumer" in [Sheet];
    /// Takes the line that was typed.
    Accept = "accept" in [Input, Sheet];
    /// Drops the line that was typed.
    Dismiss = "dismiss" in [Input];
    /// Completes the word.
    Complete = "complete" in [Input, SqlEditor];
    /// Goes back to the completion before.
    CompleteBack = "complete-back" in [Input, SqlEditor];
    /// Takes the line before.
    HistoryUp = "history-up" in [Input, SqlEditor];
    /// Takes the line after.
    HistoryDown = "history-down" in [Input, SqlEditor];
}

impl Command {
    /// The command of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|command| command.name() == name)
    }

    /// Whether a keymap may bind it in `context`: it means something there, or everywhere.
    pub fn works_in(self, context: Context) -> bool {
        let contexts = self.contexts();
        contexts.contains(&context)
            || contexts.contains(&Context::Global)
            || (contexts.contains(&Context::List)
                && !matches!(
                    context,
                    Context::Global
                        | Context::Editor
                        | Context::SqlEditor
                        | Context::Sheet
                        | Context::Popup
                        | Context::Input
                ))
    }

    /// The word for a footer: short, as there is little room.
    pub fn label(self) -> &'static str {
        match self {
            Self::CommandLine => "command",
            Self::NextTrouble => "next fail",
            Self::MarkFailed => "mark failed",
            Self::SwitchPane => "pane",
            Self::DetailMode => "view",
            Self::SearchValue => "search value",
            Self::Surroundings => "around",
            Self::OpenAlone => "alone",
            Self::Facets => "values",
            Self::FilterIn => "only this",
            Self::FilterOut => "without",
            Self::Statistics => "count",
            Self::BrushApply => "apply",
            Self::BrushLeft => "left",
            Self::BrushRight => "right",
            Self::EditSearch | Self::EditDefinition | Self::EditNote => "edit",
            Self::OpenEditor => "$EDITOR",
            Self::RemoveNote => "remove",
            Self::MoveNoteUp => "move up",
            Self::MoveNoteDown => "move down",
            Self::KeepSample => "keep sample",
            Self::SaveFormat => "save",
            Self::RunOverLimit => "over limit",
            Self::LeaveOutFailing => "leave out failing",
            Self::ShowMessage => "message",
            Self::NextConsumer => "consumer",
            Self::NextMatch => "next",
            Self::Confirm => "yes",
            Self::Interrupt => "stop",
            Self::CancelJob => "cancel",
            Self::CopyUri => "uri",
            Self::CopyRow => "copy row",
            Self::RunSql => "run",
            Self::SaveQuery => "keep",
            Self::SavedQueries => "kept",
            Self::SqlHistory => "statements",
            Self::ReuseResults => "reuse",
            Self::MakeTable => "make table",
            Self::CopyView => "link",
            Self::ClearMarks => "unmark",
            Self::ZoomIn => "zoom",
            Self::ResumeReplay => "resume",
            Self::PauseReplay => "pause",
            Self::AbortReplay => "abort",
            Self::HistoryUp => "history",
            Self::Dismiss => "drop",
            Self::Accept => "take",
            _ => self.name(),
        }
    }
}

/// A command with what was typed after its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The command.
    pub command: Command,
    /// The rest of the line, trimmed; empty where there is none.
    pub argument: String,
}

/// Why a line runs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvocationError {
    /// The word is no command's name.
    Unknown(String),
    /// Nothing may stand after the name of the command.
    Argument(Command, String),
}

impl std::fmt::Display for InvocationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(word) => write!(f, "\"{word}\" is no command"),
            Self::Argument(command, argument) => {
                write!(f, "\"{}\" takes nothing after its name, not \"{argument}\"", command.name())
            }
        }
    }
}

impl std::error::Error for InvocationError {}

impl InvocationError {
    /// The command that may have been meant.
    pub fn hint(&self) -> Option<String> {
        let Self::Unknown(word) = self else { return None };
        let near = nearest(word, Command::ALL.iter().map(|command| command.name()))?;
        Some(format!("did you mean \"{near}\"?"))
    }
}

impl Invocation {
    /// Reads `range 6h`.
    pub fn parse(line: &str) -> Result<Self, InvocationError> {
        let (name, argument) = split(line);
        let command = Command::named(name).ok_or_else(|| InvocationError::Unknown(name.to_owned()))?;
        Self::of(command, argument)
    }

    /// Reads `ran 6h` too: a name may be cut short as long as it is one command's alone.
    pub fn parse_short(line: &str) -> Result<Self, InvocationError> {
        let (name, argument) = split(line);
        let mut starting = Command::ALL.iter().filter(|command| command.name().starts_with(name));
        match (Command::named(name), starting.next(), starting.next()) {
            (Some(command), ..) | (None, Some(&command), None) => Self::of(command, argument),
            _ => Err(InvocationError::Unknown(name.to_owned())),
        }
    }

    fn of(command: Command, argument: &str) -> Result<Self, InvocationError> {
        let argument = argument.to_owned();
        if command.argument().is_none() && !argument.is_empty() {
            return Err(InvocationError::Argument(command, argument));
        }
        Ok(Self { command, argument })
    }
}

/// The first word of a line, and the rest.
fn split(line: &str) -> (&str, &str) {
    let line = line.trim();
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (name, argument.trim())
}

impl std::fmt::Display for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.command.name())?;
        if self.argument.is_empty() { Ok(()) } else { write!(f, " {}", self.argument) }
    }
}

impl From<Command> for Invocation {
    fn from(command: Command) -> Self {
        Self { command, argument: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_docs_are_sentences() {
        let names: BTreeSet<_> = Command::ALL.iter().map(|command| command.name()).collect();
        assert_eq!(names.len(), Command::ALL.len());
        for command in Command::ALL {
            assert!(command.doc().ends_with('.'), "{}: {}", command.name(), command.doc());
            assert_eq!(Command::named(command.name()), Some(*command));
        }
    }

    #[test]
    fn a_line_is_a_name_and_the_rest() {
        let invocation = Invocation::parse("  range  6h ").expect("a command");
        assert_eq!(invocation, Invocation { command: Command::Range, argument: "6h".into() });
        assert_eq!(Invocation::parse("serach x"), Err(InvocationError::Unknown("serach".into())));
        assert_eq!(
            Invocation::parse("quit now").expect_err("nothing").to_string(),
            "\"quit\" takes nothing after its name, not \"now\""
        );
        assert_eq!(Invocation::parse_short("ran 6h"), Ok(invocation));
        assert!(Invocation::parse_short("re").is_err(), "of several");
    }
}
