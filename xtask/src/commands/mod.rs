//! The commands of `cargo xtask`, one file each.

mod build;
mod dev;
mod serve;
mod sqlx;
mod test;
mod tidy;

pub(crate) use build::build;
pub(crate) use dev::dev;
pub(crate) use serve::serve;
pub(crate) use sqlx::{check_sqlx, renew_sqlx};
pub(crate) use test::{test, test_high_availability};
pub(crate) use tidy::tidy;
