//! The forms in which people and tools save the heads of answers, turned into the plain one: text of
//! `curl -v` and `wget -S`, JSON, HAR, and the encodings of shells.

use crate::exchange::head::is_token;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde_json::Value;
use std::borrow::Cow;

/// What stands before each line of an answer: with `curl -v`, and with `wget -S`.
const MARKS: [&str; 2] = ["< ", "  "];

/// The most answers of a HAR that are read: browsers give up after 20 redirects.
const MOST_ENTRIES: usize = 21;

/// Heads as HTTP/1.1 would write them, one after the other, with the body of the last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Saved<'a> {
    pub(super) text: Cow<'a, [u8]>,
    /// The URL of the first, where the file says it.
    pub(super) url: Option<String>,
}

/// Reads a file in any of the forms.
///
/// # Errors
///
/// [`ReasonCode::Unparsed`] where it begins like JSON and holds no headers.
pub(super) fn plain(bytes: &[u8]) -> Result<Saved<'_>, Trouble> {
    let text = decoded(bytes);
    if text.trim_ascii_start().starts_with(b"{") || text.trim_ascii_start().starts_with(b"[") {
        return of_json(&text);
    }
    let marked = MARKS.iter().find_map(|mark| unmarked(&text, mark));
    Ok(Saved {
        text: marked.map_or_else(|| without_empty_lines(text), Cow::Owned),
        url: None,
    })
}

/// The bytes in UTF-8, without a byte order mark: some shells write UTF-16.
fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => Cow::Borrowed(bytes),
    }
}

/// Without the empty lines that some tools write first.
fn without_empty_lines(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let start = text.iter().take_while(|byte| is_end(byte)).count();
    match text {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(start..).unwrap_or_default()),
        Cow::Owned(mut bytes) => {
            bytes.drain(..start);
            Cow::Owned(bytes)
        }
    }
}

/// The lines behind `mark`, where the first status line of the file stands behind one.
fn unmarked(text: &[u8], mark: &str) -> Option<Vec<u8>> {
    let behind = |line: &'_ [u8]| -> Option<Vec<u8>> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let rest = line.strip_prefix(mark.as_bytes())?;
        Some(rest.to_vec())
    };
    let is_status = |line: &[u8]| line.starts_with(b"HTTP/");
    let lines = || text.split(|byte| *byte == b'\n');
    let first = lines().position(|line| behind(line).is_some_and(|rest| is_status(&rest)))?;
    if lines().take(first).any(is_status) {
        return None;
    }
    let mut heads = Vec::new();
    for line in lines().filter_map(behind) {
        if is_status(&line) && !heads.is_empty() {
            heads.extend_from_slice(b"\r\n");
        }
        if is_status(&line) || !(heads.is_empty() || line.trim_ascii().is_empty()) {
            heads.extend_from_slice(&line);
            heads.extend_from_slice(b"\r\n");
        }
    }
    Some(heads)
}

fn unparsed(why: &str) -> Trouble {
    Trouble::new(
        ReasonCode::Unparsed,
        format!(
            "failed to read the head of an answer: the file begins like JSON, and {why}; wanted \
             {{\"status\": 200, \"headers\": {{\"name\": \"value\"}}}}, or a HAR"
        ),
    )
}

fn of_json(text: &[u8]) -> Result<Saved<'static>, Trouble> {
    let value: Value =
        serde_json::from_slice(text).map_err(|error| unparsed(&format!("is none: {error}")))?;
    let mut heads = Vec::new();
    if let Some(entries) = value.pointer("/log/entries").and_then(Value::as_array) {
        let way = way(entries);
        let first = way
            .first()
            .ok_or_else(|| unparsed("its log has no entries"))?;
        for entry in &way {
            write(&entry["response"], &mut heads)?;
        }
        return Ok(Saved {
            text: Cow::Owned(heads),
            url: text_at(first, "/request/url").map(str::to_owned),
        });
    }
    // An entry of a HAR alone, and what some clients write, hold the answer beside its request.
    let answer = value.get("response").filter(|answer| answer.is_object());
    let answer = answer.unwrap_or(&value);
    let headers = answer.get("headers");
    let whole = headers.is_some_and(|headers| !headers.is_string());
    if whole {
        write(answer, &mut heads)?;
    } else {
        fields(&value, &mut heads)?;
    }
    let mut places = ["/request/url", "/response/url", "/url"].into_iter();
    let url = places.find_map(|place| text_at(&value, place));
    Ok(Saved {
        text: Cow::Owned(heads),
        url: url.filter(|_| whole).map(str::to_owned),
    })
}

