//! Numbers for advisory locks.

/// The number that stands for a name: FNV-1a, which is the same in every release of ours.
pub(crate) fn key_of(name: &str) -> i64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    i64::from_ne_bytes(hash.to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_key_in_every_release() {
        assert_eq!(key_of(""), -3_750_763_034_362_895_579);
        assert_eq!(key_of("a"), -5_808_556_873_153_909_620);
    }
}
