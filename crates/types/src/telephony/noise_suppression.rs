//! Less noise in the caller's audio.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// What removes noise from the caller's audio.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppression {
    /// ai-coustics: made for speech recognition, and the best choice for assistants.
    #[wire("aicoustics")]
    AiCoustics,
    /// DeepFilterNet.
    #[wire("deepfilternet")]
    DeepFilterNet,
    /// Krisp.
    #[wire("krisp")]
    Krisp,
    /// Nothing does.
    #[wire("disabled")]
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Fine tuning of a [`NoiseSuppression`]; each field is for one engine.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NoiseSuppressionConfig {
    /// DeepFilterNet: how far noise is turned down, 0 to 100.
    pub attenuation_limit: Option<u32>,
    /// DeepFilterNet: mode of operation.
    pub mode: Option<NoiseSuppressionMode>,
    /// ai-coustics: how strongly speech is enhanced, 0.0 to 1.0.
    pub enhancement_level: Option<f64>,
    /// ai-coustics: family of models.
    pub family: Option<NoiseModelFamily>,
    /// ai-coustics: model of the family.
    pub size: Option<NoiseModelSize>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Mode of DeepFilterNet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppressionMode {
    /// Advanced.
    Advanced,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Family of ai-coustics models.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelFamily {
    /// Quail, made for voice assistants and speech recognition.
    Quail,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Model of an ai-coustics family.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelSize {
    /// The newest release of VF, whichever that is.
    #[wire("vf")]
    Vf,
    /// VF 2.0 L, which stays the same.
    #[wire("vf_2_0_l")]
    Vf20L,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}
