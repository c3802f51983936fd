//! A mirror of a directory, in which Terraform can run without changing the original.
//!
//! Terraform writes to some files: `init` moves a state that it finds beside a new backend, and empties the file. Such
//! files are copied, and only after `init`; everything else is only read by Terraform, and is linked.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::command_error::CommandError;
use crate::data_directory::{DEFAULT_WORKSPACE, copy_if_present, link};

/// Number of parent directories that are mirrored too: modules are called by `../../modules/network`.
const PARENTS: usize = 6;
/// The file that configures the backend. Terraform merges override files in the order of their names, and this one
/// must be the last.
const OVERRIDE: &str = "~iac_backend_override.tf";
/// The lock file of the providers.
const LOCK: &str = ".terraform.lock.hcl";

/// A mirror, and the files that are copied later.
pub(super) struct Mirror {
    /// The mirrored directory.
    pub(super) directory: PathBuf,
    /// `TF_DATA_DIR`.
    pub(super) data: PathBuf,
    /// Files that are copied after `init`, and their copies.
    states: Vec<(PathBuf, PathBuf)>,
}

/// The state that Terraform plans with.
pub(super) struct State<'a> {
    /// The contents; empty if no state exists yet.
    pub(super) text: &'a [u8],
    /// The workspace that it belongs to.
    pub(super) workspace: &'a str,
}

impl Mirror {
    /// Mirrors a directory in `place`, with the results of `terraform init` in the data directory `installed`. With a
    /// state, the backend is a copy of it; otherwise the backend is the configured one.
    pub(super) fn new(
        directory: &Path,
        installed: &Path,
        place: &Path,
        state: Option<&State<'_>>,
    ) -> Result<Self, CommandError> {
        let make = || -> io::Result<Self> {
            let directory = fs::canonicalize(directory)?;
            let mut mirror =
                Self { directory: place.join("mirror"), data: place.join("data"), states: Vec::new() };
            mirror.link(&directory)?;
            if let Some(state) = state {
                mirror.set_state(place, state)?;
            }
            copy_if_present(&installed.join("environment"), &mirror.data.join("environment"))?;
            let modules = installed.join("modules");
            copy_if_present(&modules.join("modules.json"), &mirror.data.join("modules/modules.json"))?;
            // `modules.json` refers to modules by these paths.
            if installed.file_name() == Some(OsStr::new(".terraform")) {
                copy_if_present(&modules, &mirror.directory.join(".terraform/modules"))?;
            }
            if let Some(home) = installed.parent()
                && !mirror.directory.join(LOCK).exists()
            {
                copy_if_present(&home.join(LOCK), &mirror.directory.join(LOCK))?;
            }
            Ok(mirror)
        };
        make().map_err(|error| CommandError::file("cannot mirror", directory, error))
    }

    /// Copies the files that `terraform init` must not find.
    pub(super) fn complete(&self) -> Result<(), CommandError> {
        for (original, copy) in &self.states {
            copy_if_present(original, copy)
                .map_err(|error| CommandError::file("cannot copy", original, error))?;
        }
        Ok(())
    }

    /// Makes a copy of a state the backend.
    fn set_state(&self, place: &Path, state: &State<'_>) -> io::Result<()> {
        let workspaces = place.join("workspaces");
        let file = match state.workspace {
            DEFAULT_WORKSPACE => place.join("terraform.tfstate"),
            workspace => workspaces.join(workspace).join("terraform.tfstate"),
        };
        if let Some(parent) = file.parent() {
            // A workspace exists if its directory does.
            fs::create_dir_all(parent)?;
        }
        if !state.text.is_empty() {
            fs::write(&file, state.text)?;
        }
        let text = format!(
            "terraform {{\n  backend \"local\" {{\n    path          = {}\n    workspace_dir = {}\n  }}\n}}\n",
            quoted(&place.join("terraform.tfstate")),
            quoted(&workspaces)
        );
        fs::write(self.directory.join(OVERRIDE), text)
    }

