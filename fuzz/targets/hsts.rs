//! Fuzzes the parser behind `fuzzing::hsts`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::hsts(bytes));
