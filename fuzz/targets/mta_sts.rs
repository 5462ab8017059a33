//! Fuzzes the parser behind `fuzzing::mta_sts`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::mta_sts(bytes));
