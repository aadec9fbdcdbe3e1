//! Rounds, labelled counts, roles and extra rows of infoboxes and result templates.
