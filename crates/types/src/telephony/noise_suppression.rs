//! Noise suppression.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// A noise suppression engine for the caller's audio.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppression {
    /// ai-coustics: optimized for speech recognition, recommended for assistants.
    #[wire("aicoustics")]
    AiCoustics,
    /// DeepFilterNet.
    #[wire("deepfilternet")]
    DeepFilterNet,
    /// Krisp.
    #[wire("krisp")]
    Krisp,
    /// No noise suppression.
    #[wire("disabled")]
    Disabled,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The parameters of a [`NoiseSuppression`]. Each field applies to one engine.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NoiseSuppressionConfig {
    /// DeepFilterNet: the attenuation of noise, 0 to 100.
    pub attenuation_limit: Option<u32>,
    /// DeepFilterNet: the operating mode.
    pub mode: Option<NoiseSuppressionMode>,
    /// ai-coustics: the level of speech enhancement, 0.0 to 1.0.
    pub enhancement_level: Option<f64>,
    /// ai-coustics: the model family.
    pub family: Option<NoiseModelFamily>,
    /// ai-coustics: the model within the family.
    pub size: Option<NoiseModelSize>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An operating mode of DeepFilterNet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppressionMode {
    /// `advanced`, the only known mode.
    Advanced,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A family of ai-coustics models.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelFamily {
    /// Quail, for voice assistants and speech recognition.
    Quail,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A model within an ai-coustics family.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelSize {
    /// The latest release of VF.
    #[wire("vf")]
    Vf,
    /// VF 2.0 L, a fixed release.
    #[wire("vf_2_0_l")]
    Vf20L,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}
