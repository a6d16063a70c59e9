//! Points in time as headers write them: `2026-11-20T10:12:00Z`.
//!
//! Nothing here asks a clock; who has one passes the time in.

use std::fmt;

/// A second in the years 1 to 9999, in UTC.
// Invariant: within those years, so that it can be written and read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const DAY: i64 = 86_400;
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// The time so many seconds after the start of 1970, or the nearest one that can be written.
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < FIRST {
            return Self(FIRST);
        }
        Self(if seconds > LAST { LAST } else { seconds })
    }

    /// The seconds since the start of 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The day alone: `2026-11-20`.
    pub fn date(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Reads a date, with or without a time of day, a fraction and an offset; without an offset it
    /// is in UTC. `None` where the text is no date.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let days = days(year, month, day);
        if civil(days) != (year, month, day) || year < 1 {
            return None;
        }
        let Some(time) = time.strip_prefix(['T', 't', ' ']) else {
            return time.is_empty().then_some(Self(days * DAY));
        };
        let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (time, zone) = time.split_at(zone);
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let [hour, minute, second] = match time.len() {
            5 => numbers(time, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]),
            _ => numbers(time, ':', [2, 2, 2]),
        }?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let seconds = days * DAY + hour * 3600 + minute * 60 + second - offset(zone)?;
        (FIRST..=LAST).contains(&seconds).then_some(Self(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(DAY);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(
            f,
            "{}T{hour:02}:{minute:02}:{:02}Z",
            self.date(),
            second % 60
        )
    }
}

/// Reads numbers of fixed widths with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut result = [0; N];
    let mut parts = text.split(separator);
    for (number, width) in result.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(result)
}

/// Reads `Z`, `+02:00` or nothing, as seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hour, minute] = numbers(rest, ':', [2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

// Both after https://howardhinnant.github.io/date_algorithms.html: years begin in March, so that the
// leap day comes last, and repeat every 400.

/// The days since the start of 1970 of a date in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year, month and day that lie so many days after the start of 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400;
    (if month > 2 { year } else { year + 1 }, month, day)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn dates_of_all_usual_shapes_are_read() {
        let texts = [
            "2026-11-20T10:12:00Z",
            "2026-11-20 12:12:00.123456+02:00",
            "2026-11-20t10:12-00:30",
            "2026-11-20",
            "2024-02-29T23:59:59Z",
            "2023-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026-11-20T24:00:00Z",
            "2026-11-20T10:12:00 Z",
            "2026-11-20T10:12:00",
            "0001-01-01T00:00:00+00:01",
            "yesterday",
            "",
        ];
        let shown: Vec<String> = texts
            .iter()
            .map(|text| match Timestamp::parse(text) {
                Some(time) => format!("{text}: {time}"),
                None => format!("{text}: no date"),
            })
            .collect();
        assert_snapshot!(shown.join("\n"), @"
        2026-11-20T10:12:00Z: 2026-11-20T10:12:00Z
        2026-11-20 12:12:00.123456+02:00: 2026-11-20T10:12:00Z
        2026-11-20t10:12-00:30: 2026-11-20T10:42:00Z
        2026-11-20: 2026-11-20T00:00:00Z
        2024-02-29T23:59:59Z: 2024-02-29T23:59:59Z
        2023-02-29: no date
        2026-13-01: no date
        2026-1-1: no date
        2026-11-20T24:00:00Z: no date
        2026-11-20T10:12:00 Z: no date
        2026-11-20T10:12:00: 2026-11-20T10:12:00Z
        0001-01-01T00:00:00+00:01: no date
        yesterday: no date
        : no date
        ");
    }

    #[test]
    fn every_day_is_written_and_read() {
        for day in -719_162..2_932_896 {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), day);
        }
        assert_eq!(Timestamp::from_unix(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(
            Timestamp::from_unix(i64::MIN).to_string(),
            "0001-01-01T00:00:00Z"
        );
        assert_eq!(
            Timestamp::from_unix(i64::MAX).to_string(),
            "9999-12-31T23:59:59Z"
        );
        assert_eq!(
            Timestamp::parse("9999-12-31T23:59:59Z"),
            Some(Timestamp::from_unix(i64::MAX))
        );
    }
}
