//! The server functions of the API Keys tab. Each one checks the caller, then hands over.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::console::error::ConsoleError;
use crate::console::model::{
    Choices, CreateKeyInput, DeleteKeyInput, Done, EditKeyInput, NewSecret, RevokeKeyInput, RotateKeyInput,
};
#[cfg(feature = "ssr")]
use crate::console::{caller::admin, keys::commands, keys::queries};

#[server(prefix = "/console", endpoint = "key-choices", input = Json)]
pub async fn key_choices() -> Result<Choices, ConsoleError> {
    queries::choices(&admin().await?).await
}

#[server(prefix = "/console", endpoint = "create-key", input = Json)]
pub async fn create_key(input: CreateKeyInput) -> Result<NewSecret, ConsoleError> {
    commands::create(&admin().await?, input).await
}

#[server(prefix = "/console", endpoint = "edit-key", input = Json)]
pub async fn edit_key(input: EditKeyInput) -> Result<Done, ConsoleError> {
    commands::edit(&admin().await?, input).await
}

#[server(prefix = "/console", endpoint = "rotate-key", input = Json)]
pub async fn rotate_key(input: RotateKeyInput) -> Result<NewSecret, ConsoleError> {
    commands::rotate(&admin().await?, input).await
}

#[server(prefix = "/console", endpoint = "revoke-key", input = Json)]
pub async fn revoke_key(input: RevokeKeyInput) -> Result<Done, ConsoleError> {
    commands::revoke(&admin().await?, input).await
}

#[server(prefix = "/console", endpoint = "delete-key", input = Json)]
pub async fn delete_key(input: DeleteKeyInput) -> Result<Done, ConsoleError> {
    commands::delete(&admin().await?, input).await
}
