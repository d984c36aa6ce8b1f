//! When something was written, as a commit says it.

/// The author's date in a commit, as ISO 8601 in the author's time zone: `2026-03-09T08:15:00+01:00`.
pub(super) fn of_author(commit: &[u8]) -> Option<String> {
    let line = commit.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty());
    let author = line.map(String::from_utf8_lossy).find(|line| line.starts_with("author "))?;
    let (rest, zone) = author.trim_end().rsplit_once(' ')?;
    let (_, seconds) = rest.rsplit_once(' ')?;
    format(seconds.parse().ok()?, zone)
}

/// Seconds since 1970 and `+hhmm` as a date.
fn format(seconds: i64, zone: &str) -> Option<String> {
    let (sign, digits) = zone.split_at_checked(1)?;
    let number: i64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    let minutes = (number / 100) * 60 + number % 100;
    let minutes = if sign == "-" { -minutes } else { minutes };
    // Whoever writes a date beyond the year 9999 does not mean it.
    let local = seconds.checked_add(minutes * 60).filter(|local| (0..253_402_300_800).contains(local))?;
    let (year, month, day) = civil(local.div_euclid(86_400));
    let time = local.rem_euclid(86_400);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '-' } else { '+' };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{rest:02}"))
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that the day that not every year has is the last one.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_author() {
        let commit = b"tree 01\nparent 02\nauthor A. U. Thor <a@example.com> 1772958600 +0130\n\
                       committer C <c@example.com> 1 +0000\n\nauthor of nothing 5 +0000\n";
        assert_eq!(of_author(commit).as_deref(), Some("2026-03-08T10:00:00+01:30"));
        assert_eq!(of_author(b"tree 01\n\nauthor X <x> 5 +0000"), None);
    }

    #[test]
    fn leap_days_and_ends_of_years() {
        for (seconds, zone, expected) in [
            (0, "+0000", "1970-01-01T00:00:00+00:00"),
            (951_782_400, "+0000", "2000-02-29T00:00:00+00:00"),
            (951_868_799, "-0800", "2000-02-29T15:59:59-08:00"),
            (1_704_067_199, "+0000", "2023-12-31T23:59:59+00:00"),
            (1_704_067_199, "+0530", "2024-01-01T05:29:59+05:30"),
        ] {
            assert_eq!(format(seconds, zone).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for (seconds, zone) in [(i64::MAX, "+0000"), (-5, "+0000"), (5, "+1"), (5, ""), (5, "é"), (5, "+ab00")] {
            assert_eq!(format(seconds, zone), None, "{seconds} {zone}");
        }
    }
}
