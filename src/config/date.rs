//! Days on which allowances end.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Fault;

/// A day of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// `expires = 2027-01-31`, with or without quotes.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a day like 2027-01-31")]
pub(super) enum WrittenDay {
    Date(Datetime),
    Text(String),
}

impl Day {
    pub(super) fn read(written: &Spanned<WrittenDay>) -> Result<Self, Fault> {
        let read = match written.get_ref() {
            WrittenDay::Date(date) => Self::of(*date),
            WrittenDay::Text(text) => text.parse().ok(),
        };
        read.ok_or_else(|| Fault::new(written.span(), "a day is written like 2027-01-31"))
    }

    fn of(date: Datetime) -> Option<Self> {
        let day = date.date.filter(|_| date.time.is_none() && date.offset.is_none())?;
        Some(Self { year: day.year, month: day.month, day: day.day })
    }

    /// Whether this day is over, at a time in seconds since 1970.
    pub fn is_over(self, now: u64) -> bool {
        self.number() < i64::try_from(now / 86_400).unwrap_or(i64::MAX)
    }

    /// Days since 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap day is last.
    fn number(self) -> i64 {
        let month = (i64::from(self.month) + 9) % 12;
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year = year.rem_euclid(400);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
    }
}

/// Not a day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        text.trim().parse().ok().and_then(Self::of).ok_or(NoDay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_when_the_next_begins() {
        let day = |year, month, day| Day { year, month, day };
        assert_eq!(day(1970, 1, 1).number(), 0);
        assert_eq!(day(2000, 3, 1).number(), 11_017);
        assert_eq!(day(2024, 2, 29).number() + 1, day(2024, 3, 1).number());
        let eve = day(2026, 12, 31);
        let midnight = 1_798_761_600; // 2027-01-01
        assert!(!eve.is_over(midnight - 1) && eve.is_over(midnight));
    }
}
