//! The direction of a link in time.

use crate::model::{ElectionSummary, ElectionType, Link};

/// Direction of a link or a walk, in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Earlier,
    Later,
}

impl Direction {
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
        }
    }

    /// Returns the word for a link in this direction.
    pub(crate) fn link_name(self) -> &'static str {
        match self {
            Self::Earlier => "previous",
            Self::Later => "next",
        }
    }

    /// Returns the link in this direction for a contest type. The election's own link belongs to
    /// its own type; links of other contests do not replace it. Contests of other types have their
    /// own links. If none applies, returns the election's own link.
    pub(crate) fn link<'a>(
        self,
        summary: &'a ElectionSummary,
        kind: Option<&ElectionType>,
    ) -> Option<&'a Link> {
        let select = |previous, next| match self {
            Self::Earlier => previous,
            Self::Later => next,
        };
        let own = select(summary.previous.as_ref(), summary.next.as_ref());
        let contest_link = |fits: &dyn Fn(&ElectionType) -> bool| {
            let mut contests =
                summary.contests.iter().filter(|contest| contest.kind.as_ref().is_some_and(fits));
            contests.find_map(|contest| select(contest.previous.as_ref(), contest.next.as_ref()))
        };
        match (kind, summary.kind.as_ref()) {
            (Some(kind), Some(main)) if kind != main => {
                let own = own.filter(|_| kind.is_comparable_to(main));
                let exact = contest_link(&|other| other == kind);
                exact.or(own).or_else(|| contest_link(&|other| kind.is_comparable_to(other)))
            }
            // The link of a sole contest is more specific than the election's own. With several
            // contests, their links do not describe the election.
            _ => match summary.contests.as_slice() {
                [contest] => select(contest.previous.as_ref(), contest.next.as_ref()),
                _ => None,
            },
        }
        .or(own)
    }
}
