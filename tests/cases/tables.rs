//! Tables: what cannot be read with certainty is refused or reported.
