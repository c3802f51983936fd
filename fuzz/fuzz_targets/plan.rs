//! Plans of generated programs against generated states: references, counts, moves, secrets, unknown values.
//!
//! A plan is a result or a list of diagnostics, deterministic, and can be written in every format.

#![no_main]

use std::collections::HashMap;

use arbitrary::Arbitrary;
use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::json::{Document, write};
use iac_plan::plan::{Options, ProviderEntry, Request, Table, plan};
use iac_plan::schema::{EntityKind, KnowledgeFiles};
use iac_plan::state::State;
use iac_review::report::{Layout, Planned, markdown, text};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value as Json, json};

const KNOWLEDGE: KnowledgeFiles = KnowledgeFiles {
    provider: "source example.com/a/x\nversion 1\nfacts -\n\nprovider x\n  default_tags: block(list) max=1\n    tags: map(string) optional\n",
    services: &[(
        "s",
        "\
resource x_new
  a: string optional computed kept
  b: string optional force_new
  c: number optional force_new_conditional force_new_when=decreased
  d: list(string) optional
  e: map(string) optional sensitive
  id: string computed
  f: nested(set) optional
    g: string optional

resource x_old legacy
  a: string optional computed
  b: string optional force_new
  c: number optional default=3
  d: set(string) optional norms=case
  e: string optional norms=json rewrites
  id: string computed
  tags: map(string) optional
  tags_all: map(string) optional computed
  f: block(set)
    g: string optional unhashed
  h: block(list) max=2 computed
    g: string optional
",
    )],
    overlay: "",
    hooks: "",
};

const TYPES: [&str; 2] = ["x_new", "x_old"];
const MEMBERS: [&str; 9] = ["a", "b", "c", "d", "e", "f", "h", "tags", "id"];

#[derive(Arbitrary, Debug)]
struct Input {
    wanted: Vec<Resource>,
    there: Vec<Resource>,
    moved: Option<(u8, u8)>,
    destroy: bool,
    default_tags: Option<Value>,
}

#[derive(Arbitrary, Debug)]
struct Resource {
    type_name: bool,
    name: u8,
    members: Vec<(u8, Value)>,
    meta: Vec<Meta>,
    key: Option<u8>,
    tainted: bool,
    deposed: bool,
}

#[derive(Arbitrary, Debug)]
enum Meta {
    Count(Value),
    ForEach(Value),
    CreateBeforeDestroy,
    PreventDestroy,
    IgnoreChanges(u8),
    ReplaceTriggeredBy(bool, u8),
}

#[derive(Arbitrary, Debug)]
enum Value {
    Null,
    Bool(bool),
    Number(i16),
    Text(u8),
    Document(u8),
    List(Vec<Value>),
    Map(Vec<(u8, Value)>),
    Reference(bool, u8, u8),
    Unknown,
}

impl Value {
    fn json(&self, is_config: bool) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(value) => (*value).into(),
            Self::Text(value) => format!("T{}", value % 4).into(),
            Self::Document(value) => format!("{{ \"b\": {value},\"a\":[]}}").into(),
            Self::List(elements) => elements.iter().map(|each| each.json(is_config)).collect(),
            Self::Map(members) => {
                let member = |(key, each): &(u8, Self)| (format!("k{}", key % 3), each.json(is_config));
                Json::Object(members.iter().map(member).collect())
            }
            Self::Reference(type_name, name, member) if is_config => {
                let (type_name, member) = (TYPES[usize::from(*type_name)], member_name(*member));
                format!("${{{type_name}.n{}.{member}}}", name % 4).into()
            }
            Self::Unknown if is_config => "${terraform_data.fresh.id}".into(),
            Self::Reference(..) | Self::Unknown => "known".into(),
        }
    }
}

fn member_name(number: u8) -> &'static str {
    MEMBERS[usize::from(number) % MEMBERS.len()]
}

impl Resource {
    fn names(&self) -> (&'static str, String) {
        (TYPES[usize::from(self.type_name)], format!("n{}", self.name % 4))
    }

