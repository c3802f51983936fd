//! Volumes of a task.

use iac_core::Text;
use iac_core::builder::EntryHandle as _;
use iac_core::expression::Target;

use super::Container;
use super::container::MountedVolume;

/// The volumes of a task with distinct names, although different volumes may have the same name in the program.
#[derive(Debug)]
pub(super) struct Volumes(Vec<(Identity, String, MountedVolume)>);

/// What makes two mounts the same volume.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Identity {
    /// The container and the path.
    Scratch(Text, Text),
    Shared(Text),
    AccessPoint(Target),
}

impl Identity {
    fn of(container: &Text, volume: &MountedVolume) -> Self {
        match volume {
            MountedVolume::Scratch(path) => Self::Scratch(container.clone(), path.clone()),
            MountedVolume::Shared(name) => Self::Shared(name.clone()),
            MountedVolume::FileSystem(volume) => Self::AccessPoint(volume.access_point.handle().target()),
        }
    }
}

impl Volumes {
    /// Returns the volumes that the containers mount.
    ///
    /// The first volume of a name has that name. Another one is prefixed with its container, and numbered if that is not
    /// enough.
    pub(super) fn of(containers: &[Container]) -> Self {
        let mut volumes: Vec<(Identity, String, MountedVolume)> = Vec::new();
        for container in containers {
            for mount in &container.mounts {
                let identity = Identity::of(&container.name, &mount.volume);
                if volumes.iter().any(|(known, ..)| *known == identity) {
                    continue;
                }
                let plain = plain_name(&mount.volume);
                let prefixed = format!("{}-{plain}", container.name);
                let numbered = (2..).map(|number| format!("{prefixed}-{number}"));
                let mut names = [plain, prefixed.clone()].into_iter().chain(numbered);
                let is_free = |name: &String| volumes.iter().all(|(_, taken, _)| taken != name);
                let name = names.find(is_free).expect("there are more numbers than volumes");
                volumes.push((identity, name, mount.volume.clone()));
            }
        }
        Self(volumes)
    }

    /// Returns the name of a volume that a container mounts.
    pub(super) fn name(&self, container: &Text, volume: &MountedVolume) -> &str {
        let identity = Identity::of(container, volume);
        let known = self.0.iter().find(|(known, ..)| *known == identity);
        known.map_or("", |(_, name, _)| name)
    }

    /// Returns the names and volumes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &MountedVolume)> {
        self.0.iter().map(|(_, name, volume)| (name.as_str(), volume))
    }
}

/// Returns a name of the characters that ECS accepts: letters, digits, `_` and `-`.
fn plain_name(volume: &MountedVolume) -> String {
    let name = match volume {
        MountedVolume::Scratch(path) => path.trim_matches('/'),
        MountedVolume::Shared(name) => name.as_str(),
        MountedVolume::FileSystem(volume) => volume.name(),
    };
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}
