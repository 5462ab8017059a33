//! Fuzzes the parser behind `fuzzing::spf`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::spf(bytes));
