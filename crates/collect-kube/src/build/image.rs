//! Image references: `[registry[:port]/]name[:tag][@digest]`.

/// The tag and the digest of an image.
pub(super) fn parts(image: &str) -> (Option<String>, Option<String>) {
    let image = image.trim();
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest.to_owned())),
        None => (image, None),
    };
    // A colon before the last slash belongs to the registry's port.
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = last.split_once(':').map(|(_, tag)| tag.to_owned());
    (tag.filter(|tag| !tag.is_empty()), digest)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_port_is_no_tag() {
        for (image, tag, digest) in [
            ("nginx", None, None),
            ("nginx:1.27", Some("1.27"), None),
            ("registry:5000/app", None, None),
            ("registry:5000/app:v1", Some("v1"), None),
            ("app@sha256:ab", None, Some("sha256:ab")),
            ("r:5000/app:v1@sha256:ab", Some("v1"), Some("sha256:ab")),
            ("app:", None, None),
            (" app:latest ", Some("latest"), None),
        ] {
            let wanted = (tag.map(str::to_owned), digest.map(str::to_owned));
            assert_eq!(parts(image), wanted, "{image}");
        }
    }
}
