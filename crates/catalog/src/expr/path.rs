//! Paths into a fact: which fields an expression reads, and how.

use std::fmt;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A field: `.name`.
    Field(Box<str>),
    /// All elements of a list, or all values of a map: `[]`.
    Element,
    /// One entry of a map: `["key"]`.
    Key(Box<str>),
}

/// What is read of the value at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// The value: `containers[].name`.
    Value,
    /// Only whether it is there: `has(autoscaler)`.
    Presence,
    /// Only how many there are: `size(containers)`.
    Size,
}

/// A path into a fact with what is read there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadPath {
    pub(crate) steps: Vec<Step>,
    pub(crate) mode: Mode,
}

impl ReadPath {
    /// Parses what `Display` writes.
    pub(crate) fn parse(text: &str) -> Self {
        let inside = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
        let (steps, mode) = if let Some(inner) = inside("has(") {
            (inner, Mode::Presence)
        } else if let Some(inner) = inside("size(") {
            (inner, Mode::Size)
        } else {
            (text, Mode::Value)
        };
        Self {
            steps: Self::parse_steps(steps),
            mode,
        }
    }

    /// Parses the steps alone: `containers[].limits`, `labels["app"]`. Every text means something.
    pub(crate) fn parse_steps(text: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[]") {
                steps.push(Step::Element);
                rest = after;
            } else if let Some((key, after)) = rest
                .strip_prefix("[\"")
                .and_then(|quoted| quoted.split_once("\"]"))
            {
                steps.push(Step::Key(key.into()));
                rest = after;
            } else {
                let field = rest.strip_prefix('.').unwrap_or(rest);
                let end = field.find(['.', '[']).unwrap_or(field.len()).max(1);
                let (name, after) = field.split_at_checked(end).unwrap_or((field, ""));
                if !name.is_empty() {
                    steps.push(Step::Field(name.into()));
                }
                rest = after;
            }
        }
        steps
    }

    /// The path and all that lie on the way to it, as text: `containers`, `containers[]`,
    /// `containers[].limits`.
    pub(crate) fn on_the_way(&self) -> impl Iterator<Item = String> {
        (1..=self.steps.len()).map(|length| {
            let steps = self.steps.iter().take(length).cloned().collect();
            let mode = Mode::Value;
            Self { steps, mode }.to_string()
        })
    }
}

impl fmt::Display for ReadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mode {
            Mode::Value => "",
            Mode::Presence => "has(",
            Mode::Size => "size(",
        })?;
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Element => f.write_str("[]")?,
                Step::Key(key) => write!(f, "[\"{key}\"]")?,
            }
        }
        f.write_str(if self.mode == Mode::Value { "" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use super::ReadPath;

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for text in [
            "",
            "ref",
            "autoscaler.min_replicas",
            "containers[].limits.cpu",
            "has(autoscaler)",
            "size(containers[].ports)",
            "labels[\"app.kubernetes.io/name\"].x",
            "grid[][]",
        ] {
            assert_eq!(ReadPath::parse(text).to_string(), text);
        }
    }

    #[test]
    fn odd_paths_end() {
        for text in [".", "..", "[", "]", "[\"", "a[", "a..b", ".[]", "é.[é"] {
            let _ = ReadPath::parse(text);
        }
    }
}
