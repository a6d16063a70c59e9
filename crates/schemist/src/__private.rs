//! What the derives' code needs; no part of the interface.

/// Counts the columns of all parts.
pub const fn count(parts: &[&[&str]]) -> usize {
    let mut total = 0;
    let mut part = 0;
    while part < parts.len() {
        total += parts[part].len();
        part += 1;
    }
    total
}

/// Puts the columns of all parts after one another.
pub const fn join<const N: usize>(parts: &[&[&'static str]]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut filled = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut column = 0;
        while column < parts[part].len() {
            all[filled] = parts[part][column];
            filled += 1;
            column += 1;
        }
        part += 1;
    }
    all
}
