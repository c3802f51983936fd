use iac_lang::value::Value;

use super::*;

fn document(statements: &str) -> Document {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Document::parse(&Value::parse_json(&text).expect("it is JSON")).expect("it is a policy document")
}

fn public(condition: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": {condition}}}"#
    )
}

fn is_public(statements: &str) -> bool {
    document(statements).public_statements().next().is_some()
}

#[test]
fn patterns_match_actions() {
    for pattern in ["*", "s3:*", "s3:get*", "s3:G?t*ct"] {
        assert!(matches(pattern, "s3:GetObject"), "{pattern}");
    }
    for pattern in ["", "s3:", "s3:Get", "s3:*x", "s3:GetObject?"] {
        assert!(!matches(pattern, "s3:GetObject"), "{pattern}");
    }
}

#[test]
fn patterns_cover_narrower_patterns() {
    for (wide, narrow) in
        [("*", "s3:*"), ("s3:*", "s3:Get*"), ("s3:Get*", "s3:GetObject"), ("a*c", "ab*c"), ("a?", "ab")]
    {
        assert!(covers(wide, narrow), "{wide} {narrow}");
        assert!(!covers(narrow, wide), "{narrow} {wide}");
    }
    assert!(!covers("s3:Get?", "s3:Get*"));
}

#[test]
fn resources_without_a_name_are_any() {
    for any in [
        "*",
        "**",
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/*",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::*:role/*",
        "arn:aws:dynamodb:*:*:table/*",
        "arn:aws:sqs:us-east-1:123456789012:*",
        "arn:aws:logs:*:*:*",
        "arn:aws:logs:*:*:log-group:*",
        "arn:aws:lambda:eu-west-1:123456789012:function:*",
        "arn:*:*:*:*:*",
    ] {
        assert!(is_any_resource(any), "{any}");
    }
    for named in [
        "",
        "arn:aws:s3:::logs",
        "arn:aws:s3:::logs/*",
        "arn:aws:s3:::logs*",
        "arn:aws:iam::123456789012:role/deploy-*",
        "arn:aws:dynamodb:*:*:table/orders/index/*",
        "arn:aws:lambda:eu-west-1:123456789012:function:web:*",
        KNOWN_AFTER_APPLY,
    ] {
        assert!(!is_any_resource(named), "{named}");
    }
}

#[test]
fn conditions_narrow_if_key_and_value_do() {
    let narrow = [
        r#"{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
        r#"{"StringEquals": {"AWS:SourceAccount": "123456789012"}}"#,
        r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}"#,
        r#"{"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::my-bucket"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}"#,
        r#"{"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#,
        r#"{"StringEquals": {"aws:sourceVpc": ["vpc-111bbb22", "vpc-222bbb33"]}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "2001:db8:1234:5678::/64"}}"#,
        r#"{"Bool": {"aws:PrincipalIsAWSService": "true"}}"#,
        r#"{"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}}"#,
        r#"{"StringEquals": {"kms:CallerAccount": "123456789012"}}"#,
        r#"{"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}"#,
        r#"{"StringLike": {"sns:Endpoint": "*@example.com"}}"#,
        r#"{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
    ];
    for condition in narrow {
        assert!(!is_public(&public(condition)), "{condition}");
    }
    let wide = [
        "{}",
        r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
        r#"{"StringLike": {"aws:Referer": "https://example.com/*"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "*"}}"#,
        r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["::/0"]}}"#,
        r#"{"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}"#,
        r#"{"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}"#,
        r#"{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
        r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}"#,
        r#"{"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}"#,
        r#"{"StringLike": {"aws:PrincipalOrgID": "o-*"}}"#,
        r#"{"StringLike": {"aws:SourceAccount": "*"}}"#,
        r#"{"Null": {"aws:PrincipalOrgID": "false"}}"#,
        r#"{"Bool": {"aws:PrincipalIsAWSService": "false"}}"#,
        r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
        r#"{"StringLike": {"aws:UserAgent": "curl/*"}}"#,
        r#"{"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#,
        r#"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#,
    ];
    for condition in wide {
        assert!(is_public(&public(condition)), "{condition}");
    }
}

#[test]
fn explicit_denies_take_back() {
    let allow = public("{}");
    let deny = |rest: &str| {
        format!(r#"{{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"{rest}}}"#)
    };
    let condition = |condition: &str| deny(&format!(r#", "Condition": {condition}"#));
    for deny in [
        deny(""),
        condition(r#"{"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#),
        condition(r#"{"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#),
        condition(r#"{"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}"#),
        condition(
            r#"{"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}"#,
        ),
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:*", "Resource": "*"}"#.to_owned(),
    ] {
        assert!(!is_public(&format!("{allow}, {deny}")), "{deny}");
    }
    for deny in [
        condition(r#"{"Bool": {"aws:SecureTransport": "false"}}"#),
        condition(r#"{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#),
        condition(r#"{"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#),
        condition(r#"{"StringNotLike": {"aws:PrincipalArn": "*"}}"#),
        condition(
            r#"{"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "Bool": {"aws:SecureTransport": "false"}}"#,
        ),
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}"#.to_owned(),
        r#"{"Effect": "Deny", "Principal": "*", "NotAction": "s3:PutObject", "Resource": "*"}"#.to_owned(),
        r#"{"Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "s3:*", "Resource": "*"}"#
            .to_owned(),
    ] {
        assert!(is_public(&format!("{allow}, {deny}")), "{deny}");
    }
}

#[test]
fn other_json_is_not_a_policy_document() {
    for text in [
        "[]",
        "{}",
        r#"{"rules": []}"#,
        r#"{"Statement": [{"Sid": "audit", "DataDirection": "Inbound", "Operation": {}}]}"#,
        r#""text""#,
    ] {
        assert_eq!(Document::parse(&Value::parse_json(text).unwrap()), None, "{text}");
    }
}

/// The order, `true` if it allows, the protocol, the ports and the sources.
type Rule<'a> = (i64, bool, &'a str, (u16, u16), &'a str);

fn rules(each: &[Rule<'_>]) -> NetworkRules {
    let rule = |&(order, is_allow, protocol, (first, last), sources): &Rule<'_>| NetworkRule {
        order,
        is_allow,
        protocol: Protocol::parse(protocol),
        ports: PortRange { first, last },
        sources: Addresses::of(sources.split(' ')),
    };
    NetworkRules(each.iter().map(rule).collect())
}

#[test]
fn the_union_of_networks_counts() {
    for internet in [
        "0.0.0.0/0",
        "::/0",
        "0.0.0.0/1 128.0.0.0/1",
        "0.0.0.0/1",
        "2.0.0.0/7",
        "2000::/4",
        "::/1 8000::/1",
        "0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2",
    ] {
        assert!(Addresses::of(internet.split(' ')).is_internet(), "{internet}");
    }
    for other in [
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
        "203.0.113.7/32",
        "8.8.8.8",
        "17.0.0.0/8",
        "fd00::/8",
        "2001:db8::/32",
        "",
        "224.0.0.0/3",
        "sg-123",
        "1.2.3.4/33",
    ] {
        assert!(!Addresses::of(other.split(' ')).is_internet(), "{other}");
    }
}

#[test]
fn open_ports_are_named_if_they_are_new() {
    let none = rules(&[]);
    let any = "0.0.0.0/0";
    for (before, after, expected) in [
        (none.clone(), rules(&[(0, true, "tcp", (22, 22), any)]), &["port 22 (SSH)"][..]),
        (none.clone(), rules(&[(0, true, "tcp", (443, 443), any), (0, true, "tcp", (80, 80), any)]), &[]),
        (none.clone(), rules(&[(0, true, "icmp", (0, 0), any)]), &[]),
        (none.clone(), rules(&[(0, true, "-1", (0, 0), any)]), &["all ports"]),
        (none.clone(), rules(&[(0, true, "6", (5432, 5433), any)]), &["ports 5432-5433 (PostgreSQL)"]),
        (none.clone(), rules(&[(0, true, "udp", (53, 53), any)]), &["UDP port 53 (DNS)"]),
        (none.clone(), rules(&[(0, true, "tcp", (22, 22), "10.0.0.0/8")]), &[]),
        (
            rules(&[(0, true, "tcp", (22, 22), any)]),
            rules(&[(0, true, "tcp", (22, 22), "0.0.0.0/1"), (0, true, "tcp", (22, 22), "128.0.0.0/1")]),
            &[],
        ),
        (rules(&[(0, true, "-1", (0, 0), any)]), rules(&[(0, true, "tcp", (22, 22), any)]), &[]),
        (
            rules(&[(0, true, "tcp", (20, 22), any)]),
            rules(&[(0, true, "tcp", (20, 23), any)]),
            &["port 23 (Telnet)"],
        ),
        // The first rule that applies decides.
        (none.clone(), rules(&[(100, false, "tcp", (22, 22), any), (200, true, "tcp", (22, 22), any)]), &[]),
        (
            none.clone(),
            rules(&[(200, false, "tcp", (22, 22), any), (100, true, "tcp", (22, 22), any)]),
            &["port 22 (SSH)"],
        ),
    ] {
        let mut open: Vec<String> = after.newly_open(&before).iter().map(ToString::to_string).collect();
        open.dedup();
        assert_eq!(open, expected, "{after:?}");
    }
}
