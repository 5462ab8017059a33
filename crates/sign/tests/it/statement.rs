//! in-toto statements: written as the specification has them, and held to their types.

use seaworthy_sign::{ResourceDescriptor, STATEMENT_TYPE, Statement};
use serde::{Deserialize, Serialize};

const PREDICATE: &str = "https://example.com/review/v1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Review {
    by: String,
}

fn statement() -> Statement<Review> {
    let subject = vec![ResourceDescriptor::sha256("SHA256SUMS", "ab".repeat(32))];
    Statement::new(
        subject,
        PREDICATE,
        Review {
            by: "Ada".to_owned(),
        },
    )
}

#[test]
fn the_fields_are_those_of_the_specification() {
    let json = String::from_utf8(statement().to_json().unwrap()).unwrap();
    let digest = "ab".repeat(32);
    assert_eq!(
        json,
        format!(
            r#"{{"_type":"{STATEMENT_TYPE}","subject":[{{"name":"SHA256SUMS","digest":{{"sha256":"{digest}"}}}}],"predicateType":"{PREDICATE}","predicate":{{"by":"Ada"}}}}"#
        )
    );
    let read = Statement::<Review>::from_json(json.as_bytes(), PREDICATE).unwrap();
    assert_eq!(read, statement());
    assert_eq!(read.sha256_of("SHA256SUMS"), Some(digest.as_str()));
    assert_eq!(read.sha256_of("other"), None);
}

#[test]
fn another_type_is_refused_before_its_predicate_is_read() {
    let json = String::from_utf8(statement().to_json().unwrap()).unwrap();
    let check = |json: &str, wanted: &str| {
        let error = Statement::<Review>::from_json(json.as_bytes(), PREDICATE).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    };
    check(
        &json.replace("Statement/v1", "Statement/v0.1"),
        "its _type is",
    );
    check(
        &json.replace("review/v1", "review/v2"),
        "its predicateType is",
    );
    check(&json.replace(r#""by":"Ada""#, ""), "missing field `by`");
    check(
        &json.replace("sha256\":\"", "sha256\":[\""),
        "cannot be read",
    );
    let digest = format!(r#","digest":{{"sha256":"{}"}}"#, "ab".repeat(32));
    check(&json.replace(&digest, ""), "a subject with a digest");
}
