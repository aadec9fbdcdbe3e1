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

    /// Returns the link in this direction for a contest type. For the election's own type, or if a
    /// type is unknown, this is the link of the only contest, else the election's own link. For
    /// another type, it is the first of these that exists: the link of a contest of that type; the
    /// election's own link, if the types are comparable; the link of a contest of a comparable
    /// type; the election's own link.
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
            // The link of a sole contest is more specific than the election's own. If there are
            // several contests, the election's own link applies.
            _ => match summary.contests.as_slice() {
                [contest] => select(contest.previous.as_ref(), contest.next.as_ref()),
                _ => None,
            },
        }
        .or(own)
    }
}
