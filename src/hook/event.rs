//! What a coding agent says about an edit.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::lenient::Lenient;
use super::patch;
use super::table::{self, Tool};

/// Keys under which tools name the files that they write.
const NAMES: [&str; 9] =
    ["file_path", "filePath", "path", "absolute_path", "notebook_path", "notebookPath", "target_file", "file", "uri"];
/// Keys under which tools list several edits, or files.
const LISTS: [&str; 6] = ["files", "file_paths", "filePaths", "edits", "replacements", "changes"];
/// Keys under which a patch or a command stands.
const TEXTS: [&str; 6] = ["command", "input", "patch", "cmd", "script", "explanation"];

/// An edit: which files, and where relative names begin.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Edit {
    /// In order of their mention, each once.
    pub files: Vec<String>,
    /// The host's working directory, or the several of an editor.
    pub directories: Vec<String>,
    /// Why one of several calls cannot be checked.
    pub unread: Option<EventError>,
}

/// Why an input says nothing about an edit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EventError {
    #[error("standard input is no JSON object of a hook")]
    NoObject,
    #[error("the hook's input names neither a tool nor a file")]
    NothingNamed,
    #[error("the hook's tool arguments are no JSON")]
    Arguments,
    #[error("the hook's input tells of an edit and names no file, so nothing was checked")]
    NoFile,
}

/// Reads the input of a hook, whichever host it is from. A tool that edits nothing, or that is unknown, gives no files.
pub(super) fn read(event: &Value) -> Result<Edit, EventError> {
    let event = event.as_object().ok_or(EventError::NoObject)?;
    let name = text(event, &["hook_event_name", "hookEventName"]);
    // Nothing is written yet, or nothing is left. A refusal would also forbid the edit that mends the file.
    let is_unwritten = name.is_some_and(table::comes_before) || text(event, &["event"]) == Some("unlink");
    if is_unwritten || name.is_some_and(table::tells_of_failure) {
        return Ok(Edit::default());
    }
    let mut names = Vec::new();
    let mut unread = None;
    match event.get("tool_calls").and_then(Value::as_array) {
        // Calls that were made side by side are told of together; what is wrong with one hides no other.
        Some(calls) => {
            for call in calls.iter().filter_map(Value::as_object) {
                match files_of_call(call) {
                    Ok(files) => names.extend(files.unwrap_or_default()),
                    Err(error) => unread = unread.or(Some(error)),
                }
            }
        }
        None => names = files_of(event, name)?,
    }
    let directory = text(event, &["cwd"]).map(str::to_owned);
    let roots = event.get("workspace_roots").and_then(Value::as_array).into_iter().flatten();
    let roots = || roots.filter_map(Value::as_str).map(str::to_owned).collect();
    let directories = directory.map_or_else(roots, |directory| vec![directory]);
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    Ok(Edit { files: names, directories, unread })
}

/// The files of an event that tells of one edit.
fn files_of(event: &Map<String, Value>, name: Option<&str>) -> Result<Vec<String>, EventError> {
    let mut names = Vec::new();
    match files_of_call(event)? {
        Some(found) => names = found,
        // Cursor tells of each file once it is written.
        None if event.contains_key("file_path") => collect_object(event, &mut names),
        // A session that begins or ends edits nothing; Copilot does not say which of the two it does.
        None if name.is_some() || event.contains_key("sessionId") => {}
        None => return Err(EventError::NothingNamed),
    }
    Ok(names)
}

/// The files that a call of a tool wrote; `None` if no tool is named.
fn files_of_call(call: &Map<String, Value>) -> Result<Option<Vec<String>>, EventError> {
    let Some(name) = text(call, &["tool_name", "toolName"]) else { return Ok(None) };
    let tool = Tool::named(name);
    let arguments = match arguments(call) {
        // What another tool was given is its own business.
        Err(EventError::Arguments) if tool != Tool::Edits => return Ok(Some(Vec::new())),
        arguments => arguments?,
    };
    let mut names = Vec::new();
    if has_failed(call) {
        // Some hosts put what we say in the place of the result, and the model would not learn that it failed.
        return Ok(Some(names));
    }
    collect(tool, &arguments, &mut names);
    // A server's tool that is called like one of the host's may write something else than files.
    if tool == Tool::Edits && names.is_empty() && !table::is_of_server(name) && !writes_nothing(&arguments) {
        return Err(EventError::NoFile);
    }
    // Codex may run a tool in another directory.
    if let Some(directory) = arguments.as_object().and_then(|object| text(object, &["workdir"])) {
        names.iter_mut().for_each(|name| *name = within(directory, name));
    }
    Ok(Some(names))
}

