//! A body as it was before it was packed (RFC 9110 §8.4). We ask for none to be, but some stores of
//! files hand out what they have.

use super::head::Fields;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// What is known of a body's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// This is all of it.
    Whole(Vec<u8>),
    /// It begins so, and there is more.
    Part(Vec<u8>),
    /// It cannot be read: an encoding that we do not know, or one that is broken.
    Packed,
}

/// Unpacks what was read of a body, at most `most` bytes of it; `complete` says whether all was read.
pub(super) fn content(fields: &Fields, body: Vec<u8>, complete: bool, most: usize) -> Content {
    let mut encodings = fields
        .list("content-encoding")
        .filter(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    let plain = |body| {
        if complete {
            Content::Whole(body)
        } else {
            Content::Part(body)
        }
    };
    let Some(encoding) = encodings.next().filter(|_| !body.is_empty()) else {
        return plain(body);
    };
    if encodings.next().is_some() {
        return Content::Packed;
    }
    match encoding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body.as_slice()), complete, most),
        "deflate" => read(ZlibDecoder::new(body.as_slice()), complete, most),
        _ => Content::Packed,
    }
}

fn read(decoder: impl Read, complete: bool, most: usize) -> Content {
    let mut content = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX);
    let ended = decoder
        .take(bound.saturating_add(1))
        .read_to_end(&mut content);
    let cut = content.len() > most;
    content.truncate(most);
    match ended {
        _ if cut => Content::Part(content),
        Ok(_) if complete => Content::Whole(content),
        // Of what was cut the beginning is good.
        Ok(_) | Err(_) if !complete => Content::Part(content),
        Ok(_) | Err(_) => Content::Packed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Fields, content};
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_within_bounds() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"hello").unwrap();
        let zlib = zlib.finish().unwrap();
        let packed = gzip(b"hello");
        let half = gzip(&(0..=255).cycle().take(9000).collect::<Vec<u8>>());
        let half = half.get(..60).unwrap().to_vec();
        let whole = |text: &[u8]| Content::Whole(text.to_vec());
        let part = |text: &[u8]| Content::Part(text.to_vec());
        for (encoding, body, complete, wanted) in [
            ("", b"hello".to_vec(), true, whole(b"hello")),
            ("", b"he".to_vec(), false, part(b"he")),
            ("identity", b"hello".to_vec(), true, whole(b"hello")),
            ("gzip", packed.clone(), true, whole(b"hello")),
            ("X-GZip", packed.clone(), true, whole(b"hello")),
            ("deflate", zlib, true, whole(b"hello")),
            ("gzip", Vec::new(), true, whole(b"")),
            ("gzip", b"hello".to_vec(), true, Content::Packed),
            ("br", packed.clone(), true, Content::Packed),
            ("gzip, br", packed, true, Content::Packed),
            // A bomb, and what came of a body that was cut.
            ("gzip", gzip(&vec![7; 16 << 20]), true, part(&[7; 1000])),
            ("gzip", half.clone(), true, Content::Packed),
        ] {
            let mut fields = Fields::default();
            fields.push("Content-Encoding", encoding);
            let found = content(&fields, body, complete, 1000);
            assert_eq!(found, wanted, "{encoding}");
        }
        let mut fields = Fields::default();
        fields.push("Content-Encoding", "gzip");
        assert!(matches!(
            content(&fields, half, false, 1000),
            Content::Part(_)
        ));
    }
}
