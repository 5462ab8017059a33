//! Standard output and standard error: results on the one, everything else on the other.

use crate::failure::Failure;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

/// What is written at a time of a report that may be long.
const BUFFER: usize = 64 * 1024;

/// Writes results to standard output. A reader that went away (`| head`) is no fault.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::io(format!(
            "failed to write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes to standard error; when that is closed there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes a file whole.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::io(format!("failed to write {}: {error}", path.display())))
}

/// Lets `write` write results to standard output. A reader that went away (`| head`) is no fault.
pub(crate) fn to_stdout<E: From<io::Error>>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let mut out = Told::over(io::stdout().lock(), "to standard output");
    let written = write(&mut out).and_then(|()| Ok(out.flush()?));
    // Whoever went away wanted no more: what follows from that is no fault either.
    if out.left { Ok(()) } else { written }
}

/// Lets `write` write a file; where it fails, the file is not whole.
pub(crate) fn to_file<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let place = path.display().to_string();
    let file = std::fs::File::create(path).map_err(|error| failed(&place, &error))?;
    let mut out = Told::over(file, &place);
    write(&mut out)?;
    Ok(out.flush()?)
}

/// Writes in large pieces, tells where writing failed, and knows whether a reader went away.
struct Told<W: Write> {
    out: BufWriter<W>,
    /// What follows "failed to write".
    place: String,
    left: bool,
}

impl<W: Write> Told<W> {
    fn over(out: W, place: &str) -> Self {
        Self {
            out: BufWriter::with_capacity(BUFFER, out),
            place: place.to_owned(),
            left: false,
        }
    }

    fn told<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            self.left |= error.kind() == ErrorKind::BrokenPipe;
            failed(&self.place, &error)
        })
    }
}

impl<W: Write> Write for Told<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.told(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.told(done)
    }
}

fn failed(place: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to write {place}: {error}"))
}

/// Whether standard output wants colour: a terminal, and neither `NO_COLOR` nor a dumb one.
pub(crate) fn wants_color() -> bool {
    io::stdout().is_terminal()
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
