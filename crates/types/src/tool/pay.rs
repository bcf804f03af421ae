//! Card payments.

use telnyx_ai_core::{Extra, JsonObject, Nullable, Object, OpenEnum, UnknownValue};

/// A tool that takes a card payment. Beta.
///
/// The caller enters the card number with the keypad. Recordings pause during the payment. The assistant must set
/// [`disable_dtmf`](crate::TelephonySettings::disable_dtmf) to true.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PayTool {
    /// The pay connector, its parameters, and the accepted cards.
    pub pay: Pay,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`PayTool`].
///
/// ```
/// use telnyx_ai_types::{CardType, Pay};
///
/// let pay = Pay::new("shop").with_valid_card_types([CardType::Visa, CardType::Mastercard]);
/// assert_eq!(pay.connector_name, "shop");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Pay {
    /// The name of a pay connector of your organization.
    pub connector_name: String,
    /// The default currency.
    pub currency: Option<String>,
    /// The description of the tool for the model.
    pub description: Nullable<String>,
    /// The default payment method.
    pub payment_method: Option<String>,
    /// The parameters of the pay connector. `{{variables}}` in strings are replaced for each call.
    pub connector_parameters: Option<JsonObject>,
    /// The accepted card types. If the caller enters another card, the number is requested again.
    pub valid_card_types: Option<Vec<CardType>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The type of a payment card.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum CardType {
    /// American Express.
    Amex,
    /// Diners Club.
    #[wire("diners-club")]
    DinersClub,
    /// Discover.
    Discover,
    /// `EnRoute`.
    #[wire("enroute")]
    EnRoute,
    /// JCB.
    Jcb,
    /// Maestro.
    Maestro,
    /// Mastercard.
    Mastercard,
    /// Optima.
    Optima,
    /// Visa.
    Visa,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}
