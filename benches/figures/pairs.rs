//! The statistics of paired runs. A machine's speed drifts; the ratio within a pair, measured a
//! moment apart, does not.

/// The value that the share `part` of the values does not exceed; of none, NaN.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The ratio of two programs, over pairs of runs.
#[derive(Clone, Copy)]
pub(crate) struct Ratio {
    /// The median of the pairs' ratios.
    pub(crate) median: f64,
    /// Between these lie the middle half of them, where there is more than one.
    pub(crate) middle: Option<(f64, f64)>,
}

impl Ratio {
    /// Ours divided by theirs, pair by pair.
    pub(crate) fn of(ours: &[f64], theirs: &[f64]) -> Self {
        let ratios: Vec<f64> = ours
            .iter()
            .zip(theirs)
            .map(|(ours, theirs)| ours / theirs)
            .collect();
        Self {
            median: median(&ratios),
            middle: (ratios.len() > 1).then(|| (quantile(&ratios, 0.25), quantile(&ratios, 0.75))),
        }
    }
}
