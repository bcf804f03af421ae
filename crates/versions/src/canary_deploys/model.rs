use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// The current distribution of an assistant's traffic over its versions.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryDeploy {
    /// The id of the assistant.
    pub assistant_id: String,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The rules, in the order of evaluation.
    pub rules: Option<Vec<CanaryRule>>,
    /// The shares of the versions, in the older form without rules.
    pub versions: Option<Vec<VersionPercentage>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The distribution of an assistant's traffic over its versions.
///
/// It has rules or, in the older form, percentages. The rest of the traffic goes to the main version.
///
/// [`Canary`](crate::Canary) builds and validates it.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryDeployConfig {
    /// The rules, in the order of evaluation. The first match is used.
    pub rules: Option<Vec<CanaryRule>>,
    /// The shares of the versions, in the older form without rules.
    pub versions: Option<Vec<VersionPercentage>>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// A rule that assigns conversations to versions.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryRule {
    /// The version or rollout for matching conversations.
    pub serve: Serve,
    /// The clauses, all of which a conversation must match. Without clauses, all conversations match.
    #[wire("match")]
    pub clauses: Option<Vec<Clause>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A condition of a rule on an attribute of the conversation.
///
/// It is met if the comparison with one of the values is true.
///
/// ```
/// use telnyx_ai_versions::Clause;
///
/// let from_germany = Clause::starts_with("telnyx_end_user_target", ["+49"]);
/// assert_eq!(from_germany.values, ["+49"]);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Clause {
    /// The attribute of the conversation.
    pub attribute: String,
    /// The comparison.
    pub operator: ClauseOperator,
    /// The values. At least one is required.
    pub values: Vec<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl Clause {
    /// The attribute is one of the values.
    #[must_use]
    pub fn is_in(attribute: impl Into<String>, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(attribute, ClauseOperator::In, values)
    }

    /// The attribute is none of the values.
    #[must_use]
    pub fn not_in(attribute: impl Into<String>, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(attribute, ClauseOperator::NotIn, values)
    }

    /// The attribute starts with one of the values.
    #[must_use]
    pub fn starts_with(attribute: impl Into<String>, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(attribute, ClauseOperator::StartsWith, values)
    }
}

/// The comparison of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ClauseOperator {
    /// The attribute is one of the values.
    In,
    /// The attribute is none of the values.
    NotIn,
    /// The attribute starts with one of the values.
    StartsWith,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The target of a rule: a version or a weighted rollout.
///
/// Exactly one of the two fields is set.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Serve {
    /// The version for all matching conversations.
    pub version_id: Option<String>,
    /// The versions and their weights. The sum must be less than 100. The rest of the matching conversations goes to
    /// the main version.
    pub rollout: Option<Vec<RolloutSlot>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The weight of a version in a rollout.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RolloutSlot {
    /// The id of the version.
    pub version_id: String,
    /// Its weight in percent, above 0. Fractions are allowed.
    pub weight: f64,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The share of a version in all traffic, in the older form of canary deploys.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VersionPercentage {
    /// The id of the version.
    pub version_id: String,
    /// Its share in percent, 1 to 99.
    pub percentage: f64,
    /// Unknown fields, as received.
    pub extra: Extra,
}
