//! Meaningless prose, in words as varied as those of real articles: it compresses about as well
//! (README.md has the figures).

use super::names::{party, person, place};
use super::numbers::Numbers;

const NOUNS: &str = "abstention account accusation act address administration agreement alliance ambition amendment \
    announcement appeal appointment argument army article assembly attack audience audit autonomy backlog balance \
    ballot bank bargain barrier bishop board bond border boundary boycott bridge broadcast budget bulletin bureau \
    cabinet campaign canal candidate capital cathedral census ceremony chairman chamber champion charter church \
    circular citizen claim clause clerk coalition coast college colony commission committee commune complaint \
    compromise concession conference congress consent constituency contract convention corridor council county court \
    covenant crisis criticism crowd currency customs dam deadline debate debt decision decree defeat delegation deputy \
    desertion diocese diplomat dispute district dock drought duty economy editor education electorate embassy emergency \
    employer engineer envoy estate exile expense export factory failure famine farm farmer federation ferry festival fever \
    finance fishery flood forecast foreigner forest fortress fraud freedom frontier garrison gazette governor grain grant \
    grievance guarantee guild harbour harvest heir hospital household housing import incident income independence \
    industry inflation influence inquiry insurance interest interim invasion irrigation journal journalist judge jury \
    justice labourer land landlord language lawyer leaflet league lease legislature letter levy library licence loan \
    magistrate majority mandate manifesto margin market marriage mayor measure mediator meeting memorandum merchant \
    militia mill mine minister ministry minority mission monarchy monopoly motion mutiny nation navy neighbour network \
    newspaper nomination notary oath objection observer office officer official opinion opponent opposition orchard \
    order parish parliament partner pastor patrol peace peasant penalty pension petition pledge police policy port \
    postmaster poverty premier press priest prison privilege proclamation promise property proposal prosecutor protest \
    province quarrel quota railway rally rebellion recession recount reform refugee register regulation relief religion \
    rent reporter representative republic reserve resignation resolution restriction result revenue revolt rival river \
    road rumour sailor salary sanction scandal schedule school seat secretary senate settlement shipyard shortage siege \
    soldier speaker speech stadium standard statute strike student subsidy suffrage summit supporter surplus survey \
    tariff tax teacher telegraph tenant territory theatre throne timber trade treasury treaty tribunal truce turnout \
    union university valley verdict veteran victory village vineyard violence volunteer voter wage warehouse welfare \
    winter witness worker workshop zone";
const ADJECTIVES: &str = "abrupt absent abundant academic agrarian ambitious annual anxious armed bitter blank brief \
    broad careful cautious central cheap civic clear coastal common compulsory confident conservative constitutional \
    contested controversial costly customary dangerous decisive delayed democratic desperate dissident distant divided \
    domestic doubtful early eastern elderly eligible emergent equal exact exceptional expensive extraordinary faithful \
    familiar federal fierce final fiscal foreign formal former fragile free frequent general generous genuine gradual \
    hasty hesitant hostile idle illegal impartial improbable independent indirect industrial informal initial internal \
    judicial large late lawful legal liberal limited literate local long loyal maritime marginal military minor moderate \
    modest municipal mutual narrow national neutral northern notable numerous obscure obsolete official open ordinary \
    outgoing partial peaceful permanent plain popular precise previous private prolonged prominent provincial prudent \
    public quiet radical rapid rare recent regional reluctant remote rigid rival royal rural scattered second secret \
    senior separate serious silent similar simple skilled slow social solemn southern sparse stable steady strict \
    sudden temporary tense third traditional turbulent unexpected uniform unlawful unusual urban urgent vague vast \
    violent vocal volatile weak wealthy western wide young";
const VERBS: &str = "abandoned abolished accepted accused addressed adjourned admitted adopted advised amended announced \
    annulled answered appealed approved argued attacked attended avoided backed banned blamed blocked borrowed boycotted \
    broadcast cancelled celebrated certified challenged changed checked circulated claimed closed collected combined \
    compared condemned confirmed considered contested controlled counted criticised debated declared defeated defended \
    delayed demanded denied denounced deplored described discussed dismissed disputed dissolved divided dominated \
    doubled drafted elected endorsed enforced enlarged examined exceeded excluded expected expelled explained extended \
    favoured feared financed followed forbade founded granted guarded halted halved hosted ignored imposed improved \
    inspected introduced investigated invited joined kept launched limited lowered managed marched mentioned met moved \
    negotiated nominated noted observed obtained occupied offered opened opposed ordered organised overruled paid \
    permitted persuaded petitioned planned pledged postponed praised predicted prepared presented printed proclaimed \
    promised proposed prosecuted protected questioned raised ratified reached rebuilt recalled received recognised \
    recommended recorded recounted reduced reformed refused registered rejected released removed renewed repealed \
    replaced reported represented rescued resisted restored revealed reversed revised sold seized settled shared signed \
    started supervised supported suspended threatened transferred underestimated upheld urged vetoed visited voted \
    warned welcomed withdrew won";
