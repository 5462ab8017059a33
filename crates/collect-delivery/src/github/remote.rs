//! The repository on GitHub that a checkout comes from, by its remote.

use gix::remote::Direction;
use std::path::Path;

/// Names of github.com in remotes.
const HOSTS: [&str; 3] = ["github.com", "www.github.com", "ssh.github.com"];

/// `owner/name` of the repository on github.com that the checkout at `folder` fetches from; `None` where
/// it is no checkout, or comes from elsewhere.
#[must_use]
pub fn github_repository(folder: &Path) -> Option<String> {
    let checkout = gix::open(folder).ok()?;
    let remote = checkout.find_default_remote(Direction::Fetch)?.ok()?;
    let url = remote.url(Direction::Fetch)?;
    of(url.host()?, &url.path.to_string())
}

fn of(host: &str, path: &str) -> Option<String> {
    if !HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return None;
    }
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (owner, name) = path.split_once('/')?;
    let is_name = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(fits)
    };
    (is_name(owner) && is_name(name)).then(|| format!("{owner}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::{github_repository, of};

    #[test]
    fn a_repository_is_told_by_its_remote() {
        for (host, path, wanted) in [
            ("github.com", "/octo/shop.git", Some("octo/shop")),
            ("GitHub.com", "octo/shop", Some("octo/shop")),
            ("ssh.github.com", "/octo/shop.git/", Some("octo/shop")),
            ("gitlab.com", "/octo/shop.git", None),
            ("github.com.evil.example", "/octo/shop", None),
            ("github.com", "/octo", None),
            ("github.com", "/octo/shop/more", None),
            ("github.com", "/octo/..", None),
        ] {
            assert_eq!(of(host, path).as_deref(), wanted, "{host} {path}");
        }
    }

    #[test]
    fn the_remote_is_that_of_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(github_repository(folder.path()), None);
        let git = folder.path().join(".git");
        for name in ["objects", "refs"] {
            std::fs::create_dir_all(git.join(name)).unwrap();
        }
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        std::fs::write(
            git.join("config"),
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
        )
        .unwrap();
        assert_eq!(github_repository(folder.path()), None);
        for url in [
            "git@github.com:octo/shop.git",
            "https://github.com/octo/shop",
            "ssh://git@github.com:22/octo/shop.git",
        ] {
            let config = format!(
                "[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n"
            );
            std::fs::write(git.join("config"), config).unwrap();
            assert_eq!(
                github_repository(folder.path()).as_deref(),
                Some("octo/shop"),
                "{url}"
            );
        }
    }
}
