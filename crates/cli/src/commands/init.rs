//! `seaworthy init`: a seaworthy.yaml from what a folder holds. Everything it writes names where
//! it comes from; what it cannot know it leaves as a comment, never as a guess that would be
//! swept.

mod found;
mod head;
mod kubernetes;
mod written;

use crate::args::InitArgs;
use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::people::FOLDER;
use crate::{exit, output};
use found::Found;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Looks at the folder and writes, or prints, a configuration.
pub(crate) fn run(args: &InitArgs) -> Result<u8, Failure> {
    if !args.folder.is_dir() {
        let folder = args.folder.display();
        return Err(Failure::io(format!("there is no folder {folder}")));
    }
    let found = Found::below(&args.folder);
    let text = found.configuration(&service_name(&args.folder));
    if args.print {
        output::print(text.as_bytes())?;
        return Ok(exit::READY);
    }
    let path = args.folder.join(FILE_NAME);
    if path.exists() && !args.force {
        return Err(Failure::config(format!(
            "{} exists already; --force replaces it, --print only shows",
            path.display()
        )));
    }
    output::write(&path, text.as_bytes())?;
    let schema = write_schema(&args.folder)?;
    let mut told = format!(
        "wrote {}\nwrote {}, for editors\n",
        path.display(),
        schema.display()
    );
    for line in found.told() {
        let _ = writeln!(told, "  {line}");
    }
    told.push_str("next: name your endpoints and domains in it, then `seaworthy plan`\n");
    output::complain(&told);
    Ok(exit::READY)
}

/// Writes the configuration's schema, which its first line names for editors.
fn write_schema(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = folder.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::io(format!(
            "failed to make the folder {}: {error}",
            folder.display()
        ))
    })?;
    let path = folder.join("schema.json");
    let schema = crate::config::schema(crate::setup::registry().target_kinds());
    output::write(&path, format!("{schema:#}\n").as_bytes())?;
    Ok(path)
}

fn service_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "service".to_owned())
}
