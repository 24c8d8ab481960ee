//! The logs that Zeek writes, and how a JSON record without `_path` tells which it is of.

use crate::value::Value;

/// A log: its `_path`, the name of its data set, and fields that no other log has together.
pub(super) struct Stream {
    pub(super) path: &'static str,
    pub(super) dataset: &'static str,
    marks: &'static [&'static str],
}

/// The log of that path.
pub(super) fn named(path: &str) -> Option<&'static Stream> {
    STREAMS.iter().find(|stream| stream.path == path)
}

/// The `_path` of a record: as it says, or by its fields.
pub(super) fn path<'f>(fields: &'f Value<'_>) -> Option<&'f str> {
    if let Some(path) = fields.get("_path") {
        return path.as_str();
    }
    let has = |mark: &&str| fields.get(mark).is_some();
    let by_marks = STREAMS.iter().find(|stream| !stream.marks.is_empty() && stream.marks.iter().all(has));
    // Of a known host nothing is told but that it was seen.
    let is_known_host = || fields.as_object().is_some_and(|fields| fields.len() == 2) && has(&"ts") && has(&"host");
    by_marks.map(|stream| stream.path).or_else(|| is_known_host().then_some("known_hosts"))
}

/// The more special come first.
const STREAMS: &[Stream] = &[
    stream("conn", "zeek.connection", &["id.orig_h", "conn_state"]),
    stream("dns", "zeek.dns", &["id.orig_h", "trans_id", "rejected"]),
    stream("http", "zeek.http", &["id.orig_h", "trans_depth", "request_body_len"]),
    stream("ssl", "zeek.ssl", &["id.orig_h", "resumed", "established"]),
    stream("x509", "zeek.x509", &["certificate.serial"]),
    stream("files", "zeek.files", &["fuid", "seen_bytes"]),
    stream("notice", "zeek.notice", &["note", "msg", "actions"]),
    stream("weird", "zeek.weird", &["name", "notice", "peer"]),
    stream("dhcp", "zeek.dhcp", &["uids", "msg_types"]),
    stream("smtp", "zeek.smtp", &["id.orig_h", "trans_depth", "tls"]),
    stream("sip", "zeek.sip", &["id.orig_h", "trans_depth", "call_id"]),
    stream("ssh", "zeek.ssh", &["id.orig_h", "auth_attempts"]),
    stream("kerberos", "zeek.kerberos", &["id.orig_h", "request_type"]),
    stream("ntlm", "zeek.ntlm", &["id.orig_h", "server_nb_computer_name"]),
    stream("rdp", "zeek.rdp", &["id.orig_h", "cert_count"]),
    stream("rfb", "zeek.rfb", &["id.orig_h", "client_major_version"]),
    stream("smb_cmd", "zeek.smb_cmd", &["id.orig_h", "command", "version"]),
    stream("smb_mapping", "zeek.smb_mapping", &["id.orig_h", "share_type"]),
    stream("smb_files", "zeek.smb_files", &["id.orig_h", "action", "name"]),
    stream("dce_rpc", "zeek.dce_rpc", &["id.orig_h", "endpoint"]),
    stream("irc", "zeek.irc", &["id.orig_h", "command", "value"]),
    stream("ftp", "zeek.ftp", &["id.orig_h", "command", "user"]),
    stream("mysql", "zeek.mysql", &["id.orig_h", "cmd"]),
    stream("ldap_search", "zeek.ldap_search", &["id.orig_h", "message_id", "scope"]),
    stream("ldap", "zeek.ldap", &["id.orig_h", "message_id", "opcode"]),
    stream("quic", "zeek.quic", &["id.orig_h", "client_initial_dcid"]),
    stream("radius", "zeek.radius", &["id.orig_h", "username", "result"]),
    stream("snmp", "zeek.snmp", &["id.orig_h", "get_bulk_requests"]),
    stream("socks", "zeek.socks", &["id.orig_h", "request_p"]),
    stream("syslog", "zeek.syslog", &["id.orig_h", "facility", "severity"]),
    stream("tunnel", "zeek.tunnel", &["id.orig_h", "tunnel_type"]),
    stream("ntp", "zeek.ntp", &["id.orig_h", "stratum"]),
    stream("modbus", "zeek.modbus", &["id.orig_h", "func"]),
    stream("dnp3", "zeek.dnp3", &["id.orig_h", "fc_request"]),
    stream("dpd", "zeek.dpd", &["analyzer", "failure_reason"]),
    stream("analyzer", "zeek.analyzer", &["analyzer_kind", "analyzer_name"]),
    stream("intel", "zeek.intel", &["seen.indicator", "sources"]),
    stream("signatures", "zeek.signature", &["sig_id", "event_msg"]),
    stream("ocsp", "zeek.ocsp", &["certStatus", "hashAlgorithm"]),
    stream("pe", "zeek.pe", &["machine", "compile_ts"]),
    stream("software", "zeek.software", &["host", "software_type"]),
    stream("known_certs", "zeek.known_certs", &["host", "port_num", "issuer_subject"]),
    stream("known_services", "zeek.known_services", &["host", "port_num", "port_proto"]),
    stream("known_hosts", "zeek.known_hosts", &[]),
    stream("traceroute", "zeek.traceroute", &[]),
    stream("capture_loss", "zeek.capture_loss", &["ts_delta", "percent_lost"]),
    stream("stats", "zeek.stats", &["peer", "mem", "pkts_proc"]),
    stream("reporter", "zeek.reporter", &[]),
];

