//! The statements of a record, as fields and values in the words of the expectations.

use hustings::model::{
    Ballot, Contender, Contest, Decimal, Election, Link, PollingDate, Quantity, Reference, Role,
    StatedChange, Tally, UnparsedField,
};

/// Returns the statements of a record, and the labels of the texts that it keeps unparsed.
pub(crate) fn statements(election: &Election) -> (Vec<(String, String)>, Vec<String>) {
    let mut said = Statements { prefix: String::new(), all: Vec::new() };
    said.add_election(election);
    let contests = election.contests.iter().chain(&election.results);
    let kept = election.unparsed.iter().chain(contests.flat_map(|contest| &contest.unparsed));
    let mut kept: Vec<String> = kept.map(|field: &UnparsedField| field.label.clone()).collect();
    // A quantity without a number keeps its text.
    let wordy =
        |quantity: &Option<Quantity>| quantity.as_ref().is_some_and(|one| one.count.is_none());
    for contest in &election.contests {
        kept.extend(wordy(&contest.seats).then(|| "seats_for_election".to_owned()));
        kept.extend(wordy(&contest.majority_seats).then(|| "majority_seats".to_owned()));
    }
    (said.all, kept)
}

struct Statements {
    prefix: String,
    all: Vec<(String, String)>,
}

impl Statements {
    fn add(&mut self, field: &str, value: Option<impl ToString>) {
        let field = format!("{}{field}", self.prefix);
        self.all.extend(value.map(|value| (field, value.to_string())));
    }

    /// Adds a figure of a ballot.
    fn add_figure(&mut self, field: &str, ballot: Ballot<'_>, value: Option<impl ToString>) {
        let label = ballot.label.map(|label| format!(" [{label}]")).unwrap_or_default();
        let round = match ballot.round {
            Some(1) => String::new(),
            Some(round) => format!(" round {round}"),
            None => " round ?".to_owned(),
        };
        self.add(&format!("{field}{label}{round}"), value);
    }

    fn add_election(&mut self, election: &Election) {
        self.add("name", election.name.as_ref());
        self.add("country", election.country.as_ref());
        self.add("type", election.kind.as_ref());
        self.add_dates(&election.dates);
        if election.dates.is_empty() {
            self.add("year", election.year);
        }
        self.add_links(election.previous.as_ref(), election.next.as_ref());
        for (name, contests) in [("contest", &election.contests), ("results", &election.results)] {
            for (number, contest) in (1..).zip(contests) {
                self.prefix = format!("{name} {number} ");
                self.add_contest(contest, election);
            }
        }
    }

    fn add_dates(&mut self, dates: &[PollingDate]) {
        for date in dates {
            // The source's own words beside a date are not compared.
            self.add("date", Some(PollingDate { note: None, ..date.clone() }));
        }
    }

    fn add_links(&mut self, previous: Option<&Link>, next: Option<&Link>) {
        for (name, link) in [("previous", previous), ("next", next)] {
            self.add(name, link.and_then(|link| link.title.as_ref()));
            self.add(&format!("{name} year"), link.and_then(|link| link.year));
        }
    }

    fn add_contest(&mut self, contest: &Contest, election: &Election) {
        self.add("name", contest.name.as_ref());
        self.add(
            "type",
            contest.kind.as_ref().filter(|kind| election.kind.as_ref() != Some(*kind)),
        );
        self.add("office", contest.office.as_ref().map(format_name));
        self.add("seats", contest.seats.as_ref().and_then(|seats| seats.count));
        self.add("majority seats", contest.majority_seats.as_ref().and_then(|seats| seats.count));
        self.add_dates(&contest.dates);
        self.add_links(contest.previous.as_ref(), contest.next.as_ref());
        for round in &contest.rounds {
            let ballot = round.ballot();
            self.add_figure("turnout", ballot, round.turnout);
            self.add_figure("turnout change", ballot, round.turnout_change.map(format_points));
            self.add_figure("registered", ballot, round.registered);
            self.add_figure("cast", ballot, round.cast);
            self.add_figure("valid", ballot, round.valid);
            self.add_figure("invalid", ballot, round.invalid);
            self.add_figure("blank", ballot, round.blank);
        }
        for (when, holder) in [("before", &contest.before), ("after", &contest.after)] {
            let Some(holder) = holder else { continue };
            self.add(when, holder.person.as_ref().map(format_name));
            self.add(&format!("{when} party"), holder.party.as_ref().map(format_name));
        }
        let prefix = self.prefix.clone();
        for (place, contender) in (1..).zip(&contest.contenders) {
            self.prefix = format!("{prefix}contender {} ", contender.number.unwrap_or(place));
            self.add_contender(contender);
        }
        for option in &contest.options {
            self.prefix = format!("{prefix}option {option} ");
            for tally in &option.tallies {
                self.add_tally(tally);
            }
        }
        self.prefix = prefix;
    }

