use std::fs;

use anyhow::Context;

use super::server::Server;

/// Resident memory of the server in MB. Zero where the system has no /proc.
pub(super) fn resident_mb(server: &Server) -> anyhow::Result<f64> {
    let Ok(status) = fs::read_to_string(format!("/proc/{}/status", server.pid())) else { return Ok(0.0) };
    told(&status, "VmRSS:")
}

/// A figure of /proc's status file, in MB.
fn told(status: &str, name: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("/proc does not tell {name}"))?;
    Ok(kib * 1024.0 / 1e6)
}

/// Prints the resident memory of the server, without PostgreSQL's own.
pub(super) fn report(title: &str, goal: &str, server: &Server) -> anyhow::Result<()> {
    println!("\n{title}");
    let Ok(status) = fs::read_to_string(format!("/proc/{}/status", server.pid())) else {
        println!("  cannot be told: this system has no /proc");
        return Ok(());
    };
    for (name, label) in [("VmRSS:", "Resident now"), ("VmHWM:", "At its highest")] {
        let goal = if name == "VmRSS:" { goal } else { "" };
        println!("  {label:<26}{:.1} MB{goal}", told(&status, name)?);
    }
    Ok(())
}
