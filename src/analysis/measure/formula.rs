//! Formulas of the measures, on shares in percent. The caller leaves out unknown shares, because a
//! missing value is not a zero.

/// Effective number of parties after Laakso and Taagepera (1979): 1/Σp², where p are the shares as
/// fractions. At least 1 if the shares add up to 100. `None` without shares.
///
/// ```
/// use hustings::analysis::measure::formula::laakso_taagepera;
/// let number = laakso_taagepera(&[20.0, 30.0, 50.0]).unwrap();
/// assert_eq!(format!("{number:.4}"), "2.6316");
/// ```
#[must_use]
pub fn laakso_taagepera(shares: &[f64]) -> Option<f64> {
    positive(sum_of_squares(shares)).map(|squares| 1.0 / squares)
}

/// Effective number of parties after Golosov (2010): Σ pᵢ/(pᵢ+p₁²−pᵢ²), where p₁ is the largest
/// share. `None` without shares.
///
/// ```
/// use hustings::analysis::measure::formula::golosov;
/// let number = golosov(&[35.0, 35.0, 30.0]).unwrap();
/// assert_eq!(format!("{number:.3}"), "2.902");
/// ```
#[must_use]
pub fn golosov(shares: &[f64]) -> Option<f64> {
    let first = positive(largest(shares))?;
    let term = |share: &f64| {
        let part = share / 100.0;
        part / (part + first * first - part * part)
    };
    Some(shares.iter().filter(|share| **share > 0.0).map(term).sum())
}

/// Effective number of parties after Molinar (1991): 1 + N(Σp²−p₁²)/Σp², where N is the value of
/// [`laakso_taagepera`]. `None` without shares.
///
/// ```
/// use hustings::analysis::measure::formula::molinar;
/// let number = molinar(&[55.0, 45.0]).unwrap();
/// assert_eq!(format!("{number:.3}"), "1.794");
/// ```
#[must_use]
pub fn molinar(shares: &[f64]) -> Option<f64> {
    let (squares, first) = (positive(sum_of_squares(shares))?, largest(shares));
    Some(1.0 + (squares - first * first) / (squares * squares))
}

/// Fractionalisation after Rae (1967): 1−Σp², the probability that two voters (or members) belong
/// to different parties. Ranges from 0 to 1. `None` without shares.
///
/// ```
/// use hustings::analysis::measure::formula::fractionalisation;
/// assert_eq!(format!("{:.2}", fractionalisation(&[20.0, 30.0, 50.0]).unwrap()), "0.62");
/// ```
#[must_use]
pub fn fractionalisation(shares: &[f64]) -> Option<f64> {
    positive(sum_of_squares(shares)).map(|squares| 1.0 - squares)
}

/// Disproportionality after Gallagher (1991), the least squares index: √(½Σ(v−s)²), over pairs of a
/// vote share and a seat share. In points, from 0 to 100. `None` without pairs.
///
/// ```
/// use hustings::analysis::measure::formula::gallagher;
/// // Queensland 2012.
/// let pairs = [(49.65, 87.64), (26.66, 7.87), (11.5, 2.25), (7.53, 0.0), (3.16, 2.25), (1.47, 0.0)];
/// assert_eq!(format!("{:.3}", gallagher(&pairs).unwrap()), "31.157");
/// ```
#[must_use]
pub fn gallagher(pairs: &[(f64, f64)]) -> Option<f64> {
    let sum: f64 = pairs.iter().map(|(votes, seats)| (votes - seats).powi(2)).sum();
    non_empty(pairs).map(|_| (sum / 2.0).sqrt())
}

/// Disproportionality after Loosemore and Hanby (1971): ½Σ|v−s|. In points, from 0 to 100. `None`
/// without pairs.
///
/// ```
/// use hustings::analysis::measure::formula::loosemore_hanby;
/// let pairs = [(20.0, 18.0), (20.0, 17.0), (60.0, 65.0)];
/// assert_eq!(loosemore_hanby(&pairs), Some(5.0));
/// ```
#[must_use]
pub fn loosemore_hanby(pairs: &[(f64, f64)]) -> Option<f64> {
    non_empty(pairs).map(|pairs| sum_of_differences(pairs) / 2.0)
}

/// Disproportionality after Rae (1971): Σ|v−s|/n, the mean difference over n parties. In points.
/// `None` without pairs. Parties with neither votes nor seats are not counted, because few sources
/// list them.
///
/// ```
/// use hustings::analysis::measure::formula::rae;
/// let votes = [3947.0, 3189.0, 1971.0, 466.0, 345.0, 82.0];
/// let seats = [184.0, 99.0, 44.0, 10.0, 1.0, 0.0];
/// let pairs: Vec<(f64, f64)> = votes.iter().zip(seats).map(|(v, s)| (v / 100.0, s / 3.38)).collect();
/// assert_eq!(format!("{:.4}", rae(&pairs).unwrap()), "4.9893");
/// assert_eq!(rae(&[(60.0, 50.0), (40.0, 50.0), (0.0, 0.0)]), Some(10.0));
/// ```
#[must_use]
pub fn rae(pairs: &[(f64, f64)]) -> Option<f64> {
    non_empty(pairs).map(|pairs| sum_of_differences(pairs) / count_parties(pairs).max(1) as f64)
}

