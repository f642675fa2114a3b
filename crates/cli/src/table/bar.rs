//! Bars of shares, with a mark where the share should end.

const CELLS: usize = 10;

const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// The share at which a bar is full: one for all endpoints of a pool, so that bars compare.
///
/// Half as much again as intended fits, so that a full bar looks like what it is: too much.
pub(crate) fn scale(shares: impl Iterator<Item = (f64, f64)>) -> f64 {
    shares.fold(0.01, |scale: f64, (share, intended)| scale.max(share).max(1.5 * intended))
}

/// Draws `share` as a bar with a mark at `intended`, always equally wide.
pub(crate) fn draw(share: f64, intended: f64, scale: f64) -> String {
    // Casts from float saturate, and NaN gives 0: nothing here can leave the bar.
    let eighths = (share / scale * (CELLS * 8) as f64).round() as usize;
    let mark = (intended / scale * CELLS as f64) as usize;
    let cell = |index: usize| match eighths.saturating_sub(index * 8) {
        _ if intended > 0.0 && index == mark.min(CELLS - 1) => '│',
        filled @ 0..8 => EIGHTHS[filled],
        _ => '█',
    };
    (0..CELLS).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Goal: under, even and over look different. Method: letter by letter.
    #[test]
    fn bars_show_the_departure() {
        let check = |share: f64, intended: f64, scale: f64, expected: &str| {
            assert_eq!(draw(share, intended, scale), expected, "{share} of {intended}");
        };
        check(0.2, 0.2, 0.3, "██████│   ");
        check(0.1, 0.2, 0.3, "███▍  │   ");
        check(0.3, 0.2, 0.3, "██████│███");
        check(0.0, 0.2, 0.3, "      │   ");
        check(0.3, 0.0, 0.3, "██████████");
        check(0.0, 0.0, 0.3, "          ");
        check(9.0, 9.0, 0.3, "█████████│");
        check(f64::NAN, f64::NAN, 0.3, "          ");
    }
}
