//! What a record states, as `field = value` lines in the words of the expectations.

use hustings::model::{
    Ballot, Contender, Contest, Decimal, Election, Link, PollingDate, Quantity, Reference, Role,
    StatedChange, Tally, UnparsedField,
};

/// The statements of a record, and the labels whose texts are kept in it.
pub(crate) fn statements(election: &Election) -> (Vec<(String, String)>, Vec<String>) {
    let mut said = Statements { prefix: String::new(), all: Vec::new() };
    said.election(election);
    let contests = election.contests.iter().chain(&election.results);
    let kept = election.kept.iter().chain(contests.flat_map(|contest| &contest.kept));
    let mut kept: Vec<String> = kept.map(|field: &UnparsedField| field.label.clone()).collect();
    // A quantity without a number keeps its words.
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
    fn say(&mut self, field: &str, value: Option<impl ToString>) {
        let field = format!("{}{field}", self.prefix);
        self.all.extend(value.map(|value| (field, value.to_string())));
    }

    /// A figure of a ballot.
    fn figure(&mut self, field: &str, ballot: Ballot<'_>, value: Option<impl ToString>) {
        let label = ballot.label.map(|label| format!(" [{label}]")).unwrap_or_default();
        let round = match ballot.round {
            Some(1) => String::new(),
            Some(round) => format!(" round {round}"),
            None => " round ?".to_owned(),
        };
        self.say(&format!("{field}{label}{round}"), value);
    }

    fn election(&mut self, election: &Election) {
        self.say("name", election.name.as_ref());
        self.say("country", election.country.as_ref());
        self.say("type", election.kind.as_ref());
        self.dates(&election.dates);
        if election.dates.is_empty() {
            self.say("year", election.year);
        }
        self.links(election.previous.as_ref(), election.next.as_ref());
        for (name, contests) in [("contest", &election.contests), ("results", &election.results)] {
            for (number, contest) in (1..).zip(contests) {
                self.prefix = format!("{name} {number} ");
                self.contest(contest, election);
            }
        }
    }

    fn dates(&mut self, dates: &[PollingDate]) {
        for date in dates {
            // The source's own words beside a date are not compared.
            self.say("date", Some(PollingDate { note: None, ..date.clone() }));
        }
    }

    fn links(&mut self, previous: Option<&Link>, next: Option<&Link>) {
        for (name, link) in [("previous", previous), ("next", next)] {
            self.say(name, link.and_then(|link| link.title.as_ref()));
            self.say(&format!("{name} year"), link.and_then(|link| link.year));
        }
    }

    fn contest(&mut self, contest: &Contest, election: &Election) {
        self.say("name", contest.name.as_ref());
        self.say(
            "type",
            contest.kind.as_ref().filter(|kind| election.kind.as_ref() != Some(*kind)),
        );
        self.say("office", contest.office.as_ref().map(name));
        self.say("seats", contest.seats.as_ref().and_then(|seats| seats.count));
        self.say("majority seats", contest.majority_seats.as_ref().and_then(|seats| seats.count));
        self.dates(&contest.dates);
        self.links(contest.previous.as_ref(), contest.next.as_ref());
        for round in &contest.rounds {
            let ballot = round.ballot();
            self.figure("turnout", ballot, round.turnout);
            self.figure("turnout change", ballot, round.turnout_change.map(points));
            self.figure("registered", ballot, round.registered);
            self.figure("cast", ballot, round.cast);
            self.figure("valid", ballot, round.valid);
            self.figure("invalid", ballot, round.invalid);
            self.figure("blank", ballot, round.blank);
        }
        for (when, holder) in [("before", &contest.before), ("after", &contest.after)] {
            let Some(holder) = holder else { continue };
            self.say(when, holder.person.as_ref().map(name));
            self.say(&format!("{when} party"), holder.party.as_ref().map(name));
        }
        let prefix = self.prefix.clone();
        for (place, contender) in (1..).zip(&contest.contenders) {
            self.prefix = format!("{prefix}contender {} ", contender.number.unwrap_or(place));
            self.contender(contender);
        }
        for option in &contest.options {
            self.prefix = format!("{prefix}option {option} ");
            for tally in &option.tallies {
                self.tally(tally);
            }
        }
        self.prefix = prefix;
    }

    fn contender(&mut self, contender: &Contender) {
        let role = contender.role.filter(|_| !contender.people.is_empty());
        self.say(
            "role",
            role.map(|role| match role {
                Role::Candidate => "candidate",
                Role::Nominee => "nominee",
                _ => "leader",
            }),
        );
        self.say("people", names(&contender.people));
        self.say("party", contender.party.as_ref().map(name));
        self.say("alliances", names(&contender.alliances));
        self.say("running mates", names(&contender.running_mates));
        self.say("home state", contender.home_state.as_ref().map(name));
        self.say("leader since", contender.leader_since);
        self.say("leader's seat", contender.leaders_seat.as_ref().map(name));
        let last = contender.last_election;
        self.say("last election seats", last.and_then(|last| last.seats));
        self.say("last election seats", last.filter(|last| last.new).map(|_| "new"));
        self.say("last election share", last.and_then(|last| last.share));
        self.say("seats before", contender.seats_before);
        self.say("seats after", contender.seats_after);
        self.say("seats", contender.seats);
        self.say("seat change", contender.seat_change.map(count));
        self.say("unopposed", contender.unopposed.as_ref().map(|_| "yes"));
        for note in &contender.notes {
            self.say("note", Some(note));
        }
        for tally in &contender.tallies {
            self.tally(tally);
        }
        for detail in contender.details.iter().filter(|detail| detail.label.is_some()) {
            let label = detail.label.clone().unwrap_or_default();
            let value = detail.value.to_string().replace([',', ' ', '%'], "");
            self.say(&format!("row {label}"), Some(value));
        }
    }

    fn tally(&mut self, tally: &Tally) {
        let ballot = tally.ballot();
        self.figure("votes", ballot, tally.votes);
        self.figure("share", ballot, tally.share);
        self.figure("swing", ballot, tally.swing.map(points));
        self.figure("seats", ballot, tally.seats);
        self.figure("seat change", ballot, tally.seat_change.map(count));
        self.figure("electoral votes", ballot, tally.electoral_votes);
        self.figure("delegates", ballot, tally.delegates);
    }
}

/// `Name <Page> (note)`.
fn name(one: &Reference) -> String {
    let target = one.target.as_ref().map(|target| format!(" <{target}>")).unwrap_or_default();
    let note = one.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{}{target}{note}", one.name)
}

fn names(refs: &[Reference]) -> Option<String> {
    let names: Vec<String> = refs.iter().map(name).collect();
    (!names.is_empty()).then(|| names.join(" | "))
}

fn points(change: StatedChange<Decimal>) -> String {
    match change {
        StatedChange::By(points) if points.mantissa() == 0 => "0".to_owned(),
        StatedChange::By(points) => format!("{points:+}"),
        StatedChange::New => "new".to_owned(),
    }
}

fn count(change: StatedChange<i64>) -> String {
    match change {
        StatedChange::By(0) => "0".to_owned(),
        StatedChange::By(by) => format!("{by:+}"),
        StatedChange::New => "new".to_owned(),
    }
}