    fn add_contender(&mut self, contender: &Contender) {
        let role = contender.role.filter(|_| !contender.people.is_empty());
        self.add(
            "role",
            role.map(|role| match role {
                Role::Candidate => "candidate",
                Role::Nominee => "nominee",
                _ => "leader",
            }),
        );
        self.add("people", format_names(&contender.people));
        self.add("party", contender.party.as_ref().map(format_name));
        self.add("alliances", format_names(&contender.alliances));
        self.add("running mates", format_names(&contender.running_mates));
        self.add("home state", contender.home_state.as_ref().map(format_name));
        self.add("leader since", contender.leader_since);
        self.add("leader's seat", contender.leaders_seat.as_ref().map(format_name));
        let last = contender.last_election;
        self.add("last election seats", last.and_then(|last| last.seats));
        self.add("last election seats", last.filter(|last| last.new).map(|_| "new"));
        self.add("last election share", last.and_then(|last| last.share));
        self.add("seats before", contender.seats_before);
        self.add("seats after", contender.seats_after);
        self.add("seats", contender.seats);
        self.add("seat change", contender.seat_change.map(format_count));
        self.add("unopposed", contender.unopposed.as_ref().map(|_| "yes"));
        for note in &contender.notes {
            self.add("note", Some(note));
        }
        for tally in &contender.tallies {
            self.add_tally(tally);
        }
        for detail in contender.details.iter().filter(|detail| detail.label.is_some()) {
            let label = detail.label.clone().unwrap_or_default();
            let value = detail.value.to_string().replace([',', ' ', '%'], "");
            self.add(&format!("row {label}"), Some(value));
        }
    }

    fn add_tally(&mut self, tally: &Tally) {
        let ballot = tally.ballot();
        self.add_figure("votes", ballot, tally.votes);
        self.add_figure("share", ballot, tally.share);
        self.add_figure("swing", ballot, tally.swing.map(format_points));
        self.add_figure("seats", ballot, tally.seats);
        self.add_figure("seat change", ballot, tally.seat_change.map(format_count));
        self.add_figure("electoral votes", ballot, tally.electoral_votes);
        self.add_figure("delegates", ballot, tally.delegates);
    }
}

/// Formats a name as `Name <Page> (note)`.
fn format_name(one: &Reference) -> String {
    let target = one.target.as_ref().map(|target| format!(" <{target}>")).unwrap_or_default();
    let note = one.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{}{target}{note}", one.name)
}

fn format_names(refs: &[Reference]) -> Option<String> {
    let names: Vec<String> = refs.iter().map(format_name).collect();
    (!names.is_empty()).then(|| names.join(" | "))
}

fn format_points(change: StatedChange<Decimal>) -> String {
    match change {
        StatedChange::By(points) if points.mantissa() == 0 => "0".to_owned(),
        StatedChange::By(points) => format!("{points:+}"),
        StatedChange::New => "new".to_owned(),
    }
}

fn format_count(change: StatedChange<i64>) -> String {
    match change {
        StatedChange::By(0) => "0".to_owned(),
        StatedChange::By(by) => format!("{by:+}"),
        StatedChange::New => "new".to_owned(),
    }
}
