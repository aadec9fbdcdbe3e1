//! Pages of wikis, which their numbers identify.
#![cfg(feature = "dump")]

use hustings::archive::ImportOptions;
use hustings::model::Source;

use crate::common::archive_folder::ArchiveFolder;

/// A page of a dump.
fn page(id: u32, title: &str, time: &str, country: &str) -> String {
    format!(
        "<page><title>{title}</title><ns>0</ns><id>{id}</id><revision><id>9{id}</id><timestamp>{time}</timestamp>\
         <text>{{{{Infobox election| country = {country}| type = general}}}}</text></revision></page>\n"
    )
}

#[test]
fn a_page_that_was_moved_stays_one_election() {
    let fixture = ArchiveFolder::new();
    let import = |pages: &str| {
        let site = "<siteinfo><dbname>xxwiki</dbname><base>https://xx.wikipedia.org/wiki/Main</base></siteinfo>";
        let text = format!("<mediawiki>{site}{pages}</mediawiki>");
        fixture.archive.import([fixture.write("dump.xml", &text)]).unwrap()
    };
    import(&page(5, "Next Ruritanian vote", "2001-01-01T00:00:00Z", "Ruritania"));
    import(
        &(page(5, "2002 Ruritanian vote", "2002-01-01T00:00:00Z", "Ruritania")
            + &page(6, "Next Ruritanian vote", "2002-01-02T00:00:00Z", "Graustark")),
    );
    let moved = fixture.get("title:2002 Ruritanian vote");
    assert_eq!((moved.versions, moved.version.source.as_str()), (2, "xxwiki"));
    assert_eq!(moved.version.source_id.as_deref(), Some("5"));
    let next = fixture.get("title:Next Ruritanian vote");
    assert_eq!((next.versions, next.election.country.as_deref()), (1, Some("Graustark")));
    let wiki = fixture.archive.sources().unwrap().remove(0).description.unwrap();
    assert_eq!(wiki.address.as_deref(), Some("https://xx.wikipedia.org"));
    assert_eq!(wiki.licence.as_deref(), Some("CC-BY-SA-4.0"));
    fixture.ensure_sound();
}

#[test]
fn a_redirect_takes_a_former_title_along_and_merges_no_pages() {
    let fixture = ArchiveFolder::new();
    let import = |pages: &str| {
        let site = "<siteinfo><dbname>xxwiki</dbname></siteinfo>";
        let text = format!("<mediawiki>{site}{pages}</mediawiki>");
        fixture.archive.import([fixture.write("dump.xml", &text)]).unwrap()
    };
    import(&page(6, "Next vote", "2001-01-01T00:00:00Z", "Ruritania"));
    import(&page(6, "2005 vote", "2005-01-01T00:00:00Z", "Ruritania"));
    let redirect =
        "<page><title>Next vote</title><ns>0</ns><id>8</id><redirect title=\"2009 vote\"/></page>";
    let pages = page(6, "2005 vote", "2005-01-01T00:00:00Z", "Ruritania")
        + &page(7, "2009 vote", "2006-01-01T00:00:00Z", "Graustark")
        + redirect;
    import(&pages);
    assert_eq!(fixture.archive.list(&Default::default()).unwrap().len(), 2);
    let target = fixture.get("title:2009 vote").id;
    assert_eq!(fixture.archive.id("title:Next vote").unwrap(), target);
    assert!(import(&pages).imports.is_empty());
    fixture.ensure_sound();
}

#[test]
fn a_second_wiki_with_the_same_revision_is_a_source_of_its_own() {
    let fixture = ArchiveFolder::new();
    let text = format!(
        "<mediawiki>{}</mediawiki>",
        page(5, "1901 vote", "2001-01-01T00:00:00Z", "Ruritania")
    );
    let path = fixture.write("dump.xml", &text);
    let import = |source: &str| {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        fixture.archive.import_with([&path], &options).unwrap().added
    };
    assert_eq!(
        (import("xxwiki"), import("mirror"), import("mirror"), import("xxwiki")),
        (1, 1, 0, 0)
    );
    assert_eq!(fixture.archive.source_versions("title:1901 vote").unwrap().len(), 2);
}
