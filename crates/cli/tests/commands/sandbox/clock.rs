//! `--at`: a sandbox in another time.

use super::calls::Calls;
use super::process::Sandbox;
use crate::openssl;

#[test]
fn a_sandbox_of_another_time_is_whole_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &["--at", "2031-03-04T05:06:07Z"]);
    let announced = sandbox.announced();
    let calls = Calls::new(&announced);
    assert_eq!(calls.statuses(), [200; 9]);
    let now = calls.installations(directory.path());
    assert_eq!(now[..4], ["FAILED_NoCertificateAvailable", "OK", "OK", "FAILED_CertificateExpired"]);
    if openssl::here("opnc sandbox --at") {
        let begins = openssl::field(&directory.path().join("roots/v2g.pem"), &["-startdate"]);
        assert!(begins.starts_with("notBefore=Mar  2 ") && begins.ends_with(" 2031 GMT"), "{begins}");
    }
}

#[test]
fn contracts_expire_when_the_clock_is_put_on() {
    let directory = tempfile::tempdir().unwrap();
    assert!(Sandbox::start(directory.path(), &["--at", "2027-01-01"]).terminate().success());
    let sandbox = Sandbox::start(directory.path(), &["--at", "2029-06-01"]);
    let announced = sandbox.announced();
    let calls = Calls::new(&announced);
    assert_eq!(calls.statuses(), [200; 9]);
    let (none, ended) = ("FAILED_NoCertificateAvailable", "FAILED_CertificateExpired");
    let expected = [none, ended, ended, ended, none, none, ended, none, none, none];
    assert_eq!(calls.installations(directory.path()), expected);
}
