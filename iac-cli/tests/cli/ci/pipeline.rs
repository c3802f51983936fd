//! Generated pipelines, job by job.

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Github,
    Gitlab,
    Atlantis,
    AtlantisServer,
}

impl System {
    pub(crate) const ALL: [Self; 4] = [Self::Github, Self::Gitlab, Self::Atlantis, Self::AtlantisServer];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Atlantis => "atlantis",
            Self::AtlantisServer => "atlantis-server",
        }
    }

    /// The indentation of job names.
    fn indent(self) -> &'static str {
        if self == Self::Github { "  " } else { "" }
    }
}

/// A generated pipeline.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) text: String,
    jobs: Vec<Job>,
}

/// One job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Pipeline {
    pub(crate) fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter()
    }

    pub(crate) fn job(&self, name: &str) -> &str {
        let job = self.jobs.iter().find(|job| job.name == name);
        &job.unwrap_or_else(|| panic!("no job {name}")).text
    }
}

/// Splits the output of `iac ci` into jobs.
pub(crate) fn generated(seen: &str, system: System) -> Pipeline {
    let text = seen.strip_prefix("exit: 0\nstdout:\n").unwrap_or_else(|| panic!("{seen}"));
    let text = match system {
        System::Github => text.split_once("\njobs:\n").unwrap().1,
        _ => text,
    };
    let mut jobs: Vec<Job> = Vec::new();
    for line in text.lines() {
        let name = line.strip_prefix(system.indent()).and_then(|line| line.strip_suffix(':'));
        if let Some(name) = name.filter(|name| !name.starts_with([' ', '#'])) {
            jobs.push(Job { name: name.to_owned(), text: String::new() });
        } else if let Some(job) = jobs.last_mut() {
            job.text.extend([line, "\n"]);
        }
    }
    Pipeline { text: seen.to_owned(), jobs }
}
