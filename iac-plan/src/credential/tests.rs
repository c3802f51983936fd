use super::{has_credential, is_credential_name, is_literal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Each contains a credential.
const POSITIVES: [&str; 54] = [
    // Shapes
    "AKIAIOSFODNN7EXAMPLE",
    "key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY;",
    "-----BEGIN RSA PRIVATE KEY-----",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
    "https://hooks.slack.com/services/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",
    "https://acme.webhook.office.com/webhookb2/0a1b2c3d-0a1b-2c3d/IncomingWebhook/0a1b2c3d",
    // URLs
    "postgres://app:Rotate-Me@db.internal:5432/app",
    "redis://:Rotate-Me@cache:6379",
    "custom+scheme://app:Rotate-Me@host",
    "git clone https://ci:Rotate-Me@example.com/app.git",
    "mongodb+srv://app:p%40ss@cluster0.example.net/?retryWrites=true",
    "jdbc:mysql://db/app?user=app&password=Rotate-Me",
    "jdbc:sqlserver://db;user=app;password=Rotate-Me;encrypt=true",
    // Connection strings
    "Server=db;Database=app;User Id=app;Password=Rotate-Me;",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Um90YXRlLU1l;EndpointSuffix=core.windows.net",
    "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=Um90YXRlLU1l",
    "host=db user=app password=Rotate-Me dbname=app",
    // Scripts
    "#!/bin/sh\nexport DB_PASSWORD=Rotate-Me\n",
    "#!/bin/sh\ncat >/etc/app.env <<END\nAPI_TOKEN=Rotate-Me\nEND\n",
    "DB_PASSWORD=Rotate-Me",
    "DB_PASS='Rotate Me'",
    "  password: Rotate-Me",
    "password: \"Rotate Me\"",
    "password = \"Rotate-Me\"",
    "[client]\npassword = Rotate-Me\n",
    "- name: DB_PASSWORD\n  value: Rotate-Me",
    "- name: DB_PASSWORD\n\n  value: 'Rotate-Me'",
    "app --db-password Rotate-Me",
    "app --token=Rotate-Me",
    "curl -u admin:Rotate-Me https://example.com",
    "curl -H 'Authorization: Basic YWRtaW46Um90YXRlLU1l' https://example.com",
    "curl -H \"X-Api-Key: Rotate-Me-1\" -H 'Authorization: Token 0123456789'",
    "$env:API_KEY = \"Rotate-Me\"",
    "ENV GITHUB_TOKEN=Rotate-Me",
    "docker run -e DB_PASSWORD=Rotate-Me app",
    "env DB_PASSWORD=Rotate-Me app",
    "set DB_PASSWORD=Rotate-Me",
    "{ \"password\" = \"Rotate-Me\" }",
    // Documents
    r#"{"password": "Rotate-Me"}"#,
    r#"[{"name": "DB_PASSWORD", "value": "Rotate-Me"}]"#,
    r#"{"a": {"b": [{"Name": "API_KEY", "Value": "Rotate-Me"}]}}"#,
    r#"{"url": "amqp://app:Rotate-Me@queue"}"#,
    r#"{"command": "app --password Rotate-Me"}"#,
    r#"{"nested": "{\"client_secret\": \"Rotate-Me\"}"}"#,
    r#"{"ParameterKey": "MasterUserPassword", "ParameterValue": "Rotate-Me"}"#,
    r#"{"Statement": [{"Effect": "Allow", "Resource": "postgres://app:Rotate-Me@db"}]}"#,
    // Base64: an access key, `export DB_PASSWORD=…`, `{"token": …}`
    "QUtJQUlPU0ZPRE5ON0VYQU1QTEU=",
    "IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1Sb3RhdGUtTWUK",
    "IyEvYmluL3NoCmV4cG9ydCBEQl9Q\nQVNTV09SRD1Sb3RhdGUtTWUK",
    "eyJ0b2tlbiI6ICJSb3RhdGUtTWUifQ==",
    "echo eyJ0b2tlbiI6ICJSb3RhdGUtTWUifQ== | base64 -d > /etc/app.json",
    "write_files:\n- content: eyJ0b2tlbiI6ICJSb3RhdGUtTWUifQ==\n  encoding: b64\n",
    "<password>Rotate-Me</password> password=Rotate-Me",
    "//registry.npmjs.org/:_authToken=Rotate-Me",
];

/// None contains a credential.
const NEGATIVES: [&str; 60] = [
    "",
    "AKIA",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "arn:aws:iam::123456789012:role/AKIA-reader",
    "a/path/with/FORTY/characters/in/all/of/it",
    "aGVsbG8gd29ybGQ=",
    "ami-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "https://example.com/path?page=2",
    "https://user@example.com/",
    "ssh://git@github.com/acme/app.git",
    "git@github.com:acme/app.git",
    "http://localhost:8080/a@b:c",
    "postgres://db.internal:5432/app",
    "postgres://app:${DB_PASSWORD}@db/app",
    "postgres://app:$DB_PASSWORD@db/app",
    "jdbc:mysql://db/app?user=app",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-password-a1b2c3",
    "Minimum length of a password: eight characters",
    "Rotates the token: see the runbook",
    "Resets your password, then sends a token",
    "PASSWORD_MIN_LENGTH=12",
    "TOKEN_URL=https://example.com/token",
    "SECRET_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
    "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
    "export DB_PASSWORD=\"$(cat /run/secrets/db)\"",
    "export DB_PASSWORD=${PASSWORD}",
    "DB_PASSWORD=",
    "password: true",
    "password: {{ .Values.password }}",
    "password = var.password == null",
    "if token == other:",
    "password := os.Getenv(\"X\")",
    "password = os.environ[\"X\"]",
    "automountServiceAccountToken: false",
    "manage_master_user_password = true",
    "http_tokens: required",
    "- name: DB_PASSWORD\n  valueFrom: arn:aws:ssm:eu-west-1:123456789012:parameter/db",
    "- name: DB_USER\n  value: app",
    "- name: DB_PASSWORD\n- name: DB_USER\n  value: app",
    "secretKeyRef:\n  name: db\n  key: password",
    "curl -u $USER:$PASSWORD https://example.com",
    "docker run -u 1000:1000 app",
    "aws secretsmanager get-secret-value --secret-id db --query SecretString",
    "app --password-file /run/secrets/db",
    "app --password /run/secrets/db",
    "app --token $TOKEN",
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag/token": "x1"}}}]}"#,
    r#"[{"name": "DB_USER", "value": "app"}]"#,
    r#"[{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/db"}]"#,
    r#"{"type": "object", "properties": {"password": {"type": "string"}}}"#,
    r#"{"TaskToken.$": "$$.Task.Token"}"#,
    r#"{"MasterUserPassword": "{{resolve:secretsmanager:db:SecretString:password}}"}"#,
    r#"{"name": "API_TOKEN", "value": "/app/token", "type": "PARAMETER_STORE"}"#,
    "Basic authentication is disabled",
    "The bearer must present identification",
    "key-pair-for-bastion-host-in-production",
    "sk-live-environment-of-the-application-server",
];

#[test]
fn credentials_are_recognized() {
    let missed: Vec<_> = POSITIVES.into_iter().filter(|text| !has_credential(text)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn other_text_is_not_a_credential() {
    let wrong: Vec<_> = NEGATIVES.into_iter().filter(|text| has_credential(text)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn credentials_are_recognized_inside_encodings() {
    let missed = POSITIVES.into_iter().filter(|text| {
        let encoded = STANDARD.encode(text);
        let document = serde_json::json!({"user_data": [encoded]}).to_string();
        text.len() > 15 && !(has_credential(&encoded) && has_credential(&document))
    });
    let missed: Vec<_> = missed.collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn credential_names_are_recognized_by_their_last_word() {
    let names = [
        "PASSWORD",
        "db_password",
        "GITHUB_TOKEN",
        "clientSecret",
        "API_KEY",
        "secret-key",
        "DB_PASS",
        "dbPass",
        "auth.adminPassword",
        "PASSWORD_1",
        "AZURE_STORAGE_ACCOUNT_KEY",
        "_authToken",
        "smtp_credentials",
    ];
    for name in names {
        assert!(is_credential_name(name), "{name}");
    }
    let others = [
        "",
        "TOKEN_URL",
        "SECRET_ARN",
        "KEY",
        "PASSWORD_LENGTH",
        "bypass",
        "compass",
        "public_key",
        "secretName",
        "key_id",
        "path",
        "tokens",
    ];
    for name in others {
        assert!(!is_credential_name(name), "{name}");
    }
}

#[test]
fn references_and_switches_are_no_literals() {
    for value in ["hunter2", "p", "1234", "a b", "/x"] {
        assert!(is_literal(value), "{value}");
    }
    let others = [
        "",
        " ",
        "true",
        "None",
        "***",
        "xxxx",
        "$X",
        "${x}",
        "<password>",
        "arn:aws:ssm:::x",
        "op://a/b",
        "/run/secrets/db",
    ];
    for value in others {
        assert!(!is_literal(value), "{value}");
    }
}
