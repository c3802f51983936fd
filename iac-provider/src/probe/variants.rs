//! Variants of a value that some providers treat as equivalent.

use iac_lang::value::Value;
use iac_plan::schema::Norm;

/// Returns variants of a value, with the norm under which each is equivalent.
pub(super) fn of(name: &str, value: &Value) -> Vec<(Norm, Value)> {
    let Value::String(text) = value else { return Vec::new() };
    let text = text.as_str();
    let mut found: Vec<(Norm, String)> = Vec::new();
    if text.starts_with('{') || text.starts_with('[') {
        json(text, &mut found);
    } else if let Some(date) = text.strip_suffix("T00:00:00Z") {
        found.push((Norm::Time, format!("{date}T01:00:00+01:00")));
    }
    match text {
        "true" => found.push((Norm::Bool, "1".to_owned())),
        "false" => found.push((Norm::Bool, "0".to_owned())),
        "10.0.0.0/16" => found.push((Norm::Cidr, "10.0.1.5/16".to_owned())),
        "2001:db8::/56" => found.push((Norm::Cidr, "2001:0db8:0::/56".to_owned())),
        "tcp" if name.contains("protocol") => found.push((Norm::Protocol, "6".to_owned())),
        "udp" if name.contains("protocol") => found.push((Norm::Protocol, "17".to_owned())),
        _ if text.parse::<i64>().is_ok() => found.push((Norm::Number, format!("{text}.0"))),
        _ => {}
    }
    found.into_iter().map(|(norm, text)| (norm, Value::String(text.into()))).collect()
}

fn json(text: &str, found: &mut Vec<(Norm, String)>) {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(text) else { return };
    if let serde_json::Value::Object(members) = &document {
        // Different whitespace, and members in reverse order.
        let members: Vec<String> = members
            .iter()
            .rev()
            .map(|(name, member)| format!("{} : {member}", serde_json::json!(name)))
            .collect();
        found.push((Norm::Json, format!("{{ {} }}", members.join(" , "))));
        if text.contains("\"Statement\"") {
            let listed = text.replacen(r#""Action":"s3:GetObject""#, r#""Action":["s3:GetObject"]"#, 1);
            let listed = listed.replacen(r#""Action":"s3:PutObject""#, r#""Action":["s3:PutObject"]"#, 1);
            found.push((Norm::Iam, listed));
        }
    } else {
        found.push((Norm::Json, format!(" {document} ")));
    }
}
