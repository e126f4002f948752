//! Roles: to read with roles:read, to change as Admin.

pub mod create;
pub mod delete;
pub mod edit;
pub mod get;
pub mod list;

use super::call::Call;
use super::error::ApiError;
use super::query::Query;
use super::wire::{IncludeInRole, Role};
use crate::domain::id::RoleId;
use crate::domain::log;
use crate::domain::name::Name;
use crate::domain::permission::Permission;
use crate::store::roles::{self, ChangeError};

/// `include[]`
fn include(query: &mut Query) -> Result<IncludeInRole, ApiError> {
    let [owner, account, permissions] = query.includes(["owner", "owner.account", "permissions"])?;
    Ok(IncludeInRole { owner, account, permissions })
}

fn name(text: &str) -> Result<Name, ApiError> {
    Name::parse_for_role(text).map_err(|error| ApiError::invalid_parameter("name", error.to_string()))
}

/// Permissions that operations of the catalogue need. One that none needs would grant nothing, and is refused.
fn permissions(call: &Call, texts: &[String]) -> Result<Vec<Permission>, ApiError> {
    let read = |text: &String| {
        let known =
            text.parse().ok().filter(|permission| call.catalogue().permissions().contains(permission));
        known.ok_or_else(|| {
            let shown: String = log::text(text).chars().take(100).collect();
            let message = format!(
                "No call that a role can open needs the permission {shown}. Remove it or mend its spelling."
            );
            ApiError::invalid_parameter("permissions", message)
        })
    };
    texts.iter().map(read).collect()
}

/// The role as it stands.
async fn show(call: &Call, role: RoleId, include: IncludeInRole) -> Result<Role, ApiError> {
    let found = roles::get(&call.state.db, call.caller.account, role).await?;
    let role = found.ok_or_else(ApiError::no_such_object)?;
    Ok(Role::of(&role, include, Some(&call.caller), call.catalogue()))
}

fn in_words(error: ChangeError) -> ApiError {
    match error {
        ChangeError::NotFound => ApiError::no_such_object(),
        ChangeError::BuiltIn => {
            ApiError::conflict("Built-in roles cannot be changed or deleted. Create a role of your own.")
        }
        ChangeError::NameTaken => {
            ApiError::exists("name", "There is a role of this name already. Choose another name.")
        }
        ChangeError::InUse { keys, members } => ApiError::conflict(format!(
            "This role is in use by {} and {}. Give them another role, then delete this one.",
            count(keys, "key"),
            count(members, "member")
        )),
        ChangeError::Store(error) => error.into(),
    }
}

fn count(count: i64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
