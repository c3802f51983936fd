//! Tests of the client with a fake provider.
//!
//! The provider is this test binary itself, which runs [`fake`] if started as a provider. Its file name selects its
//! behavior.

#![expect(
    clippy::exit,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is a test and a provider, which speaks by what it prints"
)]

mod fake;
mod hybrid;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use iac_core::ResourceAddress;
use iac_lang::value::Value;
use iac_plan::plan::{PlanRequest, PlanResponse, Provider, ProviderError};
use iac_plan::schema::EntityKind;
use iac_provider::{Binary, ClientError, Found, Options};

/// A test and its name.
type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("plan returns the provider's answer", plan_returns_the_providers_answer),
    ("protocol version 6 is supported", protocol_version_6_is_supported),
    ("only the call that crashes the provider fails", only_the_crashing_call_fails),
    ("a provider that always crashes is abandoned", always_crashing_provider_is_abandoned),
    ("large output on stderr does not block the provider", large_stderr_does_not_block),
    ("a call that exceeds the timeout is an error", slow_call_is_an_error),
    ("a binary that is not a provider is an error", invalid_binary_is_an_error),
    ("a cached answer needs no provider", cached_answer_needs_no_provider),
    ("an answer with a secret is not cached", secret_answer_is_not_cached),
    ("a provider ends with its client", provider_ends_with_its_client),
    ("a provider ends when its client is interrupted", provider_ends_when_its_client_is_interrupted),
];

/// Names the provider that this program should start and then hold.
const HOLD: &str = "IAC_TEST_HOLD";

