//! Why a rule turned a request down.

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request makes no sense in the present state.
    BadRequest,
    /// What it speaks of is not there.
    NotFound,
    /// It is in the way of something that is there.
    Conflict,
    /// A field is missing or has a value that is not allowed.
    Invalid,
    /// The emulator itself, or a model behind it, failed.
    Internal,
    /// It is answered with this status.
    Status(u16),
}

/// The vendor's code for one thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) &'static str, pub(crate) &'static str);

impl Code {
    pub(crate) const MISSING: Self = Self("10004", "Missing required parameter");
    pub(crate) const NOT_FOUND: Self = Self("10005", "Resource not found");
    pub(crate) const UNEXPECTED: Self = Self("10007", "Unexpected error");
    pub(crate) const AUTHENTICATION: Self = Self("10009", "Authentication failed");
    pub(crate) const TOO_MANY: Self = Self("10011", "Too many requests");
    pub(crate) const BAD_REQUEST: Self = Self("10015", "Bad request");
    pub(crate) const INVALID_JSON: Self = Self("10023", "Invalid JSON");
    pub(crate) const LENGTH: Self = Self("10025", "Invalid length");
    pub(crate) const UNPROCESSABLE: Self = Self("10027", "Unprocessable entity");
    pub(crate) const METHOD: Self = Self("10030", "Method not allowed");
    pub(crate) const ENUM: Self = Self("10032", "Invalid enumerated value");
    pub(crate) const RANGE: Self = Self("10033", "Value outside of range");
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Issue {
    pub(crate) code: Code,
    pub(crate) detail: String,
    /// JSON pointer into the request body, such as `/tools/0/type`; or the name of a query parameter after a slash.
    pub(crate) pointer: Option<String>,
}

/// A refusal: its kind and at least one issue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) issues: Vec<Issue>,
}

impl Problem {
    fn new(kind: Kind, code: Code, detail: impl Into<String>) -> Self {
        Self { kind, issues: vec![Issue { code, detail: detail.into(), pointer: None }] }
    }

    /// `what` with this id is not there, such as `("assistant", id)`.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(Kind::NotFound, Code::NOT_FOUND, format!("There is no {what} '{id}'."))
    }

    /// 400 with code 10015.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, Code::BAD_REQUEST, detail)
    }

    /// 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, Code::BAD_REQUEST, detail)
    }

    /// 500.
    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(Kind::Internal, Code::UNEXPECTED, detail)
    }

    /// Any status.
    pub(crate) fn with_status(status: u16, code: Code, detail: impl Into<String>) -> Self {
        Self::new(Kind::Status(status), code, detail)
    }

    /// The HTTP status it is answered with.
    pub(crate) fn status(&self) -> u16 {
        match self.kind {
            Kind::BadRequest => 400,
            Kind::NotFound => 404,
            Kind::Conflict => 409,
            Kind::Invalid => 422,
            Kind::Internal => 500,
            Kind::Status(status) => status,
        }
    }

    /// 422 for the field at `pointer`, or for the whole request where that is empty.
    pub(crate) fn invalid(code: Code, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let pointer = Some(pointer.into()).filter(|pointer: &String| !pointer.is_empty());
        let issue = Issue { code, detail: detail.into(), pointer };
        Self { kind: Kind::Invalid, issues: vec![issue] }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, issue) in self.issues.iter().enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{}", issue.detail)?;
        }
        Ok(())
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the store failed");
        Self::internal(format!("The store failed: {error}"))
    }
}
