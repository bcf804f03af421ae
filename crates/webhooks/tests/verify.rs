//! Verification of signatures and timestamps.

#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use telnyx_ai_webhooks::{KeyError, SIGNATURE_HEADER, Signer, TIMESTAMP_HEADER, Verifier, VerifyError};

const BODY: &[u8] = br#"{"data": {"event_type": "call.conversation.ended", "payload": {}}}"#;
const SIGNED_AT: i64 = 1_767_225_600;

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}

fn verifier(signer: &Signer) -> Verifier {
    Verifier::new(&signer.public_key_base64()).expect("the signer has a valid key")
}

#[test]
fn signature_of_openssl_is_verified() {
    // Created by OpenSSL with the seed 00 01 .. 1f.
    let seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let public_key = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    let signature = "3mRnx7lSn4p3qH/6R/4WkKYp+foQbyACjID3LjnUsRi6cdsGedVzGPl9t0G0H1tBjG4+/nv4Y71RsMLW2KThBw==";
    let form = b"CallSid=v3%3Aabc&CallStatus=completed";

    let headers = HeaderMap::from_iter([
        (HeaderName::from_static(SIGNATURE_HEADER), HeaderValue::from_static(signature)),
        (HeaderName::from_static(TIMESTAMP_HEADER), HeaderValue::from_static("1767225600")),
    ]);
    let verifier = Verifier::new(public_key).unwrap();
    assert_eq!(verifier.verify_at(&headers, form, at(SIGNED_AT)), Ok(()));

    let signer = Signer::from_seed_base64(seed).unwrap();
    assert_eq!(signer.public_key_base64(), public_key);
    assert_eq!(signer.sign(SIGNED_AT, form), headers);
}

#[test]
fn changed_body_or_timestamp_is_an_error() {
    let signer = Signer::generate();
    let verifier = verifier(&signer);
    let headers = signer.sign(SIGNED_AT, BODY);
    assert_eq!(verifier.verify_at(&headers, BODY, at(SIGNED_AT)), Ok(()));

    for (index, _) in BODY.iter().enumerate() {
        let mut tampered = BODY.to_vec();
        tampered[index] ^= 1;
        assert_eq!(verifier.verify_at(&headers, &tampered, at(SIGNED_AT)), Err(VerifyError::WrongSignature));
    }
    // The same JSON, serialized again.
    let again = serde_json::from_slice::<serde_json::Value>(BODY).unwrap().to_string();
    assert_eq!(verifier.verify_at(&headers, again.as_bytes(), at(SIGNED_AT)), Err(VerifyError::WrongSignature));

    let mut later = headers.clone();
    later.insert(TIMESTAMP_HEADER, HeaderValue::from(SIGNED_AT + 1));
    assert_eq!(verifier.verify_at(&later, BODY, at(SIGNED_AT)), Err(VerifyError::WrongSignature));

    let others = Signer::generate().sign(SIGNED_AT, BODY);
    assert_eq!(verifier.verify_at(&others, BODY, at(SIGNED_AT)), Err(VerifyError::WrongSignature));
    assert!(VerifyError::WrongSignature.to_string().contains("verify the unmodified body"));
}

#[test]
fn timestamp_may_differ_by_300_seconds() {
    let signer = Signer::generate();
    let headers = signer.sign(SIGNED_AT, BODY);
    let verifier = verifier(&signer);
    let verdict = |now| verifier.verify_at(&headers, BODY, at(now));

    assert_eq!(verdict(SIGNED_AT + 300), Ok(()));
    assert_eq!(verdict(SIGNED_AT - 300), Ok(()));
    assert_eq!(verdict(SIGNED_AT + 301), Err(VerifyError::TooOld { seconds: 301, tolerance: 300 }));
    assert_eq!(verdict(SIGNED_AT - 301), Err(VerifyError::FromTheFuture { seconds: 301, tolerance: 300 }));
    assert!(
        verdict(SIGNED_AT + 412).unwrap_err().to_string().starts_with("signed 412 s ago, but only 300 s are allowed")
    );

    let strict = verifier.clone().tolerance(Duration::from_secs(5));
    assert!(strict.verify_at(&headers, BODY, at(SIGNED_AT + 5)).is_ok());
    assert!(strict.verify_at(&headers, BODY, at(SIGNED_AT + 6)).is_err());

    // The extremes of the clock and of the timestamp.
    assert_eq!(verifier.verify(&signer.sign_now(BODY), BODY), Ok(()));
    for extreme in [i64::MIN, -1, 0, i64::MAX] {
        assert!(verifier.verify(&signer.sign(extreme, BODY), BODY).is_err());
        assert!(verifier.verify_at(&headers, BODY, UNIX_EPOCH - Duration::from_secs(1)).is_err());
    }
}

#[test]
fn each_of_two_keys_is_accepted() {
    let (old, new, other) = (Signer::generate(), Signer::generate(), Signer::generate());
    let verifier = verifier(&old).with_key(&new.public_key_base64()).unwrap();
    assert_eq!(verifier.verify(&old.sign_now(BODY), BODY), Ok(()));
    assert_eq!(verifier.verify(&new.sign_now(BODY), BODY), Ok(()));
    assert_eq!(verifier.verify(&other.sign_now(BODY), BODY), Err(VerifyError::WrongSignature));
}

