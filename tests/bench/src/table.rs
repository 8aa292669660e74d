//! What is printed.

/// A target for a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// At least this.
    Least(f64),
    /// At most this.
    Most(f64),
}

impl Target {
    fn is_met(self, figure: f64) -> bool {
        match self {
            Self::Least(least) => figure >= least,
            Self::Most(most) => figure <= most,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Least(least) => write!(formatter, ">= {least}"),
            Self::Most(most) => write!(formatter, "<= {most}"),
        }
    }
}

/// Prints the heads of the columns.
pub(crate) fn heads() {
    line("benchmark", "figure", ["app", "yardstick", "ratio", "target"], "");
}

/// Prints two figures and their ratio against its target.
pub(crate) fn ratio(name: &str, figure: &str, ours: f64, yardstick: f64, ratio: f64, target: Target) {
    let verdict = if target.is_met(ratio) { "ok" } else { "short" };
    let columns = [&number(ours), &number(yardstick), &format!("{ratio:.2}"), &target.to_string()];
    line(name, figure, columns.map(String::as_str), verdict);
}

/// Prints two figures and their ratio, which has no target.
pub(crate) fn compare(name: &str, figure: &str, ours: f64, yardstick: f64) {
    let columns = [&number(ours), &number(yardstick), &format!("{:.2}", ours / yardstick), ""];
    line(name, figure, columns.map(|column: &str| column), "");
}

/// Prints one figure against its target.
pub(crate) fn figure(name: &str, figure: &str, ours: f64, target: Target) {
    let verdict = if target.is_met(ours) { "ok" } else { "short" };
    line(name, figure, [&number(ours), "", "", &target.to_string()], verdict);
}

/// Prints a figure that has no target.
pub(crate) fn note(name: &str, figure: &str, ours: f64) {
    line(name, figure, [&number(ours), "", "", ""], "");
}

/// Prints a count that has to be equal to another; gives whether it is.
pub(crate) fn equal(name: &str, figure: &str, ours: u32, expected: u32) -> bool {
    let verdict = if ours == expected { "equal" } else { "NOT EQUAL" };
    line(name, figure, [&ours.to_string(), &expected.to_string(), "", ""], verdict);
    ours == expected
}

fn line(name: &str, figure: &str, [ours, yardstick, ratio, target]: [&str; 4], verdict: &str) {
    println!("{name:14} {figure:34} {ours:>10} {yardstick:>10} {ratio:>7} {target:>10}  {verdict}");
}

/// Three digits that matter are enough.
fn number(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}
