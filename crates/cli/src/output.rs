//! Standard output and standard error: results on the one, everything else on the other.

use crate::failure::Failure;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// Writes results to standard output. A reader that went away (`| head`) is no fault.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::io(format!(
            "failed to write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes to standard error; when that is closed there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Writes a file whole.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::io(format!("failed to write {}: {error}", path.display())))
}

/// Whether standard output wants colour: a terminal, and neither `NO_COLOR` nor a dumb one.
pub(crate) fn wants_color() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The width of standard output in columns: the terminal's, else `COLUMNS`, else 100.
pub(crate) fn width() -> usize {
    let stated = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    stated.or_else(terminal).unwrap_or(100).clamp(40, 400)
}
