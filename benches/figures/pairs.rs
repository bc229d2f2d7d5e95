//! Statistics of paired runs. The speed of a machine drifts; the ratio of two runs made a moment
//! apart does not.

/// The quantile `part` of the values; NaN if there are none.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// The median of the values.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The ratio of two programs, over pairs of runs.
#[derive(Clone, Copy)]
pub(crate) struct Ratio {
    /// The median of the ratios of all pairs.
    pub(crate) median: f64,
    /// The quartiles of the ratios, if there is more than one.
    pub(crate) middle: Option<(f64, f64)>,
}

impl Ratio {
    /// Divides ours by theirs, pair by pair.
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
