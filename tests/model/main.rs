//! A model of how "revoked" reaches every copy of the server: every order of its steps is tried, not only those
//! that a test comes upon.
//!
//! Modelled are one secret and the change that stops it, the leases and the wait for them (`store::replicas`), what
//! a copy of the server does for its lease (`verify::lease`), its memory (`verify::memory`), and the end of a
//! change (`store::change`). What is asked of the database, what it does, and what is made of its answer are steps
//! of their own.
//!
//! No step has to be taken: a copy that hangs, is paused or is cut off takes none while time goes on. And a
//! connection may be lost at any moment, with what is under way on it. So these faults need no bound, and neither
//! has time: it is counted in ticks, and only as far as a lease runs. Bounded are changes, failovers (to a standby
//! that has everything up to some moment; a restore looks the same), restarts, and steps of the database's clock.
//! What that clock says is kept only where a sabotage goes by it: no rule does.
//!
//! What holds: no request that begins after a change was answered with "done" is let in by the secret that it
//! stopped, as long as the database has the change. A failover or a restore may lose the change itself; then the
//! secret is good again.
//!
//! Left out, as none of it lets more in: clocks of different speed (a lease's margin is for them), what a look-up
//! tells its own request (the database was asked after that began), renewals that reach the database after their
//! copy gave them up (a row more makes a change wait), and copies that end (their memory does with them). Left out
//! as nothing here can help it: a database that goes on granting leases when a standby has taken over.

use stateright::{Checker, HasDiscoveries, Model, Property};

/// How many ticks a lease runs.
const LEASE: u8 = 2;

/// Copies of the server that may be.
const MOST: usize = 2;

/// Changes that are kept for copies that have not heard of them yet.
const KEPT_CHANGES: u8 = 1;

/// A rule that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sabotage {
    /// A change is answered when it is committed.
    NoWait,
    /// Memory is used although its time is up.
    NoLeaseCheck,
    /// What was looked up is kept although something was forgotten since it was asked for.
    NoStamp,
    /// Nobody waits for a lease that is over by the database's clock.
    LeaseByDatabaseClock,
    /// Whoever waits goes by the leases in the table, whatever life of the database they are from.
    NoIncarnation,
    /// Whoever waits takes the database's clock's word for how long ago its life was noted.
    SettledByDatabaseClock,
    /// The time of the memory is counted from when the grant came.
    ValidityFromAnswer,
    /// The time of the memory is extended before what was changed is forgotten.
    ExtendedBeforeForgetting,
    /// What is told of the changes is taken to be all of them.
    GapUnseen,
}

/// The protocol, and how much happens.
#[derive(Clone, Copy, Debug, Default)]
struct Protocol {
    sabotage: Option<Sabotage>,
    replicas: usize,
    faults: Faults,
}

