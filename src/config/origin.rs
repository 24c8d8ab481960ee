//! Where each value of a profile comes from.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{ConfigError, Environment, File, Overrides};
use crate::mistake::Mistake;

/// A value of the configuration, and what says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its key, dotted: `profiles.prod.sources.0.late_after`.
    pub key: String,
    /// The value as TOML writes it.
    pub value: String,
    /// `config.toml:7`, a variable, a flag, or `default`.
    pub from: String,
}

/// Keys whose values are not told.
const SECRET: &str = "secret_access_key";

/// Every value of `file` (a text that was read as one), with what lies over it for the profile `name`.
pub fn origins(
    file: &File,
    text: &str,
    path: &Path,
    name: &str,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Vec<Origin>, ConfigError> {
    let told = path.display().to_string();
    let table = DeTable::parse(text).map_err(|error| {
        ConfigError::Mistakes(vec![Mistake::at(&told, text, &error.span().unwrap_or(0..0), error.message())])
    })?;
    let mut found = Vec::new();
    walk_table(table.get_ref(), "", &mut |key, value, at| {
        let from = Mistake::at(&told, text, &(at..at), "");
        found.push(Origin { key, value, from: format!("{}:{}", from.file, from.line) });
    });
    let region = match (&overrides.region, file.profiles.get(name).and_then(|profile| profile.region.as_ref())) {
        (Some(region), _) => Some((region.clone(), "--region")),
        (None, Some(_)) => None,
        (None, None) => match &environment.aws_region {
            Some(region) => Some((region.clone(), "AWS_REGION or AWS_DEFAULT_REGION")),
            None => Some(("us-east-1".to_owned(), "default")),
        },
    };
    let endpoint = match (&overrides.endpoint_url, file.profiles.get(name).and_then(|it| it.endpoint_url.as_ref())) {
        (Some(endpoint), _) => Some((endpoint.clone(), "--endpoint-url")),
        (None, None) => environment.aws_endpoint_url.clone().map(|endpoint| (endpoint, "AWS_ENDPOINT_URL")),
        (None, Some(_)) => None,
    };
    let own = |key: &str| format!("profiles.{name}.{key}");
    let mut lay = |key: String, value: String, from: &str| {
        found.retain(|origin| origin.key != key);
        found.push(Origin { key, value, from: from.to_owned() });
    };
    if let Some((region, from)) = region {
        lay(own("region"), quoted(&region), from);
    }
    if let Some((endpoint, from)) = endpoint {
        lay(own("endpoint_url"), quoted(&endpoint), from);
    }
    if let Some(profile) = &overrides.aws_profile {
        lay(own("aws_profile"), quoted(profile), "--aws-profile");
    }
    if overrides.is_read_only {
        lay(own("read_only"), "true".into(), "--read-only");
    }
    let network = &overrides.network;
    for (key, is_set) in [
        ("no_sign_request", network.no_sign_request),
        ("path_style", network.path_style),
        ("use_fips", network.use_fips),
        ("use_dualstack", network.use_dualstack),
        ("request_payer", network.request_payer),
    ] {
        if is_set {
            lay(own(&format!("network.{key}")), "true".into(), &format!("--{}", key.replace('_', "-")));
        }
    }
    if let Some(bundle) = &network.ca_bundle {
        lay(own("network.ca_bundle"), quoted(&bundle.display().to_string()), "--ca-bundle");
    }
    found.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}

fn walk_table(table: &DeTable<'_>, before: &str, found: &mut impl FnMut(String, String, usize)) {
    for (name, value) in table {
        let key = if before.is_empty() { name.get_ref().to_string() } else { format!("{before}.{}", name.get_ref()) };
        walk(value.get_ref(), key, value.span().start, found);
    }
}

fn walk(value: &DeValue<'_>, key: String, at: usize, found: &mut dyn FnMut(String, String, usize)) {
    match value {
        DeValue::Table(table) => walk_table(table, &key, &mut |key, value, at| found(key, value, at)),
        DeValue::Array(values) if values.iter().any(|value| value.get_ref().is_table()) => {
            for (index, value) in values.iter().enumerate() {
                walk(value.get_ref(), format!("{key}.{index}"), value.span().start, found);
            }
        }
        DeValue::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| scalar(value.get_ref())).collect();
            found(key, format!("[{}]", values.join(", ")), at);
        }
        other => {
            let value = if key.ends_with(SECRET) { "(hidden)".to_owned() } else { scalar(other) };
            found(key, value, at);
        }
    }
}

fn scalar(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(is_true) => is_true.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => String::new(),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use scops_parser::Formats;

    use super::*;

    #[test]
    fn each_value_is_told_with_what_says_it() {
        let text = "[profiles.prod]\nregion = \"eu-west-1\"\nread_only = false\n\
                    credentials = { access_key_id = \"AKIA\", secret_access_key = \"s3cret\" }\n\
                    endpoint_url = \"http://127.0.0.1:9000\"\n\n[[profiles.prod.sources]]\nname = \"alb\"\n\
                    bucket = \"logs\"\nlayout = \"a/{yyyy}/\"\nmaintenance = [\"sun 02:00-04:00\"]\n";
        let path = Path::new("config.toml");
        let file = File::parse(text, path, Formats::default()).expect("valid");
        let overrides = Overrides { region: Some("us-west-2".into()), is_read_only: true, ..Overrides::default() };
        let found = origins(&file, text, path, "prod", &overrides, &Environment::default()).expect("told");
        let told: Vec<_> =
            found.iter().map(|origin| format!("{} = {} ({})", origin.key, origin.value, origin.from)).collect();
        assert_eq!(
            told,
            [
                "profiles.prod.credentials.access_key_id = \"AKIA\" (config.toml:4)",
                "profiles.prod.credentials.secret_access_key = (hidden) (config.toml:4)",
                "profiles.prod.endpoint_url = \"http://127.0.0.1:9000\" (config.toml:5)",
                "profiles.prod.read_only = true (--read-only)",
                "profiles.prod.region = \"us-west-2\" (--region)",
                "profiles.prod.sources.0.bucket = \"logs\" (config.toml:9)",
                "profiles.prod.sources.0.layout = \"a/{yyyy}/\" (config.toml:10)",
                "profiles.prod.sources.0.maintenance = [\"sun 02:00-04:00\"] (config.toml:11)",
                "profiles.prod.sources.0.name = \"alb\" (config.toml:8)",
            ]
        );
    }
}
