//! Comments of source code, by language: what is in a string is no comment, what is in a comment
//! is no code.

/// How a language writes comments and strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    line: &'static [&'static str],
    block: Option<(&'static str, &'static str)>,
    nested: bool,
    quotes: &'static [&'static str],
    /// Strings of three quotes.
    triple: bool,
    /// A quote within a word or before a lifetime is none (Rust, Lisp).
    single_is_char: bool,
}

const C: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: false,
    quotes: &["\"", "'"],
    triple: false,
    single_is_char: false,
};
const JS: Language = Language {
    quotes: &["\"", "'", "`"],
    ..C
};
const GO: Language = Language {
    quotes: &["\"", "'", "`"],
    ..C
};
const RUST: Language = Language {
    nested: true,
    quotes: &["\""],
    single_is_char: true,
    ..C
};
const KOTLIN: Language = Language {
    nested: true,
    triple: true,
    ..C
};
const HASH: Language = Language {
    line: &["#"],
    block: None,
    ..C
};
const PYTHON: Language = Language {
    triple: true,
    ..HASH
};
const SQL: Language = Language {
    line: &["--"],
    quotes: &["'", "\""],
    ..C
};
const LUA: Language = Language {
    line: &["--"],
    block: Some(("--[[", "]]")),
    ..C
};
const HASKELL: Language = Language {
    line: &["--"],
    block: Some(("{-", "-}")),
    nested: true,
    quotes: &["\""],
    single_is_char: true,
    ..C
};
const PHP: Language = Language {
    line: &["//", "#"],
    ..C
};
const MARKUP: Language = Language {
    line: &[],
    block: Some(("<!--", "-->")),
    quotes: &[],
    ..C
};
const CSS: Language = Language { line: &[], ..C };
const ML: Language = Language {
    line: &[],
    block: Some(("(*", "*)")),
    nested: true,
    quotes: &["\""],
    single_is_char: true,
    ..C
};
const FSHARP: Language = Language {
    line: &["//"],
    triple: true,
    ..ML
};
const PASCAL: Language = Language {
    line: &["//"],
    block: Some(("(*", "*)")),
    nested: false,
    quotes: &["'"],
    ..C
};
const ADA: Language = Language {
    line: &["--"],
    block: None,
    quotes: &["\""],
    ..C
};
const ERLANG: Language = Language {
    line: &["%"],
    block: None,
    quotes: &["\"", "'"],
    ..C
};
const LISP: Language = Language {
    line: &[";"],
    block: Some(("#|", "|#")),
    nested: true,
    quotes: &["\""],
    single_is_char: true,
    ..C
};
const POWERSHELL: Language = Language {
    line: &["#"],
    block: Some(("<#", "#>")),
    ..C
};
const NIM: Language = Language {
    line: &["#"],
    block: Some(("#[", "]#")),
    nested: true,
    quotes: &["\""],
    triple: true,
    single_is_char: true,
};
const FORTRAN: Language = Language {
    line: &["!"],
    block: None,
    ..C
};

/// Whether a file only holds data and settings, whatever comments it has: it is no sign that there is
/// code.
pub(crate) fn is_data(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
    end.is_some_and(|end| ["yaml", "yml", "toml", "xml"].contains(&end.as_str()))
}

/// What a file is written in where it is source code of which comments are not told from code.
pub(crate) fn unread(name: &str) -> Option<&'static str> {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_lowercase())?;
    Some(match end.as_str() {
        "cob" | "cbl" => "COBOL",
        "vb" | "vbs" | "bas" => "Visual Basic",
        "abap" => "ABAP",
        "asm" | "s" => "assembler",
        "rpg" | "rpgle" => "RPG",
        "pli" | "pl1" => "PL/I",
        "for" | "f" | "f77" => "Fortran of fixed form",
        "sas" => "SAS",
        "coffee" => "CoffeeScript",
        "tcl" => "Tcl",
        _ => return None,
    })
}

