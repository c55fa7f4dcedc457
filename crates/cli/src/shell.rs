//! Commands that are printed for somebody to type.

/// A word for the shell, in quotes where it needs them.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "/._-:".contains(character);
    let is_plain = !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_gets_one_word() {
        for word in ["", "/tmp/a", "https://pools.example", "/home/Jörg/my sandbox", "it's $HOME", "`ls`;"] {
            let echo = std::process::Command::new("sh").arg("-c").arg(format!("printf %s {}", quoted(word))).output();
            assert_eq!(echo.unwrap().stdout, word.as_bytes());
        }
        assert_eq!(quoted("/tmp/a"), "/tmp/a");
    }
}
