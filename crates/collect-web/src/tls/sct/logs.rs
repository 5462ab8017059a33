//! Lists of certificate logs, in the JSON of "log list v3": what Chrome and Apple publish of the logs that
//! they know.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

/// A file larger than this is no list of logs.
const LARGEST_FILE: u64 = 16 << 20;

/// A file, what it held, and the logs in it: thousands of targets name the same one.
type Kept = (String, Vec<u8>, Arc<Logs>);

/// The logs that a list names.
#[derive(Debug, Default)]
pub(in crate::tls) struct Logs {
    by_id: BTreeMap<Vec<u8>, Log>,
    /// Entries that cannot be used, and why.
    pub(super) faults: Vec<String>,
}

/// A log.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) description: String,
    pub(super) operator: String,
    /// The bits of its public key.
    pub(super) key: Vec<u8>,
    /// Its state, and since when.
    pub(super) state: Option<(State, Timestamp)>,
    /// When the certificates end that it takes: from the first instant on, before the second.
    pub(super) interval: Option<(Timestamp, Timestamp)>,
}

/// The state of a log, as the list has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Qualified,
    Usable,
    ReadOnly,
    Retired,
    Rejected,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Qualified => "qualified",
            Self::Usable => "usable",
            Self::ReadOnly => "readonly",
            Self::Retired => "retired",
            Self::Rejected => "rejected",
        }
    }
}

impl Logs {
    /// The list in a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or names no log that can be used.
    pub(in crate::tls) fn load(path: &str) -> Result<Arc<Self>, Trouble> {
        static KEPT: Mutex<Option<Kept>> = Mutex::new(None);
        let fail = |why: String| {
            let told = format!("failed to read the list of logs {path}: {why}");
            Trouble::new(ReasonCode::CollectorFailed, told)
        };
        let json = read(path).map_err(fail)?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((file, held, logs)) = kept.as_ref()
            && file == path
            && *held == json
        {
            return Ok(Arc::clone(logs));
        }
        let logs = Arc::new(Self::parse(&json).map_err(fail)?);
        *kept = Some((path.to_owned(), json, Arc::clone(&logs)));
        Ok(logs)
    }

    /// The list in a text.
    fn parse(json: &[u8]) -> Result<Self, String> {
        let written: WrittenList = serde_json::from_slice(json)
            .map_err(|error| format!("{error}; the JSON of a log list v3 is wanted"))?;
        let mut logs = Self::default();
        for operator in written.operators {
            for log in operator.logs.into_iter().chain(operator.tiled_logs) {
                let shown = log.description.clone();
                match log.read(&operator.name) {
                    Ok((id, log)) => {
                        logs.by_id.insert(id, log);
                    }
                    Err(why) => logs.faults.push(format!(
                        "the log {shown:?} of the list of logs cannot be used: {why}"
                    )),
                }
            }
        }
        if logs.by_id.is_empty() {
            let why = logs.faults.first().map_or("it names none", String::as_str);
            return Err(format!("there is no log in it that can be used: {why}"));
        }
        Ok(logs)
    }

    pub(super) fn by_id(&self, id: &[u8]) -> Option<&Log> {
        self.by_id.get(id)
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    let fail = |error: std::io::Error| error.to_string();
    let file = std::fs::File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(format!("it has more than {LARGEST_FILE} bytes"));
    }
    Ok(bytes)
}

#[derive(Deserialize)]
struct WrittenList {
    operators: Vec<WrittenOperator>,
}

#[derive(Deserialize)]
struct WrittenOperator {
    name: String,
    #[serde(default)]
    logs: Vec<WrittenLog>,
    #[serde(default)]
    tiled_logs: Vec<WrittenLog>,
}

#[derive(Deserialize)]
struct WrittenLog {
    #[serde(default)]
    description: String,
    log_id: String,
    key: String,
    #[serde(default)]
    state: BTreeMap<String, WrittenState>,
    temporal_interval: Option<WrittenInterval>,
}

#[derive(Deserialize)]
struct WrittenState {
    timestamp: Timestamp,
}

#[derive(Deserialize)]
struct WrittenInterval {
    start_inclusive: Timestamp,
    end_exclusive: Timestamp,
}

impl WrittenLog {
    /// Its identifier, and what is known of it.
    fn read(self, operator: &str) -> Result<(Vec<u8>, Log), String> {
        let decoded = |name: &str, text: &str| {
            let bytes = BASE64_STANDARD.decode(text);
            bytes.map_err(|error| format!("its {name} is no base64: {error}"))
        };
        let (id, spki) = (decoded("log_id", &self.log_id)?, decoded("key", &self.key)?);
        if digest(&SHA256, &spki).as_ref() != id {
            return Err("its log_id is not the SHA-256 of its key (RFC 6962 §3.2)".to_owned());
        }
        let (_, key) = SubjectPublicKeyInfo::from_der(&spki)
            .map_err(|_| "its key is no SubjectPublicKeyInfo".to_owned())?;
        let key = key.subject_public_key.data.to_vec();
        let mut state = None;
        for (name, since) in self.state {
            let known = [
                State::Pending,
                State::Qualified,
                State::Usable,
                State::ReadOnly,
                State::Retired,
                State::Rejected,
            ];
            let known = known.into_iter().find(|known| known.word() == name);
            let known = known.ok_or_else(|| format!("its state {name:?} is not known"))?;
            if state.replace((known, since.timestamp)).is_some() {
                return Err("it has two states".to_owned());
            }
        }
        let interval = self.temporal_interval;
        let log = Log {
            description: self.description,
            operator: operator.to_owned(),
            key,
            state,
            interval: interval.map(|one| (one.start_inclusive, one.end_exclusive)),
        };
        Ok((id, log))
    }
}

#[cfg(test)]
mod tests {
    use super::Logs;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_list_is_told() {
        for (json, wanted) in [
            ("", "EOF"),
            ("{}", "operators"),
            (r#"{"operators":[]}"#, "names none"),
            (
                r#"{"operators":[{"name":"a","logs":[{"log_id":"AA==","key":"AA=="}]}]}"#,
                "SHA-256",
            ),
            (
                r#"{"operators":[{"name":"a","logs":[{"log_id":"!","key":"AA=="}]}]}"#,
                "base64",
            ),
        ] {
            let told = Logs::parse(json.as_bytes()).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = Logs::parse(text.as_bytes());
        }
    }
}
