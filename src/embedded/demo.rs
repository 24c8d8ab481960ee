//! The demo: a night of logs, and a consumer that met a new record shape.
//!
//! Nothing of it is staged for the screen. The night's objects arrive in the lab's S3 with the times that they tell;
//! S3 raises their events, SNS fans them out, SQS holds them, and the worker processes them as it does on AWS. The
//! consumer of that night was reviewed for CloudTrail records up to `eventVersion` 1.11, so objects with newer ones
//! end in the dead-letter queue after their retries; by the time that the pager rings, the fix has been rolled out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use scops_lab::night::{Night, NightOptions, Story};
use scops_lab::store::Put;
use scops_lab::{Lab, LabOptions, StoreError};

use super::{Embedded, Running, build, connection, settings, write_config};
use crate::aws::Aws;
use crate::config::{Paths, Settings, SourceTable};
use crate::domain::Accept;
use crate::worker::WorkerOptions;

/// The newest CloudTrail `eventVersion` that the consumer took in the night.
const ACCEPTED_BEFORE: &str = "1.11";

/// The newest one that it takes since the fix.
const ACCEPTED_NOW: &str = "1.12";

/// What demo to start.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Where the platform and its configuration live.
    pub folder: PathBuf,
    /// The night.
    pub night: NightOptions,
}

/// How far the night has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Objects that have arrived.
    pub stored: usize,
    /// Events that still wait.
    pub waiting: u64,
    /// Objects of the night.
    pub total: usize,
}

/// Starts the platform in the folder, lets the night happen, and leaves the repaired consumer running.
pub async fn start(options: DemoOptions, mut tell: impl FnMut(Told)) -> anyhow::Result<(Embedded, Story)> {
    let lab = Lab::start(LabOptions::new(&options.folder)).await?;
    let aws = Aws::new(connection(&lab));
    let night = Arc::new(Night::new(options.night));
    let mut file = build::build(&aws, &lab, "demo", night.bucket(), sources(&night)?).await?;
    // Whoever comes back to a kept folder finds what was replayed in it.
    let state = Paths::below(&std::path::absolute(&options.folder)?).state;
    file.profiles.values_mut().for_each(|profile| profile.state = Some(state.clone()));
    write_config(&options.folder, &file)?;
    let settings = settings(&file)?;
    build::create_index(&aws, &settings.profile).await?;

    let worker = Running::start(&aws, &before_the_fix(&settings), WorkerOptions::retrying_at_once());
    let stored = Arc::new(AtomicUsize::new(0));
    let arriving = tokio::task::spawn_blocking({
        let (night, stored, store) = (Arc::clone(&night), Arc::clone(&stored), lab.store().clone());
        move || {
            for object in night.objects() {
                let put = Put { arrived: Some(object.arrived), ..Put::default() };
                store.put(object.bucket, &object.key, object.body, put)?;
                stored.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, StoreError>(())
        }
    });
    let queue = settings.profile.consumers[0].input.place();
    loop {
        let is_stored = arriving.is_finished();
        let state = aws.queue_state(queue).await?;
        let waiting = state.visible + state.in_flight + state.delayed;
        tell(Told { stored: stored.load(Ordering::Relaxed), waiting, total: night.len() });
        if is_stored && waiting == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    arriving.await??;
    worker.stop().await;

    let worker = Running::start(&aws, &settings, WorkerOptions::retrying_at_once());
    Ok((Embedded { settings, lab, worker }, night.story.clone()))
}

fn sources(night: &Night) -> anyhow::Result<Vec<SourceTable>> {
    let source = |seed: &scops_lab::night::SourceSeed| {
        Ok(SourceTable {
            name: seed.name.to_owned(),
            bucket: night.bucket().to_owned(),
            layout: seed.layout.parse()?,
            format: seed.format.map(str::to_owned),
            late_after: SignedDuration::from_mins(5),
            accept: (seed.format == Some("cloudtrail"))
                .then(|| Accept { field: "eventVersion".into(), up_to: ACCEPTED_NOW.into() }),
            maintenance: Vec::new(),
            table: None,
            partitions: std::collections::BTreeMap::new(),
        })
    };
    night.sources().iter().map(source).collect()
}

/// The configuration that the consumer ran with in the night.
fn before_the_fix(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    for source in &mut settings.profile.sources {
        if let Some(accept) = &mut source.accept {
            ACCEPTED_BEFORE.clone_into(&mut accept.up_to);
        }
    }
    settings
}
