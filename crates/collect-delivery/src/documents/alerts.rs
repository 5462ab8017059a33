//! The runbooks that alerting rules point to (`annotations.runbook_url`), in rule files of
//! Prometheus and in PrometheusRule objects.

use super::facts::AlertRunbooks;
use serde_json::Value;
use std::path::Path;

/// Counts the alerts of one YAML document.
pub(crate) fn count(
    root: &Path,
    file: &str,
    value: &Value,
    runbooks: &mut AlertRunbooks,
    outside: &mut Option<String>,
) {
    let groups = value
        .get("groups")
        .or_else(|| value.pointer("/spec/groups"));
    let rules = groups
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|group| group.get("rules")?.as_array())
        .flatten();
    for rule in rules {
        let Some(name) = rule.get("alert").and_then(Value::as_str) else {
            continue;
        };
        runbooks.alerts += 1;
        let url = rule
            .pointer("/annotations/runbook_url")
            .and_then(Value::as_str);
        let keep = |list: &mut Vec<String>, text: String| {
            if list.len() < 20 {
                list.push(text);
            }
        };
        match url.map(str::trim).filter(|url| !url.is_empty()) {
            None => keep(&mut runbooks.without, format!("{file}: {name}")),
            Some(url) => match inside(root, url) {
                Some(true) => {}
                Some(false) => keep(&mut runbooks.dead, format!("{file}: {name}: {url}")),
                None => {
                    outside.get_or_insert_with(|| {
                        format!("{file}: {name} points to {url}, which is not followed")
                    });
                }
            },
        }
    }
}

/// Whether a file of the repository is there that an address names; `None` where it names none.
/// Forges write `…/blob/<branch>/<path>`.
fn inside(root: &Path, url: &str) -> Option<bool> {
    let path = url.split('#').next().unwrap_or(url);
    let path = match path.split_once("://") {
        None => path.trim_start_matches('/'),
        Some((_, rest)) => {
            let after = ["/blob/", "/tree/", "/raw/"]
                .iter()
                .find_map(|mark| rest.split_once(mark))?;
            after.1.split_once('/')?.1
        }
    };
    let stays = !path.split('/').any(|part| part == "..");
    (stays && !path.contains("{{")).then(|| root.join(path).is_file())
}
