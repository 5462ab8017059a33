//! Walks Markdown once and notes what a checklist is made of: headings, boxes and what encloses
//! them, tables, paragraphs and plain bullets. Nothing here knows what any of it means.
//!
//! Boxes are recognised in the source, not by the parser's own task list extension: that knows
//! neither GitLab's `[~]` nor a box on the last line of a file without line break.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use seaworthy_model::TaskState;

use crate::error::ChecklistError;
use crate::inline::Inline;
use crate::source::{Source, marker_len};
use crate::task::box_state;
use crate::text::{tidy, undecorated};
use crate::{MAX_DEPTH, MAX_ITEMS};

/// All that was found, in document order.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) headings: Vec<Heading>,
    pub(crate) items: Vec<RawItem>,
    pub(crate) tables: Vec<Table>,
    pub(crate) paragraphs: Vec<Paragraph>,
    pub(crate) bullets: Vec<Bullet>,
    /// Fenced code and comments: what looks like a box in there is meant not to be one.
    pub(crate) quiet: Vec<Range<usize>>,
}

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) level: HeadingLevel,
    pub(crate) title: String,
    pub(crate) parent: Option<usize>,
}

/// A box and its text.
#[derive(Debug)]
pub(crate) struct RawItem {
    pub(crate) heading: Option<usize>,
    pub(crate) parent: Option<usize>,
    /// Titles of the plain list items between this one and its parent, outermost first.
    pub(crate) steps: Vec<String>,
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) explicit_id: Option<String>,
    pub(crate) state: TaskState,
    pub(crate) has_children: bool,
    /// Offset of the character between the brackets.
    pub(crate) mark_at: usize,
    /// Where the item's own text ends.
    pub(crate) text_end: usize,
    depth: usize,
}

#[derive(Debug)]
pub(crate) struct Table {
    /// Rows of tidied cells with the offset of each row; the first is the head.
    pub(crate) rows: Vec<(usize, Vec<String>)>,
}

/// A paragraph outside lists, its lines apart.
#[derive(Debug)]
pub(crate) struct Paragraph {
    pub(crate) lines: Vec<String>,
    pub(crate) at: usize,
}

/// A list item without a box.
#[derive(Debug)]
pub(crate) struct Bullet {
    pub(crate) heading: Option<usize>,
    /// The paragraph directly before the list, such as `Notes:`.
    pub(crate) intro: Option<String>,
    pub(crate) text: String,
}

/// Reads the outline.
pub(crate) fn outline(source: &Source) -> Result<Outline, ChecklistError> {
    let options = Options::ENABLE_TABLES;
    let mut walk = Walk {
        source,
        found: Outline::default(),
        open_headings: Vec::new(),
        frames: Vec::new(),
        buffer: None,
        intro: None,
        row: Vec::new(),
    };
    for (event, range) in Parser::new_ext(&source.text, options).into_offset_iter() {
        walk.event(&event, &range)?;
    }
    Ok(walk.found)
}

struct Walk<'s> {
    source: &'s Source,
    found: Outline,
    open_headings: Vec<usize>,
    frames: Vec<Frame>,
    /// Text of what is open: a heading, a paragraph, a cell, the first block of a list item.
    buffer: Option<Inline>,
    intro: Option<String>,
    row: Vec<String>,
}

/// An open list item.
struct Frame {
    /// A box that was seen, and becomes an item unless the list item turns out to be code.
    candidate: Option<TaskBox>,
    item: Option<usize>,
    title: String,
    /// Whether the first block is over; the rest of a list item is not its title.
    titled: bool,
}

#[derive(Clone, Copy)]
struct TaskBox {
    state: TaskState,
    mark_at: usize,
}

