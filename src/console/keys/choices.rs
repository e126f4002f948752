//! What forms about keys let a person choose from.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;
use crate::console::keys::expiration::Expirations;
use crate::console::ui::choice::Choice;

/// For **Create API key** and **Edit {name}**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChoices {
    /// Value `rl_…`; the meaning tells in one line what the role may do.
    pub roles: Vec<Choice>,
    pub expirations: Expirations,
    /// A UUID made for each showing of a form: a repeated post makes no second key.
    pub token: String,
}

#[server(prefix = "/console", endpoint = "key-choices", input = Json)]
pub async fn key_form_choices() -> Result<KeyChoices, ConsoleError> {
    load(&admin().await?).await
}

#[cfg(feature = "ssr")]
pub async fn load(admin: &Admin) -> Result<KeyChoices, ConsoleError> {
    use crate::store;
    let roles = store::roles::all(admin.db(), admin.signed_in().account).await;
    let now = store::now(admin.db()).await.map_err(|error| admin.failed(error))?;
    let catalogue = &admin.state().config.catalogue;
    let choice = |role: &store::roles::Role| {
        let choice = Choice::new(&role.id.to_string(), &role.name);
        Choice { careful: role.grants.is_admin(), ..choice.meaning(words::grants(&role.grants, catalogue)) }
    };
    Ok(KeyChoices {
        roles: roles.map_err(|error| admin.failed(error))?.iter().map(choice).collect(),
        expirations: Expirations::at(now),
        token: uuid::Uuid::new_v4().to_string(),
    })
}

#[cfg(feature = "ssr")]
pub const UNKNOWN_ROLE: &str = "Choose one of the listed roles.";

/// What a role may do, in words.
#[cfg(feature = "ssr")]
mod words {
    use std::collections::BTreeMap;

    use crate::domain::catalogue::Catalogue;
    use crate::domain::permission::{Grants, Permission};

    /// Most domains that are named.
    const MAX_NAMED: usize = 2;

    /// "can read everything, change nothing"; "12 of 76 permissions: customers (read, update), orders (read) and 3 more".
    pub fn grants(grants: &Grants, catalogue: &Catalogue) -> String {
        match grants {
            Grants::Everything => "can do everything, including managing keys".to_owned(),
            Grants::EveryRead => "can read everything, change nothing".to_owned(),
            Grants::Only(list) if list.is_empty() => "can do nothing yet".to_owned(),
            Grants::Only(list) => {
                let all = catalogue.permissions().len().max(list.len());
                format!("{} of {all} permissions: {}", list.len(), domains(list))
            }
        }
    }

    fn domains(list: &[Permission]) -> String {
        let mut domains: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for permission in list {
            domains.entry(permission.domain()).or_default().push(permission.action().slug());
        }
        let words = |(domain, actions): (&&str, &Vec<&str>)| {
            format!("{} ({})", domain.replace('_', " "), actions.join(", "))
        };
        let named: Vec<String> = domains.iter().take(MAX_NAMED).map(words).collect();
        match domains.len().saturating_sub(MAX_NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_role_says_what_it_opens() {
            let only =
                |names: &[&str]| Grants::Only(names.iter().map(|name| name.parse().unwrap()).collect());
            let catalogue = Catalogue::default();
            for (given, said) in [
                (only(&[]), "can do nothing yet"),
                (only(&["roles:read"]), "1 of 3 permissions: roles (read)"),
                (
                    only(&["sales_orders:read", "roles:read", "sales_orders:update"]),
                    "3 of 3 permissions: roles (read), sales orders (read, update)",
                ),
                (
                    only(&["a:read", "b:read", "c:read", "d:read"]),
                    "4 of 4 permissions: a (read), b (read) and 2 more",
                ),
            ] {
                assert_eq!(grants(&given, &catalogue), said);
            }
        }
    }
}
