//! What is known of a secret, its key, role and account: all that decides on a request with it.

use time::OffsetDateTime;
use uuid::Uuid;

use super::id::{AccountId, KeyId, RoleId};
use super::mode::Mode;
use super::permission::Grants;
use super::secret::SecretHash;

/// What the database knows of a secret's id.
#[derive(Clone, Debug)]
pub struct KnownSecret {
    /// The secret's own id.
    pub secret: Uuid,
    pub hash: SecretHash,
    pub last_four: String,
    /// Whether it was stopped at once, whatever time it is.
    pub stopped: bool,
    /// `None` while it is the key's current secret.
    pub stops_at: Option<OffsetDateTime>,
    pub key: KeyId,
    pub key_name: String,
    pub expires_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    pub account: AccountId,
    pub account_name: String,
    pub account_created_at: OffsetDateTime,
    pub account_updated_at: OffsetDateTime,
    pub mode: Mode,
    pub role: RoleId,
    pub role_name: String,
    pub role_type: String,
    pub grants: Grants,
}

impl KnownSecret {
    /// Whether it depends on the key, role or account of this id.
    pub fn depends_on(&self, id: Uuid) -> bool {
        [self.key.uuid(), self.role.uuid(), self.account.uuid()].contains(&id)
    }
}

#[cfg(test)]
impl KnownSecret {
    /// The secret of a Viewer's key, with a hash that nothing has.
    pub fn sample(id: Uuid) -> Self {
        Self {
            secret: id,
            hash: SecretHash::from_bytes([0; 32]),
            last_four: "hjt4".into(),
            stopped: false,
            stops_at: None,
            key: KeyId::from_uuid(id),
            key_name: "ERP Sync".into(),
            expires_at: None,
            revoked_at: None,
            account: AccountId::from_uuid(Uuid::nil()),
            account_name: "Acme".into(),
            account_created_at: OffsetDateTime::UNIX_EPOCH,
            account_updated_at: OffsetDateTime::UNIX_EPOCH,
            mode: Mode::Production,
            role: RoleId::from_uuid(Uuid::max()),
            role_name: "Viewer".into(),
            role_type: "user".into(),
            grants: Grants::EveryRead,
        }
    }
}
