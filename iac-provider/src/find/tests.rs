use std::fs;

use super::*;

const AWS: &str = "registry.terraform.io/hashicorp/aws";

/// A directory that contains an empty home directory.
struct Machine {
    root: tempfile::TempDir,
    locations: Locations,
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut locations = Locations { directory: root.path().join("config"), ..Locations::default() };
        locations.unpack = Some(root.path().join("cache"));
        for (name, path) in [("HOME", "home"), ("XDG_DATA_DIRS", "system")] {
            locations.environment.insert(name.to_owned(), root.path().join(path).into());
        }
        Self { root, locations }
    }

    fn write(&self, path: &str, content: &[u8]) -> PathBuf {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn binary(&self, mirror: &str, version: &str) -> PathBuf {
        let name = format!("terraform-provider-aws_v{version}_x5");
        self.write(&format!("{mirror}/{AWS}/{version}/{}/{name}", mirror::platform()), b"")
    }

    fn find(&self, version: Option<&str>) -> Result<Found, ClientError> {
        find(AWS, version, &self.locations)
    }

    #[track_caller]
    fn finds(&self, version: Option<&str>, path: &Path) {
        assert_eq!(self.find(version).unwrap().path, path);
    }
}

#[test]
fn newest_version_of_the_first_location_wins() {
    let machine = Machine::new();
    let system = machine.binary("system/terraform/plugins", "5.100.0");
    machine.finds(None, &system);
    let home = machine.binary("home/.terraform.d/plugins", "5.9.0");
    machine.finds(None, &home);
    let newer = machine.binary("home/.terraform.d/plugins", "5.10.0");
    machine.finds(None, &newer);
    machine.finds(Some("5.9.0"), &home);
    machine.finds(Some("5.100.0"), &system);
    let installed = machine.binary("config/.terraform/providers", "4.0.0");
    machine.finds(None, &installed);
    assert_eq!(machine.find(None).unwrap().version, "4.0.0");
}

#[test]
fn lock_file_selects_the_version() {
    let machine = Machine::new();
    machine.binary("home/.terraform.d/plugins", "5.10.0");
    let locked = machine.binary("home/.terraform.d/plugins", "5.9.0");
    machine.write(
        "config/.terraform.lock.hcl",
        format!("provider \"{AWS}\" {{\n  version = \"5.9.0\"\n}}\n").as_bytes(),
    );
    machine.finds(None, &locked);
}

#[test]
fn cli_configuration_selects_the_locations() {
    let mut machine = Machine::new();
    machine.binary("home/.terraform.d/plugins", "5.10.0");
    let excluded = machine.root.path().join("excluded");
    let mirror = machine.root.path().join("mirror");
    let text = format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {excluded:?}\n    exclude = [\"hashicorp/*\"]\n  }}\n  \
         filesystem_mirror {{\n    path = {mirror:?}\n    include = [\"registry.terraform.io/*/*\"]\n  }}\n  direct {{}}\n}}\n"
    );
    let file = machine.write("file.tfrc", text.as_bytes());
    machine.locations.environment.insert("TF_CLI_CONFIG_FILE".to_owned(), file.clone().into());
    machine.binary("excluded", "5.11.0");
    let Err(ClientError::NotFound { wanted, looked_in }) = machine.find(None) else { panic!("it is found") };
    assert_eq!(wanted, AWS);
    assert_eq!(
        looked_in,
        [
            format!("{} (.terraform)", machine.root.path().join("config/.terraform/providers").display()),
            format!("{} (filesystem mirror)", mirror.display()),
        ]
    );
    let mirrored = machine.binary("mirror", "5.8.0");
    machine.finds(None, &mirrored);

    let own = machine.write("own/terraform-provider-aws", b"");
    let text = format!(
        "provider_installation {{\n dev_overrides {{\n \"hashicorp/aws\" = {:?}\n }}\n}}\n",
        own.parent().unwrap()
    );
    fs::write(&file, text).unwrap();
    machine.finds(None, &own);

    fs::write(&file, "provider_installation {").unwrap();
    assert!(matches!(machine.find(None), Err(ClientError::Configuration { path, .. }) if path == file));
}

#[test]
fn package_is_unpacked_once() {
    let machine = Machine::new();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["LICENSE.txt", "terraform-provider-aws_v5.1.0_x5"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, name.as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let name = format!("terraform-provider-aws_5.1.0_{}.zip", mirror::platform());
    let package = machine.write(&format!("home/.terraform.d/plugins/{AWS}/{name}"), &archive);
    let found = machine.find(None).unwrap();
    assert_eq!(found.version, "5.1.0");
    assert_eq!(fs::read(&found.path).unwrap(), b"terraform-provider-aws_v5.1.0_x5");
    fs::write(&package, "").unwrap();
    assert_eq!(machine.find(None).unwrap(), found);
}

#[test]
fn explicit_binary_is_used() {
    let mut machine = Machine::new();
    let path = machine.write("terraform-provider-aws_v5.2.0_x5", b"");
    machine.locations.binary = Some(path.clone());
    let found = Found { source: AWS.to_owned(), version: "5.2.0".to_owned(), path };
    assert_eq!(find("hashicorp/aws", None, &machine.locations).unwrap(), found);
    machine.locations.binary = Some(machine.root.path().join("nothing"));
    assert!(matches!(machine.find(None), Err(ClientError::NotFound { .. })));
}
