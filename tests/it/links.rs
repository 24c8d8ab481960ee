//! Every link of the README, the changelog and the pages under docs leads somewhere: to a file that is there, and to a
//! heading that it has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use walkdir::WalkDir;

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The names of a page's headings, as GitHub and mdBook make them from their words.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut found, mut heading) = (BTreeSet::new(), None::<String>);
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let name = slug(&heading.take().unwrap_or_default());
                let numbered = (1..).map(|number| format!("{name}-{number}"));
                let free = std::iter::once(name.clone()).chain(numbered).find(|name| !found.contains(name));
                found.extend(free);
            }
            _ => {}
        }
    }
    found
}

/// A heading's words as a name: lower case, hyphens for spaces, and nothing else than letters and digits.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Where a page's links lead, with the lines that they stand in; those of other sites are left alone.
fn links(text: &str) -> Vec<(usize, String)> {
    let targets = Parser::new_ext(text, options()).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some((text[..range.start].matches('\n').count() + 1, dest_url.into_string()))
        }
        _ => None,
    });
    targets.filter(|(_, target)| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// What is wrong with a page's links.
fn lost(page: &Path, text: &str) -> Vec<String> {
    let folder = page.parent().expect("a folder");
    let wrong = links(text).into_iter().filter_map(|(line, target)| {
        let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let path = if file.is_empty() { page.to_owned() } else { folder.join(file) };
        if !path.exists() {
            return Some(format!("{}:{line}: no file {file}", page.display()));
        }
        let is_there = anchor.is_empty() || fs::read_to_string(&path).is_ok_and(|text| anchors(&text).contains(anchor));
        (!is_there).then(|| format!("{}:{line}: no heading #{anchor} in {}", page.display(), path.display()))
    });
    wrong.collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = WalkDir::new(repository.join("docs")).into_iter().map(|entry| entry.expect("can be read").into_path());
    let pages = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let pages: Vec<PathBuf> = pages.chain(["README.md", "CHANGELOG.md"].map(|name| repository.join(name))).collect();
    assert!(pages.len() > 15, "{pages:?}");
    let lost = pages.iter().flat_map(|page| lost(page, &fs::read_to_string(page).expect("UTF-8")));
    let lost: Vec<_> = lost.collect();
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn what_leads_nowhere_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.md");
    let text = "# A page: `code` and more\n\n[here](#a-page-code-and-more) [there](other.md)\n[nowhere](#b) [`code`](x.md) `[none](y.md)`\n";
    fs::write(&page, text).expect("written");
    let told = lost(&page, text).join("\n").replace(&folder.path().display().to_string(), "");
    assert_eq!(told, "/page.md:3: no file other.md\n/page.md:4: no heading #b in /page.md\n/page.md:4: no file x.md");
}
