#[cfg(not(feature = "remote-state"))]
#[test]
fn message_without_the_feature_says_how_to_have_it() {
    use super::*;

    let error = StateSource::named(Path::new("s3://bucket/key")).read().unwrap_err();
    assert_eq!(
        message(&error),
        "cannot read `s3://bucket/key`: this `iac` was built without it; run `cargo install iac-cli --features \
         remote-state`; or let Terraform read it: `terraform state pull | iac plan --state -`"
    );
    let s3 = backend("s3", &[("bucket", "b"), ("key", "k"), ("access_key", "a")]);
    assert!(StateSource::find(directory(&[]).path(), Some(s3), "default", &|_| None).unwrap().is_pulled());
}
