//! Settings per environment and region. Everything else is the same everywhere.

use iac_aws::network::Nat;

/// Expiration date of the waivers, when they must be reviewed.
pub const REVIEW: &str = "2027-12-31";

/// An environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub stack: &'static str,
    pub account: &'static str,
    pub domain: &'static str,
    /// Immutable image tag.
    pub release: &'static str,
    /// Regions of the environment. The first one is the home region.
    pub regions: &'static [Region],
    /// Second octet of the network in the first region (`10.<network>.0.0/16`). Other regions get the next numbers.
    pub network: u8,
    pub nat: Nat,
    pub web: Web,
    /// Number of media servers per region: minimum at night, minimum during school hours, maximum.
    pub media: (u32, u32, u32),
    pub recorder: Recorder,
    /// Minimum and maximum size of each database, in capacity units.
    pub database: (f64, f64),
    /// Number of load test workers, if the environment is load tested.
    pub load_test_workers: Option<u32>,
    /// Enables deletion protection of data stores and load balancers.
    pub deletion_protection: bool,
    /// Email address that receives alarms.
    pub operators: &'static str,
}

/// Size of the web service in each region.
#[derive(Debug)]
pub struct Web {
    /// In units of 1/1024 vCPU.
    pub cpu: u32,
    /// In MiB.
    pub memory: u32,
    /// Minimum number of tasks while schools are closed.
    pub min_tasks_at_night: u32,
    /// Minimum number of tasks while schools are open.
    pub min_tasks_at_school: u32,
    /// Maximum number of tasks.
    pub max_tasks: u32,
}

/// Size of the recorders in each region.
#[derive(Debug)]
pub struct Recorder {
    pub max_tasks: u32,
    pub max_instances: u32,
    /// Number of on-demand instances; the others are spot instances.
    pub on_demand_instances: u32,
}

/// A region and the opening times of its schools.
#[derive(Debug)]
pub struct Region {
    /// Name used in resource names.
    pub name: &'static str,
    /// Region code.
    pub code: &'static str,
    pub zones: [&'static str; 3],
    pub schedule: &'static [ScheduleChange],
}

impl Region {
    /// Returns true for the region of shared resources.
    pub fn is_home(&self) -> bool {
        self.code == HOME.code
    }
}

/// A scheduled change of the minimum number of tasks, when schools open or close.
#[derive(Debug)]
pub struct ScheduleChange {
    pub name: &'static str,
    pub schools: Schools,
    /// Hour and minute.
    pub time: (u8, u8),
    pub days: &'static str,
    pub time_zone: &'static str,
}

/// The opening or closing of schools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schools {
    Open,
    Closed,
}

pub static ENVIRONMENTS: [Environment; 3] = [
    Environment {
        name: "development",
        stack: "edtech-development",
        account: "111111111111",
        domain: "development.lessons.example",
        release: "2026.11.3",
        regions: &[HOME],
        network: 16,
        nat: Nat::Single,
        web: Web { cpu: 256, memory: 512, min_tasks_at_night: 1, min_tasks_at_school: 1, max_tasks: 4 },
        media: (1, 1, 2),
        recorder: Recorder { max_tasks: 2, max_instances: 1, on_demand_instances: 0 },
        database: (0.5, 1.0),
        load_test_workers: None,
        deletion_protection: false,
        operators: "developers@lessons.example",
    },
    Environment {
        name: "staging",
        stack: "edtech-staging",
        account: "222222222222",
        domain: "staging.lessons.example",
        release: "2026.11.2",
        regions: &REGIONS,
        network: 32,
        nat: Nat::Single,
        web: Web { cpu: 1024, memory: 2048, min_tasks_at_night: 2, min_tasks_at_school: 2, max_tasks: 20 },
        media: (1, 1, 8),
        recorder: Recorder { max_tasks: 4, max_instances: 2, on_demand_instances: 0 },
        database: (0.5, 4.0),
        load_test_workers: Some(40),
        deletion_protection: false,
        operators: "developers@lessons.example",
    },
    Environment {
        name: "production",
        stack: "edtech-production",
        account: "333333333333",
        domain: "lessons.example",
        release: "2026.11.1",
        regions: &REGIONS,
        network: 48,
        nat: Nat::PerZone,
        web: Web { cpu: 1024, memory: 2048, min_tasks_at_night: 3, min_tasks_at_school: 12, max_tasks: 120 },
        media: (2, 6, 30),
        recorder: Recorder { max_tasks: 80, max_instances: 20, on_demand_instances: 2 },
        database: (2.0, 64.0),
        load_test_workers: None,
        deletion_protection: true,
        operators: "operators@lessons.example",
    },
];

/// The account of the pipeline.
pub const DELIVERY_ACCOUNT: &str = "444444444444";

/// The region of shared resources, and of schools in the United States and Mexico.
pub const HOME: Region = Region {
    name: "us",
    code: "us-west-2",
    zones: ["us-west-2a", "us-west-2b", "us-west-2c"],
    schedule: &[
        ScheduleChange {
            name: "america_opens",
            schools: Schools::Open,
            time: (7, 15),
            days: "MON-FRI",
            time_zone: "America/New_York",
        },
        ScheduleChange {
            name: "america_closes",
            schools: Schools::Closed,
            time: (16, 30),
            days: "MON-FRI",
            time_zone: "America/Los_Angeles",
        },
    ],
};

/// The region of schools in the United Kingdom and the European Union.
const EUROPE: Region = Region {
    name: "eu",
    code: "eu-west-1",
    zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    schedule: &[
        ScheduleChange {
            name: "europe_opens",
            schools: Schools::Open,
            time: (7, 15),
            days: "MON-FRI",
            time_zone: "Europe/Helsinki",
        },
        ScheduleChange {
            name: "europe_closes",
            schools: Schools::Closed,
            time: (17, 0),
            days: "MON-FRI",
            time_zone: "Europe/London",
        },
    ],
};

/// The region of schools in Australia.
const ASIA_PACIFIC: Region = Region {
    name: "ap",
    code: "ap-southeast-2",
    zones: ["ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"],
    schedule: &[
        ScheduleChange {
            name: "australia_opens",
            schools: Schools::Open,
            time: (7, 15),
            days: "MON-FRI",
            time_zone: "Australia/Sydney",
        },
        ScheduleChange {
            name: "australia_closes",
            schools: Schools::Closed,
            time: (17, 0),
            days: "MON-FRI",
            time_zone: "Australia/Perth",
        },
    ],
};

const REGIONS: [Region; 3] = [HOME, EUROPE, ASIA_PACIFIC];

/// Countries of the students. The distribution denies requests from other countries.
pub const COUNTRIES: [&str; 31] = [
    "AT", "AU", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "MX", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "US",
];

/// Returns the default tags.
pub fn tags(environment: &str) -> [(&'static str, String); 2] {
    [("Project", "edtech".to_owned()), ("Environment", environment.to_owned())]
}