/// What may still happen, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Faults {
    revocations: u8,
    /// Changes of something else.
    others: u8,
    failovers: u8,
    restarts: u8,
    clock_steps: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct State {
    database: Database,
    /// What the standby has got.
    standby: Option<Database>,
    replicas: [Replica; MOST],
    /// The first replica's: what another remembers makes no difference to it, and all are alike.
    memory: Memory,
    change: Change,
    /// The life of the database that whoever waits has seen last, and for how long.
    known: (u8, u8),
    /// Leases that were behind at the first look and have not moved since, as far as can be told.
    dead: [bool; MOST],
    left: Faults,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Database {
    /// Its incarnation.
    life: u8,
    revision: u8,
    /// The change that stopped the secret.
    stopped_by: Option<u8>,
    leases: [Option<Row>; MOST],
    /// By its own clock, how long ago its life was noted.
    noted: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Row {
    /// Every change up to this one has been taken into account, `None` when that is not known.
    applied: Option<u8>,
    /// How long it runs, by the database's clock.
    runs: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Replica {
    session: Option<Session>,
    exchange: Exchange,
}

/// What a replica knows of changes. It ends with the connection, and that with the database's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Session {
    life: u8,
    applied: u8,
}

/// Between a replica and the database. Ages are counted from when the lease was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Exchange {
    #[default]
    Idle,
    Asked {
        age: u8,
    },
    Granted {
        age: u8,
        grant: Session,
    },
    /// The changes were read, for a lease or because of a notice.
    Told {
        age: Option<u8>,
        applied: u8,
        forget: bool,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Memory {
    /// That the secret is good.
    remembers: bool,
    /// How long it may be used.
    runs: u8,
    look_up: LookUp,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum LookUp {
    #[default]
    Idle,
    /// The stamp is taken, and the database asked.
    Asked,
    /// The database found the secret good.
    Read,
}

/// The revocation, as whoever makes it sees it. It is sure where it was committed in the life that was then asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Change {
    None,
    Committed {
        life: u8,
    },
    /// The database is not asked yet, and perhaps cannot be.
    Waiting {
        life: u8,
        waited: u8,
    },
    /// Until all have heard.
    Asking {
        sure: bool,
        revision: u8,
        waited: u8,
    },
    /// Until the lease is over, as the table may not have them all.
    Resting {
        sure: bool,
        waited: u8,
    },
    /// With "done" or "unsure".
    Answered {
        done: bool,
        waited: u8,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Tick,
    // The numbered replica.
    AskForLease(usize),
    GrantLease(usize),
    TakeGrant(usize),
    ReadChanges(usize),
    TakeChanges(usize),
    Acknowledge(usize),
    LoseConnection(usize),
    // The memory of the first.
    LookUp,
    ReadSecret,
    Keep,
    // Who makes the change.
    Revoke,
    BeginWait,
    Look,
    AllHaveHeard,
    LeaseIsOver,
    ForgetDead,
    // The world.
    ChangeOther,
    Replicate,
    Failover,
    Restart,
    StepClock,
}

const PROMISE: &str = "no request is let in by what was stopped before it began";
const FROM_MEMORY: &str = "a request is let in from memory";
const AT_ONCE: &str = "a change is answered at once when all replicas are well";
const IN_THE_END: &str = "a change is answered though a replica hangs";

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            database: Database::default(),
            standby: None,
            replicas: Default::default(),
            memory: Memory::default(),
            change: Change::None,
            known: (0, LEASE),
            dead: [false; MOST],
            left: self.faults,
        }]
    }

    /// All there are: `next_state` tells which can be taken.
    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        for replica in 0..self.replicas {
            actions.extend(
                [
                    Action::AskForLease,
                    Action::GrantLease,
                    Action::TakeGrant,
                    Action::ReadChanges,
                    Action::TakeChanges,
                    Action::Acknowledge,
                    Action::LoseConnection,
                ]
                .map(|action| action(replica)),
            );
        }
        actions.extend([Action::Tick, Action::LookUp, Action::ReadSecret, Action::Keep]);
        actions.extend([Action::Revoke, Action::BeginWait, Action::Look, Action::AllHaveHeard]);
        actions.extend([Action::LeaseIsOver, Action::ForgetDead, Action::ChangeOther]);
        actions.extend([Action::Replicate, Action::Failover, Action::Restart, Action::StepClock]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Tick => state.tick(),
            Action::AskForLease(replica) => self.ask_for_lease(&mut state, replica)?,
            Action::GrantLease(replica) => self.grant_lease(&mut state, replica)?,
            Action::TakeGrant(replica) => self.take_grant(&mut state, replica)?,
            Action::ReadChanges(replica) => self.read_changes(&mut state, replica)?,
            Action::TakeChanges(replica) => self.take_changes(&mut state, replica)?,
            Action::Acknowledge(replica) => state.acknowledge(replica)?,
            Action::LoseConnection(replica) if last.replicas[replica] == Replica::default() => return None,
            Action::LoseConnection(replica) => state.replicas[replica] = Replica::default(),
            Action::LookUp | Action::ReadSecret | Action::Keep => self.look_up(&mut state, action)?,
            Action::Revoke => self.revoke(&mut state)?,
            Action::ForgetDead => state.forget_dead()?,
            Action::BeginWait | Action::Look | Action::AllHaveHeard | Action::LeaseIsOver => {
                self.wait(&mut state, action)?;
            }
            Action::ChangeOther => {
                take_one(&mut state.left.others)?;
                state.database.revision += 1;
            }
            Action::Replicate if state.left.failovers > 0 => state.standby = Some(state.database),
            Action::Replicate => return None,
            Action::Failover => {
                take_one(&mut state.left.failovers)?;
                let standby = state.standby.take()?;
                state.begin_life(standby);
            }
            Action::Restart => {
                take_one(&mut state.left.restarts)?;
                state.begin_life(state.database);
            }
            Action::StepClock => {
                take_one(&mut state.left.clock_steps)?;
                state.database.pass(LEASE);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(PROMISE, |protocol: &Self, state: &State| {
                !(state.is_promised() && protocol.lets_in(state))
            }),
            Property::sometimes(FROM_MEMORY, |protocol: &Self, state: &State| protocol.lets_in(state)),
            Property::sometimes(AT_ONCE, |protocol: &Self, state: &State| {
                let waited_for =
                    |row: &Option<Row>| row.is_some_and(|row| row.applied >= state.database.stopped_by);
                matches!(state.change, Change::Answered { done: true, waited: 0 })
                    && state.memory.runs > 0
                    && state.database.leases[..protocol.replicas].iter().all(waited_for)
            }),
            Property::sometimes(IN_THE_END, |_: &Self, state: &State| {
                matches!(state.change, Change::Answered { done: true, waited: LEASE })
                    && state.database.behind(state.database.revision, false) != [false; MOST]
            }),
        ]
    }
}

