//! An on-disk cache of a provider's answers, keyed by everything they depend on: the binary, its configuration and
//! the request.
//!
//! A request is identified by its hash only. Callers must not cache answers that contain sensitive values.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::find::Found;

/// The maximum size of the cache for one binary.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// The maximum number of binaries with a cache.
const MAX_BINARIES: usize = 8;
/// The start of the cache file. Change it whenever the format changes.
const MAGIC: &[u8] = b"iac-answers-1\n";

type Key = [u8; 32];

/// The cached answers of one binary.
pub(crate) struct Answers {
    directory: PathBuf,
    content: Mutex<Content>,
}

#[derive(Default)]
struct Content {
    entries: HashMap<Key, Entry>,
    clock: u32,
    has_new: bool,
}

struct Entry {
    answer: Bytes,
    /// When the entry was last used: larger is later.
    used: u32,
}

/// Returns the directory of this user's caches: `IAC_CACHE_DIR`, or the system's default.
#[must_use]
pub fn cache_directory() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = variable("IAC_CACHE_DIR") {
        return Some(directory);
    }
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")))
    };
    Some(caches?.join("iac"))
}

impl Answers {
    /// Opens the cache of a binary below a directory. Unreadable files are ignored.
    pub(crate) fn open(directory: &Path, found: &Found) -> Option<Self> {
        let metadata = fs::metadata(&found.path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let identity = hash(&[
            found.source.as_bytes(),
            found.version.as_bytes(),
            found.path.as_os_str().as_encoded_bytes(),
            &metadata.len().to_be_bytes(),
            &modified.as_nanos().to_be_bytes(),
        ]);
        let name = format!(
            "{:024x}",
            identity[..12].iter().fold(0_u128, |name, byte| name << 8 | u128::from(*byte))
        );
        let directory = directory.join("provider").join(name);
        let entries =
            fs::read(directory.join("answers")).map(|bytes| parse(&bytes.into())).unwrap_or_default();
        Some(Self { directory, content: Mutex::new(Content { entries, ..Content::default() }) })
    }

    /// Returns the cached answer to the schema call.
    pub(crate) fn schema(&self) -> Option<Bytes> {
        fs::read(self.directory.join("schema")).ok().map(Bytes::from)
    }

    /// Caches the answer to the schema call.
    pub(crate) fn store_schema(&self, answer: &[u8]) {
        // Nothing depends on the cache, so failure to write it is ignored.
        drop(write(&self.directory.join("schema"), &[answer]));
    }

    /// Returns the key of a request.
    pub(crate) fn key(parts: &[&[u8]]) -> Key {
        hash(parts)
    }

    /// Returns the cached answer to a request.
    pub(crate) fn get(&self, key: &Key) -> Option<Bytes> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.clock += 1;
        let now = content.clock;
        let entry = content.entries.get_mut(key)?;
        entry.used = now;
        Some(entry.answer.clone())
    }

    /// Caches an answer.
    pub(crate) fn store(&self, key: Key, answer: Bytes) {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.clock += 1;
        content.has_new = true;
        let used = content.clock;
        content.entries.insert(key, Entry { answer, used });
    }

    fn save(&self) -> io::Result<()> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut content.has_new) {
            return Ok(());
        }
        let mut entries: Vec<(&Key, &Entry)> = content.entries.iter().collect();
        entries.sort_unstable_by_key(|(key, entry)| (std::cmp::Reverse(entry.used), **key));
        let mut bytes = MAGIC.to_vec();
        for (key, entry) in entries {
            let Ok(length) = u32::try_from(entry.answer.len()) else { continue };
            if bytes.len() + entry.answer.len() > MAX_BYTES {
                break;
            }
            bytes.extend(key);
            bytes.extend(length.to_be_bytes());
            bytes.extend(&entry.answer);
        }
        write(&self.directory.join("answers"), &[&bytes])?;
        self.forget_old_binaries()
    }

    /// Removes the caches of the least recently used binaries.
    fn forget_old_binaries(&self) -> io::Result<()> {
        let Some(parent) = self.directory.parent() else { return Ok(()) };
        let mut others = Vec::new();
        for entry in fs::read_dir(parent)? {
            let path = entry?.path();
            if path != self.directory
                && let Ok(modified) = fs::metadata(&path).and_then(|metadata| metadata.modified())
            {
                others.push((modified, path));
            }
        }
        others.sort_unstable_by(|left, right| right.cmp(left));
        others.iter().skip(MAX_BINARIES - 1).try_for_each(|(_, path)| fs::remove_dir_all(path))
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        drop(self.save());
    }
}

fn hash(parts: &[&[u8]]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Parses the file, up to the first incomplete entry.
fn parse(bytes: &Bytes) -> HashMap<Key, Entry> {
    let mut entries = HashMap::new();
    let mut position = MAGIC.len();
    if !bytes.starts_with(MAGIC) {
        return entries;
    }
    while let Some((key, rest)) = bytes[position..].split_first_chunk::<32>()
        && let Some((length, rest)) = rest.split_first_chunk()
    {
        let length = u32::from_be_bytes(*length) as usize;
        if rest.len() < length {
            break;
        }
        let start = position + 36;
        entries.insert(*key, Entry { answer: bytes.slice(start..start + length), used: 0 });
        position = start + length;
    }
    entries
}

/// Replaces a file atomically; only this user can read it.
fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&temporary)
        .and_then(|mut file| parts.iter().try_for_each(|part| file.write_all(part)))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        drop(fs::remove_file(&temporary));
    }
    written
}
