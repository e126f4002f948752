//! Audit events of a key in words.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::console::ui::time_text;
use crate::store::audit::AuditRecord;

/// "Rotated; ****hjt4 works until Nov 28, 16:42 UTC". `now` decides how times read.
pub fn what(event: &AuditRecord, now: OffsetDateTime) -> String {
    let event = Event { changes: &event.changes, metadata: &event.metadata, at: event.occurred_at, now };
    match event.metadata["operation"].as_str() {
        Some("create") => event.created(),
        Some("rotate") => event.rotated(),
        Some("stop") => event.stopped(),
        Some("revoke") => "Revoked".to_owned() + &event.reason(),
        Some("delete") => "Deleted".to_owned(),
        _ => event.edited(),
    }
}

struct Event<'a> {
    changes: &'a Value,
    metadata: &'a Value,
    at: OffsetDateTime,
    now: OffsetDateTime,
}

impl Event<'_> {
    fn created(&self) -> String {
        let role = self.new_value("role").map(in_words).unwrap_or_default();
        match self.time("expires_at") {
            Some(at) => format!("Created with role {role}, expires {}", self.say(at)),
            None => format!("Created with role {role}, never expires"),
        }
    }

    fn rotated(&self) -> String {
        let old = self.change("redacted_value").map(|change| short(&change["old_value"])).unwrap_or_default();
        let mut text = match self.time("old_secret_stops_at") {
            Some(at) if at > self.at + time::Duration::seconds(1) => {
                format!("Rotated; {old} works until {}", self.say(at))
            }
            _ => format!("Rotated; {old} stopped at once"),
        };
        if self.change("older_secrets_stop_at").is_some() {
            text += ", and every older secret with it";
        }
        if self.change("expires_at").is_some() {
            text += &self.time("expires_at").map_or_else(
                || "; never expires any more".to_owned(),
                |at| format!("; expires {}", self.say(at)),
            );
        }
        text
    }

    fn stopped(&self) -> String {
        let old = self.change("secret").map(|change| short(&change["old_value"])).unwrap_or_default();
        let promised = self.change("old_secret_stops_at").and_then(|change| read_time(&change["old_value"]));
        match promised {
            Some(at) => format!("Stopped {old}, which was to work until {}", self.say(at)),
            None => format!("Stopped {old}"),
        }
    }

    fn reason(&self) -> String {
        self.metadata["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default()
    }

    /// "Name changed from A to B, role changed from Admin to Viewer".
    fn edited(&self) -> String {
        let changes = self.changes.as_array().into_iter().flatten();
        let words = |change: &Value| {
            let field = change["field"].as_str().unwrap_or("field");
            match (&change["old_value"], &change["new_value"]) {
                (Value::Null, new) => format!("{field} set to {}", in_words(new)),
                (_, Value::Null) => format!("{field} removed"),
                (old, new) => format!("{field} changed from {} to {}", in_words(old), in_words(new)),
            }
        };
        let mut text = changes.map(words).collect::<Vec<_>>().join(", ");
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text
    }

    fn change(&self, field: &str) -> Option<&Value> {
        self.changes.as_array()?.iter().find(|change| change["field"] == field)
    }

    fn new_value(&self, field: &str) -> Option<&Value> {
        self.change(field).map(|change| &change["new_value"])
    }

    fn time(&self, field: &str) -> Option<OffsetDateTime> {
        read_time(self.new_value(field)?)
    }

    fn say(&self, at: OffsetDateTime) -> String {
        time_text::minute(at, self.now)
    }
}

/// A value as people read it: a text, or the name of what it stands for.
fn in_words(value: &Value) -> String {
    value.as_str().or_else(|| value["name"].as_str()).unwrap_or("none").to_owned()
}

/// `****hjt4` of a redacted value.
fn short(redacted: &Value) -> String {
    let text = redacted.as_str().unwrap_or_default();
    text.find("****").map_or(text, |at| &text[at..]).to_owned()
}

fn read_time(value: &Value) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(value.as_str()?, &Rfc3339).ok()
}