/// A replica and its lease.
impl Protocol {
    fn ask_for_lease(&self, state: &mut State, replica: usize) -> Option<()> {
        let Replica { session, exchange } = &mut state.replicas[replica];
        if *exchange != Exchange::Idle || !is_connected(*session, &state.database) {
            return None;
        }
        *exchange = Exchange::Asked { age: 0 };
        if session.is_none() {
            self.note_life(&mut state.database);
        }
        Some(())
    }

    /// One step, as the lock sets it apart from every change.
    fn grant_lease(&self, state: &mut State, replica: usize) -> Option<()> {
        let (database, Replica { session, exchange }) = (&mut state.database, &mut state.replicas[replica]);
        let Exchange::Asked { age } = *exchange else { return None };
        if !is_connected(*session, database) {
            return None;
        }
        let runs = if self.is(Sabotage::LeaseByDatabaseClock) { LEASE } else { 0 };
        database.leases[replica] = Some(Row { applied: session.map(|session| session.applied), runs });
        state.dead[replica] = false;
        *exchange =
            Exchange::Granted { age, grant: Session { life: database.life, applied: database.revision } };
        Some(())
    }

    fn take_grant(&self, state: &mut State, replica: usize) -> Option<()> {
        let Exchange::Granted { age, grant } = state.replicas[replica].exchange else { return None };
        match state.replicas[replica].session {
            Some(session) if session == grant => {}
            // What was changed has to be read first.
            Some(session) if session.life == grant.life && session.applied < grant.applied => return None,
            _ => self.forget(state, replica, true),
        }
        state.replicas[replica] = Replica { session: Some(grant), exchange: Exchange::Idle };
        self.extend(state, replica, age);
        Some(())
    }

    /// For a lease, or because a notice was heard, or for nothing.
    fn read_changes(&self, state: &mut State, replica: usize) -> Option<()> {
        let (database, Replica { session, exchange }) = (state.database, state.replicas[replica]);
        let session = session.filter(|_| is_connected(session, &database))?;
        let age = match exchange {
            Exchange::Idle if session.applied < database.revision => None,
            Exchange::Granted { age, grant } if session.applied < grant.applied => Some(age),
            _ => return None,
        };
        let first_kept = database.revision.saturating_sub(KEPT_CHANGES) + 1;
        let is_whole = session.applied + 1 >= first_kept;
        let is_told = database.stopped_by >= Some(first_kept.max(session.applied + 1));
        let forget = is_told || !(is_whole || self.is(Sabotage::GapUnseen));
        state.replicas[replica].exchange = Exchange::Told { age, applied: database.revision, forget };
        if let (Some(age), true) = (age, self.is(Sabotage::ExtendedBeforeForgetting)) {
            self.extend(state, replica, age);
        }
        Some(())
    }

    fn take_changes(&self, state: &mut State, replica: usize) -> Option<()> {
        let Exchange::Told { age, applied, forget } = state.replicas[replica].exchange else { return None };
        self.forget(state, replica, forget);
        state.replicas[replica].exchange = Exchange::Idle;
        state.replicas[replica].session.as_mut()?.applied = applied;
        if let Some(age) = age {
            self.extend(state, replica, age);
        }
        Some(())
    }

    fn extend(&self, state: &mut State, replica: usize, age: u8) {
        if replica == 0 {
            state.memory.runs = if self.is(Sabotage::ValidityFromAnswer) { LEASE } else { LEASE - age };
        }
    }

    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }
}

/// Memory.
impl Protocol {
    /// Whether a request that comes now is let in without a look into the database.
    fn lets_in(&self, state: &State) -> bool {
        state.memory.remembers && (state.memory.runs > 0 || self.is(Sabotage::NoLeaseCheck))
    }

    fn look_up(&self, state: &mut State, action: Action) -> Option<()> {
        let is_let_in = self.lets_in(state);
        let State { memory, database, .. } = state;
        memory.look_up = match (action, memory.look_up) {
            (Action::LookUp, LookUp::Idle) if !is_let_in => LookUp::Asked,
            (Action::ReadSecret, LookUp::Asked) if database.stopped_by.is_none() => LookUp::Read,
            // It does not let in.
            (Action::ReadSecret, LookUp::Asked) => LookUp::Idle,
            (Action::Keep, LookUp::Read) => {
                memory.remembers = true;
                LookUp::Idle
            }
            _ => return None,
        };
        Some(())
    }

