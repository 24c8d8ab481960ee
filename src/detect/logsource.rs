//! Which records a rule is about: Sigma's `logsource`, by the formats that the parser tells.

use super::value::Flaw;
use super::yaml::Node;

/// Names of products and services, and the formats whose records are theirs.
const SERVICES: &[(&str, &str, &[&str])] = &[
    ("aws", "alb", &["alb"]),
    ("aws", "config", &["aws_config"]),
    ("aws", "eks", &["k8s_audit"]),
    ("aws", "elb", &["alb", "clb", "nlb"]),
    ("aws", "flowlogs", &["vpcflow", "vpcflow_json", "tgwflow"]),
    ("aws", "route53", &["route53_resolver", "route53_public"]),
    ("aws", "s3", &["s3access"]),
    ("aws", "vpcflow", &["vpcflow", "vpcflow_json", "tgwflow"]),
    ("linux", "auditd", &["auditd"]),
];

/// Products whose services all lie in the same formats.
const PRODUCTS: &[(&str, &[&str])] = &[
    ("apache", &["combined", "apache_error"]),
    ("kubernetes", &["k8s_audit"]),
    ("linux", &["syslog", "journald"]),
    ("nginx", &["combined", "nginx_error"]),
    ("windows", &["windows", "windows_xml"]),
    ("zeek", &["zeek", "zeek_json"]),
];

/// Categories that do not say whose logs they are.
const CATEGORIES: &[(&str, &[&str])] = &[
    ("dns", &["route53_resolver", "route53_public", "zeek", "zeek_json", "suricata"]),
    (
        "firewall",
        &[
            "vpcflow",
            "vpcflow_json",
            "tgwflow",
            "network_firewall",
            "fortigate",
            "cisco_asa",
            "panos",
            "cisco_umbrella_firewall",
        ],
    ),
    ("proxy", &["squid", "haproxy", "w3c"]),
    (
        "webserver",
        &[
            "alb",
            "clb",
            "cloudfront",
            "cloudfront_json",
            "combined",
            "caddy",
            "haproxy",
            "apigateway",
            "w3c",
            "s3access",
        ],
    ),
];

/// Of which formats a rule's records are; `None` for all.
pub(super) type Formats = Option<Vec<String>>;

/// Reads a `logsource`. `known` are the names of the formats.
pub(super) fn formats<'k>(node: &Node, known: &(impl Iterator<Item = &'k str> + Clone)) -> Result<Formats, Flaw> {
    let word = |name: &str| node.get(name).and_then(|node| Some((node.scalar()?.to_ascii_lowercase(), node.line)));
    let (product, category, service) = (word("product"), word("category"), word("service"));
    let named = product.as_ref().map(|(product, _)| product.as_str());
    let own = |list: &[&str]| Ok(Some(list.iter().map(|name| (*name).to_owned()).collect()));
    let of_product = || PRODUCTS.iter().find(|(name, _)| Some(*name) == named).map(|(_, formats)| *formats);
    let as_format = |word: &str| {
        let name = word.replace('-', "_");
        known.clone().find(|known| *known == name)
    };
    if let Some((service, line)) = &service {
        let of_service = |(of, name, _): &&(&str, &str, _)| name == service && named.is_none_or(|named| named == *of);
        if let Some((_, _, formats)) = SERVICES.iter().find(of_service) {
            return own(formats);
        }
        if let Some(format) = as_format(service) {
            return own(&[format]);
        }
        if let Some(formats) = of_product() {
            return own(formats);
        }
        let services = SERVICES.iter().map(|(_, name, _)| *name).chain(known.clone());
        return Err(
            Flaw::new(*line, format!("no log is known by the service \"{service}\"")).nearest(service, services)
        );
    }
    if let Some(formats) = of_product() {
        return own(formats);
    }
    if let Some((product, line)) = product.as_ref().filter(|(product, _)| product != "aws") {
        let products = PRODUCTS.iter().map(|(name, _)| *name).chain(["aws"]).chain(known.clone());
        return match as_format(product) {
            Some(format) => own(&[format]),
            None => {
                Err(Flaw::new(*line, format!("no log is known by the product \"{product}\""))
                    .nearest(product, products))
            }
        };
    }
    let Some((category, line)) = category else { return Ok(None) };
    match CATEGORIES.iter().find(|(name, _)| *name == category) {
        Some((_, formats)) => own(formats),
        None => Err(Flaw::new(line, format!("no log is known by the category \"{category}\""))
            .nearest(&category, CATEGORIES.iter().map(|(name, _)| *name))),
    }
}
