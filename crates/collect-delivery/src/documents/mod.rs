//! Documents of a repository: each kind of document by a rule that is data (`rules`), over
//! Markdown, AsciiDoc and reStructuredText alike (`text`); OpenAPI documents, service level
//! objectives, and the runbooks that alerts point to.

mod alerts;
mod changelog;
mod choose;
mod collect;
mod contacts;
mod dates;
mod diagrams;
mod facts;
mod links;
pub(crate) mod markdown;
mod markup;
mod openapi;
mod review;
mod rules;
mod shelf;
mod slo;
mod spans;
pub(crate) mod text;

pub(crate) use collect::Documents;
pub(crate) use text::Document;

/// Whether there is a rule with that id.
pub(crate) fn knows(id: &str) -> bool {
    rules::RULES.iter().any(|rule| rule.id == id)
}

/// Reads a document; `None` where the name is not that of one.
pub(crate) fn read_document(name: &str, text: &str) -> Option<Document> {
    let lower = name.to_lowercase();
    let read = match lower.rsplit_once('.')?.1 {
        "md" | "markdown" => markdown::read,
        "adoc" | "asciidoc" => markup::asciidoc,
        "rst" => markup::restructured,
        _ => return None,
    };
    Some(read(text))
}
