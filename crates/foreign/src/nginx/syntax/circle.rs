//! Takes circles out of files that include each other. Only a tree of crossplane's may have some:
//! who reads files one by one sees where one leads back.

use std::collections::HashSet;

use super::directive::{Body, Directive, Tree};
use crate::fault::SyntaxError;

/// Drops every inclusion that leads back to a file that is just being included, and tells it.
pub(super) fn cut(tree: &mut Tree) {
    let edges: Vec<Vec<usize>> = tree.files.iter().map(|file| included(&file.directives)).collect();
    let back = back_edges(&edges);
    if back.is_empty() {
        return;
    }
    for (from, file) in tree.files.iter_mut().enumerate() {
        drop_from(&mut file.directives, from, &back, &mut tree.errors);
    }
}

fn included(block: &[Directive]) -> Vec<usize> {
    let mut found = Vec::new();
    for directive in block {
        match &directive.body {
            Body::Files(files) => found.extend(files),
            Body::Block(inner) => found.extend(included(inner)),
            Body::None | Body::Code(_) => {}
        }
    }
    found
}

/// Edges that lead to a node on the way that has led there: without them there is no circle.
fn back_edges(edges: &[Vec<usize>]) -> HashSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnTheWay,
        Whole,
    }
    let mut seen = vec![Seen::Not; edges.len()];
    let mut back = HashSet::new();
    for first in 0..edges.len() {
        // A node, and how many of its edges were followed: files may include each other deeper
        // than a stack bears.
        let mut way = if seen[first] == Seen::Not { vec![(first, 0)] } else { Vec::new() };
        while let Some((node, next)) = way.last_mut() {
            seen[*node] = Seen::OnTheWay;
            let Some(&target) = edges[*node].get(*next) else {
                seen[*node] = Seen::Whole;
                way.pop();
                continue;
            };
            *next += 1;
            match seen.get(target) {
                Some(Seen::OnTheWay) => drop(back.insert((*node, target))),
                Some(Seen::Not) => way.push((target, 0)),
                Some(Seen::Whole) | None => {}
            }
        }
    }
    back
}

fn drop_from(
    block: &mut [Directive],
    from: usize,
    back: &HashSet<(usize, usize)>,
    errors: &mut Vec<SyntaxError>,
) {
    for directive in block {
        let span = directive.head();
        match &mut directive.body {
            Body::Files(files) => {
                let before = files.len();
                files.retain(|&file| !back.contains(&(from, file)));
                if files.len() < before {
                    errors.push(SyntaxError::new(span, "this includes the file it stands in"));
                }
            }
            Body::Block(inner) => drop_from(inner, from, back, errors),
            Body::None | Body::Code(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_cut_where_they_close() {
        let check = |edges: &[&[usize]], expected: &[(usize, usize)]| {
            let edges: Vec<Vec<usize>> = edges.iter().map(|it| it.to_vec()).collect();
            assert_eq!(back_edges(&edges), expected.iter().copied().collect(), "{edges:?}");
        };
        check(&[&[1, 2], &[2], &[]], &[]);
        check(&[&[0]], &[(0, 0)]);
        check(&[&[1], &[2], &[0, 1]], &[(2, 0), (2, 1)]);
        check(&[&[1], &[], &[1, 2]], &[(2, 2)]);
        check(&[&[7]], &[]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<Vec<usize>> = (1..=200_000).map(|next| vec![next % 200_000]).collect();
        assert_eq!(back_edges(&edges), [(199_999, 0)].into());
    }
}
