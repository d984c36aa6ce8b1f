//! Adds a hook to settings in JSON, with every other member as it was written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::command;

/// What the settings of a host need.
#[derive(Debug)]
pub(super) struct Needed {
    /// The `version` that a new file states.
    pub version: Option<u32>,
    /// The event, below `hooks`.
    pub event: &'static str,
    /// The entry of its list, as JSON.
    pub entry: String,
}

/// Why settings cannot be added to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub &'static str);

const NO_JSON: Unfit = Unfit("it is no plain JSON");
const OTHER_SHAPE: Unfit = Unfit("its `hooks` have another shape");

impl Needed {
    /// The settings with the entry, put in as the text around it is laid out; `None` if the event calls jwtlint already.
    pub(super) fn added_to(&self, there: Option<&str>) -> Result<Option<String>, Unfit> {
        let Some(text) = there.filter(|text| !text.trim().is_empty()) else { return Ok(Some(self.new_file())) };
        let settings: Members<'_> = serde_json::from_str(text).map_err(|_| NO_JSON)?;
        let place = |container, last| Place { text, container, last, unit: settings.unit(text) };
        let Some(hooks) = settings.get("hooks") else {
            let whole = place(text.trim(), settings.last());
            return Ok(Some(whole.with(|layout| format!("\"hooks\": {}", self.events(layout)))));
        };
        let events: Members<'_> = serde_json::from_str(hooks).map_err(|_| OTHER_SHAPE)?;
        let Some(calls) = events.get(self.event) else {
            return Ok(Some(place(hooks, events.last()).with(|layout| self.calls(layout))));
        };
        if serde_json::from_str(calls).is_ok_and(|calls| has_call(&calls)) {
            return Ok(None);
        }
        let list: Vec<&RawValue> = serde_json::from_str(calls).map_err(|_| OTHER_SHAPE)?;
        let last = list.last().map(|entry| entry.get());
        Ok(Some(place(calls, last).with(|_| self.entry.clone())))
    }

    fn new_file(&self) -> String {
        let layout = Layout::Lines { indent: UNIT.to_owned(), unit: UNIT, end: "\n" };
        let version = self.version.map(|version| format!("{UNIT}\"version\": {version},\n")).unwrap_or_default();
        format!("{{\n{version}{UNIT}\"hooks\": {}\n}}\n", self.events(&layout))
    }

    /// What belongs below `hooks`.
    fn events(&self, layout: &Layout<'_>) -> String {
        layout.within(['{', '}'], |layout| self.calls(layout))
    }

    fn calls(&self, layout: &Layout<'_>) -> String {
        format!("\"{}\": {}", self.event, layout.within(['[', ']'], |_| self.entry.clone()))
    }
}

/// How much deeper each level stands where nothing tells.
const UNIT: &str = "  ";

/// How something new is written.
#[derive(Debug)]
enum Layout<'t> {
    /// In a line with what is there.
    Line,
    /// In lines of its own.
    Lines {
        /// What the first of them begins with.
        indent: String,
        /// How much deeper each level stands.
        unit: &'t str,
        /// How lines end.
        end: &'t str,
    },
}

impl Layout<'_> {
    /// Brackets with something between them.
    fn within(&self, [open, close]: [char; 2], inside: impl FnOnce(&Self) -> String) -> String {
        match self {
            Self::Line if open == '[' => format!("{open}{}{close}", inside(self)),
            Self::Line => format!("{open} {} {close}", inside(self)),
            Self::Lines { indent, unit, end } => {
                let deeper = format!("{indent}{unit}");
                let inside = inside(&Self::Lines { indent: deeper.clone(), unit, end });
                format!("{open}{end}{deeper}{inside}{end}{indent}{close}")
            }
        }
    }
}

/// An object or a list that is to get one member more.
struct Place<'t> {
    /// All of the file.
    text: &'t str,
    /// With its brackets.
    container: &'t str,
    /// The value of its last member.
    last: Option<&'t str>,
    /// How much deeper each level of the file stands.
    unit: &'t str,
}

impl Place<'_> {
    /// The file with the member: below the last one if that has a line of its own, else beside it.
    fn with(&self, member: impl FnOnce(&Layout<'_>) -> String) -> String {
        let text = self.text;
        let lines = |indent: &str| Layout::Lines { indent: indent.to_owned(), unit: self.unit, end: line_end(text) };
        let Some(last) = self.last else {
            let start = offset(text, self.container);
            let (before, after) = (&text[..start], &text[start + self.container.len()..]);
            let is_list = self.container.starts_with('[');
            let brackets = if is_list { ['[', ']'] } else { ['{', '}'] };
            let is_whole = self.container.len() == text.trim().len();
            let layout = if is_whole || text.trim().contains('\n') { lines(indentation(before)) } else { Layout::Line };
            return format!("{before}{}{after}", layout.within(brackets, member));
        };
        let start = offset(text, last);
        let (before, after) = text.split_at(start + last.len());
        match own_line(&text[..start]) {
            Some(indent) => format!("{before},{}{indent}{}{after}", line_end(text), member(&lines(indent))),
            None => format!("{before}, {}{after}", member(&Layout::Line)),
        }
    }
}