impl Walk<'_> {
    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) -> Result<(), ChecklistError> {
        self.settle_candidate(event)?;
        if let Event::Start(tag) = event
            && self.start(tag, range)
        {
            return Ok(());
        }
        if let Event::End(tag) = event
            && self.end(*tag, range)
        {
            return Ok(());
        }
        if matches!(event, Event::Rule | Event::Html(_)) {
            self.intro = None;
        } else if let Some(buffer) = &mut self.buffer {
            buffer.take(event, range.start, range.end);
        }
        Ok(())
    }

    /// Opens a block; whether the tag was one.
    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) -> bool {
        if matches!(tag, Tag::Item) {
            self.close_title();
            let candidate = task_box(&self.source.text, range.start);
            let text_start = candidate.map_or(range.start, |found| found.mark_at + 2);
            self.buffer = Some(Inline::from(text_start));
            self.frames.push(Frame {
                candidate,
                item: None,
                title: String::new(),
                titled: false,
            });
        } else if matches!(tag, Tag::Paragraph | Tag::Heading { .. }) {
            if matches!(self.frames.last(), None | Some(Frame { titled: true, .. })) {
                self.buffer = self.frames.is_empty().then(Inline::default);
            }
        } else if matches!(tag, Tag::TableCell) {
            self.buffer = Some(Inline::default());
        } else if matches!(
            tag,
            Tag::List(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::BlockQuote(_) | Tag::Table(_)
        ) {
            self.close_title();
            self.open_block(tag, range);
        } else {
            return matches!(tag, Tag::TableHead | Tag::TableRow);
        }
        true
    }

    fn open_block(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        if matches!(tag, Tag::Table(_)) {
            self.found.tables.push(Table { rows: Vec::new() });
        }
        let text = self.source.text.get(range.clone()).unwrap_or_default();
        let is_fenced = matches!(
            tag,
            Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(_))
        );
        let is_comment = matches!(tag, Tag::HtmlBlock) && text.trim_start().starts_with("<!--");
        if is_fenced || is_comment {
            self.found.quiet.push(range.clone());
        }
        if !matches!(tag, Tag::List(_)) {
            self.intro = None;
        }
    }

    /// Closes a block; whether the tag was one.
    fn end(&mut self, tag: TagEnd, range: &Range<usize>) -> bool {
        if tag == TagEnd::Item {
            self.end_item();
        } else if tag == TagEnd::Paragraph {
            self.end_paragraph(range);
        } else if let TagEnd::Heading(level) = tag {
            self.end_heading(level);
        } else if tag == TagEnd::TableCell {
            let cell = self.buffer.take().unwrap_or_default();
            self.row.push(tidy(&cell.text));
        } else if matches!(tag, TagEnd::TableHead | TagEnd::TableRow) {
            let row = std::mem::take(&mut self.row);
            if let Some(table) = self.found.tables.last_mut() {
                table.rows.push((range.start, row));
            }
        } else {
            return matches!(
                tag,
                TagEnd::List(_)
                    | TagEnd::CodeBlock
                    | TagEnd::HtmlBlock
                    | TagEnd::BlockQuote(_)
                    | TagEnd::Table
            );
        }
        true
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        if !self.frames.is_empty() {
            self.close_title();
            return;
        }
        let Some(buffer) = self.buffer.take() else {
            return;
        };
        self.intro = None;
        let headings = &mut self.found.headings;
        self.open_headings
            .retain(|open| headings.get(*open).is_some_and(|open| open.level < level));
        headings.push(Heading {
            level,
            title: undecorated(&tidy(&buffer.text)),
            parent: self.open_headings.last().copied(),
        });
        self.open_headings.push(headings.len() - 1);
    }

    fn end_paragraph(&mut self, range: &Range<usize>) {
        if !self.frames.is_empty() {
            self.close_title();
            return;
        }
        let Some(buffer) = self.buffer.take() else {
            return;
        };
        self.intro = Some(tidy(&buffer.text));
        self.found.paragraphs.push(Paragraph {
            lines: buffer.text.lines().map(tidy).collect(),
            at: range.start,
        });
    }

    fn end_item(&mut self) {
        self.close_title();
        let Some(frame) = self.frames.pop() else {
            return;
        };
        if frame.item.is_none() && !frame.title.is_empty() {
            self.found.bullets.push(Bullet {
                heading: self.open_headings.last().copied(),
                intro: self.intro.clone(),
                text: frame.title,
            });
        }
    }

    /// The first block of the innermost list item is over: its text is the title.
    fn close_title(&mut self) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if frame.titled {
            return;
        }
        frame.titled = true;
        let Some(buffer) = self.buffer.take() else {
            return;
        };
        frame.title = tidy(&buffer.text);
        let item = frame.item.and_then(|at| self.found.items.get_mut(at));
        if let Some(item) = item {
            item.title.clone_from(&frame.title);
            item.lead = buffer.lead.as_deref().map(tidy);
            item.explicit_id = buffer.explicit_id;
            item.text_end = buffer.end;
        }
    }

    /// What follows a list item's start decides whether a box in it is one: indented by five or
    /// more it is code.
    fn settle_candidate(&mut self, event: &Event<'_>) -> Result<(), ChecklistError> {
        let candidate = self.frames.last_mut().and_then(|f| f.candidate.take());
        let Some(found) = candidate else {
            return Ok(());
        };
        if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::End(_)) {
            return Ok(());
        }
        let at = self.found.items.len();
        if at >= MAX_ITEMS {
            return Err(ChecklistError::TooManyItems {
                limit: MAX_ITEMS,
                at: self.source.position(found.mark_at),
            });
        }
        let item = self.new_item(found);
        if item.depth > MAX_DEPTH {
            return Err(ChecklistError::TooDeep {
                limit: MAX_DEPTH,
                at: self.source.position(found.mark_at),
            });
        }
        if let Some(parent) = item.parent.and_then(|at| self.found.items.get_mut(at)) {
            parent.has_children = true;
        }
        self.found.items.push(item);
        if let Some(frame) = self.frames.last_mut() {
            frame.item = Some(at);
        }
        Ok(())
    }

    fn new_item(&self, found: TaskBox) -> RawItem {
        let outer = self.frames.split_last().map_or(&[][..], |(_, outer)| outer);
        let nearest = outer.iter().rposition(|frame| frame.item.is_some());
        let parent = nearest.and_then(|at| outer.get(at)?.item);
        let between = outer.get(nearest.map_or(0, |at| at + 1)..);
        let parent_depth = parent
            .and_then(|at| self.found.items.get(at))
            .map(|p| p.depth);
        RawItem {
            heading: self.open_headings.last().copied(),
            parent,
            steps: between
                .unwrap_or_default()
                .iter()
                .filter(|frame| !frame.title.is_empty())
                .map(|frame| frame.title.clone())
                .collect(),
            title: String::new(),
            lead: None,
            explicit_id: None,
            state: found.state,
            has_children: false,
            mark_at: found.mark_at,
            text_end: found.mark_at + 2,
            depth: parent_depth.unwrap_or(0) + 1 + between.map_or(0, <[Frame]>::len),
        }
    }
}

/// The box that a list item begins with. The parser's offset may lie a few columns before the
/// list marker, in the indentation.
fn task_box(text: &str, item_start: usize) -> Option<TaskBox> {
    let bytes = text.as_bytes().get(item_start..)?;
    let indent = bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'>'))
        .count();
    let mut at = item_start + indent;
    at += marker_len(text.get(at..)?);
    let after = text.get(at..)?;
    at += after.len() - after.trim_start_matches([' ', '\t']).len();
    let state = box_state(text.get(at..)?)?;
    Some(TaskBox {
        state,
        mark_at: at + 1,
    })
}
