//! Runs a lab over a folder and prints how to reach it: `cargo run -p scops-lab --example serve -- FOLDER`.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use scops_lab::{Lab, LabOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: serve FOLDER")?;
    let lab = Lab::start(LabOptions::new(folder)).await?;
    println!("export AWS_ENDPOINT_URL={}", lab.endpoint());
    println!("export AWS_ACCESS_KEY_ID={}", lab.access_key_id());
    println!("export AWS_SECRET_ACCESS_KEY={}", lab.secret_access_key());
    // The older command line reads the one, everything else the other.
    println!("export AWS_REGION={0} AWS_DEFAULT_REGION={0}", lab.region());
    tokio::signal::ctrl_c().await?;
    lab.stop().await;
    Ok(())
}