/// Where in a text a part of it stands.
fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The blanks that the last line of a text begins with.
fn indentation(text: &str) -> &str {
    let line = text.rsplit('\n').next().unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

/// The blanks before a member whose value stands behind this text, if nothing but its name is before it on its line.
fn own_line(before: &str) -> Option<&str> {
    let (_, line) = before.rsplit_once('\n')?;
    let name = line.trim();
    let is_name = |name: &str| serde_json::from_str::<String>(name).is_ok();
    (name.is_empty() || name.strip_suffix(':').is_some_and(|name| is_name(name.trim_end()))).then(|| indentation(line))
}

/// Members of an entry that hold a command, or a word of one.
const COMMANDS: [&str; 7] = ["args", "bash", "command", "linux", "osx", "powershell", "windows"];

/// Whether one of these entries calls the program.
fn has_call(entries: &serde_json::Value) -> bool {
    use serde_json::Value;
    let calls = |word: &Value| word.as_str().is_some_and(command::calls);
    match entries {
        Value::Array(list) => list.iter().any(has_call),
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(_) => COMMANDS.contains(&&**name) && calls(value),
            Value::Array(words) if COMMANDS.contains(&&**name) => words.iter().any(calls),
            _ => has_call(value),
        }),
        _ => false,
    }
}