    fn config(&self) -> Json {
        let members = self.members.iter().filter(|(number, _)| member_name(*number) != "id");
        let mut body: Map<String, Json> =
            members.map(|(number, value)| (member_name(*number).to_owned(), value.json(true))).collect();
        let mut lifecycle = Map::new();
        for meta in &self.meta {
            match meta {
                Meta::Count(value) => drop(body.insert("count".to_owned(), value.json(true))),
                Meta::ForEach(value) => drop(body.insert("for_each".to_owned(), value.json(true))),
                Meta::CreateBeforeDestroy => {
                    lifecycle.insert("create_before_destroy".to_owned(), true.into());
                }
                Meta::PreventDestroy => drop(lifecycle.insert("prevent_destroy".to_owned(), true.into())),
                Meta::IgnoreChanges(member) => {
                    lifecycle.insert("ignore_changes".to_owned(), json!([member_name(*member)]));
                }
                Meta::ReplaceTriggeredBy(type_name, name) => {
                    let trigger = format!("{}.n{}", TYPES[usize::from(*type_name)], name % 4);
                    lifecycle.insert("replace_triggered_by".to_owned(), json!([trigger]));
                }
            }
        }
        if !lifecycle.is_empty() {
            body.insert("lifecycle".to_owned(), lifecycle.into());
        }
        body.into()
    }

    fn state(&self) -> Json {
        let (type_name, name) = self.names();
        let members = self.members.iter();
        let attributes: Map<String, Json> =
            members.map(|(number, value)| (member_name(*number).to_owned(), value.json(false))).collect();
        let mut instance = json!({"schema_version": 0, "attributes": attributes});
        if let Some(key) = self.key {
            instance["index_key"] = if key % 2 == 0 { (key % 3).into() } else { format!("k{}", key % 3).into() };
        }
        if self.tainted {
            instance["status"] = "tainted".into();
        }
        if self.deposed {
            instance["deposed"] = "00000000".into();
        }
        json!({
            "mode": "managed", "type": type_name, "name": name, "instances": [instance],
            "provider": "provider[\"example.com/a/x\"]",
        })
    }
}

fuzz_target!(|input: Input| {
    let mut resources: Map<String, Json> = Map::new();
    resources.insert("terraform_data".to_owned(), json!({"fresh": {}}));
    for resource in &input.wanted {
        let (type_name, name) = resource.names();
        let of_type = resources.entry(type_name).or_insert_with(|| json!({}));
        of_type[name] = resource.config();
    }
    let mut config = json!({
        "terraform": {"required_providers": {"x": {"source": "example.com/a/x"}}}, "resource": resources,
    });
    if let Some((from, to)) = input.moved {
        config["moved"] =
            json!({"from": format!("x_old.n{}", from % 4), "to": format!("x_old.n{}", to % 4)});
    }
    if let Some(tags) = &input.default_tags {
        config["provider"] = json!({"x": {"default_tags": {"tags": tags.json(true)}}});
    }
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {},
        "resources": input.there.iter().map(Resource::state).collect::<Json>(),
    });
    let (config, state) = (config.to_string(), state.to_string());
    let files = MemoryFiles::new().with("main.tf.json", config.as_str());
    let Ok(loaded) = load(".", &files) else { return };
    let Ok(state) = State::decode(state.as_bytes()) else { return };
    let table = Table::new(KNOWLEDGE);
    let request = Request {
        module: &loaded.module,
        state: Some(&state),
        providers: &[ProviderEntry { source: "example.com/a/x", provider: &table }],
        variables: &HashMap::new(),
        files: &files,
        options: &Options { destroy: input.destroy, ..Options::default() },
    };
    let written = || {
        plan(&request).map(|plan| {
            let mut out = Vec::new();
            let schema = |kind: EntityKind, name: &str| table.knowledge().schema(kind, name).ok().flatten();
            let document = Document { plan: &plan, configuration: Some(&loaded.module), schema: &schema, members: &[] };
            write(&document, &mut out).expect("a vector takes all");
            serde_json::from_slice::<Json>(&out).expect("it is JSON");
            let planned = [Planned { name: None, environment: None, plan: &plan, review: None, file: None, source_url: None }];
            (out, text(&planned, Layout::default()), markdown(&planned, None))
        })
    };
    match (written(), written()) {
        (Ok(first), Ok(second)) => assert!(first == second, "two plans differ"),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        _ => panic!("a plan and none"),
    }
});