/// Whether a tool that edits was only to look, to run a command, or to delete: that leaves no file to check.
fn writes_nothing(arguments: &Value) -> bool {
    let is_patch = |value: &Value| value.as_str().is_some_and(patch::is_patch);
    let patches = |value: &Value| value.as_array().map_or_else(|| is_patch(value), |words| words.iter().any(is_patch));
    let object = || arguments.as_object();
    is_patch(arguments)
        || object().is_some_and(|object| text(object, &["command"]).is_some())
        || object().is_some_and(|object| TEXTS.iter().filter_map(|key| object.get(*key)).any(patches))
}

/// Whether the result of a call says that nothing came of it.
fn has_failed(call: &Map<String, Value>) -> bool {
    let results = ["tool_response", "toolResponse", "tool_result", "toolResult"];
    results.iter().filter_map(|key| call.get(*key)?.as_object()).any(|result| {
        let says = |key: &str, answer: bool| result.get(key).and_then(Value::as_bool) == Some(answer);
        let names_error = result.get("error").is_some_and(|error| match error {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            _ => true,
        });
        names_error
            || says("success", false)
            || says("isError", true)
            || says("is_error", true)
            || text(result, &["resultType", "result_type"]).is_some_and(table::tells_of_failure)
    })
}

fn text<'v>(object: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v str> {
    keys.iter().find_map(|key| object.get(*key)?.as_str()).filter(|text| !text.is_empty())
}

/// What a tool was given. Copilot hands it over as JSON in a text; a patch may stand there as it is.
fn arguments(event: &Map<String, Value>) -> Result<Value, EventError> {
    let given = ["tool_input", "toolInput", "toolArgs", "tool_args"].iter().find_map(|key| event.get(*key));
    match given {
        Some(Value::String(text)) if patch::is_patch(text) => Ok(Value::String(text.clone())),
        Some(Value::String(text)) => {
            serde_json::from_reader(Lenient::new(text.as_bytes())).map_err(|_| EventError::Arguments)
        }
        Some(other) => Ok(other.clone()),
        None => Ok(Value::Null),
    }
}

/// The name of a file as seen from where `directory` is named.
fn within(directory: &str, name: &str) -> String {
    if is_absolute(name) { name.to_owned() } else { format!("{}/{name}", directory.trim_end_matches(['/', '\\'])) }
}

pub(super) fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

fn collect(tool: Tool, arguments: &Value, names: &mut Vec<String>) {
    match (tool, arguments) {
        (Tool::Other, _) => {}
        (_, Value::String(text)) => names.extend(patch::files(text)),
        // One tool for everything says in `command` what it does.
        (Tool::Edits, Value::Object(object)) if object.get("command").and_then(Value::as_str) != Some("view") => {
            collect_object(object, names);
        }
        (Tool::Runs, Value::Object(object)) => collect_patches(object, names),
        _ => {}
    }
}

fn collect_object(object: &Map<String, Value>, names: &mut Vec<String>) {
    names.extend(text(object, &NAMES).map(str::to_owned));
    for entry in LISTS.iter().filter_map(|key| object.get(*key)?.as_array()).flatten() {
        match entry {
            Value::String(name) => names.push(name.clone()),
            Value::Object(entry) => names.extend(text(entry, &NAMES).map(str::to_owned)),
            _ => {}
        }
    }
    collect_patches(object, names);
}

/// Patches in a command, whole or as one of its words.
fn collect_patches(object: &Map<String, Value>, names: &mut Vec<String>) {
    for value in TEXTS.iter().filter_map(|key| object.get(*key)) {
        let words = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for text in words.iter().filter_map(Value::as_str).filter(|text| patch::is_patch(text)) {
            let files = patch::files(text);
            match changed_directory(text) {
                Some(directory) => names.extend(files.iter().map(|name| within(directory, name))),
                None => names.extend(files),
            }
        }
    }
}