/// The members of an object in their order, each as it was written.
#[derive(Debug, Default)]
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'t> Members<'t> {
    fn get(&self, key: &str) -> Option<&'t str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.get())
    }

    fn last(&self) -> Option<&'t str> {
        self.0.last().map(|(_, value)| value.get())
    }

    /// How deep the members of a whole file stand.
    fn unit(&self, text: &'t str) -> &'t str {
        let first = self.0.first().and_then(|(_, value)| own_line(&text[..offset(text, value.get())]));
        first.filter(|unit| !unit.is_empty()).unwrap_or(UNIT)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members: Vec<(String, &'de RawValue)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
            // Of two the host takes one, and which is its own business.
            if members.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom("a member stands there twice"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: Needed = Needed { version: Some(1), event: "afterEdit", entry: String::new() };

    fn added(there: Option<&str>) -> Result<Option<String>, Unfit> {
        Needed { entry: r#"{ "command": "lint" }"#.to_owned(), ..NEEDED }.added_to(there)
    }

    #[test]
    fn a_new_file_holds_the_entry() {
        let text = "{\n  \"version\": 1,\n  \"hooks\": {\n    \"afterEdit\": [\n      { \"command\": \"lint\" }\n    ]\n  }\n}\n";
        assert_eq!(added(None), Ok(Some(text.to_owned())));
        assert_eq!(added(Some(" \n")), Ok(Some(text.to_owned())));
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let there =
            "{\n  \"z\": [1,\n 2.50],\n  \"hooks\": {\"before\": [ ], \"afterEdit\": [{\"a\":1}]},\n  \"b\": \"é\"\n}";
        let text = added(Some(there)).ok().flatten().unwrap_or_default();
        assert!(text.contains("\"z\": [1,\n 2.50],\n") && text.contains("\"before\": [ ]"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(value["hooks"]["afterEdit"], serde_json::json!([{"a": 1}, {"command": "lint"}]));
        assert!(text.find("\"z\"") < text.find("\"hooks\"") && text.find("\"hooks\"") < text.find("\"b\""));
    }

    #[test]
    fn only_the_event_tells_whether_it_is_called() {
        let elsewhere = r#"{"note": "no jwtlint here", "hooks": {"before": [{"command": "jwtlint check"}]}}"#;
        let text = added(Some(elsewhere)).ok().flatten().unwrap_or_default();
        assert!(text.contains(r#"{ "command": "lint" }"#) && text.contains("no jwtlint here"), "{text}");
        assert_eq!(added(Some(r#"{"hooks": {"afterEdit": [{"command": "npx jwtlint hook post-edit"}]}}"#)), Ok(None));
    }

    #[test]
    fn only_a_command_calls() {
        let is_called = |entry: &str| added(Some(&format!("{{\"hooks\": {{\"afterEdit\": [{entry}]}}}}"))) == Ok(None);
        for calling in [
            r#"{"matcher": "Edit", "hooks": [{"type": "command", "command": "\"$HOME/bin/jwtlint\" hook post-edit"}]}"#,
            r#"{"command": "npx", "args": ["jwtlint", "hook", "post-edit"]}"#,
            r#"{"bash": "jwtlint hook post-edit", "powershell": ""}"#,
        ] {
            assert!(is_called(calling), "{calling}");
        }
        for other in [
            r#"{"matcher": "Edit", "hooks": [{"type": "command", "command": "/home/u/jwtlint-site/fmt.sh"}]}"#,
            r#"{"description": "instead of jwtlint", "command": "fmt"}"#,
            r#"{"matcher": "jwtlint", "hooks": []}"#,
            r#""jwtlint""#,
        ] {
            assert!(!is_called(other), "{other}");
        }
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        let text = added(Some("{\r\n\t\"a\": [1,\r\n2]\r\n}\r\n")).ok().flatten().unwrap_or_default();
        assert_eq!(text.matches("\r\n").count(), text.matches('\n').count(), "{text:?}");
        assert!(text.contains("[1,\r\n2]"), "{text:?}");
    }

    #[test]
    fn only_what_is_new_is_new() {
        let entry = r#"{ "command": "lint" }"#;
        for (there, before, new) in [
            // Tabs, nothing at the end.
            (
                "{\n\t\"a\": {\"b\": 1}\n}",
                "{\n\t\"a\": {\"b\": 1}",
                ",\n\t\"hooks\": {\n\t\t\"afterEdit\": [\n\t\t\t@\n\t\t]\n\t}",
            ),
            // Four blanks, an event beside.
            (
                "{\n    \"hooks\": {\n        \"before\": [ ]\n    }\n}\n",
                "{\n    \"hooks\": {\n        \"before\": [ ]",
                ",\n        \"afterEdit\": [\n            @\n        ]",
            ),
            // The event, with an entry of several lines.
            (
                "{\n\t\"hooks\": {\n\t\t\"afterEdit\": [\n\t\t\t{\n\t\t\t\t\"a\": 1\n\t\t\t}\n\t\t]\n\t},\n\t\"b\": 2\n}\n",
                "{\n\t\"hooks\": {\n\t\t\"afterEdit\": [\n\t\t\t{\n\t\t\t\t\"a\": 1\n\t\t\t}",
                ",\n\t\t\t@",
            ),
            // In one line, as a part and as a whole.
            ("{\n  \"hooks\": {\"afterEdit\": [{\"a\":1}]}\n}", "{\n  \"hooks\": {\"afterEdit\": [{\"a\":1}", ", @"),
            ("{\"a\":1}\n", "{\"a\":1", ", \"hooks\": { \"afterEdit\": [@] }"),
            // Empty ones.
            ("{\r\n \"hooks\": {}\r\n}", "{\r\n \"hooks\": {", "\r\n  \"afterEdit\": [\r\n   @\r\n  ]\r\n "),
            ("{}\n", "{", "\n  \"hooks\": {\n    \"afterEdit\": [\n      @\n    ]\n  }\n"),
            ("{\"hooks\":{\"afterEdit\":[]}}", "{\"hooks\":{\"afterEdit\":[", "@"),
        ] {
            let wanted = format!("{before}{}{}", new.replace('@', entry), &there[before.len()..]);
            assert_eq!(added(Some(there)), Ok(Some(wanted.clone())), "{there}");
            let twice = Needed { entry: r#"{ "command": "jwtlint hook post-edit" }"#.to_owned(), ..NEEDED };
            let once = twice.added_to(Some(there)).ok().flatten().unwrap_or_default();
            assert_eq!(twice.added_to(Some(&once)), Ok(None), "{once}");
        }
    }

    #[test]
    fn other_shapes_are_left_alone() {
        assert_eq!(added(Some("{\"hooks\": {}, \"hooks\": {\"before\": []}}")), Err(NO_JSON));
        assert_eq!(added(Some("{\"hooks\": {\"afterEdit\": [1], \"afterEdit\": [2]}}")), Err(OTHER_SHAPE));
        assert_eq!(added(Some("{ // comment\n}")), Err(NO_JSON));
        assert_eq!(added(Some("[]")), Err(NO_JSON));
        assert_eq!(added(Some("{\"hooks\": []}")), Err(OTHER_SHAPE));
        assert_eq!(added(Some("{\"hooks\": {\"afterEdit\": {}}}")), Err(OTHER_SHAPE));
    }
}
