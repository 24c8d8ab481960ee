//! `scops lab`: the embedded platform alone, for any AWS client.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use scops_lab::{Lab, LabOptions};

use super::{Context, Exit, runtime};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops lab --dir lab > environment              then, in another shell: . ./environment; aws s3 ls
  scops lab --dir lab --listen 127.0.0.1:9000    on a port of your choice")]
pub struct Arguments {
    /// The folder that holds everything; made where it does not exist
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The loopback address to listen on; port 0 takes the one of the last run, or a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

pub fn run(_: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    runtime()?.block_on(async {
        let lab = Lab::start(LabOptions { folder: arguments.dir.clone(), listen: arguments.listen }).await?;
        let mut out = io::stdout().lock();
        lab.write_environment(&mut out)?;
        out.flush()?;
        drop(out);
        tokio::signal::ctrl_c().await?;
        lab.stop().await;
        Ok(Exit::Done)
    })
}
