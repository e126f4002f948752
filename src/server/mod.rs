//! Everything that runs: the command line, start-up, connections, dispatch, the log of the process.

pub mod command;
pub mod connections;
pub mod database;
pub mod front;
pub mod serve;
pub mod telemetry;

pub use front::Front;
