//! Which profiles are opened: one, several with commas between them, or a group.

use super::{ConfigError, Environment, File, Overrides, Settings, one};

/// Profiles that are not opened, each with its settings or with what is wrong with it.
pub type Others = Vec<(String, Result<Settings, ConfigError>)>;

/// The names that flag, environment or file choose, each once; none where nothing is chosen.
pub(super) fn chosen(
    file: &File,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Vec<String>, ConfigError> {
    let wanted = overrides
        .profile
        .as_deref()
        .or(environment.scops_profile.as_deref())
        .or(file.default_profile.as_deref())
        .or_else(|| (file.profiles.len() == 1).then(|| file.profiles.keys().next().map(String::as_str)).flatten());
    let Some(wanted) = wanted else { return Ok(Vec::new()) };
    if file.profiles.is_empty() || file.profiles.contains_key(wanted) {
        return Ok(vec![wanted.to_owned()]);
    }
    let mut names: Vec<String> = Vec::new();
    for word in wanted.split(',').map(str::trim) {
        let profile = || file.profiles.get_key_value(word).map(|(name, _)| std::slice::from_ref(name));
        let found = file.groups.get(word).map(Vec::as_slice).or_else(profile).ok_or_else(|| {
            let known = file.profiles.keys().chain(file.groups.keys()).cloned().collect();
            ConfigError::NoProfile { name: word.to_owned(), known }
        })?;
        for name in found {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    Ok(names)
}

/// Chooses the profiles that are shown together, in the order in which they are named, and lays environment and flags
/// over each. What a flag says of one account alone is refused where there are several.
pub fn resolve_several(
    file: &File,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Vec<Settings>, ConfigError> {
    let names = chosen(file, overrides, environment)?;
    if names.len() < 2 {
        return Ok(vec![one(file, names.first().map(String::as_str), overrides, environment)?]);
    }
    let flags = [
        ("--region", overrides.region.is_some()),
        ("--endpoint-url", overrides.endpoint_url.is_some()),
        ("--aws-profile", overrides.aws_profile.is_some()),
    ];
    if let Some((flag, _)) = flags.into_iter().find(|(_, is_given)| *is_given) {
        return Err(ConfigError::OfOne { flag, names });
    }
    names.iter().map(|name| one(file, Some(name), overrides, environment)).collect()
}

/// The profiles of the file that are not among these. Of the flags, what restricts holds for them too.
pub fn others(file: &File, opened: &[Settings], overrides: &Overrides, environment: &Environment) -> Others {
    let overrides = Overrides { region: None, endpoint_url: None, aws_profile: None, ..overrides.clone() };
    let is_other = |name: &&String| opened.iter().all(|settings| settings.profile.name != **name);
    let other = |name: &String| (name.clone(), one(file, Some(name), &overrides, environment));
    file.profiles.keys().filter(is_other).map(other).collect()
}
