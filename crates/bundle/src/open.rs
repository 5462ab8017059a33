//! Opening files of a bundle that anybody may have put together: only regular files beneath
//! real folders are opened, so that a link cannot lead outside and a pipe cannot hang the reader.

use crate::error::{BundleError, IoContext};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Opens `path` (within `root`) when it and all folders above it, up to `root`, are what they seem.
pub(crate) fn open_regular(root: &Path, path: &str) -> Result<File, BundleError> {
    let place = real_place(root, path)?;
    let kind = place.symlink_metadata().at("open", &place)?.file_type();
    if !kind.is_file() {
        let problem = "is no regular file (a link, a folder or a device), as all of a bundle are";
        return Err(BundleError::malformed(&place, None, problem));
    }
    File::open(&place).at("open", &place)
}

/// The place of `path` within `root`, once no folder on the way to it is a link.
pub(crate) fn real_place(root: &Path, path: &str) -> Result<PathBuf, BundleError> {
    let mut place = root.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        if parts.peek().is_some()
            && place
                .symlink_metadata()
                .at("open", &place)?
                .file_type()
                .is_symlink()
        {
            let problem = "is a symbolic link, and a bundle has none";
            return Err(BundleError::malformed(&place, None, problem));
        }
    }
    Ok(place)
}

/// Reads a file that may hold `limit` bytes at the most.
pub(crate) fn read_whole(file: File, path: &Path, limit: u64) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    if read.at("read", path)? as u64 > limit {
        let problem = format!("is larger than {limit} bytes, which is more than a bundle holds");
        return Err(BundleError::malformed(path, None, problem));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::open_regular;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn no_link_is_followed_wherever_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("run");
        fs::create_dir_all(root.join("content")).unwrap();
        fs::write(folder.path().join("outside"), "{}").unwrap();
        fs::write(root.join("content/run.json"), "{}").unwrap();
        assert!(open_regular(&root, "content/run.json").is_ok());
        symlink(
            folder.path().join("outside"),
            root.join("content/plan.json"),
        )
        .unwrap();
        symlink(folder.path(), root.join("up")).unwrap();
        symlink(root.join("content"), root.join("again")).unwrap();
        for (path, told) in [
            ("content/plan.json", "is no regular file"),
            ("up/outside", "is a symbolic link"),
            ("again/run.json", "is a symbolic link"),
            ("content", "is no regular file"),
        ] {
            let error = open_regular(&root, path).unwrap_err().to_string();
            assert!(error.contains(told), "{path}: {error}");
        }
    }
}
