//! The ECS category and type of API calls.

/// An API call, its `event.category` and `event.type`.
type Action = (&'static str, &'static [&'static str], &'static [&'static str]);

const AUTHENTICATION: &[&str] = &["authentication"];
const IAM: &[&str] = &["iam"];

/// Sorted by name.
const ACTIONS: &[Action] = &[
    ("AddUserToGroup", IAM, &["group", "change"]),
    ("AssumeRole", AUTHENTICATION, &["info"]),
    ("AttachGroupPolicy", IAM, &["group", "change"]),
    ("AttachUserPolicy", IAM, &["user", "change"]),
    ("ChangePassword", IAM, &["user", "change"]),
    ("ConsoleLogin", AUTHENTICATION, &["info"]),
    ("CreateAccessKey", IAM, &["user", "change"]),
    ("CreateGroup", IAM, &["group", "creation"]),
    ("CreateUser", IAM, &["user", "creation"]),
    ("CreateVirtualMFADevice", IAM, &["user", "change"]),
    ("DeactivateMFADevice", IAM, &["user", "change"]),
    ("DeleteAccessKey", IAM, &["user", "change"]),
    ("DeleteBucket", &["file"], &["deletion"]),
    ("DeleteGroup", IAM, &["group", "deletion"]),
    ("DeleteGroupPolicy", IAM, &["group", "change"]),
    ("DeleteSSHPublicKey", IAM, &["user", "change"]),
    ("DeleteUser", IAM, &["user", "deletion"]),
    ("DeleteUserPermissionsBoundary", IAM, &["user", "change"]),
    ("DeleteUserPolicy", IAM, &["user", "change"]),
    ("DeleteVirtualMFADevice", IAM, &["user", "change"]),
    ("DetachGroupPolicy", IAM, &["group", "change"]),
    ("DetachUserPolicy", IAM, &["user", "change"]),
    ("EnableMFADevice", IAM, &["user", "change"]),
    ("GetGroup", IAM, &["group", "info"]),
    ("GetGroupPolicy", IAM, &["group", "info"]),
    ("GetUser", IAM, &["user", "info"]),
    ("GetUserPolicy", IAM, &["user", "info"]),
    ("ListAttachedGroupPolicies", IAM, &["group", "info"]),
    ("ListAttachedUserPolicies", IAM, &["user", "info"]),
    ("ListGroupPolicies", IAM, &["group", "info"]),
    ("ListGroups", IAM, &["group", "info"]),
    ("ListGroupsForUser", IAM, &["user", "info"]),
    ("ListUserPolicies", IAM, &["user", "info"]),
    ("ListUserTags", IAM, &["user", "info"]),
    ("ListUsers", IAM, &["user", "info"]),
    ("PutGroupPolicy", IAM, &["group", "change"]),
    ("PutUserPermissionsBoundary", IAM, &["user", "change"]),
    ("PutUserPolicy", IAM, &["user", "change"]),
    ("RemoveUserFromGroup", IAM, &["group", "change"]),
    ("ResyncMFADevice", IAM, &["user", "change"]),
    ("TagUser", IAM, &["user", "change"]),
    ("UntagUser", IAM, &["user", "change"]),
    ("UpdateAccessKey", IAM, &["user", "change"]),
    ("UpdateGroup", IAM, &["group", "change"]),
    ("UpdateSSHPublicKey", IAM, &["user", "change"]),
    ("UpdateUser", IAM, &["user", "change"]),
    ("UploadSSHPublicKey", IAM, &["user", "change"]),
];

/// `event.category` and `event.type` of the API call `name`; the type of all others is `info`.
pub(super) fn classify(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match ACTIONS.binary_search_by_key(&name, |(action, ..)| action) {
        Ok(at) => (ACTIONS[at].1, ACTIONS[at].2),
        Err(_) => (&[], &["info"]),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn actions_are_sorted_so_that_they_are_found() {
        assert!(super::ACTIONS.is_sorted_by_key(|(action, ..)| action));
    }
}
