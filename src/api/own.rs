//! The operations that we answer ourselves, each with its handler.

use axum::response::Response;

use super::call::Call;
use super::error::ApiError;
use super::{audit_events, keys, openapi, request_logs, roles, whoami};
use crate::domain::operation::Own;

pub async fn answer(own: Own, call: Call) -> Result<Response, ApiError> {
    match own {
        Own::Whoami => whoami::handle(call).await,
        Own::ListKeys => keys::list::handle(call).await,
        Own::CreateKey => keys::create::handle(call).await,
        Own::GetKey => keys::get::handle(call).await,
        Own::EditKey => keys::edit::handle(call).await,
        Own::RevokeKey => keys::revoke::handle(call).await,
        Own::RotateKey => keys::rotate::handle(call).await,
        Own::DeleteKey => keys::delete::handle(call).await,
        Own::ListRoles => roles::list::handle(call).await,
        Own::CreateRole => roles::create::handle(call).await,
        Own::GetRole => roles::get::handle(call).await,
        Own::EditRole => roles::edit::handle(call).await,
        Own::DeleteRole => roles::delete::handle(call).await,
        Own::ListRequestLogs => request_logs::list::handle(call).await,
        Own::GetRequestLog => request_logs::get::handle(call).await,
        Own::ListAuditEvents => audit_events::list::handle(call).await,
        Own::ListResourceTypes => Ok(audit_events::resource_types::handle()),
        Own::GetAuditEvent => audit_events::get::handle(call).await,
        Own::OpenApi => Ok(openapi::answer(&call.state)),
    }
}
