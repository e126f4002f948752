//! Against real PostgreSQL, in throw-away folders.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::run_user::RunUser;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A data directory that any user can reach.
fn data_dir() -> io::Result<tempfile::TempDir> {
    let dir = tempfile::tempdir()?;
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))?;
    Ok(dir)
}

fn start(data_dir: &Path) -> Result<Cluster, Error> {
    Cluster::start_for(data_dir, Purpose::Tests, &mut |_| {})
}

/// What is left when the server is killed: a running PostgreSQL and no lock.
fn abandon(mut cluster: Cluster) {
    cluster.running = false;
}

#[test]
fn one_process_at_a_time_holds_a_cluster_and_others_may_use_it() -> Outcome {
    let dir = data_dir()?;
    assert_eq!(Cluster::running(dir.path())?, None);

    let cluster = start(dir.path())?;
    assert!(matches!(start(dir.path()), Err(Error::InUse { .. })));
    assert_eq!(Cluster::running(dir.path())?.as_deref(), Some(cluster.url()));

    cluster.stop()?;
    assert_eq!(Cluster::running(dir.path())?, None);
    start(dir.path())?.stop()?;
    Ok(())
}

#[test]
fn a_cluster_left_running_is_taken_over_and_stopped() -> Outcome {
    let dir = data_dir()?;
    let first = start(dir.path())?;
    let url = first.url().to_owned();
    let pid_file = pid_file(&first.place.cluster());
    let pid = fs::read_to_string(&pid_file)?;
    abandon(first);

    let second = start(dir.path())?;
    assert_eq!(second.url(), url);
    assert_eq!(fs::read_to_string(&pid_file)?, pid);
    drop(second);
    assert!(!pid_file.exists());
    Ok(())
}

#[test]
fn a_stale_pid_file_is_no_obstacle() -> Outcome {
    let dir = data_dir()?;
    let cluster = start(dir.path())?;
    let pid_file = pid_file(&cluster.place.cluster());
    cluster.stop()?;
    let ours = std::process::id();
    fs::write(&pid_file, format!("{ours}\n/d\n1700000000\n5432\n/d\n\n 1 2\nready\n"))?;

    assert_eq!(Cluster::running(dir.path())?, None);
    start(dir.path())?.stop()?;
    Ok(())
}

#[test]
fn an_unfinished_cluster_is_made_anew() -> Outcome {
    let dir = data_dir()?;
    fs::create_dir_all(dir.path().join("postgres.new/base"))?;
    start(dir.path())?.stop()?;
    assert!(!dir.path().join("postgres.new").exists());
    Ok(())
}

#[test]
fn a_path_too_long_for_a_socket_still_gets_one() -> Outcome {
    let dir = data_dir()?;
    let deep = dir.path().join("with spaces, and 'quotes'").join("d".repeat(120));
    let cluster = start(&deep)?;
    let postmaster = Postmaster::of(&cluster.place.cluster()).ok_or("it runs")?;
    assert!(postmaster.answers());
    let mode = fs::metadata(&postmaster.socket_dir)?.permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    cluster.stop()?;
    fs::remove_dir(postmaster.socket_dir)?;
    Ok(())
}

#[test]
fn a_closed_data_directory_is_no_obstacle() -> Outcome {
    let outer = tempfile::tempdir()?; // mode 0700: closed to PostgreSQL's user when we are root
    let dir = outer.path().join("data");
    let cluster = start(&dir)?;
    let place = cluster.place.dir.clone();
    cluster.stop()?;

    let again = start(&dir)?;
    assert_eq!(again.place.dir, place);
    again.stop()?;
    if place != dir.canonicalize()? {
        fs::remove_dir_all(place)?;
    }
    Ok(())
}

#[test]
fn data_that_was_shut_off_is_never_replaced_by_an_empty_cluster() -> Outcome {
    let dir = data_dir()?;
    let cluster = start(dir.path())?;
    let data = cluster.place.cluster();
    let runs_as_another = matches!(cluster.place.user, RunUser::Other { .. });
    cluster.stop()?;
    if runs_as_another {
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700))?;
        assert!(matches!(start(dir.path()), Err(Error::ShutOff { cluster }) if cluster == data));
    }
    Ok(())
}

#[test]
fn data_of_another_version_is_left_alone() -> Outcome {
    let dir = data_dir()?;
    let cluster = dir.path().join("postgres");
    fs::create_dir(&cluster)?;
    fs::write(cluster.join("PG_VERSION"), "8\n")?;
    RunUser::choose(&cluster)?.give(&cluster)?;
    assert!(matches!(start(dir.path()), Err(Error::OtherVersion { .. })));
    Ok(())
}
