//! The text of one heading, item, paragraph or cell, gathered from Markdown's inline events.

use pulldown_cmark::{Event, Tag, TagEnd};

/// Text that is being gathered.
#[derive(Debug, Default)]
pub(crate) struct Inline {
    /// The text with its markup taken off; a line break in it is one in the source.
    pub(crate) text: String,
    /// The bold text that the whole begins with.
    pub(crate) lead: Option<String>,
    /// The `…` of a comment `<!-- id: … -->`.
    pub(crate) explicit_id: Option<String>,
    /// Where the last inline element ends in the source.
    pub(crate) end: usize,
    /// Text before this offset is the box, not the item's text.
    skip_to: usize,
    bold: bool,
}

impl Inline {
    /// Gathers text that begins at an offset, where a box before it ends.
    pub(crate) fn from(skip_to: usize) -> Self {
        Self {
            skip_to,
            end: skip_to,
            ..Self::default()
        }
    }

    /// Takes one event and the bytes it comes from. Block events are not for here.
    pub(crate) fn take(&mut self, event: &Event<'_>, from: usize, to: usize) {
        if let Event::Text(text) = event {
            // The box may be part of a longer text.
            let skipped = self.skip_to.saturating_sub(from);
            // Strikethrough is taken off here: were the parser to do it, the tilde of a box
            // `[~]` could pair with one in the text.
            self.push(&text.get(skipped..).unwrap_or_default().replace("~~", ""));
        } else if let Event::Code(text) = event {
            self.push(text);
        } else if matches!(event, Event::SoftBreak | Event::HardBreak) {
            self.push("\n");
        } else if let Event::InlineHtml(html) = event {
            self.html(html);
        } else if matches!(event, Event::Start(Tag::Strong)) {
            if self.lead.is_none() && self.text.trim().is_empty() {
                self.bold = true;
                self.lead = Some(String::new());
            }
        } else if matches!(event, Event::End(TagEnd::Strong)) {
            self.bold = false;
        }
        self.end = self.end.max(to);
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        if self.bold
            && let Some(lead) = &mut self.lead
        {
            lead.push_str(text);
        }
    }

    fn html(&mut self, html: &str) {
        if let Some(comment) = html.strip_prefix("<!--") {
            let comment = comment.strip_suffix("-->").unwrap_or(comment).trim();
            if let Some(id) = comment.strip_prefix("id:") {
                self.explicit_id.get_or_insert_with(|| id.trim().to_owned());
            }
        } else if html.starts_with("<br") {
            self.push("\n");
        }
    }
}
