//! Better instructions. A model writes them in the service; here it is a fixed rule, so that the same request has the
//! same answer.

use super::{Context, Error, Result, assistants};

const ADVICE: &str = "\
# Style
- Answer in short, plain sentences.
- VariablesRequest one question at a time, and wait for the answer.

# Limits
- Say so when you do not know something; never make it up.
- Repeat back names, numbers and dates before you act on them.
";

/// The given instructions, or else those of the assistant, enhanced.
pub(crate) fn enhance(
    cx: &Context<'_>,
    assistant_id: &str,
    given: Option<&str>,
    prompt: Option<&str>,
) -> Result<String> {
    let assistant = assistants::get(cx, assistant_id)?;
    let instructions = given.unwrap_or_else(|| assistants::instructions(&assistant)).trim();
    if instructions.is_empty() {
        return Err(Error::NotPossible("There are no instructions to enhance.".to_owned()));
    }
    let mut text = format!("# Task\n{instructions}\n\n{ADVICE}");
    if let Some(prompt) = prompt.map(str::trim).filter(|prompt| !prompt.is_empty()) {
        text.push_str(&format!("\n# Also\n- {prompt}\n"));
    }
    Ok(text)
}