    /// Links to the entries of a directory and of its parents.
    fn link(&mut self, directory: &Path) -> io::Result<()> {
        let names: Vec<&OsStr> = directory
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => Some(name),
                _ => None,
            })
            .collect();
        let levels = names.len().min(PARENTS);
        let mut real: PathBuf = directory.ancestors().nth(levels).unwrap_or(directory).to_owned();
        let mut mirrored = self.directory.clone();
        fs::create_dir_all(&mirrored)?;
        for name in &names[names.len() - levels..] {
            match self.link_entries(&real, &mirrored, Some(name)) {
                // Terraform cannot list such a parent either.
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
                linked => linked?,
            }
            real.push(name);
            mirrored.push(name);
            fs::create_dir(&mirrored)?;
        }
        self.directory.clone_from(&mirrored);
        self.link_entries(&real, &mirrored, None)
    }

    /// Links to the entries of a directory, except one.
    fn link_entries(&mut self, from: &Path, to: &Path, except: Option<&OsStr>) -> io::Result<()> {
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            let (original, place) = (from.join(&name), to.join(&name));
            match Usage::of(&name) {
                _ if Some(name.as_os_str()) == except => {}
                Usage::Read => link(&original, &place)?,
                Usage::Lock => copy_if_present(&original, &place)?,
                Usage::State => self.states.push((original, place)),
                Usage::Data => {}
            }
        }
        Ok(())
    }
}

/// The use that Terraform makes of a file or directory.
enum Usage {
    Read,
    /// Written by `init`.
    Lock,
    /// Moved by `init` if the backend changes.
    State,
    /// Created by `init`.
    Data,
}

impl Usage {
    fn of(name: &OsStr) -> Self {
        let name = name.to_string_lossy();
        if name == LOCK {
            Self::Lock
        } else if name.starts_with("terraform.tfstate") || name.ends_with(".tfstate") {
            Self::State
        } else if name.starts_with(".terraform") {
            Self::Data
        } else {
            Self::Read
        }
    }
}

/// Returns a path as a string literal of the configuration language.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// Returns all files and links below a directory.
    fn entries(directory: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                found.extend(entries(&path));
            } else {
                found.push(path);
            }
        }
        found
    }

    #[test]
    fn no_state_and_nothing_of_init_is_a_link() {
        let real = tempfile::tempdir().unwrap();
        let root = real.path().canonicalize().unwrap();
        let written = [
            "live/.terraform.lock.hcl",
            "live/.terraform/modules/modules.json",
            "live/terraform.tfstate",
            "live/terraform.tfstate.backup",
            "live/terraform.tfstate.d/dev/terraform.tfstate",
            "live/other.tfstate",
            "terraform.tfstate",
        ];
        for name in written.iter().chain(&["live/main.tf", "module/main.tf"]) {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *name).unwrap();
        }
        let place = tempfile::tempdir().unwrap();
        let live = root.join("live");
        let mirror = Mirror::new(&live, &live.join(".terraform"), place.path(), None).unwrap();
        let is_state = |path: &&PathBuf| path.to_string_lossy().contains("tfstate");
        // `init` would move any state that it finds.
        assert_eq!(entries(&mirror.directory).iter().find(is_state), None);
        mirror.complete().unwrap();
        let above = mirror.directory.parent().unwrap();
        for name in written {
            let copy = above.join(name);
            assert!(!copy.is_symlink(), "{name}");
            assert_eq!(fs::read_to_string(&copy).unwrap(), name);
            fs::write(&copy, "").unwrap();
            assert_eq!(fs::read_to_string(root.join(name)).unwrap(), name);
        }
        for name in ["live/main.tf", "module"] {
            assert!(above.join(name).is_symlink(), "{name}");
        }
    }

    #[test]
    fn state_of_a_workspace_is_the_backend() {
        let real = tempfile::tempdir().unwrap();
        let place = tempfile::tempdir().unwrap();
        let state = State { text: b"{}", workspace: "dev" };
        let mirror = Mirror::new(real.path(), Path::new("none"), place.path(), Some(&state)).unwrap();
        let place = place.path().display();
        let expected = format!(
            "terraform {{\n  backend \"local\" {{\n    path          = \"{place}/terraform.tfstate\"\n    workspace_dir = \
             \"{place}/workspaces\"\n  }}\n}}\n"
        );
        assert_eq!(fs::read_to_string(mirror.directory.join(OVERRIDE)).unwrap(), expected);
        assert_eq!(fs::read(format!("{place}/workspaces/dev/terraform.tfstate")).unwrap(), b"{}");
    }

    #[test]
    fn path_is_quoted() {
        assert_eq!(quoted(Path::new("/a\"b/${c}/%{d}")), r#""/a\"b/$${c}/%%{d}""#);
    }
}
