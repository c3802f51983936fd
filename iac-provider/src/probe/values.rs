//! Candidate values, derived from known facts about an argument, its name and its type.

use iac_lang::types::Type;
use iac_lang::value::{Number, Value};
use iac_plan::schema::Literal;

use super::Hint;

/// Two different values of an argument that may both be valid.
pub(super) type Pair = (Value, Value);

const ARN: (&str, &str) =
    ("arn:aws:iam::123456789012:role/probe-a", "arn:aws:iam::123456789012:role/probe-b");
const IAM: (&str, &str) = (
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"*"}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:PutObject","Resource":"*"}]}"#,
);
const JSON: (&str, &str) = (r#"{"a":"b","c":"d"}"#, r#"{"a":"c","c":"d"}"#);

/// Example strings by part of the argument's name.
const BY_NAME: &[(&str, (&str, &str))] = &[
    (
        "kms_key",
        (
            "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
            "arn:aws:kms:us-east-1:123456789012:key/66666666-2222-3333-4444-555555555555",
        ),
    ),
    (
        "certificate_arn",
        (
            "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
            "arn:aws:acm:us-east-1:123456789012:certificate/66666666-2222-3333-4444-555555555555",
        ),
    ),
    ("bucket_arn", ("arn:aws:s3:::probe-a", "arn:aws:s3:::probe-b")),
    (
        "topic_arn",
        ("arn:aws:sns:us-east-1:123456789012:probe-a", "arn:aws:sns:us-east-1:123456789012:probe-b"),
    ),
    (
        "function_arn",
        (
            "arn:aws:lambda:us-east-1:123456789012:function:probe-a",
            "arn:aws:lambda:us-east-1:123456789012:function:probe-b",
        ),
    ),
    ("arn", ARN),
    ("ipv6_cidr", ("2001:db8::/56", "2001:db8:1::/56")),
    ("cidr", ("10.0.0.0/16", "10.1.0.0/16")),
    ("policy_document", IAM),
    ("policy", IAM),
    ("ipv6", ("2001:db8::1", "2001:db8::2")),
    ("email", ("a@example.com", "b@example.com")),
    ("url", ("https://example.com/a", "https://example.com/b")),
    ("uri", ("https://example.com/a", "https://example.com/b")),
    ("account", ("123456789012", "210987654321")),
    ("aws_region", ("us-east-1", "us-west-2")),
    ("region", ("us-east-1", "us-west-2")),
    ("availability_zone_id", ("use1-az1", "use1-az2")),
    ("availability_zone", ("us-east-1a", "us-east-1b")),
    ("timezone", ("UTC", "Europe/Berlin")),
    ("schedule_expression", ("rate(5 minutes)", "rate(6 minutes)")),
    ("cron", ("cron(0 12 * * ? *)", "cron(0 13 * * ? *)")),
    ("preferred_maintenance_window", ("mon:05:00-mon:06:00", "tue:05:00-tue:06:00")),
    ("maintenance_window", ("mon:05:00-mon:06:00", "tue:05:00-tue:06:00")),
    ("backup_window", ("03:00-04:00", "04:00-05:00")),
    ("snapshot_window", ("03:00-04:00", "04:00-05:00")),
    ("subnet_id", ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")),
    ("vpc_id", ("vpc-0123456789abcdef0", "vpc-0123456789abcdef1")),
    ("security_group", ("sg-0123456789abcdef0", "sg-0123456789abcdef1")),
    ("instance_id", ("i-0123456789abcdef0", "i-0123456789abcdef1")),
    ("date", ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("_at", ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("expir", ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("_time", ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("domain", ("a.example.com", "b.example.com")),
    ("host", ("a.example.com", "b.example.com")),
    ("zone_name", ("a.example.com", "b.example.com")),
    ("ip_address", ("10.0.0.1", "10.0.0.2")),
    ("_ip", ("10.0.0.1", "10.0.0.2")),
    ("json", JSON),
    ("definition", JSON),
    ("schema", JSON),
    ("pattern", (r#"{"source":["a"]}"#, r#"{"source":["b"]}"#)),
    ("bucket", ("probe-a", "probe-b")),
    ("user_pool_id", ("us-east-1_aaaaaaaaa", "us-east-1_bbbbbbbbb")),
    ("asn", ("65000", "65001")),
    ("type_name", ("AWS::S3::Bucket", "AWS::SQS::Queue")),
    ("action", ("lambda:InvokeFunction", "lambda:GetFunction")),
    ("_version", ("1.0.0", "2.0.0")),
    ("modified", ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("item", (r#"{"a":{"S":"b"}}"#, r#"{"a":{"S":"c"}}"#)),
    ("port", ("80", "81")),
    ("protocol", ("tcp", "udp")),
    ("version", ("1", "2")),
];

/// Formats to try for any string, the more likely first.
const TEXTS: &[(&str, &str)] = &[
    ("probe-a", "probe-b"),
    ("probea", "probeb"),
    ("ProbeA", "ProbeB"),
    ARN,
    ("1", "2"),
    ("10", "20"),
    ("ENABLED", "DISABLED"),
    ("true", "false"),
    ("10.0.0.0/16", "10.1.0.0/16"),
    ("2001:db8::/56", "2001:db8:1::/56"),
    ("10.0.0.1", "10.0.0.2"),
    ("a@example.com", "b@example.com"),
    ("https://example.com/a", "https://example.com/b"),
    ("a.example.com", "b.example.com"),
    ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
    ("2030-01-01", "2031-01-01"),
    ("2030-01-01_00:00", "2031-01-01_00:00"),
    ("05:00", "06:00"),
    ("03:00-04:00", "04:00-05:00"),
    ("mon:05:00-mon:06:00", "tue:05:00-tue:06:00"),
    ("11111111-2222-3333-4444-555555555555", "66666666-2222-3333-4444-555555555555"),
    ("0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef"),
    ("123456789012", "210987654321"),
    JSON,
    IAM,
    ("[]", "[{}]"),
    ("rate(5 minutes)", "rate(6 minutes)"),
    ("cron(0 12 * * ? *)", "cron(0 13 * * ? *)"),
    ("us-east-1", "us-west-2"),
    ("us-east-1a", "us-east-1b"),
    ("PT1H", "PT2H"),
    ("1h", "2h"),
    ("1.0", "2.0"),
    ("1.0.0", "2.0.0"),
    ("/probe/a", "/probe/b"),
    ("alias/probe-a", "alias/probe-b"),
    ("s3://probe-a/a", "s3://probe-b/b"),
    ("arn:aws:s3:::probe-a", "arn:aws:s3:::probe-b"),
    (
        "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
        "arn:aws:kms:us-east-1:123456789012:key/66666666-2222-3333-4444-555555555555",
    ),
    (
        "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0123456789abcdef0",
        "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0123456789abcdef1",
    ),
    ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    ("vpc-0123456789abcdef0", "vpc-0123456789abcdef1"),
    ("sg-0123456789abcdef0", "sg-0123456789abcdef1"),
    ("i-0123456789abcdef0", "i-0123456789abcdef1"),
    ("cHJvYmUtYQ==", "cHJvYmUtYg=="),
    ("UTC", "Europe/Berlin"),
    ("+15555550100", "+15555550101"),
    ("a", "b"),
    ("A", "B"),
];

const NUMBERS: &[(i64, i64)] = &[
    (1, 2),
    (2, 3),
    (10, 20),
    (60, 120),
    (100, 200),
    (300, 600),
    (0, 1),
    (1024, 2048),
    (30, 31),
    (7, 14),
    (90, 180),
    (3600, 7200),
    (65000, 65001),
    (8080, 8081),
    (1200, 2400),
    (5, 6),
    (15, 16),
    (1_000_000, 2_000_000),
];

/// Returns true if a string is one of the candidates.
pub(super) fn is_candidate(text: &str) -> bool {
    let by_name = BY_NAME.iter().map(|(_, pair)| pair);
    !text.is_empty() && by_name.chain(TEXTS).any(|(left, right)| text == *left || text == *right)
}

/// Returns the pairs to try for an argument of this name and type, the more likely first.
pub(super) fn candidates(name: &str, ty: &Type, hint: &Hint) -> Vec<Pair> {
    match ty {
        Type::String => strings(name, hint),
        Type::Number => numbers(hint),
        Type::Bool => match hint.default {
            Some(Literal::Bool(true)) => vec![(Value::Bool(false), Value::Bool(true))],
            _ => vec![(Value::Bool(true), Value::Bool(false))],
        },
        Type::List(element) => collections(name, element, hint, Value::List),
        Type::Set(element) => collections(name, element, hint, Value::set),
        Type::Map(element) => {
            let map = |value| Value::Map([("probe".into(), value)].into());
            let pairs = candidates(name, element, hint).into_iter();
            pairs.map(|(left, right)| (map(left), map(right))).collect()
        }
        Type::Object(members) => {
            let object = |second: bool| {
                let member = |member: &iac_lang::types::ObjectAttribute| {
                    let pair = candidates(&member.name, &member.ty, &Hint::default()).into_iter().next();
                    let value = pair.map_or(Value::Null, |pair| if second { pair.1 } else { pair.0 });
                    (member.name.clone(), value)
                };
                Value::Object(members.iter().map(member).collect())
            };
            vec![(object(false), object(true))]
        }
        Type::Any | Type::Tuple(_) => Vec::new(),
    }
}

/// Returns collections of one element, then of two.
fn collections(name: &str, element: &Type, hint: &Hint, collect: fn(Vec<Value>) -> Value) -> Vec<Pair> {
    let elements = candidates(name, element, hint);
    let mut pairs = Vec::new();
    for (position, (left, right)) in elements.iter().enumerate() {
        pairs.push((collect(vec![left.clone()]), collect(vec![right.clone()])));
        if position == 2 || position + 1 == elements.len() {
            for (left, right) in elements.iter().take(3) {
                pairs.push((collect(vec![left.clone(), right.clone()]), collect(vec![left.clone()])));
            }
        }
    }
    pairs
}

fn strings(name: &str, hint: &Hint) -> Vec<Pair> {
    let text = |text: &str| Value::String(text.into());
    let mut pairs: Vec<Pair> = Vec::new();
    let allowed: Vec<&str> = hint
        .allowed
        .iter()
        .filter_map(|each| match each {
            Literal::String(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        })
        .collect();
    // The default comes last, because setting it has less effect.
    let is_default = |word: &&str| matches!(&hint.default, Some(Literal::String(default)) if default == word);
    let mut ordered: Vec<&str> = allowed.iter().copied().filter(|word| !is_default(word)).collect();
    ordered.extend(allowed.iter().copied().filter(is_default));
    for (position, word) in ordered.iter().enumerate() {
        let other = ordered[(position + 1) % ordered.len()];
        pairs.push((text(word), text(other)));
    }
    for length in &hint.lengths {
        let filled = |with: &str| text(&with.repeat(*length));
        pairs.push((filled("a"), filled("b")));
        pairs.push((filled("1"), filled("2")));
    }
    let name = name.to_lowercase();
    pairs
        .extend(BY_NAME.iter().filter(|(part, _)| name.contains(part)).map(|(_, (a, b))| (text(a), text(b))));
    if name.ends_with("_id") || name == "id" {
        let short = name.trim_end_matches("_id");
        pairs.insert(
            pairs.len(),
            (text(&format!("{short}-0123456789abcdef0")), text(&format!("{short}-0123456789abcdef1"))),
        );
    }
    pairs.extend(TEXTS.iter().map(|(a, b)| (text(a), text(b))));
    pairs
}

fn numbers(hint: &Hint) -> Vec<Pair> {
    let number = |number: i64| Value::Number(Number::from(number));
    let mut pairs = Vec::new();
    let allowed: Vec<i64> = hint
        .allowed
        .iter()
        .filter_map(|each| match each {
            Literal::Number(text) => text.parse().ok(),
            _ => None,
        })
        .collect();
    for pair in allowed.windows(2) {
        pairs.push((number(pair[0]), number(pair[1])));
    }
    if let [only] = allowed[..] {
        pairs.push((number(only), number(only + 1)));
    }
    match hint.range[..] {
        [low, high] if low < high => {
            pairs.push((number(low), number(low + 1)));
            pairs.push((number(high - 1), number(high)));
        }
        [low] => pairs.push((number(low), number(low + 1))),
        _ => {}
    }
    if let Some(Literal::Number(default)) = &hint.default
        && let Ok(default) = default.parse::<i64>()
        && allowed.is_empty()
        && default != 0
    {
        pairs.push((number(default.saturating_add(1)), number(default.saturating_add(2))));
        pairs.push((number(default), number(default.saturating_add(1))));
    }
    pairs.extend(NUMBERS.iter().map(|(a, b)| (number(*a), number(*b))));
    pairs
}

/// Returns a value that an unknown attribute may have after apply.
pub(super) fn known(name: &str, ty: &Type, hint: &Hint) -> Value {
    match ty {
        Type::String => {
            if name == "id" {
                return Value::String("probe-id".into());
            }
            candidates(name, ty, hint).into_iter().next().map_or(Value::Null, |pair| pair.0)
        }
        Type::Number => Value::Number(Number::from(1_i64)),
        Type::Bool => Value::Bool(false),
        Type::List(_) => Value::List(Vec::new()),
        Type::Set(_) => Value::Set(Vec::new()),
        Type::Map(_) => Value::Map(iac_lang::value::ValueMap::new()),
        Type::Object(members) => Value::Object(
            members
                .iter()
                .map(|member| (member.name.clone(), known(&member.name, &member.ty, &Hint::default())))
                .collect(),
        ),
        Type::Any | Type::Tuple(_) => Value::Null,
    }
}