/// The language of a file, by its name; `None` where it is no source code that is known.
pub(crate) fn language(name: &str) -> Option<Language> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let lower = file.to_lowercase();
    if ["dockerfile", "makefile", "containerfile", "jenkinsfile"].contains(&lower.as_str()) {
        return Some(if lower == "jenkinsfile" { C } else { HASH });
    }
    let (_, end) = lower.rsplit_once('.')?;
    Some(match end {
        "rs" => RUST,
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "vue" | "svelte" => JS,
        "go" => GO,
        "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "java" | "cs" | "m" | "mm" | "dart"
        | "groovy" | "gradle" | "proto" | "scss" | "less" | "sol" | "zig" | "cu" | "cuh" | "hx"
        | "as" | "vala" | "v" | "sv" | "cls" | "trigger" | "d" | "rego" => C,
        "kt" | "kts" | "scala" | "swift" => KOTLIN,
        "py" | "pyi" => PYTHON,
        "rb" | "sh" | "bash" | "zsh" | "pl" | "pm" | "r" | "ex" | "exs" | "jl" | "tf" | "hcl"
        | "yaml" | "yml" | "toml" | "nix" => HASH,
        "php" => PHP,
        "sql" => SQL,
        "lua" => LUA,
        "hs" | "elm" => HASKELL,
        "html" | "htm" | "xml" => MARKUP,
        "css" => CSS,
        "ml" | "mli" => ML,
        "fs" | "fsi" | "fsx" => FSHARP,
        "pas" | "dpr" => PASCAL,
        "adb" | "ads" => ADA,
        "erl" | "hrl" => ERLANG,
        "clj" | "cljs" | "cljc" | "lisp" | "scm" | "rkt" | "el" => LISP,
        "ps1" | "psm1" => POWERSHELL,
        "nim" => NIM,
        "f90" | "f95" | "f03" | "f08" => FORTRAN,
        _ => return None,
    })
}

/// Where a scan stands.
enum State {
    Code,
    Line,
    Block(usize),
    Text(&'static str),
}

/// Hands over the text of each comment with the number of its line, a part for each line.
pub(crate) fn comments(language: Language, text: &str, mut take: impl FnMut(u32, &str)) {
    let mut state = State::Code;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let mut at = 0;
        let mut begun = 0;
        while at < line.len() {
            let Some(rest) = line.get(at..) else {
                at += 1;
                continue;
            };
            match state {
                State::Line => break,
                State::Code => {
                    let (next, step) = begin(language, rest, line.get(..at).unwrap_or_default());
                    at += step;
                    if matches!(next, State::Line | State::Block(_)) {
                        begun = at;
                    }
                    state = next;
                }
                State::Block(depth) => {
                    let (open, close) = language.block.unwrap_or(("\u{0}", "\u{0}"));
                    if rest.starts_with(close) {
                        if depth == 1 {
                            take(number, line.get(begun..at).unwrap_or_default());
                        }
                        at += close.len();
                        state = if depth > 1 {
                            State::Block(depth - 1)
                        } else {
                            State::Code
                        };
                    } else if language.nested && rest.starts_with(open) {
                        at += open.len();
                        state = State::Block(depth + 1);
                    } else {
                        at += rest.chars().next().map_or(1, char::len_utf8);
                    }
                }
                State::Text(quote) => {
                    if rest.starts_with('\\') && quote != "`" {
                        at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                    } else if rest.starts_with(quote) {
                        at += quote.len();
                        state = State::Code;
                    } else {
                        at += rest.chars().next().map_or(1, char::len_utf8);
                    }
                }
            }
        }
        match state {
            State::Line => {
                take(number, line.get(begun..).unwrap_or_default());
                state = State::Code;
            }
            State::Block(_) => take(number, line.get(begun..).unwrap_or_default()),
            // Only strings of these quotes go on over the end of a line; others were misread.
            State::Text(quote) if quote.len() < 3 && quote != "`" && !line.ends_with('\\') => {
                // Rust's and SQL's strings may hold line ends.
                if !(language.single_is_char || language.line == ["--"]) {
                    state = State::Code;
                }
            }
            State::Text(_) | State::Code => {}
        }
    }
}

