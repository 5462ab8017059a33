//! "Did you mean": the nearest of the words that would have been right.

/// The word of `among` that `word` is most likely a slip of; `None` if none is near.
#[must_use]
pub fn suggest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in among {
        let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
        let longest = lower.chars().count().max(candidate.chars().count());
        // A third of the letters may be wrong, one at least: `min` is no slip of `max_age`.
        if distance <= (longest / 3).max(1)
            && distance < longest
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn the_nearest_word_or_none() {
        let words = ["service", "environment", "release", "targets", "id"];
        for (word, wanted) in [
            ("servce", Some("service")),
            ("Environment", Some("environment")),
            ("enviroment", Some("environment")),
            ("target", Some("targets")),
            ("relaese", Some("release")),
            ("ide", Some("id")),
            ("colour", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(suggest(word, words.iter().copied()), wanted, "{word}");
        }
    }
}