#[test]
fn header_names_are_case_insensitive() {
    let signer = Signer::generate();
    let signed = signer.sign_now(BODY);
    for (signature, timestamp) in [
        ("telnyx-signature-ed25519", "telnyx-timestamp"),
        ("Telnyx-Signature-Ed25519", "Telnyx-Timestamp"),
        ("TELNYX-SIGNATURE-ED25519", "TELNYX-TIMESTAMP"),
    ] {
        let headers = HeaderMap::from_iter([
            (HeaderName::try_from(signature).unwrap(), signed[SIGNATURE_HEADER].clone()),
            (HeaderName::try_from(timestamp).unwrap(), signed[TIMESTAMP_HEADER].clone()),
        ]);
        assert_eq!(verifier(&signer).verify(&headers, BODY), Ok(()));
    }
}

#[test]
fn each_malformed_header_has_its_error() {
    let signer = Signer::generate();
    let verdict = |change: &dyn Fn(&mut HeaderMap)| {
        let mut headers = signer.sign_now(BODY);
        change(&mut headers);
        verifier(&signer).verify(&headers, BODY).unwrap_err()
    };
    for name in [SIGNATURE_HEADER, TIMESTAMP_HEADER] {
        let missing = verdict(&|headers| drop(headers.remove(name)));
        assert_eq!(missing, VerifyError::MissingHeader(name));
        assert!(missing.to_string().starts_with(&format!("the header `{name}` is missing")));
    }
    for garbage in ["", "*", "not base64!", "AAAA", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="] {
        let error = verdict(&|headers| drop(headers.insert(SIGNATURE_HEADER, HeaderValue::from_static(garbage))));
        assert_eq!(error, VerifyError::MalformedSignature);
    }
    for garbage in ["", "now", "1767225600.5", "99999999999999999999", "2026-01-01T00:00:00Z"] {
        let error = verdict(&|headers| drop(headers.insert(TIMESTAMP_HEADER, HeaderValue::from_static(garbage))));
        assert_eq!(error, VerifyError::MalformedTimestamp);
    }
    let bytes = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    assert_eq!(
        verdict(&|headers| drop(headers.insert(SIGNATURE_HEADER, bytes.clone()))),
        VerifyError::MalformedSignature
    );
    assert_eq!(
        verdict(&|headers| drop(headers.insert(TIMESTAMP_HEADER, bytes.clone()))),
        VerifyError::MalformedTimestamp
    );
}

#[test]
fn invalid_key_is_an_error() {
    let refused = |key: &str| Verifier::new(key).unwrap_err();
    assert_eq!(refused("-----BEGIN PUBLIC KEY-----"), KeyError::NotBase64);
    assert_eq!(refused("AAAA"), KeyError::WrongLength(3));
    assert_eq!(refused(""), KeyError::WrongLength(0));
    // Zeros are a point of small order, whose signatures can be forged. The others are not points.
    assert_eq!(refused("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), KeyError::NotAKey);
    assert_eq!(refused("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), KeyError::NotAKey);
    assert_eq!(Signer::from_seed_base64("AAAA").unwrap_err(), KeyError::WrongLength(3));

    let signer = Signer::generate();
    let key = signer.public_key_base64();
    assert!(Verifier::new(&format!("  {key}\n")).is_ok());
    assert!(Verifier::new(key.trim_end_matches('=')).is_ok());
    assert!(verifier(&signer).with_key("AAAA").is_err());
}

#[test]
fn debug_of_a_signer_hides_its_secret() {
    let signer = Signer::from_seed_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let shown = format!("{signer:?} {:?}", verifier(&signer));
    assert_eq!(shown.matches(&signer.public_key_base64()).count(), 2);
    assert!(!shown.contains("AAECAwQF") && !shown.contains("1, 2, 3"));
}

/// The environment of a running process cannot be changed safely, so each case is a process.
#[test]
fn key_is_read_from_the_environment() {
    const CASE: &str = "TELNYX_AI_WEBHOOKS_TEST_EXPECTS";
    if let Ok(expected) = std::env::var(CASE) {
        assert_eq!(format!("{:?}", Verifier::from_env().err()), expected);
        return;
    }
    let key = Signer::generate().public_key_base64();
    for (value, expected) in [
        (None, "Some(Unset)"),
        (Some("  "), "Some(Unset)"),
        (Some("AAAA"), "Some(WrongLength(3))"),
        (Some(key.as_str()), "None"),
    ] {
        let mut case = Command::new(std::env::current_exe().unwrap());
        case.args(["--exact", "key_is_read_from_the_environment"]).env(CASE, expected).env_remove("TELNYX_PUBLIC_KEY");
        case.envs(value.map(|value| ("TELNYX_PUBLIC_KEY", value)));
        assert!(case.output().unwrap().status.success(), "{value:?}");
    }
}