/// What begins here, and how many bytes to go on by.
fn begin(language: Language, rest: &str, before: &str) -> (State, usize) {
    if let Some((open, _)) = language.block
        && rest.starts_with(open)
    {
        return (State::Block(1), open.len());
    }
    for mark in language.line {
        // `#` within a word is no comment: `$#`, `a#b`, a colour, a fragment.
        let alone =
            *mark != "#" || before.is_empty() || before.ends_with([' ', '\t', ';', '(', '{']);
        // Nor are the slashes of an address that stands without quotes.
        let address = *mark == "//" && before.ends_with(':');
        if rest.starts_with(mark) && alone && !address {
            return (State::Line, mark.len());
        }
    }
    if language.triple {
        for quote in ["\"\"\"", "'''"] {
            if rest.starts_with(quote) {
                return (State::Text(quote), quote.len());
            }
        }
    }
    for quote in language.quotes {
        if rest.starts_with(quote) {
            return (State::Text(quote), quote.len());
        }
    }
    // A character: `'"'` opens no string.
    if language.single_is_char && rest.starts_with('\'') {
        let mut chars = rest.chars().skip(1);
        let first = chars.next();
        if first == Some('\\') {
            return (
                State::Code,
                rest.get(1..)
                    .and_then(|r| r.get(2..))
                    .and_then(|r| r.find('\''))
                    .map_or(1, |end| end + 4),
            );
        }
        if chars.next() == Some('\'') {
            return (State::Code, 2 + first.map_or(0, char::len_utf8));
        }
    }
    (State::Code, rest.chars().next().map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::{comments, language};
    use proptest::prelude::*;

    fn found(name: &str, text: &str) -> Vec<(u32, String)> {
        let mut all = Vec::new();
        comments(language(name).unwrap(), text, |line, text| {
            all.push((line, text.trim().to_owned()))
        });
        all
    }

    #[test]
    fn comments_are_told_from_strings() {
        for (name, text, wanted) in [
            ("a.rs", "let a = \"// no\"; // yes\n", vec![(1, "yes")]),
            (
                "a.rs",
                "/* a /* b */ c */ x // d",
                vec![(1, "a /* b */ c"), (1, "d")],
            ),
            ("a.rs", "let q = '\"'; // yes", vec![(1, "yes")]),
            ("a.rs", "fn a<'a>(x: &'a str) {} // yes", vec![(1, "yes")]),
            ("a.rs", "let s = \"a\n// no\n\"; // yes", vec![(3, "yes")]),
            (
                "a.js",
                "const a = `x // no\n// no` // yes",
                vec![(2, "yes")],
            ),
            (
                "a.js",
                "const u = 'http://x'; /* one\n two */",
                vec![(1, "one"), (2, "two")],
            ),
            (
                "a.py",
                "s = \"\"\"\n# no\n\"\"\"  # yes\n",
                vec![(3, "yes")],
            ),
            ("a.py", "c = '#fff' # yes", vec![(1, "yes")]),
            ("a.sh", "echo $# a#b # yes", vec![(1, "yes")]),
            ("a.sql", "select '-- no' -- yes", vec![(1, "yes")]),
            ("a.html", "<p>// no</p><!-- yes -->", vec![(1, "yes")]),
            ("a.yaml", "url: https://x/#no\n# yes", vec![(2, "yes")]),
            (
                "a.lua",
                "x = 1 --[[ yes\nmore ]] -- and",
                vec![(1, "yes"), (2, "more"), (2, "and")],
            ),
            ("Dockerfile", "# yes\nRUN a", vec![(1, "yes")]),
        ] {
            let wanted: Vec<(u32, String)> =
                wanted.into_iter().map(|(l, t)| (l, t.to_owned())).collect();
            assert_eq!(found(name, text), wanted, "{name}: {text}");
        }
        assert!(language("a.png").is_none());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[a'\"`/*#\\\\\n<!\\-ß]{0,80}", which in 0_usize..8) {
            let names = ["a.rs", "a.js", "a.py", "a.sql", "a.html", "a.lua", "a.hs", "a.php"];
            found(names[which], &text);
        }
    }
}
