//! What is wrong, said before one asks: credentials, rights, clock, regions, terminal, folders. Nothing is written to
//! AWS, sent or hidden; each right is asked for by the cheapest real request that needs it.

mod account;
mod index;
mod machine;
mod rights;

use jiff::Timestamp;

use crate::aws::Aws;
use crate::config::{Environment, Paths, Settings};
use crate::domain::Checked;
use crate::domain::checkup::Verdict;
use crate::domain::permission::permissions;

/// Looks at everything: this machine first, then the account.
pub async fn examine(
    aws: &Aws,
    settings: &Settings,
    environment: &Environment,
    paths: &Paths,
    now: Timestamp,
) -> Vec<Checked> {
    let mut found = machine::examine(environment, paths);
    found.push(account::endpoint(settings, environment));
    let credentials = account::credentials(aws, now).await;
    let is_usable = credentials.verdict != Verdict::Failed;
    found.push(credentials);
    if !is_usable {
        found.push(Checked::not_asked("rights", "without credentials nothing can be asked"));
        return found;
    }
    if !settings.network.is_unsigned {
        found.push(account::identity(aws, settings).await);
    }
    found.extend(account::regions(aws, &settings.profile).await);
    let wanted = permissions(&settings.profile, &[], settings.profile.is_read_only);
    found.extend(rights::examine(aws, wanted).await);
    found.extend(index::tables(aws, &settings.profile).await);
    // Each answer told the time.
    found.extend(account::clock(aws));
    found
}
