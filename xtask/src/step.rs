use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// Runs one step of a command: says its name and how long it may take, and at the end how long it
/// took.
pub(crate) fn step<T>(
    name: &str,
    expected: &str,
    run: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    say(&format!("{name} ({expected})"));
    let begun = Instant::now();
    let outcome = run();
    let took = readable(begun.elapsed());
    match &outcome {
        Ok(_) => eprintln!("    done in {took}"),
        Err(_) => eprintln!("    failed after {took}"),
    }
    outcome
}

/// A line for the person at the terminal, which stands out from what the programs say.
pub(crate) fn say(line: &str) {
    if io::stderr().is_terminal() {
        eprintln!("\u{1b}[1m==> {line}\u{1b}[0m");
    } else {
        eprintln!("==> {line}");
    }
}

fn readable(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(readable(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(readable(Duration::from_secs(95)), "1 min 35 s");
    }
}
