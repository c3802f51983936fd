//! Data sources that need no service have the same results as in Terraform, byte for byte.

use std::collections::BTreeSet;

use fastrand::Rng;
use iac_lang::files::MemoryFiles;
use iac_tests::random::batch::provider;
use iac_tests::random::ours::Ours;
use iac_tests::terraform::{Terraform, command};
use serde_json::{Map, Value, json};

/// An empty state.
const EMPTY: &[u8] = br#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "data", "outputs": {}, "resources": []}"#;

#[test]
fn policy_documents_are_those_of_the_provider() {
    let mut random = Rng::with_seed(5);
    let mut documents = Map::new();
    // Documents of the second half refer to those of the first.
    for number in 0..200 {
        documents.insert(format!("p{number}"), document(number, &[], &mut random));
    }
    for number in 200..400 {
        let mut leaves: Vec<usize> = (0..200).collect();
        random.shuffle(&mut leaves);
        documents.insert(format!("p{number}"), document(number, &leaves, &mut random));
    }
    compare("documents", &json!({ "aws_iam_policy_document": documents }), 400);
}

#[test]
fn results_by_region_are_those_of_the_provider() {
    let regions = ["af-south-1", "cn-north-1", "eu-central-1", "us-gov-west-1", "us-east-1", "us-west-2"];
    let mut data = Map::new();
    let mut insert = |kind: &str, name: String, config: Value| {
        let of_kind = data.entry(format!("aws_{kind}")).or_insert_with(|| json!({}));
        of_kind[name] = config;
    };
    for kind in ["partition", "region", "billing_service_account"] {
        insert(kind, kind.to_owned(), json!({}));
    }
    insert("default_tags", "tagged".to_owned(), json!({"provider": "aws.tagged"}));
    insert("default_tags", "plain".to_owned(), json!({}));
    insert("region", "endpoint".to_owned(), json!({"endpoint": "ec2.us-west-2.amazonaws.com"}));
    insert("arn", "bucket".to_owned(), json!({"arn": "arn:aws-cn:s3:::bucket/key:1"}));
    insert("arn", "queue".to_owned(), json!({"arn": "arn:aws:sqs:us-east-1:444455556666:queue"}));
    for region in regions {
        let kinds = [
            "elb_service_account",
            "cloudtrail_service_account",
            "redshift_service_account",
            "elb_hosted_zone_id",
            "lb_hosted_zone_id",
            "cloudfront_log_delivery_canonical_user_id",
        ];
        for kind in kinds {
            insert(kind, region.to_owned(), json!({ "region": region }));
        }
        if region != "cn-north-1" {
            insert("elastic_beanstalk_hosted_zone", region.to_owned(), json!({ "region": region }));
        }
        insert("region", region.to_owned(), json!({ "name": region }));
        let network = json!({"region": region, "load_balancer_type": "network"});
        insert("lb_hosted_zone_id", format!("network-{region}"), network);
        for service in ["s3", "logs", "codedeploy", "ec2", "other"] {
            let config = json!({"region": region, "service_name": service});
            insert("service_principal", format!("{service}-{region}"), config);
        }
    }
    compare("regions", &Value::Object(data), 80);
}

