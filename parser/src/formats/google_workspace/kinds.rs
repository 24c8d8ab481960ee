//! What each event is about: its category, type and outcome.

/// What ECS calls an event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Kind {
    pub category: &'static [&'static str],
    pub types: Vec<&'static str>,
    pub outcome: Option<&'static str>,
    pub is_alert: bool,
}

/// Applications, and the data sets of Elastic's integration.
pub(super) const APPLICATIONS: &[(&str, &str)] = &[
    ("access_transparency", "google_workspace.access_transparency"),
    ("admin", "google_workspace.admin"),
    ("calendar", "google_workspace.calendar"),
    ("chat", "google_workspace.chat"),
    ("chrome", "google_workspace.chrome"),
    ("context_aware_access", "google_workspace.context_aware_access"),
    ("data_studio", "google_workspace.data_studio"),
    ("drive", "google_workspace.drive"),
    ("gcp", "google_workspace.gcp"),
    ("gmail", "google_workspace.gmail"),
    ("groups", "google_workspace.groups"),
    ("groups_enterprise", "google_workspace.group_enterprise"),
    ("keep", "google_workspace.keep"),
    ("login", "google_workspace.login"),
    ("meet", "google_workspace.meet"),
    ("mobile", "google_workspace.device"),
    ("rules", "google_workspace.rules"),
    ("saml", "google_workspace.saml"),
    ("token", "google_workspace.token"),
    ("user_accounts", "google_workspace.user_accounts"),
    ("vault", "google_workspace.vault"),
];

/// Words in the name of an event, in any case, and the type that they make it; the first that it holds counts.
const VERBS: [(&str, &str); 20] = [
    ("undelete", "creation"),
    ("delete", "deletion"),
    ("remove", "deletion"),
    ("trash", "deletion"),
    ("create", "creation"),
    ("add_", "creation"),
    ("upload", "creation"),
    ("copy", "creation"),
    ("view", "info"),
    ("search", "info"),
    ("restore", "info"),
    ("download", "access"),
    ("preview", "access"),
    ("print", "access"),
    ("access", "access"),
    ("list", "info"),
    ("get", "info"),
    ("query", "info"),
    ("export", "info"),
    ("authorize", "info"),
];

/// Admin events that change how the organisation is set up, beside those whose name ends in `_SETTING`.
const CONFIGURATIONS: [&str; 5] = [
    "CHANGE_SITES_WEB_ADDRESS_MAPPING_UPDATES",
    "FLASHLIGHT_EDU_NON_FEATURED_SERVICES_SELECTED",
    "GPLUS_PREMIUM_FEATURES",
    "MEET_INTEROP_MODIFY_GATEWAY",
    "UPDATE_MANAGED_CONFIGURATION",
];

/// What an event of `application` is. `status` is how a challenge of a login ended.
pub(super) fn classify(application: &str, group: &str, name: &str, status: Option<&str>) -> Kind {
    let kind = |category, types: &[&'static str]| Kind { category, types: types.to_vec(), ..Kind::default() };
    match application {
        "login" | "saml" => login(name, status),
        "admin" => admin(group, name),
        "user_accounts" => kind(&["iam"], &["change", "user"]),
        "token" => kind(&["iam"], &[verb(name), "user"]),
        "groups" | "groups_enterprise" => kind(&["iam"], &["group", verb(name)]),
        "drive" | "keep" => kind(&["file"], &[verb(name)]),
        "rules" => Kind::default(),
        _ => kind(&[], &[verb(name)]),
    }
}

/// The type that the first known word of a name makes an event.
fn verb(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    VERBS.iter().find(|(word, _)| name.contains(word)).map_or("change", |(_, kind)| *kind)
}

fn admin(group: &str, name: &str) -> Kind {
    let verb = verb(name);
    let is_setting = name.ends_with("_SETTING");
    let is_configuration = is_setting && verb != "creation" || CONFIGURATIONS.contains(&name);
    let mut types = vec![verb];
    if is_setting && verb == "creation" {
        types.push("change");
    }
    if group == "GROUP_SETTINGS" || name.contains("GROUP_BASED") {
        types.push("group");
    }
    if group == "USER_SETTINGS" {
        types.push("user");
    }
    let category: &[&str] = if is_configuration { &["iam", "configuration"] } else { &["iam"] };
    Kind { category, types, ..Kind::default() }
}

fn login(name: &str, status: Option<&str>) -> Kind {
    const SESSION: &[&str] = &["authentication", "session"];
    const LOGON: &[&str] = &["authentication"];
    const IAM: &[&str] = &["iam"];
    let is_passed = status.is_some_and(|status| status.to_ascii_lowercase().contains("passed"));
    let challenge = status.map(|_| if is_passed { "success" } else { "failure" });
    let (category, types, outcome): (_, &[&str], _) = match name {
        "login_success" => (SESSION, &["start"], Some("success")),
        "login_failure" => (SESSION, &["start"], Some("failure")),
        "logout" => (SESSION, &["end"], None),
        "login_challenge" | "login_verification" => (LOGON, &["info"], challenge),
        "account_disabled_password_leak" => (IAM, &["user", "info"], None),
        "gov_attack_warning" => (IAM, &["user"], None),
        _ if name.starts_with("account_disabled") => (IAM, &["user", "change"], None),
        _ => (LOGON, &["info"], None),
    };
    Kind { category, types: types.to_vec(), outcome, is_alert: name == "gov_attack_warning" }
}
