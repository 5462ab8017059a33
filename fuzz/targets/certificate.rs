//! Fuzzes the parser behind `fuzzing::certificate`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::certificate(bytes));