    /// Forgets the secret, or something else.
    fn forget(&self, state: &mut State, replica: usize, secret: bool) {
        if replica == 0 {
            state.memory.remembers &= !secret;
            // By its stamp, what is being looked up will not be kept.
            if !self.is(Sabotage::NoStamp) {
                state.memory.look_up = LookUp::Idle;
            }
        }
    }
}

/// Who makes the change.
impl Protocol {
    fn revoke(&self, state: &mut State) -> Option<()> {
        if state.database.stopped_by.is_some()
            || !matches!(state.change, Change::None | Change::Answered { .. })
        {
            return None;
        }
        take_one(&mut state.left.revocations)?;
        state.database.revision += 1;
        state.database.stopped_by = Some(state.database.revision);
        state.change = if self.is(Sabotage::NoWait) {
            Change::Answered { done: true, waited: 0 }
        } else {
            Change::Committed { life: state.database.life }
        };
        Some(())
    }

    fn wait(&self, state: &mut State, action: Action) -> Option<()> {
        state.change = match (action, state.change) {
            (Action::BeginWait, Change::Committed { life }) => Change::Waiting { life, waited: 0 },
            (Action::Look, Change::Waiting { life, waited }) => self.look(state, life, waited),
            (Action::AllHaveHeard, Change::Asking { sure, revision, waited })
                if self.behind(&state.database, revision) == [false; MOST] =>
            {
                state.dead = [false; MOST];
                Change::Answered { done: sure, waited }
            }
            // The database could not be asked.
            (Action::LeaseIsOver, Change::Waiting { waited: LEASE, .. }) => {
                Change::Answered { done: true, waited: LEASE }
            }
            (
                Action::LeaseIsOver,
                Change::Asking { sure, waited: LEASE, .. } | Change::Resting { sure, waited: LEASE },
            ) => Change::Answered { done: sure, waited: LEASE },
            _ => return None,
        };
        Some(())
    }

    /// The first look at who has heard. Leases from another life may run that are not in the table.
    fn look(&self, state: &mut State, committed_in: u8, waited: u8) -> Change {
        let database = &mut state.database;
        if state.known.0 != database.life {
            state.known = (database.life, 0);
        }
        let sure = committed_in == database.life;
        let settled = state.known.1 == LEASE
            || self.is(Sabotage::NoIncarnation)
            || self.is(Sabotage::SettledByDatabaseClock) && database.noted == Some(LEASE);
        self.note_life(database);
        if !settled {
            return Change::Resting { sure, waited };
        }
        state.dead = self.behind(&state.database, state.database.revision);
        Change::Asking { sure, revision: state.database.revision, waited }
    }

    fn behind(&self, database: &Database, revision: u8) -> [bool; MOST] {
        database.behind(revision, self.is(Sabotage::LeaseByDatabaseClock))
    }

    fn note_life(&self, database: &mut Database) {
        if self.is(Sabotage::SettledByDatabaseClock) {
            database.noted.get_or_insert(0);
        }
    }
}

impl State {
    /// Whether the change was answered with "done", and the database has it.
    fn is_promised(&self) -> bool {
        matches!(self.change, Change::Answered { done: true, .. }) && self.database.stopped_by.is_some()
    }

    /// Everybody's clock goes on, also while they hang.
    fn tick(&mut self) {
        self.memory.runs = self.memory.runs.saturating_sub(1);
        if let Exchange::Asked { age }
        | Exchange::Granted { age, .. }
        | Exchange::Told { age: Some(age), .. } = &mut self.replicas[0].exchange
        {
            grow(age, 1);
        }
        if let Change::Waiting { waited, .. }
        | Change::Asking { waited, .. }
        | Change::Resting { waited, .. } = &mut self.change
        {
            grow(waited, 1);
        }
        grow(&mut self.known.1, 1);
        self.database.pass(1);
    }

    /// At any time: until then it is under way, or lost.
    fn acknowledge(&mut self, replica: usize) -> Option<()> {
        let session = self.replicas[replica].session.filter(|session| session.life == self.database.life)?;
        let row = self.database.leases[replica].as_mut().filter(|row| row.applied < Some(session.applied))?;
        row.applied = Some(session.applied);
        self.dead[replica] = false;
        Some(())
    }