/// The directory that a command changes to before it applies a patch: `cd DIR && apply_patch …`.
fn changed_directory(command: &str) -> Option<&str> {
    let (directory, _) = command.trim_start().strip_prefix("cd ")?.split_once("&&")?;
    let directory = directory.trim();
    let quoted = ['"', '\''].iter().find_map(|&mark| directory.strip_prefix(mark)?.strip_suffix(mark));
    let directory = quoted.unwrap_or(directory);
    (!directory.is_empty() && !directory.contains(['"', '\'', '$', '`', ';', '|', '\n'])).then_some(directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn files(event: &Value) -> Vec<String> {
        read(event).map(|edit| edit.files).unwrap_or_else(|error| vec![format!("error: {error}")])
    }

    #[test]
    fn each_host_names_files_in_its_way() {
        let claude = json!({"hook_event_name": "PostToolUse", "tool_name": "Edit", "cwd": "/p",
            "tool_input": {"file_path": "/p/a.rs", "old_string": "x", "new_string": "y"}});
        assert_eq!(
            read(&claude).ok(),
            Some(Edit { files: vec!["/p/a.rs".to_owned()], directories: vec!["/p".to_owned()], unread: None })
        );
        let codex = json!({"tool_name": "apply_patch", "cwd": "/p",
            "tool_input": {"command": "*** Begin Patch\n*** Add File: a.rs\n+x\n*** Update File: b.rs\n*** Move to: c.rs\n*** End Patch"}});
        assert_eq!(files(&codex), ["a.rs", "c.rs"]);
        let shell = json!({"tool_name": "shell", "tool_input": {"workdir": "sub",
            "command": ["apply_patch", "*** Begin Patch\n*** Add File: a.rs\n+x\n*** End Patch"]}, "cwd": "/p"});
        assert_eq!(
            read(&shell).ok(),
            Some(Edit { files: vec!["sub/a.rs".to_owned()], directories: vec!["/p".to_owned()], unread: None })
        );
        let gemini = json!({"hook_event_name": "AfterTool", "tool_name": "write_file", "tool_input": {"file_path": "/p/a.rs", "content": "x"}});
        assert_eq!(files(&gemini), ["/p/a.rs"]);
        let cursor = json!({"hook_event_name": "afterFileEdit", "workspace_roots": ["/p"], "file_path": "a.rs",
            "edits": [{"old_string": "x", "new_string": "y"}]});
        assert_eq!(
            read(&cursor).ok(),
            Some(Edit { files: vec!["a.rs".to_owned()], directories: vec!["/p".to_owned()], unread: None })
        );
        let copilot =
            json!({"toolName": "create", "toolArgs": "{\"path\": \"/p/a.rs\"}", "cwd": "/p", "toolResult": {}});
        assert_eq!(files(&copilot), ["/p/a.rs"]);
        let several = json!({"tool_name": "editFiles", "tool_input": {"files": ["a.rs", {"path": "b.rs"}, "a.rs"]}});
        assert_eq!(files(&several), ["a.rs", "b.rs"]);
    }

    #[test]
    fn calls_side_by_side_and_commands_that_go_elsewhere() {
        let batch = json!({"hook_event_name": "PostToolBatch", "cwd": "/p", "tool_calls": [
            {"tool_name": "Write", "tool_input": {"file_path": "/p/a.rs"}},
            {"tool_name": "Read", "tool_input": {"file_path": "/p/b.rs"}},
            {"tool_name": "Edit", "tool_input": {"file_path": "/p/c.rs"}}]});
        assert_eq!(files(&batch), ["/p/a.rs", "/p/c.rs"]);
        assert!(files(&json!({"hook_event_name": "PostToolBatch", "tool_calls": [3, {}]})).is_empty());
        for (command, file) in [
            ("cd sub && apply_patch", "sub/a.rs"),
            ("cd 'my sub/' && apply_patch", "my sub/a.rs"),
            ("cd /elsewhere && apply_patch", "/elsewhere/a.rs"),
            ("cd \"$DIR\" && apply_patch", "a.rs"),
            ("true && apply_patch", "a.rs"),
        ] {
            let patch = format!("{command} <<'E'\n*** Begin Patch\n*** Add File: a.rs\n+x\n*** End Patch\nE\n");
            assert_eq!(files(&json!({"tool_name": "Bash", "tool_input": {"command": patch}})), [file], "{command}");
        }
        assert_eq!(within("C:\\p\\", "a.rs"), "C:\\p/a.rs");
        assert_eq!(within("/p", "/q/a.rs"), "/q/a.rs");
    }

    #[test]
    fn what_is_not_written_yet_or_gone_gives_no_files() {
        for event in
            ["beforeReadFile", "beforeTabFileRead", "PreToolUse", "preToolUse", "BeforeTool", "PermissionRequest"]
        {
            let read = json!({"hook_event_name": event, "file_path": "/p/a.rs"});
            let tool = json!({"hookEventName": event, "tool_name": "Write", "tool_input": {"file_path": "/p/a.rs"}});
            assert!(files(&read).is_empty() && files(&tool).is_empty(), "{event}");
        }
        assert!(
            files(&json!({"hook_event_name": "FileChanged", "file_path": "/p/a.rs", "event": "unlink"})).is_empty()
        );
        assert_eq!(
            files(&json!({"hook_event_name": "FileChanged", "file_path": "/p/a.rs", "event": "change"})),
            ["/p/a.rs"]
        );
    }

    #[test]
    fn what_failed_gives_no_files() {
        let edit = |key: &str, result: Value| {
            files(&json!({"tool_name": "replace", "tool_input": {"file_path": "a.rs"}, key: result}))
        };
        for (key, result) in [
            ("tool_response", json!({"llmContent": "x", "error": {"message": "0 occurrences"}})),
            ("tool_response", json!({"success": false})),
            ("tool_response", json!({"isError": true, "content": []})),
            ("toolResult", json!({"resultType": "failure", "textResultForLlm": "x"})),
            ("toolResult", json!({"resultType": "denied"})),
            ("tool_result", json!({"result_type": "rejected"})),
        ] {
            assert!(edit(key, result.clone()).is_empty(), "{result}");
        }
        for result in [
            json!({"error": null, "success": true, "isError": false, "resultType": "success"}),
            json!({"error": "", "content": "error: this is what the file says"}),
            json!("error"),
            Value::Null,
        ] {
            assert_eq!(edit("tool_response", result.clone()), ["a.rs"], "{result}");
        }
        let failure =
            json!({"hook_event_name": "PostToolUseFailure", "tool_name": "Edit", "tool_input": {"file_path": "a.rs"}});
        assert!(files(&failure).is_empty());
        let batch = json!({"hook_event_name": "PostToolBatch", "tool_calls": [
            {"tool_name": "Edit", "tool_input": {"file_path": "a.rs"}, "tool_response": {"success": false}},
            {"tool_name": "Edit", "tool_input": {"file_path": "b.rs"}, "tool_response": {"success": true}}]});
        assert_eq!(files(&batch), ["b.rs"]);
    }

    #[test]
    fn what_edits_nothing_gives_no_files() {
        assert!(files(&json!({"tool_name": "Read", "tool_input": {"file_path": "/p/a.rs"}})).is_empty());
        assert!(files(&json!({"tool_name": "Teleport", "tool_input": {"file_path": "/p/a.rs"}})).is_empty());
        assert!(files(&json!({"tool_name": "Bash", "tool_input": {"command": "cat a.rs"}})).is_empty());
        assert!(
            files(&json!({"tool_name": "str_replace_editor", "tool_input": {"command": "view", "path": "a.rs"}}))
                .is_empty()
        );
        assert!(files(&json!({"toolName": "bash", "toolArgs": "npm test"})).is_empty());
        assert!(files(&json!({"toolName": "report_intent", "toolArgs": "to read"})).is_empty());
        assert!(files(&json!({"hook_event_name": "Stop", "stop_hook_active": true})).is_empty());
        assert!(files(&json!({"sessionId": "1", "timestamp": 1, "cwd": "/p", "stopReason": "end_turn"})).is_empty());
        let deletes = "*** Begin Patch\n*** Delete File: a.rs\n*** End Patch";
        assert!(files(&json!({"tool_name": "apply_patch", "tool_input": deletes})).is_empty());
        assert!(files(&json!({"tool_name": "apply_patch", "tool_input": {"command": ["x", deletes]}})).is_empty());
        assert!(files(&json!({"tool_name": "mcp__notes__write", "tool_input": {"title": "pear"}})).is_empty());
    }

    #[test]
    fn an_edit_of_no_file_is_an_error_and_hides_no_other() {
        let edits = [
            json!({"tool_name": "Write"}),
            json!({"tool_name": "Edit", "tool_input": null}),
            json!({"tool_name": "Edit", "tool_input": {"file_path": ""}}),
            json!({"tool_name": "Edit", "tool_input": {"file_path": ["a.rs"]}}),
            json!({"toolName": "edit", "toolArgs": "{}"}),
        ];
        for edit in edits {
            assert_eq!(read(&edit), Err(EventError::NoFile), "{edit}");
            let batch = json!({"tool_calls": [edit, {"tool_name": "Edit", "tool_input": {"file_path": "a.rs"}}]});
            let read = read(&batch).expect("it is an event");
            assert_eq!((read.files, read.unread), (vec!["a.rs".to_owned()], Some(EventError::NoFile)));
        }
    }

    #[test]
    fn what_is_no_event_is_an_error() {
        for event in
            [json!([]), json!("x"), json!({}), json!({"tool_name": 3}), json!({"toolName": "edit", "toolArgs": "{"})]
        {
            assert!(read(&event).is_err(), "{event}");
        }
    }
}
