use std::fs;
use std::io;
use std::path::Path;

use crate::error::{Error, OnPath};
use crate::place::Place;
use crate::plain_file;
use crate::run_user::{check, output_of};
use crate::settings::Purpose;

/// Makes the cluster of `place` with its empty database `augno`. It is made under another name and
/// renamed when complete, so that one cut short is never taken for a whole one.
pub(crate) fn initialise(place: &Place, bin: &Path, purpose: Purpose) -> Result<(), Error> {
    let unfinished = place.dir.join("postgres.new");
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).on("remove", &unfinished)?,
        _ => {}
    }
    // Not every system knows C.UTF-8; both sort by code point.
    init_db(place, bin, &unfinished, "C.UTF-8", purpose).or_else(|_| {
        fs::remove_dir_all(&unfinished).on("remove", &unfinished)?;
        init_db(place, bin, &unfinished, "C", purpose)
    })?;
    create_database(place, bin, &unfinished)?;
    include_settings(place, &unfinished)?;
    let cluster = place.cluster();
    fs::rename(&unfinished, &cluster).on("make the folder", &cluster)
}

fn init_db(place: &Place, bin: &Path, dir: &Path, locale: &str, purpose: Purpose) -> Result<(), Error> {
    place.user.make_dir(dir)?;
    let mut initdb = place.user.command(bin.join("initdb"));
    initdb.arg("--pgdata").arg(dir).args(["--username=augno", "--encoding=UTF8", "--data-checksums"]);
    // The folder of the socket is closed to everybody else, which is the lock on this door.
    initdb.args(["--auth-local=trust", "--auth-host=reject"]).arg(format!("--locale={locale}"));
    if purpose == Purpose::Tests {
        initdb.arg("--no-sync");
    }
    check("making the PostgreSQL cluster (initdb)", &output_of(&mut initdb, None)?)
}

/// Creates the database without a running server, and without psql, which may not be installed.
fn create_database(place: &Place, bin: &Path, dir: &Path) -> Result<(), Error> {
    let mut single_user = place.user.command(bin.join("postgres"));
    single_user.args(["--single", "-D"]).arg(dir).arg("postgres");
    let output = output_of(&mut single_user, Some("create database augno\n"))?;
    check("creating the database", &output)?;
    // In this mode PostgreSQL ends well even when the statement failed.
    let said = String::from_utf8_lossy(&output.stderr);
    match said.lines().find(|line| line.contains("ERROR:")) {
        None => Ok(()),
        Some(line) => {
            Err(Error::Failed { what: "creating the database".to_owned(), detail: line.to_owned() })
        }
    }
}

fn include_settings(place: &Place, dir: &Path) -> Result<(), Error> {
    let conf = dir.join("postgresql.conf");
    let stock = plain_file::read(&conf).on("read", &conf)?;
    place.user.write(&dir.join("augno.conf"), "")?;
    place.user.write(&conf, &format!("{stock}\ninclude 'augno.conf'\n"))
}
