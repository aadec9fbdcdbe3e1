//! Text to model: one file a format, behind one trait; errors are per document.
