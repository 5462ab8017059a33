//! The heads of a client's answers as evidence, where a verdict stands on more than the answers that a fact
//! shows one by one: each with its request, as received but for secrets.

use super::head::Head;
use hyper::Method;
use seaworthy_collect::redact_url;
use url::Url;

/// The most that is kept, in bytes; of a burst of requests the first tell what the others are.
const MOST: usize = 64 * 1024;

/// What was asked and answered, in order.
#[derive(Debug, Default)]
pub(super) struct Heads {
    text: String,
    left_out: usize,
}

impl Heads {
    /// Writes an exchange down. Only the path is told: of servers with many names the answers are often
    /// the same, and are stored once.
    pub(super) fn keep(&mut self, method: &Method, url: &Url, head: &Head) {
        let path = redact_url(url.path());
        let entry = format!("> {method} {path}\n{}\n", head.redacted);
        if self.left_out > 0 || self.text.len() + entry.len() > MOST {
            self.left_out += 1;
            return;
        }
        self.text.push_str(&entry);
    }

    /// All of it; none where nothing was answered.
    pub(super) fn text(&self) -> Option<String> {
        let mut text = self.text.clone();
        if self.left_out > 0 {
            text.push_str(&format!("[{} more answers]\n", self.left_out));
        }
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Heads, MOST, Method, Url};

    #[test]
    fn heads_are_kept_without_secrets_up_to_a_bound() {
        let url = Url::parse("https://a.example/x?token=secret").unwrap();
        let head = Head::parse(b"HTTP/1.1 200 OK\nSet-Cookie: sid=hunter2\n\n").unwrap();
        let mut heads = Heads::default();
        assert_eq!(heads.text(), None);
        heads.keep(&Method::GET, &url, &head);
        let text = heads.text().unwrap();
        assert!(text.starts_with("> GET /x\nHTTP/1.1 200 OK\n"), "{text}");
        assert!(
            !text.contains("hunter2") && !text.contains("secret"),
            "{text}"
        );
        for _ in 0..MOST / 32 {
            heads.keep(&Method::GET, &url, &head);
        }
        let text = heads.text().unwrap();
        assert!(text.len() < MOST + 40 && text.ends_with(" more answers]\n"));
    }
}
