//! What differs between the environments and between the regions. Everything else is the same everywhere.

/// One environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub account: &'static str,
    pub domain: &'static str,
    /// The images that run: a tag that the build gave them, and that never moves.
    pub release: &'static str,
    /// The network of the first region is `10.<network>.0.0/16`, and the next region has the next number.
    pub network: u8,
    pub nat: Nat,
    pub web: Web,
    pub recorder: Recorder,
    pub log_retention_days: u32,
    /// Whether what holds data or traffic refuses to be deleted.
    pub deletion_protection: bool,
    /// Who is told of alarms.
    pub operators: &'static str,
}

/// How the private subnets reach the internet.
#[derive(Clone, Copy, Debug)]
pub enum Nat {
    /// One gateway for all zones: cheaper, and gone with its zone.
    Single,
    /// A gateway in each zone.
    PerZone,
}

/// The size of the web service in each region.
#[derive(Debug)]
pub struct Web {
    /// In units of 1/1024 of a processor.
    pub cpu: u32,
    /// In MiB.
    pub memory: u32,
    /// How many tasks run at least, while schools are closed.
    pub tasks_at_night: u32,
    /// How many tasks run at least, while schools are open.
    pub tasks_at_school: u32,
    /// How many tasks run at most.
    pub tasks_at_most: u32,
}

/// The size of the recorders in each region.
#[derive(Debug)]
pub struct Recorder {
    pub tasks_at_most: u32,
    pub instances_at_most: u32,
    /// How many of the instances are never spot instances.
    pub on_demand_instances: u32,
}

/// A region, and when its schools open.
#[derive(Debug)]
pub struct Region {
    /// What it is called in names.
    pub name: &'static str,
    /// What AWS calls it.
    pub code: &'static str,
    /// The letters of the availability zones.
    pub zones: [char; 3],
    pub bells: &'static [Bell],
}

impl Region {
    /// Whether it is the region of what the regions share.
    pub fn is_home(&self) -> bool {
        self.code == HOME.code
    }
}

/// When the number of tasks changes, because schools open or close.
#[derive(Debug)]
pub struct Bell {
    pub name: &'static str,
    pub schools: Schools,
    /// In the syntax of `cron(…)`: minutes, hours, day of the month, month, day of the week.
    pub time: &'static str,
    pub time_zone: &'static str,
}

/// What the bell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schools {
    Open,
    Closed,
}

pub static ENVIRONMENTS: [Environment; 3] = [
    Environment {
        name: "development",
        account: "111111111111",
        domain: "development.lessons.example",
        release: "2025.11.3",
        network: 16,
        nat: Nat::Single,
        web: Web { cpu: 256, memory: 512, tasks_at_night: 1, tasks_at_school: 1, tasks_at_most: 4 },
        recorder: Recorder { tasks_at_most: 2, instances_at_most: 1, on_demand_instances: 0 },
        log_retention_days: 14,
        deletion_protection: false,
        operators: "developers@lessons.example",
    },
    Environment {
        name: "staging",
        account: "222222222222",
        domain: "staging.lessons.example",
        release: "2025.11.2",
        network: 32,
        nat: Nat::Single,
        web: Web { cpu: 1024, memory: 2048, tasks_at_night: 2, tasks_at_school: 2, tasks_at_most: 20 },
        recorder: Recorder { tasks_at_most: 4, instances_at_most: 2, on_demand_instances: 0 },
        log_retention_days: 30,
        deletion_protection: false,
        operators: "developers@lessons.example",
    },
    Environment {
        name: "production",
        account: "333333333333",
        domain: "lessons.example",
        release: "2025.11.1",
        network: 48,
        nat: Nat::PerZone,
        web: Web { cpu: 1024, memory: 2048, tasks_at_night: 3, tasks_at_school: 12, tasks_at_most: 120 },
        recorder: Recorder { tasks_at_most: 80, instances_at_most: 20, on_demand_instances: 2 },
        log_retention_days: 400,
        deletion_protection: true,
        operators: "operators@lessons.example",
    },
];

/// The region of what the regions share. It is the nearest one to the United States and Mexico, and to Australia.
pub const HOME: Region = Region {
    name: "us",
    code: "us-west-2",
    zones: ['a', 'b', 'c'],
    // America's day ends when Australia's begins, so the tasks stay. They go when Australia's day ends, which is at
    // night in America; and on Friday afternoon in America, when it is Saturday in Australia.
    bells: &[
        Bell {
            name: "america_opens",
            schools: Schools::Open,
            time: "15 7 ? * MON-FRI *",
            time_zone: "America/New_York",
        },
        Bell {
            name: "america_closes",
            schools: Schools::Closed,
            time: "30 16 ? * FRI *",
            time_zone: "America/Los_Angeles",
        },
        Bell {
            name: "australia_opens",
            schools: Schools::Open,
            time: "15 7 ? * MON-FRI *",
            time_zone: "Australia/Sydney",
        },
        Bell {
            name: "australia_closes",
            schools: Schools::Closed,
            time: "0 17 ? * MON-FRI *",
            time_zone: "Australia/Sydney",
        },
    ],
};

/// The region of the United Kingdom and the European Union: their pupils' lessons are recorded and kept there.
const EUROPE: Region = Region {
    name: "eu",
    code: "eu-west-1",
    zones: ['a', 'b', 'c'],
    bells: &[
        Bell {
            name: "europe_opens",
            schools: Schools::Open,
            time: "15 7 ? * MON-FRI *",
            time_zone: "Europe/Helsinki",
        },
        Bell {
            name: "europe_closes",
            schools: Schools::Closed,
            time: "0 17 ? * MON-FRI *",
            time_zone: "Europe/London",
        },
    ],
};

pub static REGIONS: [Region; 2] = [HOME, EUROPE];
