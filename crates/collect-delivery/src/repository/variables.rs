//! Environment variables: those that code, manifests, compose files and `.env.example` use, and
//! those that documents list.

use crate::documents::text::Document;
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Variables of platforms, shells and libraries, which a service's own documents may list and need not.
const USUAL: [&str; 32] = [
    "PATH",
    "HOME",
    "USER",
    "SHELL",
    "PWD",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LANG",
    "LC_ALL",
    "TZ",
    "TERM",
    "CI",
    "HOSTNAME",
    "NODE_ENV",
    "NO_COLOR",
    "DEBUG",
    "EDITOR",
    "PYTHONPATH",
    "GOPATH",
    "JAVA_HOME",
    "POD_NAME",
    "POD_NAMESPACE",
    "POD_IP",
    "NODE_NAME",
    "KUBECONFIG",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// A variable that is read by the name of a constant: `env::var(ASSETS)`.
static CONSTANT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:env::var(?:_os)?|os\.Getenv|os\.LookupEnv|os\.getenv|System\.getenv|\bgetenv)\(\s*([A-Za-z_]\w*)\s*\)|process\.env\[([A-Za-z_]\w*)\]",
    )
    .ok()
});

/// The constants of a file that hold a name of a variable.
fn names_of(text: &str) -> BTreeMap<&str, &str> {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"\b([A-Za-z_]\w*)\s*(?::[^=\n"']*)?=\s*["']([A-Z][A-Z0-9_]+)["']"#).ok()
    });
    let found = PATTERN
        .iter()
        .flat_map(|pattern| pattern.captures_iter(text));
    let pairs = found.filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str())));
    pairs.collect()
}

/// Variables by name, each with the first place that uses it.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    pub(crate) used: BTreeMap<String, String>,
    pub(crate) documented: BTreeMap<String, String>,
    /// The documents that list variables.
    pub(crate) documents: BTreeSet<String>,
}

impl Variables {
    fn uses(&mut self, name: &str, place: String) {
        if !USUAL.contains(&name) && is_name(name) {
            self.used.entry(name.to_owned()).or_insert(place);
        }
    }

    /// Takes in what files further on use and document.
    pub(crate) fn append(&mut self, next: Self) {
        for (name, place) in next.used {
            self.used.entry(name).or_insert(place);
        }
        for (name, place) in next.documented {
            self.documented.entry(name).or_insert(place);
        }
        self.documents.extend(next.documents);
    }

