use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, OnPath};
use crate::run_user::RunUser;
use crate::settings::Purpose;
use crate::short_hash::short_hash;

/// Where clusters lie whose data directory is closed to the user that runs PostgreSQL.
const ELSEWHERE: &str = "/var/lib/augno-api-keys";

/// The folder that holds a cluster, and who runs it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    pub(crate) user: RunUser,
}

impl Place {
    /// PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        cluster_in(&self.dir)
    }
}

/// Where the cluster of `data_dir` lies, when it exists already.
pub(crate) fn find(data_dir: &Path) -> Result<Option<PathBuf>, Error> {
    let dir = recorded(data_dir)?.unwrap_or_else(|| data_dir.to_owned());
    Ok(has_data(&cluster_in(&dir))?.then_some(dir))
}

/// Finds the place of the cluster of `data_dir`, or settles on one and records it.
pub(crate) fn settle(data_dir: &Path, purpose: Purpose, say: &mut dyn FnMut(&str)) -> Result<Place, Error> {
    if let Some(dir) = recorded(data_dir)? {
        let user = RunUser::choose(&cluster_in(&dir))?;
        make_elsewhere(&dir)?;
        say(&format!(
            "PostgreSQL keeps its data in {}, since its user cannot reach {}.",
            dir.display(),
            data_dir.display()
        ));
        return Ok(Place { dir, user });
    }
    let cluster = cluster_in(data_dir);
    let user = RunUser::choose(&cluster)?;
    if matches!(user, RunUser::Ourselves) || reaches(&user, &cluster)? {
        return Ok(Place { dir: data_dir.to_owned(), user });
    }
    if has_data(&cluster)? {
        // Never begin anew beside data that was merely shut off.
        return Err(Error::ShutOff { cluster });
    }
    let dir = free_place(data_dir, purpose);
    say(&format!(
        "PostgreSQL refuses to run as root, and the user that runs it cannot reach {}: its data goes to {}.",
        data_dir.display(),
        dir.display()
    ));
    // Recorded before it is made: a start that was cut short finds the same place again.
    let record = location_file(data_dir);
    fs::write(&record, dir.as_os_str().as_encoded_bytes()).on("write", &record)?;
    make_elsewhere(&dir)?;
    Ok(Place { dir, user })
}

pub(crate) fn cluster_in(dir: &Path) -> PathBuf {
    dir.join("postgres")
}

/// Whether `cluster` is a whole PostgreSQL data directory.
pub(crate) fn has_data(cluster: &Path) -> Result<bool, Error> {
    let version = cluster.join("PG_VERSION");
    match fs::symlink_metadata(&version) {
        Ok(about) => Ok(about.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).on("look at", &version),
    }
}

fn location_file(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres-location")
}

fn recorded(data_dir: &Path) -> Result<Option<PathBuf>, Error> {
    let record = location_file(data_dir);
    match fs::read_to_string(&record) {
        Ok(text) => Ok(Some(PathBuf::from(text.trim_end_matches('\n')))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).on("read", &record),
    }
}

/// Whether the user can work in the folder `cluster`, which is made for the trial and, when it is
/// out of reach, removed again.
fn reaches(user: &RunUser, cluster: &Path) -> Result<bool, Error> {
    // An empty one is left of a start that was cut short, perhaps before it changed hands.
    let _ = fs::remove_dir(cluster);
    let existed = cluster.exists();
    user.make_dir(cluster)?;
    let reached = user.can_write(cluster);
    if !reached && !existed {
        fs::remove_dir(cluster).on("remove", cluster)?;
    }
    Ok(reached)
}

/// A place named after the data directory. One that exists belonged to a data directory that was
/// removed since; who removed it wants to begin anew, so its data is left alone.
fn free_place(data_dir: &Path, purpose: Purpose) -> PathBuf {
    let first = Path::new(ELSEWHERE).join(short_hash(data_dir));
    if purpose == Purpose::Tests {
        return first;
    }
    let later = (2u32..).map(|n| PathBuf::from(format!("{}-{n}", first.display())));
    let mut all = std::iter::once(first.clone()).chain(later);
    all.find(|dir| !dir.exists()).unwrap_or(first)
}

fn make_elsewhere(dir: &Path) -> Result<(), Error> {
    fs::DirBuilder::new().recursive(true).mode(0o755).create(dir).on("make the folder", dir)
}
