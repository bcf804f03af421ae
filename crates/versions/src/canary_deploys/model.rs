use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// How an assistant's traffic is spread over its versions at present.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryDeploy {
    /// The assistant.
    pub assistant_id: String,
    /// When the deploy was started.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The rules, in the order they are tried.
    pub rules: Option<Vec<CanaryRule>>,
    /// The shares of the older form without rules.
    pub versions: Option<Vec<VersionPercentage>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How to spread an assistant's traffic over its versions: by rules, or in the older form by plain
/// percentages. What neither of them catches goes to the main version.
///
/// [`Canary`](crate::Canary) builds one and checks its numbers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryDeployConfig {
    /// The rules, in the order they are tried; the first that matches decides.
    pub rules: Option<Vec<CanaryRule>>,
    /// The older form: a share of all traffic for each version.
    pub versions: Option<Vec<VersionPercentage>>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What to serve to whom.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CanaryRule {
    /// What conversations get that match.
    pub serve: Serve,
    /// What a conversation has to meet, every clause of it; none means that all conversations match.
    #[wire("match")]
    pub clauses: Option<Vec<Clause>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// One condition of a rule: an attribute of the conversation compared with some values, of which any
/// one is enough.
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
    /// The attribute of the conversation to look at.
    pub attribute: String,
    /// How to compare.
    pub operator: ClauseOperator,
    /// What to compare with, at least one value.
    pub values: Vec<String>,
    /// Fields this version does not know, kept as received.
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

/// How a clause compares.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ClauseOperator {
    /// The attribute is one of the values.
    In,
    /// The attribute is none of the values.
    NotIn,
    /// The attribute starts with one of the values.
    StartsWith,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What a rule serves: one version, or a draw among several. Exactly one of the two is set.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Serve {
    /// The one version that every matching conversation gets.
    pub version_id: Option<String>,
    /// The versions to draw from. The weights stay under 100 together; the rest of the matching
    /// conversations gets the main version.
    pub rollout: Option<Vec<RolloutSlot>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A version's share in a draw.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RolloutSlot {
    /// The version.
    pub version_id: String,
    /// Its share in percent, above 0; fractions are fine.
    pub weight: f64,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A version's share of all traffic, in the older form of canary deploys.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VersionPercentage {
    /// The version.
    pub version_id: String,
    /// Its share in percent: 1 to 99.
    pub percentage: f64,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
