use super::*;

fn of(json: &str) -> Vec<String> {
    let value = crate::json::parse(json.as_bytes(), 9).unwrap().value;
    let mut found = Vec::new();
    entities([&value], &mut |path, entity| found.push(format!("{path}: {} {}", entity.kind.name(), entity.text)));
    found
}

#[test]
fn each_kind_is_told_by_its_shape() {
    assert_eq!(of(r#"{"a":"203.0.113.7"}"#), ["a: ip 203.0.113.7"]);
    assert_eq!(of(r#"{"a":"2001:db8::7"}"#), ["a: ip 2001:db8::7"]);
    assert_eq!(of(r#"{"a":"10.0.0.0/8 2001:db8::/32"}"#), ["a: cidr 10.0.0.0/8", "a: cidr 2001:db8::/32"]);
    assert_eq!(of(r#"{"a":"AKIAIOSFODNN7EXAMPLE"}"#), ["a: access key AKIAIOSFODNN7EXAMPLE"]);
    assert_eq!(of(r#"{"a":"AROAIOSFODNN7EXAMPLE:session"}"#), ["a: principal id AROAIOSFODNN7EXAMPLE"]);
    assert_eq!(of(r#"{"a":"d41d8cd98f00b204e9800998ecf8427e"}"#), ["a: hash d41d8cd98f00b204e9800998ecf8427e"]);
    assert_eq!(of(r#"{"a":"i-0123456789abcdef0"}"#), ["a: instance id i-0123456789abcdef0"]);
}

#[test]
fn what_an_arn_a_url_and_an_address_name_is_found_too() {
    assert_eq!(
        of(r#"{"a":"arn:aws:iam::111122223333:user/eve"}"#),
        ["a: arn arn:aws:iam::111122223333:user/eve", "a: account 111122223333"]
    );
    assert_eq!(
        of(r#"{"a":"GET https://eve@login.example.com:8443/x?y=1"}"#),
        ["a: url https://eve@login.example.com:8443/x?y=1", "a: domain login.example.com"]
    );
    assert_eq!(of(r#"{"a":"(see https://[2001:db8::1]/)."}"#)[1], "a: ip 2001:db8::1");
    assert_eq!(of(r#"{"a":"from ops@example.com:"}"#), ["a: e-mail ops@example.com", "a: domain example.com"]);
    assert_eq!(of(r#"{"a":"203.0.113.7:443"}"#), ["a: ip 203.0.113.7"]);
}

#[test]
fn names_of_fields_tell_users_accounts_and_requests() {
    assert_eq!(
        of(r#"{"userIdentity":{"userName":"eve","accountId":"111122223333"},"requestID":"8f4c-1","acct":"-"}"#),
        [
            "userIdentity.userName: user eve",
            "userIdentity.accountId: account 111122223333",
            "requestID: request id 8f4c-1"
        ]
    );
    assert_eq!(of(r#"{"id":"111122223333","name":"eve"}"#), Vec::<String>::new());
}

#[test]
fn names_of_files_and_of_code_are_no_domains() {
    for text in ["index.html", "app.log", "main.py", "aws.cloudtrail", "e.g", "1.2.3", "java.lang.String", "a..com"] {
        assert_eq!(of(&format!(r#"{{"message":"see {text} now"}}"#)), Vec::<String>::new(), "{text}");
    }
    assert_eq!(of(r#"{"dns":{"question":"x"},"query":"main.py"}"#), ["query: domain main.py"]);
    assert_eq!(of(r#"{"message":"to evil.example.co.uk"}"#), ["message: domain evil.example.co.uk"]);
}

#[test]
fn each_is_told_once() {
    assert_eq!(of(r#"{"a":"203.0.113.7","b":["203.0.113.7"]}"#), ["a: ip 203.0.113.7"]);
}
