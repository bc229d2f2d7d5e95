//! A figure with its target and verdict, and the table of them.

use std::fmt;

use crate::pairs::{Ratio, median};

/// The unit of a figure's values.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Milliseconds,
    Seconds,
    /// 1,048,576 bytes.
    Megabytes,
    PerSecond,
}

impl Unit {
    fn with(self, value: f64) -> String {
        match self {
            Self::Milliseconds => format!("{value:.2} ms"),
            Self::Seconds => format!("{value:.0} s"),
            Self::Megabytes => format!("{value:.2} MB"),
            Self::PerSecond => format!("{value:.1} /s"),
        }
    }
}

/// The limit that a figure must keep.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// At most this many times the peer's value.
    Ratio(f64),
    /// At most this value, whatever the peer's is.
    Value(f64),
    /// No limit: the figure is for comparison.
    Shown,
}

/// The values of one program.
pub(crate) struct Values<'a> {
    /// The program.
    pub(crate) name: &'a str,
    /// One value per run.
    pub(crate) values: &'a [f64],
}

/// One line of the table.
pub(crate) struct Figure {
    what: String,
    unit: Unit,
    target: Target,
    ours: Option<f64>,
    peer: Option<String>,
    ratio: Option<Ratio>,
}

impl Figure {
    /// A figure of sockscope beside the same runs of a peer.
    pub(crate) fn paired(
        what: impl Into<String>,
        unit: Unit,
        target: Target,
        ours: &[f64],
        peer: &Values,
    ) -> Self {
        let theirs = median(peer.values);
        Self {
            peer: Some(format!("{} {}", peer.name, unit.with(theirs))),
            // A peer's count of 0 gives no ratio.
            ratio: (theirs != 0.0).then(|| Ratio::of(ours, peer.values)),
            ..Self::alone(what, unit, target, median(ours))
        }
    }

    /// A figure without a peer.
    pub(crate) fn alone(what: impl Into<String>, unit: Unit, target: Target, value: f64) -> Self {
        Self {
            what: what.into(),
            unit,
            target,
            ours: Some(value),
            peer: None,
            ratio: None,
        }
    }

    /// A figure that could not be measured, with the reason on standard error.
    pub(crate) fn not_run(
        what: impl Into<String>,
        unit: Unit,
        target: Target,
        reason: impl fmt::Display,
    ) -> Self {
        let what = what.into();
        eprintln!("NOT RUN: {what}: {reason}");
        Self {
            ours: None,
            ..Self::alone(what, unit, target, f64::NAN)
        }
    }

    /// The measured value and the target, in the same terms.
    fn measured(&self) -> Option<(f64, f64)> {
        match self.target {
            Target::Ratio(most) => Some((self.ratio?.median, most)),
            Target::Value(most) => Some((self.ours?, most)),
            Target::Shown => None,
        }
    }

    fn verdict(&self) -> Verdict {
        match (self.ours, self.target, self.measured()) {
            (None, _, _) => Verdict::NotRun,
            (Some(_), Target::Shown, _) => Verdict::None,
            (Some(_), _, Some((value, most))) if value <= most => Verdict::Met,
            _ => Verdict::Missed,
        }
    }

    fn cells(&self) -> [String; 6] {
        let none = || "·".to_owned();
        let ratio = |ratio: Ratio| match ratio.middle {
            Some((low, high)) => format!("{:.2} ({low:.2}–{high:.2})", ratio.median),
            None => format!("{:.2}", ratio.median),
        };
        let verdict = match (self.verdict(), self.measured()) {
            (Verdict::Missed, Some((value, most))) if most > 0.0 => {
                format!("missed by {:.0} %", ((value / most - 1.0) * 100.0).ceil())
            }
            (Verdict::Missed, Some((value, most))) => {
                format!("missed by {}", self.unit.with(value - most))
            }
            (Verdict::Missed, None) => "missed".to_owned(),
            (Verdict::Met, _) => "met".to_owned(),
            (Verdict::NotRun, _) => "not run".to_owned(),
            (Verdict::None, _) => none(),
        };
        [
            self.what.clone(),
            self.ours.map_or_else(none, |value| self.unit.with(value)),
            self.peer.clone().unwrap_or_else(none),
            self.ratio.map_or_else(none, ratio),
            match self.target {
                Target::Ratio(most) => format!("≤ {most} × peer"),
                Target::Value(most) => format!("≤ {}", self.unit.with(most)),
                Target::Shown => none(),
            },
            verdict,
        ]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    Missed,
    NotRun,
    None,
}

/// All figures of a run.
pub(crate) struct Table {
    /// The title of our own column.
    pub(crate) subject: &'static str,
    pub(crate) figures: Vec<Figure>,
}

impl Table {
    /// Whether every figure was measured and every target met.
    pub(crate) fn all_met(&self) -> bool {
        self.count(Verdict::Missed) + self.count(Verdict::NotRun) == 0
    }

    fn count(&self, verdict: Verdict) -> usize {
        let verdicts = self.figures.iter().map(Figure::verdict);
        verdicts.filter(|each| *each == verdict).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let head = ["figure", self.subject, "peer", "ratio", "target", "verdict"];
        let rows = self.figures.iter().map(Figure::cells);
        let rows: Vec<[String; 6]> = std::iter::once(head.map(String::from))
            .chain(rows)
            .collect();
        let widths = std::array::from_fn::<usize, 6, _>(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        });
        for [what, ours, peer, ratio, target, verdict] in &rows {
            let [a, b, c, d, e, _] = widths;
            writeln!(
                f,
                "{what:<a$}  {ours:>b$}  {peer:>c$}  {ratio:<d$}  {target:<e$}  {verdict}"
            )?;
        }
        write!(
            f,
            "\n{} met, {} missed, {} not run",
            self.count(Verdict::Met),
            self.count(Verdict::Missed),
            self.count(Verdict::NotRun)
        )
    }
}
