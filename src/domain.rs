//! The nouns of scops: sources, partitions, objects, consumers, states, failures, plans. Pure values, no input or output.

pub mod consumer;
pub mod detail;
pub mod event;
pub mod failure;
pub mod layout;
pub mod object;
pub mod page;
pub mod profile;
pub mod query;
pub mod queue;
pub mod receipt;
pub mod replay;
pub mod saved;
pub mod size;
pub mod source;
pub mod survey;
pub mod text;
pub mod time;

pub use consumer::{Accept, Consumer, Envelope, Input, State};
pub use detail::{Detail, Node};
pub use event::{EventKind, Message, ObjectEvent};
pub use failure::{Failure, Finding, Prospect, QueuedMessage, Reason, ReasonOrigin, Trace};
pub use layout::{Layout, LayoutError, Partition};
pub use object::{Location, NotAnS3Uri, Object, ObjectId};
pub use page::{Page, Row};
pub use profile::{Index, Profile, ReplayRules};
pub use query::{Estimate, Hit, Query, QueryPhase, QueryStatus, ResultTable};
pub use queue::{MoveTask, QueueRole, QueueStatus};
pub use receipt::{FailureRecord, REPLAY_ATTRIBUTE, Receipt};
pub use replay::{MessageOrigin, Outcome, Plan, PlanItem, PlanItemState, Progress, ReplayId, ReplaySummary, Steer};
pub use saved::SavedMessage;
pub use size::ByteSize;
pub use source::Source;
pub use survey::{Bin, Gap, GapKind, ObjectRow, SourceSurvey};
pub use text::Shown;
pub use time::TimeRange;
