//! Hostile sources: documents that can be read, documents that cannot, and tables with their
//! mappings.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::stage::TerminalFixture;

impl TerminalFixture {
    /// Writes sources that can be read. Returns their folder.
    pub(crate) fn write_sources(&mut self) -> PathBuf {
        let folder = self.hostile_path("sources");
        fs::create_dir(&folder).unwrap();
        let mut lines = String::new();
        for year in 1900..1912 {
            let mut h = || self.hostile.text();
            let title = format!("{year} {}", h().replace(['\n', '\r', '\0'], ""));
            let record = serde_json::json!({
                "title": title, "country": h(), "type": h(), "year": year,
                "previous": {"title": self.titles.last().cloned().unwrap_or_else(&mut h)},
                "contests": [{"name": h(), "contenders": [
                    {"people": [{"name": h()}], "party": {"name": h()}, "tallies": [{"round": 1, "votes": 5, "share": "50.1"}]},
                    {"party": {"name": "Same"}, "tallies": [{"round": 1, "votes": year, "share": "49.0"}]},
                ]}],
            });
            lines += &format!("{record}\n");
            self.titles.push(title);
        }
        self.write_hostile(&folder, "jsonl", &lines);
        let h: Vec<String> = (0..9).map(|_| self.hostile.text()).collect();
        let article = format!(
            "= 1921 {} election =\n\n- Country: {}\n- Type: {}\n- {}: {}\n\n== {} ==\n\n{}\n",
            h[0], h[1], h[2], h[3], h[4], h[5], h[6]
        );
        self.write_hostile(&folder, "txt", &article);
        let wiki = format!(
            "{{{{Infobox election\n| country = {}\n| type = {}\n| election_date = {}\n| nominee1 = {}\n| party1 = {}\n\
             | popular_vote1 = {}\n| {} = {}\n}}}}\n{}\n",
            h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
        );
        self.write_hostile(&folder, "wiki", &wiki);
        self.write_hostile(&folder, "xml", &dump_text(&h, &wiki));
        folder
    }

    /// Writes sources that cannot be read, each for another reason. Returns their folder.
    pub(crate) fn write_broken_sources(&mut self) -> PathBuf {
        let folder = self.hostile_path("broken");
        fs::create_dir(&folder).unwrap();
        let h: Vec<String> = (0..12).map(|_| self.hostile.text()).collect();
        let lines = format!(
            "{{\"title\":\"{0}\"}}\n{{\"title\":1,\"{1}\":2}}\n{{\"title\":\"t\",\"year\":{2:?}}}\n{3}\n{{\"title\":\"t\",\"dates\":[{{\"start\":{4}}}]}}\n",
            h[0],
            h[1],
            h[2],
            h[3],
            serde_json::json!(h[4])
        );
        self.write_hostile(&folder, "jsonl", &lines);
        self.write_hostile(&folder, "txt", &format!("{}\nno title\n", h[5]));
        self.write_hostile(&folder, "wiki", &h[6]);
        for xml in [
            format!("<mediawiki><page><title>{}</title><{}></page>", h[7], h[8]),
            format!(
                "<mediawiki><page><title>t</title><revision><timestamp>{}</timestamp></revision></page></mediawiki>",
                h[9]
            ),
            format!("<mediawiki><page {}=\"{}></mediawiki>", h[10], h[11]),
            format!("<mediawiki></{}>", h[11]),
        ] {
            self.write_hostile(&folder, "xml", &xml);
        }
        fs::write(folder.join(self.hostile.file_name() + ".jsonl"), b"\xff\x9b31m").unwrap();
        fs::write(folder.join(OsString::from_vec(b"raw\x9b31m.jsonl".to_vec())), "{").unwrap();
        symlink(self.hostile.file_name(), folder.join(self.hostile.file_name())).unwrap();
        folder
    }

    /// Writes a table, and valid and invalid mappings. Returns the folder of the table and the
    /// paths of the mappings.
    pub(crate) fn write_tables(&mut self) -> (PathBuf, Vec<PathBuf>) {
        let folder = self.hostile_path("tables");
        fs::create_dir(&folder).unwrap();
        let mut csv = csv::Writer::from_writer(Vec::new());
        let column = self.hostile.text();
        csv.write_record(["land", "day", &column]).unwrap();
        for _ in 0..3 {
            csv.write_record([&*self.hostile.text(), "02.06.1946", &*self.hostile.text()]).unwrap();
        }
        csv.write_record(["Ruritania", &*self.hostile.text(), "x"]).unwrap();
        let rows = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        self.write_hostile(&folder, "csv", &rows);
        let h: Vec<String> = (0..4).map(|_| self.hostile.text()).collect();
        let toml = |text: &str| toml_string(text);
        let right = |votes: &str| {
            format!(
                "name = {}\nkey = [\"land\", \"day\"]\n[election]\ntitle = {{ template = \"{{land}} {{day}}\" }}\ncountry = \"land\"\n\
                 date = {{ column = \"day\", format = \"[day].[month].[year]\" }}\n[contender]\nperson = {}\nvotes = {votes}\n",
                toml(&h[0]),
                toml(&column)
            )
        };
        let texts = [
            right("\"day\""),
            right(&toml(&h[1])),
            right(&h[2]),
            format!("{} = 1\n", toml(&h[3])),
            format!("key = [\"land\"]\n[election]\ntitle = \"{}\n", h[3]),
            format!("key = [{}]\n[election]\ntitle = {}\n", toml(&h[2]), toml(&h[1])),
        ];
        let mappings = texts.map(|text| {
            let path = self.hostile_path("toml");
            fs::write(&path, text).unwrap();
            path
        });
        (folder, mappings.to_vec())
    }
}

/// Returns a TOML string with this value.
fn toml_string(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn dump_text(h: &[String], wiki: &str) -> String {
    let wiki = wiki.replace('&', "&amp;").replace('<', "&lt;");
    let h: Vec<String> = h.iter().map(|h| h.replace('&', "&amp;").replace('<', "&lt;")).collect();
    format!(
        "<mediawiki><siteinfo><sitename>{0}</sitename><dbname>{1}</dbname></siteinfo><page><title>1931 {2} election</title>\
         <ns>0</ns><id>1</id><revision><id>1</id><timestamp>2013-01-05T10:00:00Z</timestamp><contributor>\
         <username>{3}</username><id>7</id></contributor><comment>{4}</comment><text>{wiki}</text></revision></page>\
         <page><title>{5}</title><ns>0</ns><id>2</id><redirect title=\"1931 {2} election\" /><revision><id>2</id>\
         <timestamp>2013-01-05T10:00:00Z</timestamp><text>#REDIRECT [[1931 {2} election]]</text></revision></page></mediawiki>",
        h[0], h[1], h[2], h[3], h[4], h[5]
    )
}