const fn stream(path: &'static str, dataset: &'static str, marks: &'static [&'static str]) -> Stream {
    Stream { path, dataset, marks }
}

/// Names of fields and logs that are common.
pub(super) const FIELDS: &str = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes \
    resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes \
    tunnel_parents ip_proto vlan inner_vlan community_id trans_id rtt query qclass qclass_name qtype qtype_name rcode \
    rcode_name AA TC RD RA Z answers TTLs rejected trans_depth method host uri referrer version user_agent origin \
    request_body_len response_body_len status_code status_msg info_code info_msg tags username password proxied \
    orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types cipher curve server_name \
    resumed last_alert next_protocol established ssl_history cert_chain_fps client_cert_chain_fps cert_chain_fuids \
    client_cert_chain_fuids subject issuer client_subject client_issuer sni_matches_cert validation_status ja3 ja3s \
    fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename is_orig seen_bytes total_bytes \
    overflow_bytes timedout parent_fuid md5 sha1 sha256 extracted extracted_cutoff extracted_size fingerprint \
    certificate.version certificate.serial certificate.subject certificate.issuer certificate.not_valid_before \
    certificate.not_valid_after certificate.key_alg certificate.sig_alg certificate.key_type certificate.key_length \
    certificate.exponent certificate.curve san.dns san.uri san.email san.ip basic_constraints.ca \
    basic_constraints.path_len host_cert client_cert file_mime_type file_desc note msg sub src dst p n peer_descr \
    actions email_dest suppress_for remote_location.country_code remote_location.region remote_location.city \
    remote_location.latitude remote_location.longitude name addl notice peer uids client_addr server_addr mac \
    host_name client_fqdn domain requested_addr assigned_addr lease_time client_message server_message msg_types helo \
    mailfrom rcptto date from to cc reply_to msg_id in_reply_to subject x_originating_ip first_received \
    second_received last_reply path tls fuids is_webmail auth_success auth_attempts direction client server \
    cipher_alg mac_alg compression_alg kex_alg host_key_alg host_key request_type success error_msg till forwardable \
    renewable client_cert_subject client_cert_fuid server_cert_subject server_cert_fuid hostname domainname \
    server_nb_computer_name server_dns_computer_name server_tree_name cookie result security_protocol \
    client_channels keyboard_layout client_build client_name client_dig_product_id desktop_width desktop_height \
    requested_color_depth cert_type cert_count cert_permanent encryption_level encryption_method native_file_system \
    share_type action size prev_name times.modified times.accessed times.created times.changed named_pipe endpoint \
    operation user command arg file_size reply_code reply_msg data_channel.passive data_channel.orig_h \
    data_channel.resp_h data_channel.resp_p facility severity message analyzer failure_reason port_num port_proto \
    tid unit func pdu_type exception software_type version.major version.minor version.minor2 version.minor3 \
    version.addl unparsed_version host_p community get_requests get_bulk_requests get_responses set_requests \
    display_string up_since conn dns http ssl x509 files weird dhcp smtp ssh kerberos ntlm rdp smb_mapping smb_files \
    dce_rpc ftp syslog dpd known_hosts known_services modbus software snmp notice stats capture_loss tunnel";
