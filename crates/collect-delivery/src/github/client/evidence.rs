//! Raw answers as evidence: what may hold a secret or a person's address is taken out, marked in
//! place, before an answer is kept.

use serde_json::Value;

/// Fields of free text, of code, and of addresses. None of them is read by a fact.
const TAKEN_OUT: [&str; 9] = [
    "body",
    "body_html",
    "body_text",
    "email",
    "message",
    "output",
    "patch",
    "payload",
    "signature",
];

/// An answer as it is kept. `message` of a refusal is GitHub's own words and stays.
pub(super) fn redacted(answer: &Value, is_refusal: bool) -> Value {
    let mut kept = answer.clone();
    redact(&mut kept, is_refusal);
    kept
}

fn redact(value: &mut Value, keep_message: bool) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let stays = keep_message && name == "message";
                if TAKEN_OUT.contains(&name.as_str()) && !stays {
                    mark(value);
                } else {
                    redact(value, false);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| redact(one, false)),
        _ => {}
    }
}

fn mark(value: &mut Value) {
    let length = match &*value {
        Value::Null => return,
        Value::String(text) => text.len(),
        other => other.to_string().len(),
    };
    *value = Value::String(format!("[redacted {length} bytes]"));
}

/// Takes out every occurrence of the token, should a server repeat it.
pub(super) fn without(text: &str, token: Option<&str>) -> String {
    match token.filter(|token| token.len() >= 4) {
        Some(token) => text.replace(token, "[redacted]"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{redacted, without};
    use serde_json::json;

    #[test]
    fn free_text_and_addresses_go() {
        let answer = json!({
            "commit": {"message": "fix: password is hunter2", "author": {"name": "A", "email": "a@example.com"}},
            "files": [{"filename": "a.rs", "patch": "+ hunter2"}],
            "body": null,
        });
        let kept = redacted(&answer, false);
        assert_eq!(
            kept,
            json!({
                "commit": {"message": "[redacted 24 bytes]", "author": {"name": "A", "email": "[redacted 13 bytes]"}},
                "files": [{"filename": "a.rs", "patch": "[redacted 9 bytes]"}],
                "body": null,
            })
        );
        let refusal = json!({"message": "Not Found", "errors": [{"message": "x"}]});
        assert_eq!(redacted(&refusal, true)["message"], "Not Found");
        assert_eq!(without("a s3cret b", Some("s3cret")), "a [redacted] b");
    }
}
