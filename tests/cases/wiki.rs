//! Pages of wikitext and rendered boxes: names, templates, placeholders, dates, other boxes.
