//! What admins get.

mod csrf;
mod headers;
mod keys_create;
mod keys_delete;
mod keys_edit;
mod keys_list;
mod keys_revoke;
mod keys_rotate;
mod not_found;
mod setup;
mod sign_in;
mod who_may;