    fn forget_dead(&mut self) -> Option<()> {
        let Change::Answered { .. } = self.change else { return None };
        for (lease, dead) in self.database.leases.iter_mut().zip(&mut self.dead) {
            lease.take_if(|_| std::mem::take(dead));
        }
        Some(())
    }

    fn begin_life(&mut self, with: Database) {
        self.database = Database { life: self.database.life + 1, noted: None, ..with };
        // Rows may be back as they were at that look, and are taken for those. New ones never are.
        self.dead = self.database.leases.map(|row| row.is_some());
    }
}

impl Database {
    fn behind(&self, revision: u8, by_clock: bool) -> [bool; MOST] {
        self.leases
            .map(|row| row.is_some_and(|row| row.applied < Some(revision) && (row.runs > 0 || !by_clock)))
    }

    /// Its clock goes on, or is set forward.
    fn pass(&mut self, ticks: u8) {
        for row in self.leases.iter_mut().flatten() {
            row.runs = row.runs.saturating_sub(ticks);
        }
        if let Some(noted) = &mut self.noted {
            grow(noted, ticks);
        }
    }
}

fn is_connected(session: Option<Session>, database: &Database) -> bool {
    session.is_none_or(|session| session.life == database.life)
}

fn take_one(left: &mut u8) -> Option<()> {
    *left = left.checked_sub(1)?;
    Some(())
}

/// What is older than a lease is told apart no more.
fn grow(age: &mut u8, ticks: u8) {
    *age = LEASE.min(*age + ticks);
}

/// Tries every order of so much.
fn try_all(sabotage: Option<Sabotage>, replicas: usize, faults: Faults) -> impl Checker<Protocol> {
    let protocol = Protocol { sabotage, replicas, faults };
    let checker = protocol.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    println!("{} states of {protocol:?}", checker.unique_state_count());
    checker
}

/// Nothing is left to try, and each of the properties holds.
#[track_caller]
fn check(replicas: usize, faults: Faults) {
    try_all(None, replicas, faults).assert_properties();
}

/// Without the rule a secret is let in that was stopped.
#[track_caller]
fn check_without(sabotage: Sabotage, replicas: usize, faults: Faults) {
    let path = try_all(Some(sabotage), replicas, faults).assert_any_discovery(PROMISE);
    println!("{:?}", path.into_actions());
}

const ONE_REVOCATION: Faults =
    Faults { revocations: 1, others: 0, failovers: 0, restarts: 0, clock_steps: 0 };

#[test]
fn the_protocol_keeps_its_promise() {
    check(2, ONE_REVOCATION);
}

#[test]
fn the_protocol_keeps_its_promise_whatever_a_failover_loses() {
    check(1, Faults { revocations: 2, others: 1, failovers: 1, ..ONE_REVOCATION });
}

#[test]
fn the_protocol_keeps_its_promise_when_the_database_is_restarted() {
    check(1, Faults { failovers: 1, restarts: 1, ..ONE_REVOCATION });
}

#[test]
fn a_change_has_to_wait() {
    check_without(Sabotage::NoWait, 2, ONE_REVOCATION);
}

#[test]
fn memory_has_to_end() {
    check_without(Sabotage::NoLeaseCheck, 2, ONE_REVOCATION);
}

#[test]
fn what_is_looked_up_has_to_be_stamped() {
    check_without(Sabotage::NoStamp, 2, ONE_REVOCATION);
}

#[test]
fn a_lease_cannot_be_judged_by_the_clock_of_the_database() {
    check_without(Sabotage::LeaseByDatabaseClock, 2, Faults { clock_steps: 1, ..ONE_REVOCATION });
}

#[test]
fn another_life_of_the_database_has_to_be_noticed() {
    check_without(Sabotage::NoIncarnation, 1, Faults { failovers: 1, ..ONE_REVOCATION });
}

#[test]
fn the_age_of_a_life_cannot_be_judged_by_the_clock_of_the_database() {
    check_without(
        Sabotage::SettledByDatabaseClock,
        1,
        Faults { failovers: 1, clock_steps: 1, ..ONE_REVOCATION },
    );
}

#[test]
fn memory_has_to_end_a_lease_after_that_was_asked_for() {
    check_without(Sabotage::ValidityFromAnswer, 2, ONE_REVOCATION);
}

#[test]
fn what_was_changed_has_to_be_forgotten_first() {
    check_without(Sabotage::ExtendedBeforeForgetting, 2, ONE_REVOCATION);
}

#[test]
fn a_gap_in_the_changes_has_to_be_seen() {
    check_without(Sabotage::GapUnseen, 1, Faults { others: 1, ..ONE_REVOCATION });
}
