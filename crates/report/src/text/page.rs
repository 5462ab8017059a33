//! Lines of text within a width, coloured where the reader wants it.

use crate::inert;
use crate::input::{Detail, Options};
use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a piece of text expresses, besides its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Open,
    Quiet,
    Strong,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Open => AnsiColor::Yellow.on_default(),
            Self::Quiet => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }
}

/// Columns below which what is told at a glance takes more lines.
const NARROW: usize = 72;

/// A report under construction. Text from outside is made inert here, so that no caller can
/// forget it.
#[derive(Debug)]
pub(super) struct Page {
    out: String,
    width: usize,
    color: bool,
    detail: Detail,
}

impl Page {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            out: String::new(),
            width: options.width.clamp(40, 120),
            color: options.color,
            detail: options.detail,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn detail(&self) -> Detail {
        self.detail
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A heading after an empty line.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        self.led(0, "", Tone::Strong, text, Some(Tone::Strong));
    }

    /// A paragraph, its lines indented.
    pub(super) fn text(&mut self, indent: usize, text: &str) {
        self.led(indent, "", Tone::Quiet, text, None);
    }

    /// A paragraph in a tone.
    pub(super) fn toned(&mut self, indent: usize, tone: Tone, text: &str) {
        self.led(indent, "", tone, text, Some(tone));
    }

    /// A paragraph behind a sign or a word (`lead`) in a tone; its further lines stand under its
    /// first.
    pub(super) fn lead(&mut self, indent: usize, lead: &str, tone: Tone, text: &str) {
        self.led(indent, lead, tone, text, None);
    }

    /// A title with a quiet remark behind it.
    pub(super) fn title(&mut self, tone: Tone, title: &str, remark: &str) {
        let text = inert::line(title, inert::LONGEST);
        let remark = format!("({})", inert::line(remark, inert::LONGEST));
        if text.width() + 1 + remark.width() <= self.width {
            let text = self.painted(tone, &text);
            let remark = self.painted(Tone::Quiet, &remark);
            self.push_line(0, &format!("{text} {remark}"));
        } else {
            self.toned(0, tone, &format!("{text} {remark}"));
        }
    }

    /// What is told at a glance: two lines at the most, more where the reader's width is small. A
    /// longer text is cut, `tail` is not; `place` stands beside it where there is room, else below.
    pub(super) fn glance(
        &mut self,
        indent: usize,
        lead: &str,
        text: &str,
        tail: &str,
        place: Option<&str>,
    ) {
        let hang = lead.width() + 1;
        let room = self.width.saturating_sub(indent + hang);
        let lines = if room < NARROW { 4 } else { 2 };
        // Breaking at words leaves some columns of each line empty.
        let longest = (lines * room).saturating_sub(20);
        let text = inert::line(text, inert::LONGEST);
        let text = format!("{}{tail}", cut(&text, longest.saturating_sub(tail.width())));
        let place = place.map(|place| inert::line(place, 4 * inert::LONGEST));
        match place {
            Some(place) if text.width() + " at ".len() + place.width() <= room => {
                let lead = self.painted(Tone::Bad, lead);
                let at = self.painted(Tone::Quiet, "at");
                self.push_line(indent, &format!("{lead} {text} {at} {place}"));
            }
            Some(place) => {
                self.lead(indent, lead, Tone::Bad, &text);
                self.whole(indent + hang, "at", &place);
            }
            None => self.lead(indent, lead, Tone::Bad, &text),
        }
    }

    /// A line that must not be broken, because somebody copies it: a command, a place in a file.
    pub(super) fn whole(&mut self, indent: usize, lead: &str, text: &str) {
        let lead = self.painted(Tone::Quiet, lead);
        let text = inert::line(text, 4 * inert::LONGEST);
        self.push_line(indent, &format!("{lead} {text}"));
    }

    /// The same of a line that stands in a file so, its indentation kept.
    pub(super) fn copied(&mut self, indent: usize, lead: &str, text: &str) {
        let lead = self.painted(Tone::Quiet, lead);
        let bare = text.trim_start_matches(' ');
        let own = " ".repeat(text.len() - bare.len());
        let text = inert::line(bare, 4 * inert::LONGEST);
        self.push_line(indent, &format!("{lead} {own}{text}"));
    }

    /// A line that was put together by [`Self::painted`] and fits.
    pub(super) fn push_line(&mut self, indent: usize, line: &str) {
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    pub(super) fn painted(&self, tone: Tone, text: &str) -> String {
        if self.color && !text.is_empty() {
            let style = tone.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn led(&mut self, indent: usize, lead: &str, tone: Tone, text: &str, body: Option<Tone>) {
        let hang = if lead.is_empty() { 0 } else { lead.width() + 1 };
        let room = self.width.saturating_sub(indent + hang).max(20);
        let text = inert::line(text, inert::LONGEST);
        for (index, line) in wrap(&text, room).iter().enumerate() {
            let lead = match (index, lead) {
                (_, "") => String::new(),
                (0, lead) => format!("{} ", self.painted(tone, lead)),
                _ => " ".repeat(hang),
            };
            let line = body.map_or_else(|| line.clone(), |tone| self.painted(tone, line));
            self.push_line(indent, &format!("{lead}{line}"));
        }
    }
}

/// Breaks `text` at spaces into lines of at most `width` columns; a longer word stays whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text` with spaces behind it up to `width` columns, cut where it is longer.
pub(super) fn padded(text: &str, width: usize) -> String {
    let mut out = cut(&inert::line(text, inert::LONGEST), width);
    let missing = width.saturating_sub(out.width());
    out.push_str(&" ".repeat(missing));
    out
}

/// As much of `text` as `width` columns hold, with an ellipsis where it is longer.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_long_words_stay_whole() {
        let check = |text: &str, width: usize, wanted: &[&str]| {
            assert_eq!(wrap(text, width), wanted, "{text:?}");
        };
        check("one two three", 7, &["one two", "three"]);
        check(
            "https://example.com/long x",
            5,
            &["https://example.com/long", "x"],
        );
        check("検査 検査", 7, &["検査", "検査"]);
        check("", 7, &[""]);
    }

    #[test]
    fn columns_are_padded_by_what_is_seen() {
        assert_eq!(padded("ab", 4), "ab  ");
        assert_eq!(padded("abcdef", 4), "abc…");
        assert_eq!(padded("検査検査", 5), "検査…");
        assert_eq!(padded("検査検査", 6), "検査… ");
    }
    #[test]
    fn what_is_copied_keeps_its_indentation_and_nothing_that_steers() {
        let mut page = Page {
            out: String::new(),
            width: 40,
            color: false,
            detail: Detail::default(),
        };
        page.copied(4, "|", "    - name: a \u{1b}[2Jb  ");
        assert_eq!(page.into_text(), "    |     - name: a \\u{1b}[2Jb\n");
    }
}
