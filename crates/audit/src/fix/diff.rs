//! What differs between two texts, as `patch` reads it.

use std::fmt::Write;

/// Lines that stay, shown around those that change.
const AROUND: usize = 3;

/// Lines that change: of the old text, and of the new one in their stead.
struct Change {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

/// A unified diff of a file; empty where nothing differs.
pub fn diff(name: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let changes = changes(&old, &new);
    let mut out = String::new();
    if changes.is_empty() {
        return out;
    }
    // Writing into a String cannot fail.
    let _ = write!(out, "--- {name}\n+++ {name}\n");
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let near =
            rest.windows(2).take_while(|two| two[1].old.start - two[0].old.end <= 2 * AROUND);
        let count = 1 + near.count();
        hunk(&rest[..count], first, &old, &new, &mut out);
        rest = &rest[count..];
    }
    out
}

fn hunk(changes: &[Change], first: &Change, old: &[&str], new: &[&str], out: &mut String) {
    let Some(last) = changes.last() else { return };
    let before = first.old.start.min(AROUND);
    let after = (old.len() - last.old.end).min(AROUND);
    let (from, to) = (first.old.start - before, last.old.end + after);
    let (new_from, new_to) = (first.new.start - before, last.new.end + after);
    let side = |from: usize, count: usize| match count {
        // An empty side is named by the line before it.
        0 => format!("{from},0"),
        _ => format!("{},{count}", from + 1),
    };
    let (minus, plus) = (side(from, to - from), side(new_from, new_to - new_from));
    let _ = writeln!(out, "@@ -{minus} +{plus} @@");
    let mut at = from;
    for change in changes {
        old[at..change.old.start].iter().for_each(|text| line(' ', text, out));
        old[change.old.clone()].iter().for_each(|text| line('-', text, out));
        new[change.new.clone()].iter().for_each(|text| line('+', text, out));
        at = change.old.end;
    }
    old[at..to].iter().for_each(|text| line(' ', text, out));
}

fn line(sign: char, text: &str, out: &mut String) {
    out.push(sign);
    out.push_str(text);
    if !text.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// The changes: after each difference both texts go on together as soon as they can.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut found = Vec::new();
    let (mut x, mut y) = (0, 0);
    loop {
        let same = old[x..].iter().zip(&new[y..]).take_while(|(a, b)| a == b).count();
        (x, y) = (x + same, y + same);
        if x == old.len() && y == new.len() {
            return found;
        }
        let (gone, come) = apart(&old[x..], &new[y..]);
        found.push(Change { old: x..x + gone, new: y..y + come });
        (x, y) = (x + gone, y + come);
    }
}

/// How many lines of each lie before the next that both have.
fn apart(old: &[&str], new: &[&str]) -> (usize, usize) {
    for sum in 1..old.len() + new.len() {
        for gone in sum.saturating_sub(new.len())..=sum.min(old.len()) {
            let meets = old.get(gone).zip(new.get(sum - gone)).is_some_and(|(a, b)| a == b);
            if meets {
                return (gone, sum - gone);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: std::ops::Range<usize>) -> String {
        numbers.map(|number| format!("{number}\n")).collect()
    }

    #[test]
    fn what_changes_stands_among_what_stays() {
        let before = lines(1..20);
        let after = before.replace("\n5\n", "\n5 x\n").replace("\n18\n", "\n17a\n18\n");
        let expected = "--- a\n+++ a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+5 x\n 6\n 7\n 8\n\
                        @@ -15,5 +15,6 @@\n 15\n 16\n 17\n+17a\n 18\n 19\n";
        assert_eq!(diff("a", &before, &after), expected);
        assert_eq!(diff("a", &before, &before), "");
    }

    #[test]
    fn what_is_near_is_told_together() {
        let before = lines(1..10);
        let after = before.replace("2\n", "").replace("8\n", "8\n8\n");
        assert_eq!(diff("a", &before, &after).matches("@@ -").count(), 1);
    }

    #[test]
    fn a_last_line_without_an_end_is_told() {
        let shown = diff("a", "x", "x\n");
        assert_eq!(shown, "--- a\n+++ a\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n");
        assert!(diff("a", "", "x\n").contains("@@ -0,0 +1,1 @@\n+x\n"));
    }
}