fn main() -> ExitCode {
    if std::env::var_os("TF_PLUGIN_MAGIC_COOKIE").is_some() {
        fake::run();
        return ExitCode::SUCCESS;
    }
    if let Some(path) = std::env::var_os(HOLD) {
        hold(path.into());
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut failed = false;
    for (name, test) in TESTS.iter().chain(hybrid::tests()) {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            let passed = std::panic::catch_unwind(test).is_ok();
            println!("{}: {name}", if passed { "ok" } else { "FAILED" });
            failed |= !passed;
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A fake provider in a directory of its own.
struct Fake {
    directory: tempfile::TempDir,
    found: Found,
}

impl Fake {
    /// Creates a provider with the behavior that the word selects.
    fn with_behavior(word: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(word);
        std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &path).unwrap();
        let found = Found { source: "example.com/test/fake".to_owned(), version: "1.0.0".to_owned(), path };
        Self { directory, found }
    }

    fn open(&self) -> Result<Binary, ClientError> {
        self.open_with(Duration::from_secs(2))
    }

    fn open_with(&self, limit: Duration) -> Result<Binary, ClientError> {
        let options = Options { limit, cache: Some(self.cache()), ..Options::default() };
        Binary::open(self.found.clone(), options)
    }

    fn cache(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    /// Returns the IDs of the processes that were started.
    fn started(&self) -> Vec<String> {
        let started = fs::read_to_string(self.directory.path().join("started")).unwrap_or_default();
        started.lines().map(str::to_owned).collect()
    }
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// Plans the creation of things with these names in one batch.
fn plan(binary: &Binary, names: &[&str], secret: &Value) -> Vec<Result<PlanResponse, ProviderError>> {
    let schema = binary.schema(EntityKind::Resource, "fake_thing").expect("it has the type");
    let address: ResourceAddress = "fake_thing.a".parse().unwrap();
    let object = |name: &&str| {
        Value::Object(
            [("id".into(), Value::Null), ("name".into(), text(name)), ("secret".into(), secret.clone())]
                .into(),
        )
    };
    let objects: Vec<Value> = names.iter().map(object).collect();
    let request = |object| PlanRequest {
        address: &address,
        provider: "provider[\"example.com/test/fake\"]",
        schema: &schema,
        prior: &Value::Null,
        proposed: object,
        config: object,
        written: object,
        private: None,
        sensitive: false,
    };
    let requests: Vec<_> = objects.iter().map(request).collect();
    binary.plan(&requests)
}

/// Returns the planned name.
fn planned(answer: &Result<PlanResponse, ProviderError>) -> String {
    match answer {
        Ok(PlanResponse { planned: Value::Object(members), .. }) => match members.get("name") {
            Some(Value::String(name)) => name.to_string(),
            other => format!("{other:?}"),
        },
        Ok(other) => format!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check_plans(word: &str) {
    let fake = Fake::with_behavior(word);
    let binary = fake.open().unwrap();
    assert_eq!(binary.type_names(EntityKind::Resource), ["fake_thing"]);
    let answers = plan(&binary, &["one", "two"], &Value::Null);
    assert_eq!(answers.iter().map(planned).collect::<Vec<_>>(), ["one", "two"]);
    let Ok(PlanResponse { planned: Value::Object(members), requires_replace, .. }) = &answers[0] else {
        panic!("{answers:?}")
    };
    assert_eq!(members.get("id"), Some(&Value::UNKNOWN));
    assert_eq!(requires_replace[0].to_string(), "name");
}

fn plan_returns_the_providers_answer() {
    check_plans("fine");
}

fn protocol_version_6_is_supported() {
    check_plans("version-6");
}

fn only_the_crashing_call_fails() {
    let fake = Fake::with_behavior("fine");
    let binary = fake.open().unwrap();
    let mut names = vec!["fine"; 100];
    names[30] = "panic";
    names[31] = "panic";
    names[90] = "panic";
    let answers = plan(&binary, &names, &Value::Null);
    for (name, answer) in names.iter().zip(&answers) {
        let expected = if *name == "fine" { "fine" } else { "the provider crashed: panic: it was told to" };
        assert_eq!(planned(answer), expected);
    }
    assert_eq!(planned(&plan(&binary, &["after"], &Value::Null)[0]), "after");
}

fn always_crashing_provider_is_abandoned() {
    let fake = Fake::with_behavior("fine");
    let binary = fake.open().unwrap();
    let answers = plan(&binary, &["panic"; 100], &Value::Null);
    assert!(answers.iter().all(Result::is_err));
    assert!(planned(&answers[99]).contains("crashed repeatedly"), "{}", planned(&answers[99]));
    assert!(fake.started().len() < 40, "{}", fake.started().len());
}

fn large_stderr_does_not_block() {
    let fake = Fake::with_behavior("flood");
    let binary = fake.open_with(Duration::from_secs(60)).unwrap();
    let answers = plan(&binary, &["fine"; 20], &Value::Null);
    assert!(answers.iter().all(|answer| planned(answer) == "fine"));
}

fn slow_call_is_an_error() {
    let fake = Fake::with_behavior("fine");
    let binary = fake.open().unwrap();
    let begin = Instant::now();
    let answers = plan(&binary, &["fine", "slow", "fine"], &Value::Null);
    let answers: Vec<_> = answers.iter().map(planned).collect();
    assert_eq!(answers, ["fine", "the provider did not answer within 2 s", "fine"]);
    assert!(begin.elapsed() < Duration::from_secs(20));
}

fn invalid_binary_is_an_error() {
    let refused = |word: &str| Fake::with_behavior(word).open().expect_err(word).to_string();
    assert_eq!(refused("ends"), "the provider exited immediately: no license");
    assert!(refused("prints").contains("the binary is not a provider"), "{}", refused("prints"));
    let nothing = Found { path: Path::new("/nothing/there").to_owned(), ..Fake::with_behavior("fine").found };
    assert!(matches!(Binary::open(nothing, Options::default()), Err(ClientError::Start { .. })));
}

fn cached_answer_needs_no_provider() {
    let fake = Fake::with_behavior("fine");
    let names = ["one", "two"];
    let first: Vec<_> = plan(&fake.open().unwrap(), &names, &Value::Null).iter().map(planned).collect();
    assert_eq!(fake.started().len(), 1);
    let binary = fake.open().unwrap();
    let second: Vec<_> = plan(&binary, &names, &Value::Null).iter().map(planned).collect();
    assert_eq!(second, first);
    assert_eq!(fake.started().len(), 1);
    // A request that is not cached needs the provider after all.
    assert_eq!(planned(&plan(&binary, &["three"], &Value::Null)[0]), "three");
    assert_eq!(fake.started().len(), 2);
    drop(binary);

    // A damaged cache is ignored.
    for entry in fs::read_dir(fake.cache().join("provider")).unwrap() {
        let answers = entry.unwrap().path().join("answers");
        let content = fs::read(&answers).unwrap();
        fs::write(&answers, &content[..content.len() - 7]).unwrap();
    }
    let third: Vec<_> = plan(&fake.open().unwrap(), &names, &Value::Null).iter().map(planned).collect();
    assert_eq!(third, first);
}

fn secret_answer_is_not_cached() {
    let fake = Fake::with_behavior("fine");
    for started in [1, 2] {
        let binary = fake.open().unwrap();
        assert_eq!(planned(&plan(&binary, &["one"], &text("hunter2"))[0]), "one");
        assert_eq!(fake.started().len(), started);
    }
    let mut files = vec![fake.cache()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let content = fs::read(&path).unwrap();
            assert!(!content.windows(7).any(|part| part == b"hunter2"), "{}", path.display());
        }
    }
}

fn provider_ends_with_its_client() {
    let fake = Fake::with_behavior("fine");
    let binary = fake.open().unwrap();
    let process = Path::new("/proc").join(&fake.started()[0]);
    let has_processes = Path::new("/proc/self").exists();
    assert!(!has_processes || process.exists());
    drop(binary);
    assert!(!process.exists());
    assert!(!fake.directory.path().join("socket").exists());
}

fn hold(path: PathBuf) {
    let found = Found { source: "example.com/test/fake".to_owned(), version: String::new(), path };
    let _binary = Binary::open(found, Options::default()).unwrap();
    println!("ready");
    std::thread::sleep(Duration::from_secs(60));
}

fn provider_ends_when_its_client_is_interrupted() {
    let fake = Fake::with_behavior("fine");
    let mut client = Command::new(std::env::current_exe().unwrap())
        .env(HOLD, &fake.found.path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(client.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    assert_eq!(ready, "ready\n");
    let process = Path::new("/proc").join(&fake.started()[0]);
    assert!(Command::new("kill").args(["-INT", &client.id().to_string()]).status().unwrap().success());
    // The signal terminates it, so there is no exit code.
    assert_eq!(client.wait().unwrap().code(), None);
    let is_gone = || fs::read_to_string(process.join("stat")).map_or(true, |stat| stat.contains(") Z "));
    let begin = Instant::now();
    while !is_gone() && begin.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(is_gone());
}
