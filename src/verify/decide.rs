//! The one function that lets a program in.

use time::OffsetDateTime;

use crate::domain::key::KeyStatus;
use crate::domain::known_secret::KnownSecret;
use crate::domain::operation::Needs;
use crate::domain::permission::Permission;
use crate::domain::secret::PresentedSecret;

/// Why a presented secret opens nothing, or not this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No secret with this id and hash.
    Unknown,
    /// A secret that a rotation has replaced. Outside it looks like an unknown one.
    RotatedOut,
    Revoked,
    Expired,
    /// The role does not grant these permissions.
    Lacks(Vec<Permission>),
}

/// Decides on what was presented, given what is known of its id, what the operation needs and the time.
///
/// Who does not hold the whole secret learns nothing about the key: the hash is compared first.
pub fn decide(
    presented: &PresentedSecret,
    known: Option<&KnownSecret>,
    needs: &Needs,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    let known = known
        .filter(|known| presented.hash.matches(&known.hash) && presented.mode == known.mode)
        .ok_or(Refusal::Unknown)?;
    let stopped = known.stopped || known.stops_at.is_some_and(|at| at <= now);
    match (KeyStatus::at(now, known.expires_at, known.revoked_at), stopped) {
        (_, true) => Err(Refusal::RotatedOut),
        (KeyStatus::Revoked, false) => Err(Refusal::Revoked),
        (KeyStatus::Expired, false) => Err(Refusal::Expired),
        (KeyStatus::Active, false) => match needs.lacking(&known.grants) {
            lacking if lacking.is_empty() => Ok(()),
            lacking => Err(Refusal::Lacks(lacking)),
        },
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use time::Duration;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::mode::Mode;
    use crate::domain::secret::Secret;

    const NOW: OffsetDateTime = datetime!(2026-11-23 15:00 UTC);

    fn secret(seed: u64) -> PresentedSecret {
        let secret = Secret::generate(Mode::Production, Uuid::nil(), &mut StdRng::seed_from_u64(seed));
        PresentedSecret::parse(secret.expose()).unwrap()
    }

    fn known() -> KnownSecret {
        KnownSecret { hash: secret(1).hash, ..KnownSecret::sample(Uuid::nil()) }
    }

    fn check(known: Option<KnownSecret>, needs: &Needs) -> Result<(), Refusal> {
        decide(&secret(1), known.as_ref(), needs, NOW)
    }

    #[test]
    fn only_the_whole_secret_of_the_right_account_opens() {
        assert_eq!(check(Some(known()), &Needs::AnyKey), Ok(()));
        assert_eq!(check(None, &Needs::AnyKey), Err(Refusal::Unknown));
        assert_eq!(
            check(Some(KnownSecret { hash: secret(2).hash, ..known() }), &Needs::AnyKey),
            Err(Refusal::Unknown)
        );
        assert_eq!(
            check(Some(KnownSecret { mode: Mode::Sandbox, ..known() }), &Needs::AnyKey),
            Err(Refusal::Unknown)
        );
    }

    #[test]
    fn a_wrong_secret_learns_nothing_of_a_revoked_key() {
        let revoked = KnownSecret { hash: secret(2).hash, revoked_at: Some(NOW), ..known() };
        assert_eq!(check(Some(revoked), &Needs::AnyKey), Err(Refusal::Unknown));
    }

    #[test]
    fn time_and_status_decide_before_the_role() {
        let read = Permission::new("customers", crate::domain::permission::Action::Read);
        let admin_only = Needs::Admin(read.clone());
        for (known, expected) in [
            (KnownSecret { stops_at: Some(NOW), ..known() }, Refusal::RotatedOut),
            // A clock that was set back revives nothing.
            (
                KnownSecret { stopped: true, stops_at: Some(NOW + Duration::HOUR), ..known() },
                Refusal::RotatedOut,
            ),
            (KnownSecret { revoked_at: Some(NOW + Duration::HOUR), ..known() }, Refusal::Revoked),
            (KnownSecret { stops_at: Some(NOW), revoked_at: Some(NOW), ..known() }, Refusal::RotatedOut),
            (KnownSecret { revoked_at: Some(NOW), expires_at: Some(NOW), ..known() }, Refusal::Revoked),
            (KnownSecret { expires_at: Some(NOW), ..known() }, Refusal::Expired),
            (known(), Refusal::Lacks(vec![read.clone()])),
        ] {
            assert_eq!(check(Some(known), &admin_only), Err(expected));
        }
        let later = Some(NOW + Duration::SECOND);
        let ends_soon = KnownSecret { stops_at: later, expires_at: later, ..known() };
        assert_eq!(check(Some(ends_soon), &Needs::Permissions(vec![read])), Ok(()));
    }
}
