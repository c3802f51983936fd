//! A directory of Terraform configuration, and commands to run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The mode of a plan.
pub(crate) const MODES: [&str; 4] = ["auto", "table", "provider", "terraform"];

/// One built-in resource.
pub(crate) const MAIN: &str = "resource \"terraform_data\" \"x\" {\n  input = \"a\"\n}\n";

/// Returns a state in which that resource has this input.
pub(crate) fn state(input: &str) -> String {
    state_of("00000000-0000-0000-0000-000000000001", 1, input)
}

pub(crate) fn state_of(lineage: &str, serial: u64, input: &str) -> String {
    format!(
        r#"{{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": {serial},
  "lineage": "{lineage}",
  "outputs": {{}},
  "resources": [
    {{
      "mode": "managed",
      "type": "terraform_data",
      "name": "x",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [
        {{
          "schema_version": 0,
          "attributes": {{
            "id": "5a7f4b5e-0000-0000-0000-000000000001",
            "input": {{"value": "{input}", "type": "string"}},
            "output": {{"value": "{input}", "type": "string"}},
            "triggers_replace": null
          }},
          "sensitive_attributes": []
        }}
      ]
    }}
  ],
  "check_results": null
}}
"#
    )
}

/// The type and contents of a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Directory,
    Link(PathBuf),
    File(Vec<u8>),
}

/// A directory for a test. The configuration is in `live`, so that it has siblings.
pub(crate) struct Project {
    directory: TempDir,
    env: Vec<(&'static str, String)>,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { directory: tempfile::tempdir().unwrap(), env: Vec::new() };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub(crate) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    /// The directory of the configuration.
    pub(crate) fn live(&self) -> PathBuf {
        self.directory.path().join("live")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.live().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs Terraform.
    pub(crate) fn terraform(self, args: &[&str]) -> Self {
        let output = self.run("terraform", args, Stdio::null());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "terraform {args:?}: {said}");
        self
    }

    /// Plans in a mode, and panics if a file has changed. Returns the exit code and the output of `iac`.
    pub(crate) fn plan(&self, mode: &str, args: &[&str], stdin: Option<&str>) -> (Option<i32>, String) {
        let before = self.files();
        let args = [&["plan", "--config", ".", "--with", mode, "--detailed-exitcode"], args].concat();
        let stdin = stdin.map_or_else(Stdio::null, |text| {
            let path = self.directory.path().join("stdin");
            fs::write(&path, text).unwrap();
            let file = fs::File::open(&path).unwrap();
            fs::remove_file(&path).unwrap();
            Stdio::from(file)
        });
        let output = self.run(env!("CARGO_BIN_EXE_iac"), &args, stdin);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let after = self.files();
        let names = |files: &BTreeMap<PathBuf, Content>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&before), names(&after), "{args:?}: {said}");
        for (path, content) in &before {
            assert!(after[path] == *content, "{args:?}: {} was changed\n{said}", path.display());
        }
        (output.status.code(), said)
    }

    fn run(&self, program: &str, args: &[&str], stdin: Stdio) -> Output {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.live()).stdin(stdin).env("CHECKPOINT_DISABLE", "1");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TF_")) {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.output().unwrap()
    }

    /// Returns all paths in the directory with their contents, including the targets of links.
    fn files(&self) -> BTreeMap<PathBuf, Content> {
        let mut files = BTreeMap::new();
        add(self.directory.path(), &mut files);
        files
    }
}

fn add(directory: &Path, files: &mut BTreeMap<PathBuf, Content>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_symlink() {
            Content::Link(fs::read_link(&path).unwrap())
        } else if path.is_dir() {
            add(&path, files);
            Content::Directory
        } else {
            Content::File(fs::read(&path).unwrap())
        };
        files.insert(path, content);
    }
}
