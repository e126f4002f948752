//! Whether an account is real or a sandbox, and how its secrets begin.

/// Whether an account is real or for trying things out. Decides the secret's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Production,
    Sandbox,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Production, Self::Sandbox];

    /// The word in the database and on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }

    /// The word that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }

    /// What this mode's secrets begin with: `aug_sk_prod_`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Production => "aug_sk_prod_",
            Self::Sandbox => "aug_sk_test_",
        }
    }

    /// How people are shown a secret: `aug_sk_prod_****hjt4`.
    pub fn redacted(self, last_four: &str) -> String {
        format!("{}****{last_four}", self.prefix())
    }
}