fn text_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str()
}

/// The first entry of a HAR, and those to which its redirects lead.
fn way(entries: &[Value]) -> Vec<&Value> {
    let mut way: Vec<&Value> = Vec::new();
    for entry in entries.iter().take(MOST_ENTRIES) {
        let led = way.last().is_none_or(|last| {
            let status = last.pointer("/response/status").and_then(Value::as_i64);
            let target = text_at(last, "/response/redirectURL");
            status.is_some_and(|status| (300..400).contains(&status))
                && target.is_some_and(|target| !target.is_empty())
        });
        if !led {
            break;
        }
        way.push(entry);
    }
    way
}

/// Writes one answer: `status`, `headers`, and `body` or, of a HAR, `content`.
fn write(answer: &Value, heads: &mut Vec<u8>) -> Result<(), Trouble> {
    let mut names = ["status", "status_code", "statusCode"].into_iter();
    let status = names.find_map(|name| answer.get(name));
    let status = match status.unwrap_or(&Value::Null) {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    if let Some(status) = status {
        let sent = answer["httpVersion"].as_str().unwrap_or_default();
        let version = if sent.to_ascii_uppercase().starts_with("HTTP/") {
            sent.to_ascii_uppercase()
        } else {
            "HTTP/1.1".to_owned()
        };
        heads.extend_from_slice(format!("{version} {status}\r\n").as_bytes());
    }
    fields(&answer["headers"], heads)?;
    heads.extend_from_slice(b"\r\n");
    let content = &answer["content"];
    let encoded = content.get("encoding").is_some();
    let kept = content["text"].as_str().filter(|_| !encoded);
    let body = answer["body"].as_str().or(kept).unwrap_or_default();
    heads.extend_from_slice(body.as_bytes());
    Ok(())
}

/// Writes header fields: `{name: value}` or `{name: [value]}`, `[[name, value]]` or
/// `[{"name", "value"}]`.
fn fields(headers: &Value, heads: &mut Vec<u8>) -> Result<(), Trouble> {
    let odd = || unparsed("its headers are neither an object nor a list of pairs");
    match headers {
        Value::Object(map) => {
            for (name, value) in map {
                let several = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                for value in several {
                    field(name, value, heads)?;
                }
            }
        }
        Value::Array(list) => {
            for entry in list {
                let pair = entry.as_array().map(Vec::as_slice);
                let (name, value) = match pair {
                    Some([name, value]) => (name, value),
                    Some(_) => return Err(odd()),
                    None => (&entry["name"], &entry["value"]),
                };
                field(name.as_str().ok_or_else(odd)?, value, heads)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Err(odd()),
    }
    Ok(())
}

/// Writes one field, or several where a value has several lines, as HAR has them.
fn field(name: &str, value: &Value, heads: &mut Vec<u8>) -> Result<(), Trouble> {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(unparsed(&format!("the header {name:?} has no text")));
        }
    };
    // A name that is none is counted as a line that is none.
    let name = if is_token(name) || name == ":status" {
        name
    } else {
        "?"
    };
    let mut lines = value.lines();
    let first = lines.next().unwrap_or_default();
    for line in std::iter::once(first).chain(lines) {
        heads.extend_from_slice(format!("{name}: {line}\r\n").as_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
