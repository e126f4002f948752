//! The fields of a form, declared once.

/// Declares the fields of a form, by the names that they have in it. Each is a `String`, or a `Vec<String>` where one
/// name may be given several times.
macro_rules! fields {
    ($(#[$meta:meta])* $form:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $form { $($(#[$doc])* pub $field: $kind,)* }

        impl crate::console::form::Fields for $form {
            fn read(values: &dyn Fn(&str) -> Vec<String>) -> Self {
                Self { $($field: crate::console::form::FieldValue::of(values(stringify!($field))),)* }
            }
        }
    };
}
pub(crate) use fields;

/// Fields that are read by their names.
pub trait Fields {
    /// `values` are what each name was given.
    fn read(values: &dyn Fn(&str) -> Vec<String>) -> Self;
}

/// What a field can hold.
pub trait FieldValue {
    fn of(values: Vec<String>) -> Self;
}

impl FieldValue for String {
    fn of(values: Vec<String>) -> Self {
        values.into_iter().next().unwrap_or_default()
    }
}

impl FieldValue for Vec<String> {
    fn of(values: Vec<String>) -> Self {
        values
    }
}
