//! Images of the user.

use telnyx_ai_core::{Extra, Object};

/// A tool that shows recent images from the user's client to the model. Beta.
///
/// Images are frames of a webcam, for example. The model decides when to call the tool, and must support images. An
/// image alone never triggers a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VisionTool {
    /// The maximum age of the images. Default: the service's.
    pub vision: Option<Vision>,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`VisionTool`].
///
/// ```
/// use telnyx_ai_types::{Tool, Vision};
///
/// let tool = Tool::from(Vision::new().with_max_frame_age_secs(10));
/// assert_eq!(tool.tag(), "vision");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Vision {
    /// The maximum age of an image in seconds. Older images are not shown to the model. Default: the service's.
    pub max_frame_age_secs: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl From<Vision> for VisionTool {
    fn from(vision: Vision) -> Self {
        Self::new().with_vision(vision)
    }
}
