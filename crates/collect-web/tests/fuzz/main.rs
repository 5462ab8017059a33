//! The corpus of the fuzz targets, replayed: every file below `tests/fuzz/corpus/TARGET` through
//! the door of its name.

use seaworthy_collect_web::fuzzing;
use std::path::Path;

/// Where the bytes of one kind go in.
type Door = fn(&[u8]);

#[test]
fn the_corpus_holds() {
    let doors: [(&str, Door); 14] = [
        ("caa", fuzzing::caa),
        ("certificate", fuzzing::certificate),
        ("cookie", fuzzing::cookie),
        ("csp", fuzzing::csp),
        ("dmarc", fuzzing::dmarc),
        ("mta_sts", fuzzing::mta_sts),
        ("dns_answer", fuzzing::dns_answer),
        ("head", fuzzing::head),
        ("hsts", fuzzing::hsts),
        ("security_txt", fuzzing::security_txt),
        ("server_hello", fuzzing::server_hello),
        ("server_turn", fuzzing::server_turn),
        ("spf", fuzzing::spf),
        ("timestamps", fuzzing::timestamps),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, door) in doors {
        let files = std::fs::read_dir(root.join(name)).unwrap();
        let mut count = 0;
        for file in files {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            door(&bytes);
            // Cut anywhere, it must hold as well.
            for end in 0..bytes.len().min(512) {
                door(&bytes[..end]);
            }
            count += 1;
        }
        assert!(count >= 3, "{name} has {count} files");
    }
}