const ADVERBS: &str = "again already barely briefly calmly clearly closely eventually finally formally frankly gladly \
    hardly largely later mainly merely mostly narrowly nearly never often openly partly privately promptly publicly \
    quickly quietly rarely readily recently reluctantly repeatedly seldom shortly slowly solemnly soon strongly \
    suddenly twice unanimously usually widely";
const LINKS: [&str; 18] = [
    "about",
    "according to",
    "after",
    "against",
    "because of",
    "before",
    "beside",
    "despite",
    "during",
    "except for",
    "in favour of",
    "in view of",
    "instead of",
    "on behalf of",
    "outside",
    "under",
    "with",
    "without",
];
const JOINTS: [&str; 12] = [
    "although",
    "and",
    "as",
    "because",
    "but",
    "even though",
    "once",
    "so",
    "unless",
    "until",
    "when",
    "while",
];

/// The lists of words, split once.
pub(crate) struct Words {
    nouns: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    verbs: Vec<&'static str>,
    adverbs: Vec<&'static str>,
}

impl Words {
    pub(crate) fn new() -> Self {
        let cut = |words: &'static str| words.split_whitespace().collect();
        Self {
            nouns: cut(NOUNS),
            adjectives: cut(ADJECTIVES),
            verbs: cut(VERBS),
            adverbs: cut(ADVERBS),
        }
    }

    /// Appends sentences of about this many bytes in total.
    pub(crate) fn paragraph(&self, numbers: &mut Numbers, bytes: usize, text: &mut String) {
        let end = text.len() + bytes;
        while text.len() < end {
            let start = text.len();
            self.sentence(numbers, text);
            // The first letter of a sentence; all of these words are ASCII.
            if let Some(first) = text.get_mut(start..=start) {
                first.make_ascii_uppercase();
            }
            text.push_str(". ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }

    fn sentence(&self, numbers: &mut Numbers, text: &mut String) {
        self.clause(numbers, text);
        match numbers.below(5) {
            0 => {
                text.push_str(", ");
                text.push_str(numbers.pick(&JOINTS));
                text.push(' ');
                self.clause(numbers, text);
            }
            1 => {
                let (share, places) = (numbers.between(300, 9700), numbers.between(2, 9000));
                let share = format!("{}.{:02}", share / 100, share % 100);
                text.push_str(&format!(
                    " in {places} of the districts, where {share} per cent did"
                ));
            }
            2 => text.push_str(&format!(" near {}", place(numbers.below(57_600)))),
            3 => text.push_str(&format!(
                " on {} {}",
                numbers.between(1, 28),
                numbers.pick(&["January", "March", "April", "May", "June", "September", "October"]),
            )),
            _ => {}
        }
    }

    fn clause(&self, numbers: &mut Numbers, text: &mut String) {
        match numbers.below(5) {
            0 | 1 => text.push_str(&person(numbers)),
            _ => self.thing(numbers, text),
        }
        text.push(' ');
        if numbers.below(3) == 0 {
            text.push_str(numbers.pick(&self.adverbs));
            text.push(' ');
        }
        text.push_str(numbers.pick(&self.verbs));
        text.push(' ');
        self.thing(numbers, text);
        if numbers.below(2) == 0 {
            text.push(' ');
            text.push_str(numbers.pick(&LINKS));
            text.push(' ');
            self.thing(numbers, text);
        }
    }

    fn thing(&self, numbers: &mut Numbers, text: &mut String) {
        if numbers.below(3) > 0 {
            let articles = ["the ", "the ", "the ", "one ", "its ", "this ", "every ", "no "];
            text.push_str(numbers.pick(&articles));
        }
        if numbers.below(2) == 0 {
            text.push_str(
                numbers.pick(&["", "", "", "", "hardly ", "less ", "more ", "most ", "very "]),
            );
            text.push_str(numbers.pick(&self.adjectives));
            text.push(' ');
        }
        text.push_str(numbers.pick(&self.nouns));
        match numbers.below(8) {
            0 => {
                text.push_str(" of ");
                text.push_str(numbers.pick(&self.nouns));
            }
            1 => text.push_str(&format!(" of {}", place(numbers.below(57_600)))),
            3 => text.push_str(&format!(" of {}", person(numbers))),
            2 => text.push_str(&format!(" of the {}", party(numbers.below(24), 0))),
            _ => {}
        }
    }
}
