//! Configurations without the parts that change from version to version.

/// The lengths of a SHA-256 hash in hexadecimal digits and in Base64.
const HEX: usize = 64;
const BASE64: usize = 44;

/// Replaces the versions of providers and the hashes of file contents.
pub(super) fn normal(hcl: &str) -> String {
    let mut is_terraform = false;
    let mut out = String::with_capacity(hcl.len());
    for line in hcl.lines() {
        is_terraform =
            if line.starts_with("terraform {") { true } else { is_terraform && !line.starts_with('}') };
        match line.split_once(" = \"") {
            Some((name, _)) if is_terraform && name.trim() == "version" => {
                out.push_str(name);
                out.push_str(" = \"*\"");
            }
            _ => out.push_str(&without_sums(line)),
        }
        out.push('\n');
    }
    out
}

/// Replaces each string that is a hash by `(hash)`.
fn without_sums(line: &str) -> String {
    let mut parts: Vec<&str> = line.split('"').collect();
    for part in parts.iter_mut().skip(1).step_by(2) {
        if is_sum(part) {
            *part = "(hash)";
        }
    }
    parts.join("\"")
}

fn is_sum(text: &str) -> bool {
    let is_hex = text.len() == HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_base64 = || {
        text.len() == BASE64
            && text.ends_with('=')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
    };
    is_hex || is_base64()
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn versions_and_hashes_are_normalized() {
        let text =
            "terraform {\n  version = \"1.2.3\"\n}\nresource \"a\" \"b\" {\n  version = \"1.2.3\"\n}\n";
        assert_eq!(normal(text), text.replacen("1.2.3", "*", 1));
        assert_eq!(normal("x = \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"\n"), "x = \"(hash)\"\n");
        assert_eq!(normal("x = \"10.0.0.0/16\"\n"), "x = \"10.0.0.0/16\"\n");
    }
}