    /// Reads source code.
    pub(crate) fn code(&mut self, file: &str, text: &str) {
        static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(concat!(
                r#"(?:process\.env|import\.meta\.env)(?:\.|\[["'])([A-Z][A-Z0-9_]+)"#,
                r#"|(?:os\.environ(?:\.get\(|\[)|os\.getenv\(|os\.Getenv\(|os\.LookupEnv\(|System\.getenv\("#,
                r#"|env::var(?:_os)?\(|ENV(?:\.fetch\(|\[)|\bgetenv\(|GetEnvironmentVariable\(|Deno\.env\.get\()"#,
                r#"\s*["']([A-Z][A-Z0-9_]+)["']"#,
            ))
            .ok()
        });
        if !text.contains("env") && !text.contains("Env") && !text.contains("ENV") {
            return;
        }
        let Some(pattern) = PATTERN.as_ref() else {
            return;
        };
        let mut constants = None;
        for (number, line) in (1..).zip(text.lines()) {
            for found in pattern.captures_iter(line) {
                if let Some(name) = found.get(1).or_else(|| found.get(2)) {
                    self.uses(name.as_str(), format!("{file}:{number}"));
                }
            }
            for found in CONSTANT
                .iter()
                .flat_map(|pattern| pattern.captures_iter(line))
            {
                let constants = constants.get_or_insert_with(|| names_of(text));
                let name = found.get(1).or_else(|| found.get(2));
                let name = name.and_then(|name| constants.get(name.as_str()));
                if let Some(name) = name {
                    self.uses(name, format!("{file}:{number}"));
                }
            }
        }
    }

    /// Reads a file of `NAME=value` lines: `.env.example` and its like.
    pub(crate) fn env_file(&mut self, file: &str, text: &str) {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim().trim_start_matches("export ");
            if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                self.uses(name.trim(), format!("{file}:{number}"));
            }
        }
    }

    /// Reads a manifest of Kubernetes or a compose file.
    pub(crate) fn data(&mut self, file: &str, value: &Value) {
        let is_object = value.get("kind").is_some() && value.get("apiVersion").is_some();
        if is_object {
            self.containers(file, value, 0);
        } else if let Some(services) = value.get("services").and_then(Value::as_object) {
            for environment in services
                .values()
                .filter_map(|service| service.get("environment"))
            {
                match environment {
                    Value::Object(map) => {
                        map.keys().for_each(|name| self.uses(name, file.to_owned()))
                    }
                    Value::Array(list) => {
                        for entry in list.iter().filter_map(Value::as_str) {
                            self.uses(entry.split('=').next().unwrap_or(entry), file.to_owned());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn containers(&mut self, file: &str, value: &Value, depth: usize) {
        if depth > 32 {
            return;
        }
        match value {
            Value::Object(map) => {
                for entry in map
                    .get("env")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    if let Some(name) = entry.get("name").and_then(Value::as_str) {
                        self.uses(name, file.to_owned());
                    }
                }
                map.values()
                    .for_each(|value| self.containers(file, value, depth + 1));
            }
            Value::Array(list) => list
                .iter()
                .for_each(|value| self.containers(file, value, depth + 1)),
            _ => {}
        }
    }

    /// Reads what a document lists under a heading that speaks of environment variables.
    pub(crate) fn document(&mut self, file: &str, document: &Document) {
        let speaks = |text: &str| {
            let text = text.to_lowercase();
            text.contains("environment variable")
                || text.contains("env var")
                || text.contains("environment") && text.contains("variable")
                || text.trim() == "environment"
                || text.contains("configuration")
        };
        let in_title = speaks(document.title());
        for (index, section) in document.sections.iter().enumerate() {
            if !in_title && !speaks(&section.heading) {
                continue;
            }
            for part in document.below(index) {
                for word in part
                    .text
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                {
                    if is_name(word) && word.contains('_') {
                        self.documents.insert(file.to_owned());
                        let place = format!("{file}:{}", part.line.max(1));
                        self.documented.entry(word.to_owned()).or_insert(place);
                    }
                }
                // A name without `_` counts where it has a cell of its own.
                for cell in part.tables.iter().flatten().filter_map(|row| row.first()) {
                    if is_name(cell.trim()) {
                        self.documents.insert(file.to_owned());
                        self.documented
                            .entry(cell.trim().to_owned())
                            .or_insert_with(|| file.to_owned());
                    }
                }
            }
        }
    }

    /// What is used and not documented, with its first place; and what is documented and not used.
    pub(crate) fn compared(&self, known: &[String]) -> (Vec<String>, Vec<String>) {
        let listed = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
            let missing = one.iter().filter(|(name, _)| {
                let is_left_out = known.contains(*name) || USUAL.contains(&name.as_str());
                !other.contains_key(*name) && !is_left_out
            });
            missing
                .map(|(name, place)| format!("{name} ({place})"))
                .collect()
        };
        (
            listed(&self.used, &self.documented),
            listed(&self.documented, &self.used),
        )
    }
}

fn is_name(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::Variables;
    use crate::documents::markdown::read;
    use serde_json::json;

    #[test]
    fn what_is_used_is_held_against_what_is_documented() {
        let mut variables = Variables::default();
        variables.code(
            "a.js",
            "const u = process.env.DB_URL;\nconst p = process.env['PORT'];\n// process.envX\n",
        );
        variables.code(
            "a.py",
            "os.environ['API_KEY']; os.getenv(\"HOME\"); os.environ.get('LOG_LEVEL', 'x')",
        );
        variables.code("a.go", "os.Getenv(\"GO_ONE\")");
        variables.code("a.rs", "std::env::var(\"RUST_ONE\")");
        variables.code(
            "b.rs",
            "const PLACE: &str = \"RUST_TWO\";\nenv::var_os(PLACE);\nenv::var(name);\nlet other = \"NOT_READ\";\n",
        );
        variables.env_file(".env.example", "# C=1\nexport SMTP_HOST=x\n\nBAD LINE\n");
        variables.data("d.yaml", &json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"env": [{"name": "POD_ONE", "value": "1"}]}]}}));
        variables.data("c.yaml", &json!({"services": {"a": {"environment": ["LIST_ONE=1"]}, "b": {"environment": {"MAP_ONE": 1}}}}));
        let text = "# Setup\n\n## Environment variables\n\n| name | what |\n|--|--|\n| PORT | port |\n| `DB_URL` | x |\n\nAlso `API_KEY` and `GONE_ONE`, and `NO_COLOR` as everywhere.\n\n## Other\n\nNOT_ONE\n";
        variables.document("docs/env.md", &read(text));
        let (undocumented, unused) = variables.compared(&["GO_ONE".to_owned()]);
        assert_eq!(
            undocumented,
            [
                "LIST_ONE (c.yaml)",
                "LOG_LEVEL (a.py:1)",
                "MAP_ONE (c.yaml)",
                "POD_ONE (d.yaml)",
                "RUST_ONE (a.rs:1)",
                "RUST_TWO (b.rs:2)",
                "SMTP_HOST (.env.example:2)",
            ]
        );
        assert_eq!(unused, ["GONE_ONE (docs/env.md:3)"]);
    }
}
