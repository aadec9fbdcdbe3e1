//! Little-endian numbers in records.

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    array(bytes, at).map(f64::from_le_bytes)
}

/// Decodes a number in the form RK: an integer or the upper half of a float, perhaps of a hundredth.
pub(super) fn rk_number(rk: u32) -> f64 {
    let number = match rk & 2 == 2 {
        true => f64::from(rk.cast_signed() >> 2),
        false => f64::from_bits(u64::from(rk & 0xffff_fffc) << 32),
    };
    if rk & 1 == 1 { number / 100.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_numbers_are_decoded() {
        assert_eq!(rk_number((1_234 << 2) | 2), 1_234.0);
        assert_eq!(rk_number((4_560 << 2) | 3), 45.6);
        assert_eq!(rk_number(((-7_i32 << 2) | 2).cast_unsigned()), -7.0);
        let half = (0.5_f64.to_bits() >> 32) as u32;
        assert_eq!(rk_number(half), 0.5);
    }
}
