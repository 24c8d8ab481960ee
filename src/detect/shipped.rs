//! The rules that ship with scops: those of `rules/` at the top of its source.

/// Each by the name of its file.
pub(super) const SHIPPED: &[(&str, &str)] = &[
    ("rules/aws_access_key_created.yml", include_str!("../../rules/aws_access_key_created.yml")),
    ("rules/aws_administrator_made.yml", include_str!("../../rules/aws_administrator_made.yml")),
    ("rules/aws_bucket_made_public.yml", include_str!("../../rules/aws_bucket_made_public.yml")),
    ("rules/aws_flow_logs_deleted.yml", include_str!("../../rules/aws_flow_logs_deleted.yml")),
    ("rules/aws_guardduty_switched_off.yml", include_str!("../../rules/aws_guardduty_switched_off.yml")),
    ("rules/aws_key_deletion_scheduled.yml", include_str!("../../rules/aws_key_deletion_scheduled.yml")),
    ("rules/aws_mfa_switched_off.yml", include_str!("../../rules/aws_mfa_switched_off.yml")),
    ("rules/aws_root_access_key.yml", include_str!("../../rules/aws_root_access_key.yml")),
    ("rules/aws_root_sign_in.yml", include_str!("../../rules/aws_root_sign_in.yml")),
    ("rules/aws_security_group_opened.yml", include_str!("../../rules/aws_security_group_opened.yml")),
    ("rules/aws_sign_in_without_mfa.yml", include_str!("../../rules/aws_sign_in_without_mfa.yml")),
    ("rules/aws_trail_stopped.yml", include_str!("../../rules/aws_trail_stopped.yml")),
    ("rules/linux_logging_stopped.yml", include_str!("../../rules/linux_logging_stopped.yml")),
    ("rules/ssh_password_accepted.yml", include_str!("../../rules/ssh_password_accepted.yml")),
    ("rules/vpc_remote_access_from_internet.yml", include_str!("../../rules/vpc_remote_access_from_internet.yml")),
    ("rules/web_probe_for_secrets.yml", include_str!("../../rules/web_probe_for_secrets.yml")),
    ("rules/web_secret_served.yml", include_str!("../../rules/web_secret_served.yml")),
];
