"""What one would write without hustings: a dump's election boxes, by revision, into SQLite."""
import bz2
import json
import sqlite3
import sys

import mwparserfromhell
import mwxml

base = sqlite3.connect(sys.argv[2])
base.execute("create table version (title text, time text, fields text, source text)")
base.execute("create index version_title on version (title)")
opened = bz2.open if sys.argv[1].endswith(".bz2") else open
file = opened(sys.argv[1], "rb")
found = 0
for page in mwxml.Dump.from_file(file):
    if page.namespace != 0 or page.redirect:
        continue
    for revision in page:
        text = revision.text or ""
        if "infobox" not in text.lower():
            continue
        for template in mwparserfromhell.parse(text).filter_templates():
            if template.name.strip().lower() == "infobox election":
                fields = {str(p.name).strip(): str(p.value).strip() for p in template.params}
                row = (page.title, str(revision.timestamp), json.dumps(fields), text)
                base.execute("insert into version values (?, ?, ?, ?)", row)
                found += 1
                break
base.commit()
print(found)