#[test]
fn documents_are_refused_by_both() {
    let sources = |text: &str| json!({"source_policy_documents": [text]});
    // Those of the first list are refused by validation, those of the second when they are read.
    let groups = [
        vec![
            sources("{"),
            json!({"version": "2020-01-01"}),
            json!({"statement": [{"effect": "allow"}]}),
            json!({"source_json": "{}"}),
        ],
        vec![
            json!({"statement": [{"sid": "A"}, {"sid": "A"}]}),
            sources(r#"{"Statement": [{"Sid": "A"}, {"Sid": "A"}]}"#),
            sources(r#"{"Statement": {}}"#),
            sources(r#"{"Statement": [{"Principal": {"AWS": 1}}]}"#),
            sources(r#"{"Version": 1}"#),
            json!({"version": "2008-10-17", "statement": [{"resources": ["&{aws:username}"]}]}),
            json!({"override_policy_documents": [r#"{"Statement": [{"Condition": []}]}"#]}),
            json!({"statement": [{"condition": [{"test": "a", "variable": "b", "values": ["&{c}"]}]}], "version": "2008-10-17"}),
        ],
    ];
    for (number, group) in groups.iter().enumerate() {
        let terraform = Terraform::new(&format!("data-refused-{number}"));
        let documents: Map<String, Value> =
            group.iter().enumerate().map(|(number, config)| (format!("p{number}"), config.clone())).collect();
        let mut config = provider();
        config["data"] = json!({ "aws_iam_policy_document": documents });
        terraform.write("main.tf.json", &config.to_string());
        let output = command(terraform.directory(), &["plan", "-json", "-input=false", "-refresh=false"])
            .output()
            .expect("terraform is on the path");
        let text = String::from_utf8_lossy(&output.stdout);
        let refused: BTreeSet<String> = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["diagnostic"]["severity"] == "error")
            .filter_map(|line| {
                let diagnostic = &line["diagnostic"];
                let address = diagnostic["address"].as_str().map(str::to_owned);
                let context = || diagnostic["snippet"]["context"].as_str().map(str::to_owned);
                Some(address.or_else(context)?.rsplit(['.', ' ']).next()?.trim_matches('"').to_owned())
            })
            .collect();
        let all: BTreeSet<String> = (0..group.len()).map(|number| format!("p{number}")).collect();
        assert_eq!(refused, all, "{text}");
        for document in group {
            let mut config = provider();
            config["data"] = json!({"aws_iam_policy_document": {"p": document}});
            let files = MemoryFiles::default().with("main.tf.json", config.to_string());
            let is_refused = std::panic::catch_unwind(|| Ours::table().plan_files(&files, EMPTY)).is_err();
            assert!(is_refused, "{document}");
        }
    }
}

/// Plans data sources with Terraform and with the table, and compares everything that they return.
fn compare(name: &str, data: &Value, least: usize) {
    let mut config = provider();
    config["data"] = data.clone();
    let mut addresses = Vec::new();
    for (kind, names) in data.as_object().expect("it is an object") {
        for name in names.as_object().expect("it is an object").keys() {
            let output = format!("{kind}_{name}");
            config["output"][&output] = json!({ "value": format!("${{data.{kind}.{name}}}") });
            addresses.push(output);
        }
    }
    assert!(addresses.len() >= least, "there are only {}", addresses.len());
    let terraform = Terraform::new(&format!("data-{name}"));
    terraform.write("main.tf.json", &config.to_string());
    let theirs = terraform.plan();
    let files = MemoryFiles::default().with("main.tf.json", config.to_string());
    let ours = Ours::table().plan_files(&files, EMPTY);
    let mut differences = Vec::new();
    for output in &addresses {
        let of = |plan: &Value| in_order(plan["output_changes"][output]["after"].clone());
        let (theirs, ours) = (of(&theirs), of(&ours));
        assert!(theirs.is_object(), "{output}: {theirs}");
        if theirs != ours {
            differences.push(format!("{output}:\n  {theirs}\n  {ours}"));
        }
    }
    let count = differences.len();
    assert!(differences.is_empty(), "{count} differ:\n{}", differences[..count.min(5)].join("\n"));
}

/// Sorts the blocks of sets, whose order in a plan means nothing.
fn in_order(mut value: Value) -> Value {
    for statement in value["statement"].as_array_mut().into_iter().flatten() {
        for set in ["principals", "not_principals", "condition"] {
            if let Some(blocks) = statement[set].as_array_mut() {
                blocks.sort_by_cached_key(Value::to_string);
            }
        }
    }
    value
}

/// Returns a random document. It may refer to some of the leaves.
fn document(number: usize, leaves: &[usize], random: &mut Rng) -> Value {
    let mut document = json!({});
    let count = random.usize(0..4);
    let statements: Vec<Value> =
        (0..count).map(|position| statement(&format!("S{number}x{position}"), random)).collect();
    if !statements.is_empty() {
        document["statement"] = json!(statements);
    }
    if random.u8(0..4) == 0 {
        document["policy_id"] = json!(text(random));
    }
    let is_old = random.u8(0..6) == 0 && !document.to_string().contains("&{");
    if is_old {
        document["version"] = json!("2008-10-17");
    }
    let mut leaves = leaves.iter();
    for list in ["source_policy_documents", "override_policy_documents"] {
        let referred = leaves.by_ref().take(random.usize(0..3));
        let mut elements: Vec<Value> =
            referred.map(|leaf| json!(format!("${{data.aws_iam_policy_document.p{leaf}.json}}"))).collect();
        if elements.is_empty() && leaves.len() == 0 {
            continue;
        }
        match random.u8(0..4) {
            0 => elements.push(json!(escaped(&literal(number, list, random)))),
            1 => elements.push(json!("")),
            _ => {}
        }
        document[list] = json!(elements);
    }
    document
}

fn statement(sid: &str, random: &mut Rng) -> Value {
    let mut statement = json!({});
    if random.bool() {
        statement["sid"] = json!(sid);
    }
    match random.u8(0..3) {
        0 => statement["effect"] = json!("Deny"),
        1 => statement["effect"] = json!("Allow"),
        _ => {}
    }
    for list in ["actions", "not_actions", "resources", "not_resources"] {
        match random.u8(0..5) {
            0 => statement[list] = json!([]),
            1..=3 => statement[list] = json!(texts(1..5, random)),
            _ => {}
        }
    }
    for list in ["principals", "not_principals"] {
        let principals: Vec<Value> = (0..random.usize(0..4))
            .map(|_| {
                let kind = *random.choice(&["AWS", "Service", "Federated", "*"]).expect("there are some");
                let is_any = random.u8(0..3) == 0;
                json!({"type": kind, "identifiers": if is_any { vec!["*".to_owned()] } else { texts(0..4, random) }})
            })
            .collect();
        statement[list] = json!(principals);
    }
    let conditions: Vec<Value> = (0..random.usize(0..5))
        .map(|_| {
            let test = *random.choice(&["StringEquals", "StringLike", "Bool"]).expect("there are some");
            let variable = *random.choice(&["aws:SourceArn", "s3:prefix", "a&b"]).expect("there are some");
            json!({"test": test, "variable": variable, "values": texts(0..4, random)})
        })
        .collect();
    statement["condition"] = json!(conditions);
    statement
}

/// Returns a document as text, with members in any case and values of any kind that the provider accepts.
fn literal(number: usize, list: &str, random: &mut Rng) -> String {
    let values = |random: &mut Rng| match random.u8(0..4) {
        0 => json!(random.bool()),
        1 => json!(text(random)),
        2 => json!(random.u32(..)),
        _ => json!(texts(0..3, random)),
    };
    let principal = match random.u8(0..3) {
        0 => json!("*"),
        1 => json!({"AWS": texts(0..4, random), "Service": text(random)}),
        _ => json!({"*": ["*"]}),
    };
    let action = if random.bool() { json!(text(random)) } else { json!(texts(0..3, random)) };
    let document = json!({
        if random.bool() { "version" } else { "Version" }: "2012-10-17",
        "Other": 1,
        "Statement": [
            {
                if random.bool() { "sid" } else { "Sid" }: format!("S{number}x{}", if list.starts_with('o') { 0 } else { 9 }),
                "Effect": "Allow",
                if random.bool() { "action" } else { "ACTION" }: action,
                "NotResource": {"b": [true, null], "a": text(random)},
                "Principal": principal,
                "Condition": {"StringEquals": {"a": values(random), "b": values(random)}, "Null": {"c": true}},
            },
            {"Effect": "Deny", "Resource": []},
        ],
    });
    document.to_string()
}

fn texts(count: std::ops::Range<usize>, random: &mut Rng) -> Vec<String> {
    (0..random.usize(count)).map(|_| text(random)).collect()
}

fn text(random: &mut Rng) -> String {
    const PARTS: [&str; 14] = [
        "s3:Get",
        "arn:aws:iam::",
        "*",
        "<",
        "&{aws:username}",
        "ü",
        "\"",
        "\\",
        "\n",
        "\u{2028}",
        "a",
        "B",
        "0",
        "\u{8}",
    ];
    (0..random.usize(1..4)).map(|_| *random.choice(&PARTS).expect("there are some")).collect()
}

/// Escapes the start of templates.
fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}
