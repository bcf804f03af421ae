/// The result of an upsert.
///
/// An upsert creates a resource, or updates the one of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upserted<T> {
    /// No resource had the name, so one was created.
    Created(T),
    /// A resource had the name and was updated.
    Updated(T),
}

impl<T> Upserted<T> {
    /// Returns a reference to the resource.
    pub const fn get(&self) -> &T {
        match self {
            Self::Created(resource) | Self::Updated(resource) => resource,
        }
    }

    /// Returns the resource.
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(resource) | Self::Updated(resource) => resource,
        }
    }
}
