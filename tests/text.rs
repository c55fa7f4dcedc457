//! Rules for the text of the crates: nothing left for later, and files that a reader can hold in the head.

use std::fs;

use crate::repository;

const LONGEST_FILE: usize = 800;
const LEFT_FOR_LATER: [&str; 5] = ["TODO", "FIXME", "XXX", "todo!", "unimplemented!"];

#[test]
fn nothing_is_left_for_later() {
    let found: Vec<String> = sources()
        .flat_map(|(name, text)| {
            unfinished_lines(&text)
                .into_iter()
                .map(move |(number, line)| format!("{name}:{number}: {line}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "finish these or take them out:\n{}", found.join("\n"));
}

#[test]
fn files_stay_short() {
    let found: Vec<String> = sources()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(found.is_empty(), "more than {LONGEST_FILE} lines, split them by idea:\n{}", found.join("\n"));
}

#[test]
fn markers_are_found_as_words_only() {
    let text =
        "let a = 1;\n// TODO: more\nlet methods = TODOS;\n    todo!(\"later\")\n/// see FIXME\nlet mask = 0xXXXX;";
    let numbers: Vec<usize> = unfinished_lines(text).into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [2, 4, 5]);
}

fn sources() -> impl Iterator<Item = (String, String)> {
    let root = repository::root();
    repository::crate_sources().into_iter().map(move |file| {
        let text = fs::read_to_string(root.join(&file)).expect("a readable source file");
        (file.display().to_string(), text)
    })
}

/// The lines, counted from one, that hold a marker as a word of its own.
fn unfinished_lines(text: &str) -> Vec<(usize, &str)> {
    let holds_marker = |line: &&str| LEFT_FOR_LATER.iter().any(|marker| holds_word(line, marker));
    (1..).zip(text.lines()).filter(|(_, line)| holds_marker(line)).map(|(number, line)| (number, line.trim())).collect()
}

fn holds_word(line: &str, word: &str) -> bool {
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part_of_name) && !after.is_some_and(is_part_of_name)
    })
}
