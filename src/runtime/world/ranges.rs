//! Amazon's own addresses: the file `ip-ranges.json` in the configuration folder, where the user has put one
//! (`https://ip-ranges.amazonaws.com/ip-ranges.json`). scops fetches nothing by itself.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::app::request::Trouble;
use crate::domain::explain::AwsRanges;

/// Reads the file once, when it is first asked for.
#[derive(Debug)]
pub struct Ranges {
    path: PathBuf,
    read: OnceCell<Option<Arc<AwsRanges>>>,
}

impl Ranges {
    /// The file in the configuration folder.
    pub fn below(config: &Path) -> Self {
        Self { path: config.join("ip-ranges.json"), read: OnceCell::new() }
    }

    /// The ranges; `None` where there is no file.
    pub async fn get(&self) -> Result<Option<Arc<AwsRanges>>, Trouble> {
        let read = || async {
            let path = self.path.clone();
            let read = tokio::task::spawn_blocking(move || match std::fs::read(path) {
                Ok(json) => AwsRanges::read(&json).map(|ranges| Some(Arc::new(ranges))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.to_string()),
            });
            read.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|cause| Trouble {
                what: format!("cannot read {}", self.path.display()),
                cause,
                hint: Some("it is what https://ip-ranges.amazonaws.com/ip-ranges.json gives".into()),
            })
        };
        self.read.get_or_try_init(read).await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_is_no_list_is_told_and_none_is_no_trouble() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Ranges::below(folder.path()).get().await, Ok(None));
        std::fs::write(folder.path().join("ip-ranges.json"), "{}").expect("written");
        let trouble = Ranges::below(folder.path()).get().await.expect_err("no list");
        assert!(trouble.cause.contains("prefixes"), "{trouble}");
    }
}
