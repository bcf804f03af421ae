//! Suggestions for misspelled names.

/// The name that `name` is probably a misspelling of.
pub(crate) fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    names
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known), known))
        .filter(|(distance, known)| *distance <= allowed && *distance < known.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Advice about a misspelled name, or `other`.
pub(crate) fn did_you_mean<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str>,
    other: impl FnOnce() -> String,
) -> String {
    closest(name, names).map_or_else(other, |close| format!("did you mean `{close}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspellings_have_a_suggestion() {
        let names = ["greeting", "instructions", "model", "tools"];
        for (name, expected) in [
            ("greting", Some("greeting")),
            ("Instruction", Some("instructions")),
            ("instrcutions", Some("instructions")),
            ("tool", Some("tools")),
            ("x_new_field", None),
            ("zz", None),
        ] {
            assert_eq!(closest(name, names.into_iter()), expected, "{name}");
        }
    }
}