/// Disproportionality after Sainte-Laguë (1910): Σ(s−v)²/v. At least 0. Parties without votes are
/// left out, because their term is undefined. `None` without pairs.
///
/// ```
/// use hustings::analysis::measure::formula::sainte_lague;
/// assert_eq!(sainte_lague(&[(50.0, 60.0), (50.0, 40.0)]), Some(4.0));
/// ```
#[must_use]
pub fn sainte_lague(pairs: &[(f64, f64)]) -> Option<f64> {
    let voted = pairs.iter().filter(|(votes, _)| *votes > 0.0);
    let sum = voted.map(|(votes, seats)| (seats - votes).powi(2) / votes).sum();
    non_empty(pairs).map(|_| sum)
}

/// Largest deviation of a party's seat share from its vote share: max|v−s| (Lijphart 1994 applies
/// it to the largest parties). In points. `None` without pairs.
///
/// ```
/// use hustings::analysis::measure::formula::largest_deviation;
/// assert_eq!(largest_deviation(&[(50.0, 60.0), (50.0, 40.0)]), Some(10.0));
/// ```
#[must_use]
pub fn largest_deviation(pairs: &[(f64, f64)]) -> Option<f64> {
    let deviations = pairs.iter().map(|(votes, seats)| (votes - seats).abs());
    non_empty(pairs).map(|_| deviations.fold(0.0, f64::max))
}

/// Volatility after Pedersen (1979): ½Σ|vₜ−vₜ₋₁|, over pairs of a share before and after. A party
/// that did not stand has share 0. In points, from 0 to 100. `None` without pairs.
///
/// ```
/// use hustings::analysis::measure::formula::pedersen;
/// assert_eq!(pedersen(&[(65.0, 65.0), (25.0, 15.0), (10.0, 20.0)]), Some(10.0));
/// ```
#[must_use]
pub fn pedersen(pairs: &[(f64, f64)]) -> Option<f64> {
    non_empty(pairs).map(|pairs| sum_of_differences(pairs) / 2.0)
}

/// Two-party swing after Butler: the mean of one party's gain and the other's loss,
/// ((A₂−A₁)+(B₁−B₂))/2. In points, positive towards the first party. Each pair is a share before
/// and after.
///
/// ```
/// use hustings::analysis::measure::formula::butler;
/// assert_eq!(butler((35.0, 45.0), (45.0, 40.0)), 7.5);
/// ```
#[must_use]
pub fn butler(one: (f64, f64), other: (f64, f64)) -> f64 {
    ((one.1 - one.0) + (other.0 - other.1)) / 2.0
}

/// Two-party swing after Steed: the change of one party's part of the combined vote,
/// 100·(A₂/(A₂+B₂)−A₁/(A₁+B₁)). In points, positive towards the first party. `None` if neither
/// party had votes before, or neither has votes after.
///
/// ```
/// use hustings::analysis::measure::formula::steed;
/// assert_eq!(format!("{:.3}", steed((35.0, 45.0), (45.0, 40.0)).unwrap()), "9.191");
/// ```
#[must_use]
pub fn steed(one: (f64, f64), other: (f64, f64)) -> Option<f64> {
    let part = |one: f64, other: f64| positive(one + other).map(|both| 100.0 * one / both);
    Some(part(one.1, other.1)? - part(one.0, other.0)?)
}

fn sum_of_squares(shares: &[f64]) -> f64 {
    shares.iter().map(|share| (share / 100.0).powi(2)).sum()
}

/// Largest share, as a fraction.
pub(super) fn largest(shares: &[f64]) -> f64 {
    shares.iter().fold(0.0, |largest, share| f64::max(largest, share / 100.0))
}

fn sum_of_differences(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().map(|(one, other)| (one - other).abs()).sum()
}

/// Number of pairs with votes or seats.
pub(super) fn count_parties(pairs: &[(f64, f64)]) -> usize {
    pairs.iter().filter(|pair| **pair != (0.0, 0.0)).count()
}

fn positive(number: f64) -> Option<f64> {
    (number > 0.0).then_some(number)
}

fn non_empty(pairs: &[(f64, f64)]) -> Option<&[(f64, f64)]> {
    (!pairs.is_empty()).then_some(pairs)
}
